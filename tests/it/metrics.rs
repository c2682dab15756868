//! `bellcheck test --metrics FILE`: what Prometheus reads, and what outlives a run that fails.

use std::fs;

use crate::{
    drill_metrics::{FILE, METRICS, SUCCESS, drill, lines, test, value},
    support::{Desk, Run},
};

#[test]
fn the_last_success_outlives_runs_that_fail() {
    let desk = Desk::new();
    drill(&desk, "[DRILL]");
    let passed = test(&desk, 0);
    assert_eq!(value(&passed, SUCCESS), value(&passed, "bellcheck_last_run_timestamp_seconds"));
    // As of a week ago.
    let old = passed.replace(&value(&passed, SUCCESS), "1700000000");
    desk.write(METRICS, &old);
    drill(&desk, "nothing says so");
    for _ in 0..2 {
        let failed = test(&desk, 1);
        assert_eq!(value(&failed, SUCCESS), "1700000000");
        assert!(
            value(&failed, "bellcheck_last_run_timestamp_seconds").parse::<u64>().unwrap() > 1_700_000_000
        );
        let verdicts = lines(&failed, "bellcheck_verdict");
        let ones: Vec<&String> = verdicts.iter().filter(|line| line.ends_with(" 1")).collect();
        assert!(verdicts.len() == 5 && ones.len() == 1 && ones[0].contains("verdict=\"failed\""), "{failed}");
    }
    drill(&desk, "[DRILL]");
    assert_ne!(value(&test(&desk, 0), SUCCESS), "1700000000");
    // A scenario that never passed has none.
    fs::remove_file(desk.path(METRICS)).unwrap();
    drill(&desk, "nothing says so");
    assert!(lines(&test(&desk, 1), SUCCESS).is_empty());
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_replaced() {
    let desk = Desk::new();
    drill(&desk, "nothing says so");
    for (bad, why) in [("half a fi", "line 1: "), ("# fine\n<html>", "line 2: ")] {
        desk.write(METRICS, bad);
        desk.run(&["test", FILE, "--metrics", METRICS])
            .exits(1)
            .says("the metrics of the run before in out/bellcheck.prom cannot be read")
            .says(why)
            .says("the last success of scenarios that did not pass now is not known any more");
        assert_eq!(lines(&desk.read(METRICS), "bellcheck_verdict").len(), 5);
    }
    fs::write(desk.path(METRICS), b"\xff").unwrap();
    desk.run(&["test", FILE, "--metrics", METRICS]).exits(1).says("cannot be read");
    // Nothing but the file is left in the folder.
    let left = bellcheck::files::find(&desk.path("out"), "").unwrap();
    assert_eq!(left, [desk.path(METRICS)]);
    // Where nothing can be written, the run says so.
    desk.write("file", "");
    drill(&desk, "[DRILL]");
    desk.run(&["test", FILE, "--metrics", "file/a.prom"]).exits(2).says("a report could not be written");
    desk.run(&["test", FILE, "--metrics", "a", "--tap", "./a"]).exits(2).says("two reports");
}

#[test]
fn a_run_that_cannot_begin_takes_the_old_verdict_away_and_keeps_the_last_success() {
    let desk = Desk::new();
    drill(&desk, "[DRILL]");
    let before = test(&desk, 0);
    desk.write(METRICS, &before.replace(&value(&before, SUCCESS), "1700000000"));
    desk.replace(FILE, "send_event:", "send_evnt:");
    for _ in 0..2 {
        let after = test(&desk, 2);
        assert_eq!(value(&after, SUCCESS), "1700000000");
        assert!(value(&after, "bellcheck_last_run_timestamp_seconds").as_str() > "1700000000");
        for name in ["bellcheck_verdict", "bellcheck_run_verdict"] {
            let ones: Vec<String> =
                lines(&after, name).into_iter().filter(|line| line.ends_with(" 1")).collect();
            assert!(ones.len() == 1 && ones[0].contains("verdict=\"errored\""), "{after}");
        }
    }
    desk.replace(FILE, "send_evnt:", "send_event:");
    assert_ne!(value(&test(&desk, 0), SUCCESS), "1700000000");
}

#[test]
fn two_jobs_on_one_machine_have_labels_of_their_own() {
    // Two projects that are called alike inside.
    let desk = Desk::new();
    for (project, keyword) in [("a", "CloudMonitor"), ("b", "Nowhere")] {
        desk.write(
            &format!("{project}/scenarios/rings.yaml"),
            "name: Rings\nspec: ../bellcheck.yaml\nsteps:\n  - send_event: { product: ECS, name: \"Instance:StateChange\" }\n  - expect: { robot: ops, within: 2m }\n",
        );
        let spec = desk.read("quickstart/bellcheck.yaml");
        desk.write(
            &format!("{project}/bellcheck.yaml"),
            &spec.replace("[CloudMonitor]", &format!("[{keyword}]")),
        );
    }
    let run = |project: &str, more: &[&str]| {
        let mut command = desk.command();
        let file = format!("../{project}.prom");
        command.current_dir(desk.path(project)).env("CI", "true");
        command.args(["test", "scenarios", "--metrics", &file]).args(more);
        let code = Run::of(command.output().unwrap()).code;
        (code, desk.read(&format!("{project}.prom")))
    };
    let series = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect()
    };
    let ((passed, one), (failed, two)) = (run("a", &[]), run("b", &[]));
    assert_eq!((passed, failed), (0, 1));
    let (one, two) = (series(&one), series(&two));
    assert!(!one.is_empty() && one.iter().all(|line| !two.contains(line)), "{one:?}");
    // Or the jobs name themselves.
    let labels = ["--metrics-label", "project=shop", "--metrics-label", "team=a \"b\" \\c"];
    let (_, named) = run("b", &labels);
    for line in series(&named) {
        assert!(line.contains(r#"project="shop",team="a \"b\" \\c""#) || line.contains("verdict="), "{line}");
        assert!(line.contains(r#"team="a \"b\" \\c""#) && line.contains("project=\"shop\""), "{line}");
    }
    for (label, why) in [
        ("1a=b", "no name of a label"),
        ("scenario=x", "have a label `scenario` already"),
        ("__name__=x", "Prometheus' own"),
        ("team", "write NAME=VALUE"),
    ] {
        desk.run(&["test", FILE, "--metrics", METRICS, "--metrics-label", label]).exits(2).says(why);
    }
    desk.run(&["test", FILE, "--metrics-label", "a=b"]).exits(2).says("--metrics <FILE>");
    let twice = ["--metrics-label", "a=b", "--metrics-label", "a=c"];
    desk.run(&[&["test", FILE, "--metrics", METRICS], &twice[..]].concat()).exits(2).says("label `a` twice");
}

#[test]
fn two_jobs_that_cannot_begin_have_labels_of_their_own_too() {
    let desk = Desk::new();
    let run = |job: &str| {
        desk.write(&format!("{job}/bellcheck.yaml"), &desk.read("quickstart/bellcheck.yaml"));
        desk.write(&format!("{job}/scenarios/a.yaml"), "name: A\nspec: ../bellcheck.yaml\nstep: []\n");
        let metrics = format!("{job}.prom");
        desk.run(&["test", &format!("{job}/scenarios/a.yaml"), "--metrics", &metrics]).exits(2);
        let written = desk.read(&metrics);
        let [run] = &lines(&written, "bellcheck_run_timestamp_seconds")[..] else { panic!("{written}") };
        run.split('}').next().unwrap().to_owned()
    };
    let (one, other) = (run("one"), run("other"));
    assert_ne!(one, other);
    let project = desk.path("one").canonicalize().unwrap();
    assert!(one.contains(&format!("project=\"{}\"", project.display())), "{one}");
}

#[test]
fn the_last_success_is_kept_however_the_path_is_typed() {
    let desk = Desk::new();
    drill(&desk, "[DRILL]");
    let passed = test(&desk, 0);
    drill(&desk, "nothing says so");
    let absolute = desk.path(FILE).display().to_string();
    for typed in [&format!("./{FILE}"), &absolute, "quickstart/scenarios/../scenarios/drill.yaml"] {
        desk.run(&["test", typed, "--metrics", METRICS]).exits(1);
        assert_eq!(lines(&desk.read(METRICS), SUCCESS), lines(&passed, SUCCESS), "{typed}");
    }
}

#[test]
fn no_secret_is_in_the_metrics() {
    let desk = Desk::new();
    desk.write(
        FILE,
        "name: Token ${DING_OPS_TOKEN} of ops\nspec: ../bellcheck.yaml\nsteps:\n  - send_event: { product: ECS, name: \"Instance:StateChange\" }\n  - expect: { robot: ops, within: 2m, times: 1 }\n",
    );
    let token = [("DING_OPS_TOKEN", "canary0token")];
    desk.run_with(&token, &["test", FILE, "--metrics", METRICS]).exits(0).hides("canary0token");
    let metrics = desk.read(METRICS);
    assert!(!metrics.contains("canary0token") && metrics.contains("of ops"), "{metrics}");
}

#[test]
fn a_shell_says_where_it_is_and_that_is_no_secret() {
    let desk = Desk::new();
    let place = desk.path("").canonicalize().unwrap();
    let place = place.to_str().unwrap();
    desk.run_with(
        &[("PWD", place), ("OLDPWD", place)],
        &["test", "quickstart/scenarios/stop-instance.yaml", "--metrics", "own.prom"],
    )
    .exits(0);
    let metrics = desk.read("own.prom");
    assert!(metrics.contains(&format!("project=\"{place}")) && !metrics.contains("[secret]"), "{metrics}");
}
