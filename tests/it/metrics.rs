//! `bellcheck test --metrics FILE`: what Prometheus reads, and what outlives a run that fails.

use std::fs;

use serde_json::{Value, json};

use crate::{
    foreign::install::{Runtime, promtool, source},
    support::{Desk, Run},
};

const FILE: &str = "quickstart/scenarios/drill.yaml";
const NAME: &str = "Drill \\ \"A\"";
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
    let deploy = source().parent().unwrap().parent().unwrap().join("examples/deploy");
    for file in ["alerts.yml", "alerts_test.yml"] {
        fs::copy(deploy.join(file), desk.path(file)).unwrap();
    }
    let Some((is_content, said)) = prometheus(&desk, &["check", "rules", "alerts.yml"], None) else { return };
    assert!(is_content && said.contains("5 rules found"), "{said}");
    let judge = |file: &str| prometheus(&desk, &["test", "rules", file], None).unwrap();
    let (is_content, said) = judge("alerts_test.yml");
    assert!(is_content, "{said}");
    // The document shows the same.
    let docs =
        fs::read_to_string(deploy.parent().unwrap().parent().unwrap().join("docs/reports.md")).unwrap();
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
