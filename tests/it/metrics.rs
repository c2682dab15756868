//! `bellcheck test --metrics FILE`: what Prometheus reads, and what outlives a run that fails.

use std::fs;

use serde_json::{Value, json};

use crate::{
    foreign::install::{Runtime, source},
    support::Desk,
};

const FILE: &str = "quickstart/scenarios/drill.yaml";
const METRICS: &str = "out/bellcheck.prom";
const SUCCESS: &str = "bellcheck_last_success_timestamp_seconds";

/// A drill whose message must have this text.
fn drill(desk: &Desk, text: &str) {
    desk.write(
        FILE,
        &format!(
            "name: \"Drill \\\\ \\\"A\\\"\"\ndrill: true\nspec: ../bellcheck.yaml\nsteps:\n  - send_event: {{ product: ECS, name: \"Instance:StateChange\", level: INFO, content: {{ state: Stopping }} }}\n  - expect: {{ robot: ops, within: 2m, message: [{{ contains: \"{text}\" }}] }}\n"
        ),
    );
}

fn test(desk: &Desk, code: i32) -> String {
    desk.run(&["test", FILE, "--metrics", METRICS]).exits(code).hides("cannot be read");
    desk.read(METRICS)
}

/// The whole lines of a metric.
fn lines(text: &str, name: &str) -> Vec<String> {
    let start = format!("{name}{{");
    text.lines().filter(|line| line.starts_with(&start)).map(str::to_owned).collect()
}

/// The value of the only line of a metric.
fn value(text: &str, name: &str) -> String {
    let found = lines(text, name);
    assert_eq!(found.len(), 1, "{name}:\n{text}");
    found[0].rsplit(' ').next().unwrap().to_owned()
}

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
        assert!(verdicts.len() == 4 && ones.len() == 1 && ones[0].contains("verdict=\"failed\""), "{failed}");
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
        assert_eq!(lines(&desk.read(METRICS), "bellcheck_verdict").len(), 4);
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
fn a_run_that_cannot_begin_leaves_the_metrics_alone() {
    let desk = Desk::new();
    drill(&desk, "[DRILL]");
    let before = test(&desk, 0);
    desk.replace(FILE, "send_event:", "send_evnt:");
    desk.run(&["test", FILE, "--metrics", METRICS]).exits(2);
    assert_eq!(desk.read(METRICS), before);
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
fn prometheus_own_parser_reads_it() {
    let Some(python) = Runtime::Python.ready() else { return };
    let desk = Desk::new();
    drill(&desk, "[DRILL]");
    desk.run(&["test", "quickstart/scenarios", "--metrics", METRICS]).exits(0);
    let output = desk
        .foreign(python.program)
        .env(python.path.0, python.path.1)
        .env("PYTHONUTF8", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(source().join("python/metrics.py"))
        .arg(METRICS)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<&String> = found["families"].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "bellcheck_duration_seconds",
            "bellcheck_last_run_timestamp_seconds",
            "bellcheck_last_success_timestamp_seconds",
            "bellcheck_message_latency_seconds",
            "bellcheck_verdict"
        ]
    );
    let own = |name: &str| -> Vec<Value> {
        let samples = found["families"][name]["samples"].as_array().unwrap().iter();
        samples.filter(|sample| sample["labels"]["file"] == "scenarios/drill.yaml").cloned().collect()
    };
    let labels = json!({"scenario": "Drill \\ \"A\"", "file": "scenarios/drill.yaml", "backend": "emulator"});
    let [success] = &own(SUCCESS)[..] else { panic!("{found}") };
    assert_eq!(success["labels"], labels);
    assert!(success["value"].as_f64().unwrap() > 1.7e9);
    let verdicts: Vec<(Value, Value)> = own("bellcheck_verdict")
        .into_iter()
        .map(|sample| (sample["labels"]["verdict"].clone(), sample["value"].clone()))
        .collect();
    let wanted = [("passed", 1.0), ("failed", 0.0), ("errored", 0.0), ("not_run", 0.0)];
    assert_eq!(verdicts, wanted.map(|(verdict, value)| (json!(verdict), json!(value))));
    // The defaults of the switches: a second to CloudMonitor, two to the robot.
    let latency: Vec<(Value, Value)> = own("bellcheck_message_latency_seconds")
        .into_iter()
        .map(|sample| (sample["labels"]["quantile"].clone(), sample["value"].clone()))
        .collect();
    assert_eq!(latency, [(json!("0.5"), json!(3.0)), (json!("1"), json!(3.0))]);
    for family in found["families"].as_object().unwrap().values() {
        assert_eq!(family["type"], "gauge");
        assert!(family["help"].as_str().unwrap().len() > 10);
    }
}
