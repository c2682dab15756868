//! `test` and `review`: the quickstart, its snapshots, and what a user sees of both.

use std::path::Path;

use crate::support::{Cloud, Desk, Run, timeless};

const SNAPSHOT: &str = "quickstart/fixtures/stop-instance.stopping.snap";

#[test]
fn the_quickstart_passes_and_tells_its_story() {
    let desk = Desk::new();
    let before = desk.files();
    let run = desk.run(&["test", "quickstart"]).exits(0).says("2 scenarios: 2 passed");
    for line in [
        "✓ Stopping an instance rings the on-call group",
        "▶ stop web-1",
        "web-1: Running → Stopping",
        "Instance:StateChange (INFO, Stopping) of web-1 → rule `ecs-state-change`",
        "✉ duty-engineer → ops",
        "[CloudMonitor] INFO ECS Instance:StateChange: Stopping web-1",
        "web-1: Stopping → Stopped",
        "✓ never managers for 10m",
        "✉ head-of-operations → managers",
        "rule `ecs-fault` is silenced until +1d",
    ] {
        assert!(run.stdout.contains(line), "{line}\n{}", run.stdout);
    }
    let looked = "looked at 3 files: 2 with scenarios; left out: spec: quickstart/bellcheck.yaml\n";
    assert_eq!(run.stderr, looked);
    assert_eq!(desk.files(), before, "an unchanged run rewrites nothing");
}

#[test]
fn runs_are_the_same_byte_for_byte() {
    let desk = Desk::new();
    let run = |args: &[&str]| desk.run(args).exits(0).stdout;
    let first = run(&["test", "quickstart", "--junit", "a.xml"]);
    assert_eq!(first, run(&["test", "quickstart", "--junit", "b.xml", "--jobs", "1"]));
    let [one, two] = ["a.xml", "b.xml"].map(|file| timeless(&desk.read(file)));
    assert_eq!(one, two);
    assert_ne!(one, desk.read("a.xml"), "its times are real ones");
    // Another seed draws other ids; snapshots are normalised and still match.
    assert_eq!(first, run(&["test", "quickstart", "--seed", "7"]), "ids are not part of the report");
}

#[test]
fn a_changed_template_is_a_difference_to_review() {
    let desk = Desk::new();
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("crates/emulator/src/emulator/templates/notification.md.jinja");
    let template = std::fs::read_to_string(built_in).unwrap();
    desk.write("mine.jinja", &template.replace(r#""Level" if en"#, r#""Severity" if en"#));
    let before = desk.files();

    let changed = &["test", "quickstart", "--template", "mine.jinja"];
    let run = desk.run_with(&[("CI", "true")], changed).exits(1);
    let run = run.says("-- Level: INFO").says("+- Severity: INFO");
    assert!(run.stdout.contains("stop-instance.yaml:14"), "{}", run.stdout);
    assert_eq!(desk.files(), before, "CI writes nothing");

    desk.run(changed).exits(1).says("+- Severity: INFO").says("bellcheck review");
    let after = desk.files();
    let new: Vec<String> = after
        .keys()
        .filter(|path| !before.contains_key(*path))
        .map(|path| path.display().to_string())
        .collect();
    assert_eq!(
        new,
        [
            "quickstart/fixtures/stop-instance.stopped.snap.new",
            "quickstart/fixtures/stop-instance.stopping.snap.new"
        ]
    );
    assert!(before.iter().all(|(path, bytes)| after[path] == *bytes), "nothing else is written");

    desk.run(&["review"]).exits(1).says("-- Level: INFO").says("--accept or --reject");
    desk.run(&["review", "--accept", "--snapshot", "stop-instance.stopping"]).exits(0).says("accepted");
    desk.run(&["review", "--snapshot", "stop-instance.stopping", "--accept"]).exits(2).says("is pending");
    desk.run(&["review", "--reject"]).exits(0).says("rejected");
    desk.run(&["review"]).exits(0).says("no snapshot is pending");
    let header = desk.read(SNAPSHOT);
    for line in [
        "scenario: \"Stopping an instance rings the on-call group\"",
        "backend: \"emulator\"",
        "provenance: \"synthetic\"",
        "tool: \"bellcheck 0.1.0\"",
        "date: \"20",
        "- Severity: INFO",
    ] {
        assert!(header.contains(line), "{line}\n{header}");
    }
    desk.replace("quickstart/scenarios/stop-instance.yaml", "snapshot: stop-instance.stopped", "times: 1");
    desk.run(changed).exits(0);
}

#[test]
fn a_missing_snapshot_is_a_failure_that_proposes_one() {
    let desk = Desk::new();
    std::fs::remove_file(desk.path(SNAPSHOT)).unwrap();
    desk.run_with(&[("CI", "true")], &["test", "quickstart"]).exits(1).says("there is no snapshot");
    assert!(!desk.path("quickstart/fixtures/stop-instance.stopping.snap.new").exists());
    desk.run(&["test", "quickstart"]).exits(1);
    desk.run(&["review", "--accept"]).exits(0);
    desk.run(&["test", "quickstart"]).exits(0);
}

#[test]
fn junit_names_what_failed() {
    let desk = Desk::new();
    desk.replace(
        "quickstart/bellcheck.yaml",
        "  ecs-state-change:\n",
        "  ecs-state-change:\n    enabled: false\n",
    );
    desk.run(&["test", "quickstart", "--junit", "out/junit.xml"]).exits(1).says("1 passed, 1 failed");
    let report = desk.read("out/junit.xml");
    assert!(report.contains("tests=\"2\" failures=\"1\" errors=\"0\""), "{report}");
    assert!(report.contains("A fault reboot reaches the managers once a day"), "{report}");
    assert!(report.contains("is disabled"), "{report}");
}

#[test]
fn one_scenario_can_be_named() {
    let desk = Desk::new();
    desk.run(&["test", "quickstart/scenarios/stop-instance.yaml"]).exits(0).says("1 scenario: 1 passed");
}

#[test]
fn the_emulator_stops_when_it_is_told_to() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    assert_eq!(cloud.terminate(), Some(0));
}

#[test]
fn the_projects_own_scenarios_pass() {
    let desk = Desk::new();
    let root = env!("CARGO_MANIFEST_DIR");
    let path = format!("{root}/scenarios");
    desk.run_with(&[("CI", "true")], &["test", &path]).exits(0);
    let examples = format!("{root}/examples");
    desk.run_with(&[("CI", "true")], &["validate", &examples, &path]).exits(0);
}

#[test]
fn of_several_events_the_one_that_came_nearest_to_the_robot_is_explained() {
    let desk = Desk::new();
    desk.replace("quickstart/bellcheck.yaml", "keywords: [CloudMonitor]", "keywords: [Pager]");
    desk.replace(
        "quickstart/bellcheck.yaml",
        "      levels: [INFO]\n",
        "      levels: [INFO]\n      sql_filter: web-1\n",
    );
    desk.write(
        "quickstart/scenarios/stop-instance.yaml",
        "name: Two stop and one counts\nspec: ../bellcheck.yaml\ninstances:\n  web-2: { state: Running }\n  \
         web-1: { state: Running }\nsteps:\n  - stop: web-2\n  - stop: web-1\n  - expect:\n      robot: ops\n      \
         within: 1m\n",
    );
    // The rule did not take the event of web-2, which came first; that is not why nothing rang.
    desk.run(&["test", "quickstart/scenarios/stop-instance.yaml"])
        .exits(1)
        .says("robot ─► message: robot `ops` refused the message")
        .hides("event ─► rule: rule `ecs-state-change` did not match");
}

/// The README's blocks of a kind, without their fences.
fn readme_blocks(kind: &str) -> Vec<String> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let fence = format!("```{kind}\n");
    let mut blocks = readme.split(&fence);
    blocks.next();
    blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("examples")).unwrap();
    std::fs::rename(desk.path("quickstart"), desk.path("examples/quickstart")).unwrap();
    let scenario = "examples/quickstart/scenarios/stop-instance.yaml";
    let blocks = readme_blocks("console");
    let (command, shown) = blocks[0].split_once('\n').unwrap();
    assert_eq!(command, format!("$ bellcheck test {scenario}"));
    assert_eq!(desk.run(&["test", scenario]).exits(0).stdout, shown);

    desk.replace(
        "examples/quickstart/bellcheck.yaml",
        "contacts: [duty-engineer]",
        "contacts: [head-of-operations]",
    );
    let printed = desk.run(&["test", scenario]).exits(1).stdout;
    assert!(printed.contains(&blocks[1]), "{}\nis not in\n{printed}", blocks[1]);
}

#[test]
fn the_files_of_the_readme_fit_together() {
    let desk = Desk::new();
    let [spec, scenario] = &readme_blocks("yaml")[..] else { panic!("not two files") };
    desk.write("bellcheck.yaml", spec);
    desk.write("scenarios/stop.yaml", scenario);
    desk.run(&["validate", "bellcheck.yaml", "scenarios", "--deny", "warnings"]).exits(0);
    desk.run(&["test", "scenarios"]).exits(1).says("`bellcheck review`");
    desk.run(&["review", "--accept", "--snapshot", "stop-instance.stopping"]).exits(0);
    desk.run(&["test", "scenarios"]).exits(0).says("1 scenario: 1 passed");
}

#[test]
fn the_emulator_of_the_readme_is_there_when_it_is_called() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("examples")).unwrap();
    std::fs::rename(desk.path("quickstart"), desk.path("examples/quickstart")).unwrap();
    // Of an emulator before.
    desk.write("port", "1");
    let blocks = readme_blocks("sh");
    let block = blocks.iter().find(|block| block.contains("bellcheck emulator --listen")).unwrap();
    let calls = block.replace("bellcheck emulator", "\"$PROGRAM\" emulator");
    let calls = calls.replace("bellcheck apply", "\"$PROGRAM\" apply");
    assert!(calls.contains("curl "), "{calls}");
    // The last line is for whoever has curl.
    let calls = calls.replace("curl -s $BELLCHECK_ENDPOINT/_bellcheck/journal", "test -n \"$!\"");
    let script = format!("set -e\ntrap 'kill $!' EXIT\n{calls}");
    let mut shell = desk.foreign("sh");
    shell.args(["-c", &script]).env("PROGRAM", env!("CARGO_BIN_EXE_bellcheck"));
    shell.env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    let run = Run::of(shell.output().unwrap()).exits(0);
    run.says("0 failed, 0 not tried");
}
