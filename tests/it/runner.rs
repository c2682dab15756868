//! Which scenarios run, how they follow each other, and what interrupts them.

use std::{fs, process::Stdio, time::Duration};

use serde_json::Value;

use crate::support::{Desk, Run, outcome, pause, timeless};

/// A scenario that passes.
fn good(name: &str, more: &str) -> String {
    format!(
        "name: {name}\nspec: ../bellcheck.yaml\ninstances:\n  web-1: {{ state: Running }}\n{more}steps:\n  - stop: web-1\n  - expect: {{ robot: ops, within: 1m, message: [{{ contains: Stopped }}] }}\n"
    )
}

/// A scenario that fails.
fn bad(name: &str, more: &str) -> String {
    good(name, more).replace("contains: Stopped", "contains: Exploded")
}

/// A robot that refuses every second call: with some seeds the message comes, with others it does not.
fn wobbling(name: &str) -> String {
    good(name, "").replace("steps:\n", "steps:\n  - fault: [{ robot: ops, errcode: 130101, share: 0.5 }]\n")
}

/// The quickstart's spec with these scenarios in `s/`.
fn desk(scenarios: &[(&str, String)]) -> Desk {
    let desk = Desk::new();
    fs::copy(desk.path("quickstart/bellcheck.yaml"), desk.path("bellcheck.yaml")).unwrap();
    for (name, text) in scenarios {
        desk.write(&format!("s/{name}.yaml"), text);
    }
    desk
}

fn many(count: usize) -> Desk {
    let scenarios: Vec<(String, String)> =
        (0..count).map(|number| (format!("n{number:04}"), good(&format!("n{number}"), ""))).collect();
    desk(&scenarios.iter().map(|(name, text)| (name.as_str(), text.clone())).collect::<Vec<_>>())
}

fn names(run: &Run) -> Vec<String> {
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    list.as_array().unwrap().iter().map(|each| each["name"].as_str().unwrap().to_owned()).collect()
}

fn lines(desk: &Desk, file: &str) -> Vec<Value> {
    desk.read(file).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn verdicts(lines: &[Value]) -> Vec<String> {
    let finished = lines.iter().filter(|line| line["event"] == "scenario_finished");
    finished.map(|line| line["verdict"].as_str().unwrap().to_owned()).collect()
}

fn three() -> Desk {
    desk(&[
        ("a", good("First", "tags: [smoke]\n")),
        ("b", good("Second silence", "tags: [smoke, night]\n")),
        ("c", good("Third", "")),
    ])
}

#[test]
fn a_filter_chooses_by_name_tag_and_file() {
    let desk = three();
    for (filter, chosen) in [
        ("tag(smoke)", &["First", "Second silence"][..]),
        ("tag(smoke) & !name(~silence)", &["First"]),
        ("file(s/?.yaml) & !tag(*)", &["Third"]),
        ("name(/^(First|Third)$/)", &["First", "Third"]),
        ("name(=First) | file(*c.yaml)", &["First", "Third"]),
    ] {
        let run = desk.run(&["test", "s", "--list", "-o", "json", "--filter", filter]).exits(0);
        assert_eq!(names(&run), chosen, "{filter}");
    }
    desk.run(&["test", "s", "--list"]).exits(0).says("s/b.yaml: Second silence  [smoke, night]");
    desk.run(&["test", "s", "--filter", "tag(nothing)"])
        .exits(2)
        .says("the filter chooses none of 3 scenarios");
    desk.run(&["test", "s", "--filter", "tag(smoke) & nme(x)"])
        .exits(2)
        .says("--filter:1:14")
        .says("expected `tag(…)`");
    desk.run(&["test", "s", "--filter", "tag(smoke"]).exits(2).says("expected `)`");
}

#[test]
fn parts_are_disjoint_and_complete_and_do_not_depend_on_how_a_path_is_written() {
    let desk = many(20);
    let mut all = Vec::new();
    for part in 1..=4 {
        let part = format!("hash:{part}/4");
        let list = |path: &str| {
            names(&desk.run(&["test", path, "--list", "-o", "json", "--partition", &part]).exits(0))
        };
        assert_eq!(list("s"), list("./s"));
        all.extend(list("s"));
    }
    assert_eq!(all.len(), 20);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 20);
    desk.run(&["test", "s", "--partition", "5/4"]).exits(2);
    // A part without scenarios is no fault: the others have them.
    desk.run(&["test", "s/n0000.yaml", "--partition", "1/2"]).exits(0);
    desk.run(&["test", "s/n0000.yaml", "--partition", "2/2"]).exits(0);
    // Whoever only looks leaves the reports of the last run alone.
    for look in ["--list", "--dry-run"] {
        desk.run(&["test", "s", look, "--junit", "o.xml"]).exits(2).says("cannot be used with");
        assert!(!desk.path("o.xml").exists());
    }
}

#[test]
fn a_dry_run_says_what_each_step_would_do_and_does_nothing() {
    let desk = three();
    let before = desk.files();
    desk.run(&["test", "s", "--dry-run"])
        .exits(0)
        .says("s/a.yaml: First [smoke]")
        .says("7 stop web-1 calls StopInstance")
        .says("expect ops within 1m")
        .says("3 scenarios: nothing was run")
        .hides("passed");
    assert_eq!(desk.files(), before);
    let run = desk.run(&["test", "s", "--dry-run", "-o", "json"]).exits(0);
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(list[0]["steps"][0]["operation"], "StopInstance");
    desk.run(&["test", "s", "--list", "--dry-run"]).exits(2);
}

#[test]
fn what_failed_is_run_again() {
    let desk = desk(&[("a", good("Good", "")), ("b", bad("Bad", ""))]);
    desk.run(&["test", "s", "--rerun", "failed"]).exits(2).says("nothing is known of a last run");
    // Where all pass, nothing is left behind.
    desk.run(&["test", "s/a.yaml"]).exits(0);
    assert!(!desk.path(".bellcheck").exists());
    // In CI nothing is written but what was asked for.
    desk.run_with(&[("CI", "true")], &["test", "s"]).exits(1);
    assert!(!desk.path(".bellcheck").exists());
    desk.run(&["test", "s"]).exits(1);
    assert_eq!(desk.read(".bellcheck/.gitignore"), "*\n");
    let chosen =
        |args: &[&str]| names(&desk.run(&[&["test", "s", "--list", "-o", "json"], args].concat()).exits(0));
    assert_eq!(chosen(&["--rerun", "failed"]), ["Bad"]);
    assert_eq!(chosen(&["--filter", "!failed()"]), ["Good"]);
    // A run of others does not forget it, and one that passes does.
    desk.run(&["test", "s/a.yaml"]).exits(0);
    assert_eq!(chosen(&["--rerun", "failed"]), ["Bad"]);
    desk.replace("s/b.yaml", "Exploded", "Stopped");
    desk.run(&["test", "s", "--rerun", "failed"]).exits(0).says("1 scenario: 1 passed");
    desk.run(&["test", "s", "--rerun", "failed"]).exits(0).says("nothing to run again");
    desk.write(".bellcheck/last-run.json", "{");
    desk.run(&["test", "s", "--rerun", "failed"]).exits(2).says("cannot be read: .bellcheck/last-run.json");
}

#[test]
fn a_retry_has_the_next_seed_and_what_passes_then_is_flaky() {
    let desk = desk(&[("a", wobbling("Wobbles"))]);
    // Found by trying: with this seed the robot refuses, and with a later one it does not.
    let seed = (0..40)
        .find(|seed| {
            let code = |seed: u32| desk.run(&["test", "s", "--seed", &seed.to_string()]).code;
            code(*seed) == 1 && code(seed + 1) == 0
        })
        .expect("no seed of forty fails before one that holds")
        .to_string();
    let run = |more: &[&str]| {
        desk.run(&[&["test", "s", "--seed", &seed, "--json", "o.jsonl", "--junit", "o.xml"], more].concat())
    };
    run(&[]).exits(1).hides("flaky");
    run(&["--retries", "2"])
        .exits(0)
        .says("(flaky: 2 attempts, the last with seed")
        .says("1 passed (1 flaky)");
    assert!(desk.read("o.xml").contains("<flakyFailure "));
    let told = lines(&desk, "o.jsonl");
    let attempt = told.iter().find(|line| line["event"] == "attempt").unwrap();
    assert_eq!(attempt["seed"].to_string(), seed);
    assert_eq!(told.iter().find(|line| line["event"] == "scenario_finished").unwrap()["flaky"], true);
    run(&["--retries", "2", "--flaky", "fail"])
        .exits(1)
        .says("scenario::flaky")
        .says("it passed only after 1 failed attempt")
        .says("s/a.yaml:1:7");
    let bad = self::desk(&[("a", bad("Bad", ""))]);
    bad.run(&["test", "s", "--retries", "2", "--junit", "o.xml"]).exits(1).hides("flaky");
    assert_eq!(bad.read("o.xml").matches("<rerunFailure ").count(), 2);
}

#[test]
fn the_first_failure_ends_a_run_wherever_it_is_and_however_many_run_at_once() {
    let desk = desk(&[("a", good("A", "")), ("b", bad("B", "")), ("c", good("C", "")), ("d", bad("D", ""))]);
    let run = |jobs: &str| {
        desk.run(&[
            "test",
            "s",
            "--fail-fast",
            "--jobs",
            jobs,
            "--json",
            "o.jsonl",
            "--junit",
            "o.xml",
            "--tap",
            "o.tap",
        ])
        .exits(1)
        .says("4 scenarios: 1 passed, 1 failed, 2 not run")
        .says("the run ended with the first scenario that did not pass");
        ["o.jsonl", "o.xml", "o.tap"].map(|file| timeless(&desk.read(file)))
    };
    let alone = run("1");
    assert_eq!(verdicts(&lines(&desk, "o.jsonl")), ["passed", "failed", "not_run", "not_run"]);
    assert_eq!(alone[1].matches("<skipped ").count(), 2);
    for _ in 0..3 {
        assert_eq!(run("4"), alone);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_of_every_report() {
    let desk = many(30);
    desk.write("s/x-bad.yaml", &bad("Bad", "exclusive: one\n"));
    desk.write("s/y-bad.yaml", &bad("Worse", "exclusive: one\n"));
    let reports =
        ["--junit", "o.xml", "--json", "o.jsonl", "--tap", "o.tap", "--markdown", "o.md", "--html", "o.html"];
    let run = |jobs: &str, seed: &str| {
        let run = desk.run(&[&["test", "s", "--jobs", jobs, "--seed", seed], &reports[..]].concat()).exits(1);
        let files: Vec<String> =
            reports.iter().skip(1).step_by(2).map(|file| timeless(&desk.read(file))).collect();
        (run.stdout, files)
    };
    let first = run("1", "5");
    assert!(first.1.iter().all(|report| report.contains("Worse")));
    assert_eq!(run("1", "5"), first);
    assert_eq!(run("8", "5"), first);
    let other = run("1", "6");
    assert!(other.1.iter().zip(&first.1).all(|(one, two)| one != two), "a seed shows in every report");
}

#[test]
fn limits_of_latency_fail_a_scenario_under_their_line() {
    let desk = desk(&[("a", good("Slow", "slo:\n  message:\n    p50: 1m\n    p95: 10s\n"))]);
    desk.run(&["test", "s", "--json", "o.jsonl"])
        .exits(1)
        .says("s/a.yaml:8:10")
        .says("p95 of act to message is 33s, and the limit is 10s")
        .says("1 of 1 message took longer")
        .says("line 11: expect ops within 1m took 33s");
    let told = lines(&desk, "o.jsonl");
    let step = told.iter().find(|line| line["latency"]["message_ms"].is_u64()).unwrap();
    assert_eq!(
        step["latency"],
        serde_json::json!({"event_ms": 31_000, "notified_ms": 31_000, "message_ms": 33_000})
    );
    let last = told.last().unwrap();
    assert_eq!(
        last["latency"]["message"],
        serde_json::json!({"count": 1, "p50_ms": 33_000, "p95_ms": 33_000, "max_ms": 33_000})
    );
    desk.replace("s/a.yaml", "p95: 10s", "p95: 33s");
    desk.run(&["test", "s"]).exits(0).says("from act to message: p50 33s, p95 33s, max 33s (1 message)");
    desk.replace(
        "s/a.yaml",
        "  - expect: { robot: ops, within: 1m, message: [{ contains: Stopped }] }",
        "  - advance: 1m",
    );
    desk.run(&["test", "s"]).exits(1).says("there is a limit for messages, and none was measured");
}

#[test]
fn two_reports_in_one_file_and_files_that_cannot_be_written_are_told() {
    let desk = desk(&[("a", good("Good", ""))]);
    desk.run(&["test", "s", "--junit", "o", "--tap", "./o"])
        .exits(2)
        .says("two reports would be written to ./o");
    assert!(
        desk.read("o").contains("<error message=\"the run could not begin: two reports would be written")
    );
    desk.run(&["test", "s", "--junit", "s/a.yaml/x.xml", "--tap", "o.tap"])
        .exits(2)
        .says("1 passed")
        .says("a report could not be written: s/a.yaml/x.xml");
    assert!(desk.read("o.tap").starts_with("TAP version 14\n"), "one that fails keeps no other back");
}

#[test]
fn github_gets_annotations_and_a_summary_and_no_message_gives_it_a_command() {
    let desk = desk(&[("a", bad("Bad", ""))]);
    desk.write("evil.jinja", "CloudMonitor\n::add-mask::CloudMonitor Exploded?\n\n::error::no\n");
    desk.write("summary.md", "before\n");
    let run = desk.run_with(
        &[("GITHUB_STEP_SUMMARY", "summary.md")],
        &["test", "s", "--github", "--template", "evil.jinja"],
    );
    let lines: Vec<&str> = run.stdout.lines().collect();
    let token = lines[0].strip_prefix("::stop-commands::").unwrap();
    let resumed = lines.iter().position(|line| *line == format!("::{token}::")).unwrap();
    let commands: Vec<&&str> = lines[resumed + 1..].iter().collect();
    assert!(!commands.is_empty() || run.code == 0, "{run:?}");
    for command in commands {
        assert!(command.starts_with("::error title=scenario%3A%3A"), "{command}");
    }
    let summary = desk.read("summary.md");
    assert!(summary.starts_with("before\n## bellcheck: 1 scenario: "), "{summary}");
}

/// Whether a process waits for SIGUSR1 (bit 10 of the mask of caught signals), so that it does not end.
fn listens(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let caught =
        status.lines().find_map(|line| line.strip_prefix("SigCgt:")).map(str::trim).unwrap_or_default();
    u64::from_str_radix(caught, 16).is_ok_and(|mask| mask & (1 << 9) != 0)
}

fn until_listening(pid: u32) {
    for _ in 0..1200 {
        if listens(pid) {
            return;
        }
        pause(Duration::from_millis(25));
    }
    panic!("it never began");
}

fn signal(pid: u32, name: &str) {
    let sent = std::process::Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status();
    assert!(sent.unwrap().success());
}

#[test]
fn an_interrupt_ends_a_run_with_reports_and_a_question_is_answered() {
    let desk = many(0);
    // A long story: it is interrupted in its middle, and still cleans up.
    let steps: String = (0..2_000).map(|_| "  - advance: 1s\n").collect();
    for number in 0..8 {
        desk.write(
            &format!("s/{number}.yaml"),
            &format!(
                "name: Long {number}\nspec: ../bellcheck.yaml\ninstances:\n  web-1: {{ state: Running }}\nsteps:\n  - stop: web-1\n{steps}finally:\n  - start: web-1\n"
            ),
        );
    }
    for name in ["INT", "TERM"] {
        let child = desk
            .command()
            .args(["test", "s", "--jobs", "1", "--json", "o.jsonl", "--junit", "o.xml", "--html", "o.html"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let pid = child.id();
        until_listening(pid);
        signal(pid, "USR1");
        pause(Duration::from_millis(200));
        signal(pid, name);
        let run = Run::of(child.wait_with_output().unwrap());
        assert_eq!(run.code, 130, "{}", run.stderr);
        let run = run
            .says("8 scenarios after")
            .says("running,")
            .says("stopping: scenarios under way")
            .says("the run was interrupted");
        assert!(run.stdout.contains("finally: start web-1"), "{name}");
        let told = lines(&desk, "o.jsonl");
        let last = told.last().unwrap();
        assert_eq!(last["ended"], "interrupted");
        assert!(last["counts"]["not_run"].as_u64().unwrap() >= 4, "{last}");
        assert!(told.iter().any(|line| line["findings"][0]["code"] == "scenario::interrupted"));
        assert!(desk.read("o.xml").contains("the run was interrupted") && desk.path("o.html").exists());
    }
}

/// Takes far longer than anybody waits.
const ENDLESS: &str =
    "  - repeat: { times: 100000, steps: [{ repeat: { times: 100000, steps: [{ advance: 1s }] } }] }\n";

fn endless(steps: &str, finally: &str) -> Desk {
    let head = "name: Endless\nspec: ../bellcheck.yaml\ninstances:\n  web-1: { state: Running }\n";
    desk(&[("a", format!("{head}steps:\n  - stop: web-1\n{steps}finally:\n  - start: web-1\n{finally}"))])
}

fn started(desk: &Desk) -> std::process::Child {
    let child = desk
        .command()
        .args(["test", "s", "--json", "o.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until_listening(child.id());
    // Until it is in the midst of it.
    pause(Duration::from_millis(300));
    child
}

#[test]
fn an_interrupt_ends_a_repeat_between_two_of_its_steps() {
    let desk = endless(ENDLESS, "  - repeat: { times: 3, steps: [{ advance: 1s }] }\n");
    let child = started(&desk);
    signal(child.id(), "INT");
    let run = outcome(child).exits(130).says("the run was interrupted");
    assert!(run.stdout.contains("finally: start web-1"), "{}", run.stdout);
    let told = lines(&desk, "o.jsonl");
    let steps: Vec<(&str, &str)> = told
        .iter()
        .filter(|line| line["event"] == "step")
        .map(|line| {
            (line["text"].as_str().unwrap().split(' ').next().unwrap(), line["verdict"].as_str().unwrap())
        })
        .collect();
    // What is to be done in any case is done to its end, also what is repeated there.
    assert_eq!(steps, [("stop", "passed"), ("repeat", "errored"), ("start", "passed"), ("repeat", "passed")]);
}

#[test]
fn a_second_interrupt_ends_a_run_at_once() {
    let desk = endless("", ENDLESS);
    let child = started(&desk);
    signal(child.id(), "INT");
    pause(Duration::from_millis(300));
    signal(child.id(), "INT");
    outcome(child)
        .exits(130)
        .says("stopping: scenarios under way do their `finally`")
        .says("interrupted: scenarios under way were left as they were")
        .hides("the run was interrupted");
    let last = desk.read("o.jsonl").lines().last().unwrap().to_owned();
    assert!(
        last.contains(r#""verdict":"errored","ended":"interrupted""#) && last.contains("left as they were"),
        "{last}"
    );
}

#[test]
fn a_pattern_runs_all_that_it_fits_whoever_expands_it() {
    let desk = Desk::new();
    desk.run(&["test", "quickstart/*/s*.yaml"]).exits(0).says("1 scenario: 1 passed");
    desk.run(&["test", "quickstart/**/*.yaml"]).exits(0).says("2 scenarios: 2 passed");
    desk.run(&["test", "quickstart/scenarios/none*.yaml"]).exits(2).says("no file fits this pattern");
    desk.run(&["test", "quickstart/none/*.yaml"]).exits(2).says("quickstart/none");
    // As a shell would give it.
    let run = desk.run(&["test", "quickstart/bellcheck.yaml", "quickstart/scenarios/stop-instance.yaml"]);
    run.exits(0)
        .says("1 scenario: 1 passed")
        .says("looked at 2 files: 1 with scenarios; left out: spec: quickstart/bellcheck.yaml");
}

#[test]
fn without_a_path_the_folder_of_scenarios_is_asked_for_by_its_name() {
    let desk = Desk::new();
    desk.run(&["test"]).exits(2).says("there is no `scenarios` here").says("`bellcheck test FILE`");
}
