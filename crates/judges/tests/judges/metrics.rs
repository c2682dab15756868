//! Metrics, read by what Prometheus itself reads them with.

use std::fs;

use serde_json::{Value, json};

use crate::{
    drill_metrics::{FILE, METRICS, NAME, SUCCESS, drill, test, value},
    install::{Runtime, promtool},
    outside::{root, source},
    support::Desk,
};

/// Runs promtool; what it said, and whether it was content.
fn prometheus(desk: &Desk, args: &[&str], input: Option<&str>) -> Option<(bool, String)> {
    let program = promtool()?.display().to_string();
    let mut command = desk.foreign(&program);
    command.args(args);
    if let Some(input) = input {
        command.stdin(fs::File::open(desk.path(input)).unwrap());
    }
    let output = command.output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Some((output.status.success(), said))
}

#[test]
fn prometheus_own_linter_has_nothing_to_say() {
    let desk = Desk::new();
    drill(&desk, "[DRILL]");
    desk.write("bad.prom", "a{quantile=\"1\"} 1\n");
    let Some((is_content, said)) = prometheus(&desk, &["check", "metrics"], Some("bad.prom")) else { return };
    assert!(!is_content, "the linter takes anything: {said}");
    for (args, code) in [
        (&["test", "quickstart/scenarios", "--metrics", METRICS][..], 0),
        (&["test", "nowhere", "--metrics", METRICS], 2),
        (&["test", FILE, "--metrics", METRICS, "--metrics-label", "team=a\"\\b"], 0),
    ] {
        desk.run(args).exits(code);
        let (is_content, said) = prometheus(&desk, &["check", "metrics"], Some(METRICS)).unwrap();
        assert!(is_content && said.trim().is_empty(), "{args:?}: {said}\n{}", desk.read(METRICS));
    }
}

/// The lines of a file of metrics as series of a test, which begins in 1970: instants are so many seconds
/// before the file was written.
fn as_input(metrics: &str) -> String {
    let now: i64 = value(metrics, "bellcheck_run_timestamp_seconds").parse().unwrap();
    let lines = metrics.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let is_instant = series.contains("_timestamp_seconds");
        let value =
            if is_instant { (value.parse::<i64>().unwrap() - now).to_string() } else { value.to_owned() };
        format!(
            "      - {{ series: {}, values: \"{value}x3000\" }}\n",
            serde_json::to_string(series).unwrap()
        )
    });
    lines.collect()
}

#[test]
fn the_documented_alerts_fire_for_what_is_really_written_and_only_then() {
    let desk = Desk::new();
    let deploy = root().join("examples/deploy");
    for file in ["alerts.yml", "alerts_test.yml"] {
        fs::copy(deploy.join(file), desk.path(file)).unwrap();
    }
    let Some((is_content, said)) = prometheus(&desk, &["check", "rules", "alerts.yml"], None) else { return };
    assert!(is_content && said.contains("5 rules found"), "{said}");
    let judge = |file: &str| prometheus(&desk, &["test", "rules", file], None).unwrap();
    let (is_content, said) = judge("alerts_test.yml");
    assert!(is_content, "{said}");
    // The document shows the same.
    let docs = fs::read_to_string(root().join("docs/reports.md")).unwrap();
    let rules = desk.read("alerts.yml");
    assert!(docs.contains(&format!("```yaml\n{}```", &rules[rules.find("groups:").unwrap()..])), "{docs}");
    // A test that cannot fail is none.
    desk.replace(
        "alerts_test.yml",
        "scenario: A disk, verdict: failed",
        "scenario: Another, verdict: failed",
    );
    assert!(!judge("alerts_test.yml").0);

    // Which alerts what the program wrote raises, and when.
    let raised = |metrics: &str, at: &str| -> Vec<&str> {
        let all = ["DrillFailed", "DrillUnfinished", "DrillNotRun", "DrillMissing", "DrillUnknown"];
        let is_raised = |alert: &&str| {
            desk.write(
                "t.yml",
                &format!(
                    "rule_files: [alerts.yml]\nevaluation_interval: 10m\ntests:\n  - interval: 10m\n    input_series:\n{}    alert_rule_test: [{{ eval_time: {at}, alertname: {alert} }}]\n",
                    as_input(metrics)
                ),
            );
            let (is_quiet, said) = judge("t.yml");
            assert!(is_quiet || said.contains("got:["), "{said}");
            !is_quiet
        };
        all.into_iter().filter(is_raised).collect()
    };
    drill(&desk, "[DRILL]");
    let passed = test(&desk, 0);
    assert_eq!(raised(&passed, "1h"), [""; 0]);
    assert_eq!(raised(&passed, "9d"), ["DrillNotRun", "DrillMissing"]);
    drill(&desk, "nothing says so");
    assert_eq!(raised(&test(&desk, 1), "10m"), ["DrillFailed"]);
    desk.run(&["test", "nowhere", "--metrics", METRICS]).exits(2);
    assert_eq!(raised(&desk.read(METRICS), "10m"), ["DrillFailed"]);
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
            "bellcheck_message_latency_max_seconds",
            "bellcheck_message_latency_p50_seconds",
            "bellcheck_real_duration_seconds",
            "bellcheck_run_scenarios",
            "bellcheck_run_timestamp_seconds",
            "bellcheck_run_verdict",
            "bellcheck_verdict"
        ]
    );
    let own = |name: &str| -> Vec<Value> {
        let samples = found["families"][name]["samples"].as_array().unwrap().iter();
        samples.filter(|sample| sample["labels"]["scenario"] == NAME).cloned().collect()
    };
    let [success] = &own(SUCCESS)[..] else { panic!("{found}") };
    let labels = success["labels"].as_object().unwrap();
    let names: Vec<&String> = labels.keys().collect();
    assert_eq!(names, ["backend", "file", "project", "scenario", "stack"]);
    assert_eq!((&labels["backend"], &labels["stack"]), (&json!("emulator"), &json!("ecs-ops")));
    assert!(FILE.ends_with(labels["file"].as_str().unwrap()), "{labels:?}");
    assert!(success["value"].as_f64().unwrap() > 1.7e9);
    let verdicts: Vec<(Value, Value)> = own("bellcheck_verdict")
        .into_iter()
        .map(|sample| (sample["labels"]["verdict"].clone(), sample["value"].clone()))
        .collect();
    let wanted = [("passed", 1.0), ("failed", 0.0), ("errored", 0.0), ("not_run", 0.0), ("unfinished", 0.0)];
    assert_eq!(verdicts, wanted.map(|(verdict, value)| (json!(verdict), json!(value))));
    // The defaults of the switches: a second to CloudMonitor, two to the robot.
    for name in ["bellcheck_message_latency_p50_seconds", "bellcheck_message_latency_max_seconds"] {
        assert_eq!(own(name)[0]["value"], 3.0, "{name}");
    }
    for family in found["families"].as_object().unwrap().values() {
        assert_eq!(family["type"], "gauge");
        assert!(family["help"].as_str().unwrap().len() > 10);
    }
}
