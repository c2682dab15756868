//! By what a run on the real cloud knows that the bell rang, and what it says when it did not.

use serde_json::Value;

use super::stage::Stage;
use crate::support::{Desk, Run};
use serde_json::json;

const SCENARIO: &str = "name: Rings\nspec: quickstart/bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 2m, message: [{ contains: Stopping }] }\n";

fn stage(switches: &[&str], scenario: &str) -> Stage {
    let args: Vec<&str> = switches.iter().flat_map(|switch| ["--switch", *switch]).collect();
    let stage = Stage::bare(Desk::new(), 60, &args);
    stage.apply("quickstart/bellcheck.yaml");
    let stage = stage.with_instance("web-1", "Running", json!({"bellcheck": "allowed"}));
    stage.desk.write("a.yaml", scenario);
    stage
}

fn run(stage: &Stage) -> (Run, Vec<Value>) {
    let run = stage.test(&["a.yaml", "--yes", "--json", "report.jsonl", "--junit", "junit.xml"]);
    assert_eq!(stage.state("web-1"), "Running", "{}", run.all());
    let lines = stage.desk.read("report.jsonl");
    (run, lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn evidence(lines: &[Value]) -> &Value {
    let expect =
        lines.iter().find(|line| line["event"] == "step" && line["text"].to_string().contains("expect"));
    &expect.unwrap()["evidence"]
}

#[test]
fn without_a_relay_it_is_the_alert_log_and_the_report_says_so() {
    let stage = stage(&[], SCENARIO);
    let (run, lines) = run(&stage);
    run.exits(0)
        .says("CloudMonitor says that it notified, the message was not captured")
        .hides("from act to message");
    assert_eq!(evidence(&lines), "notified");
    assert_eq!(lines[0]["backend"], "rehearsal");
    // Nobody saw when the message arrived, so nobody says how long it took.
    let mut steps = lines.iter().filter(|line| line["event"] == "step");
    assert!(steps.all(|step| step["latency"].is_null()), "{lines:?}");
    let junit = stage.desk.read("junit.xml");
    assert!(junit.contains(r#"name="evidence" value="notified""#), "{junit}");
}

#[test]
fn what_nobody_judged_is_named_before_the_run_and_in_every_report() {
    let stage = stage(&[], SCENARIO);
    let warned = "nobody judges what its messages say (1 matcher): no relay captures them";
    stage.test(&["a.yaml", "--dry-run"]).exits(0).says(warned);
    let (run, lines) = run(&stage);
    run.exits(0).says(warned).says("the message was not captured; not judged: 1 matcher");
    let steps = lines.iter().filter(|line| line["event"] == "step");
    assert_eq!(steps.map(|step| step["unjudged"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1]);
    let junit = stage.desk.read("junit.xml");
    assert!(junit.contains(r#"name="unjudged_matchers" value="1""#), "{junit}");
    // Whoever wants to know refuses it, one way or the other.
    stage.test(&["a.yaml", "--yes", "--deny", "warnings"]).exits(2).says(warned);
    let text = SCENARIO.replace("spec:", "require: captured\nspec:");
    stage.desk.write("a.yaml", &text);
    stage.test(&["a.yaml", "--yes"]).exits(2).says("no relay captures them");
    // Where nothing is asked of the message, nothing is left unjudged.
    stage.desk.write("a.yaml", &SCENARIO.replace(", message: [{ contains: Stopping }]", ""));
    let (run, lines) = self::run(&stage);
    run.exits(0).hides("judge");
    assert!(lines.iter().all(|line| line["unjudged"].as_u64().unwrap_or_default() == 0));
}

#[test]
fn a_robot_that_the_alert_log_says_was_not_reached_is_no_pass() {
    let removed = |switch: &str| {
        let stage = stage(&[switch], SCENARIO);
        let robot = json!({"token": "ops-test-token", "state": "removed"});
        stage.cloud.control("POST", "/_bellcheck/robots", &robot);
        stage
    };
    let told = removed("alert_log_robot_errcode=on");
    let (failed, lines) = run(&told);
    failed
        .exits(1)
        .says("CloudMonitor notified robot `ops` by rule `ecs-state-change`, and the robot did not get it")
        .says("the robot is no longer in its group (errcode 400106)")
        .says("add a robot to the group");
    assert_eq!(evidence(&lines), &Value::Null);
    // A log that does not know shows what it knows.
    let (passed, _) = run(&removed("alert_log_robot_errcode=off"));
    passed.exits(0).says("CloudMonitor says that it notified, the message was not captured");
}

#[test]
fn an_event_alone_is_enough_only_where_that_is_said() {
    let dumb = ["alert_log_system_events=off"];
    let (run_, lines) = run(&stage(&dumb, SCENARIO));
    run_.exits(1).says("no message came to robot `ops` within 2m");
    assert_eq!(evidence(&lines), &Value::Null);
    let text = SCENARIO.replace("spec:", "require: seen\nspec:");
    let (run_, lines) = run(&stage(&dumb, &text));
    run_.exits(0).says("only the event was seen");
    assert_eq!(evidence(&lines), "seen");
}

#[test]
fn a_rule_that_keeps_silent_is_named() {
    let text = SCENARIO.replace(
        "  - expect: { robot: ops, within: 2m, message: [{ contains: Stopping }] }\n",
        "  - expect: { robot: managers, within: 2m }\n",
    );
    let (run, _) = run(&stage(&[], &text));
    run.exits(1)
        .says("no message came to robot `managers` within 2m")
        .says("ecs-fault")
        .says("undone: web-1");
}

#[test]
fn a_robot_to_which_no_rule_leads_is_not_waited_for() {
    let text = SCENARIO.replace("ops, within: 2m", "idle, within: 90d");
    let stage = Stage::bare(Desk::new(), 60, &[]);
    stage.desk.replace(
        "quickstart/bellcheck.yaml",
        "robots:",
        "robots:\n  idle: { webhook: \"https://oapi.dingtalk.com/robot/send?access_token=idle-test-token\" }\n ",
    );
    let spec = stage.desk.read("quickstart/bellcheck.yaml").replace("\n                       #", "\n#");
    stage.desk.write("quickstart/bellcheck.yaml", &spec);
    stage.apply("quickstart/bellcheck.yaml");
    let stage = stage.with_instance("web-1", "Running", json!({"bellcheck": "allowed"}));
    stage.desk.write("a.yaml", &text);
    // 90 days would be 36 hours of this clock.
    let (run, _) = run(&stage);
    run.exits(1)
        .says("no message can come to robot `idle`")
        .says("no rule of the spec that is switched on leads to it");
}

#[test]
fn secrets_are_in_no_file_that_a_run_leaves() {
    let mut stage =
        stage(&[], SCENARIO).with("relay: { url: \"http://127.0.0.1:1\", token: canary-relay-token }\n");
    stage.network = None;
    stage.write_binds();
    let mut command = stage.command();
    command.args(["test", "--backend", "live", "--yes", "a.yaml", "--metrics", "m.prom", "--html", "r.html"]);
    // No relay answers there.
    let run = Run::of(command.output().unwrap()).exits(3).says("the relay cannot be reached");
    let without = stage.desk.read("binds.yaml").replace("relay:", "x-relay:");
    stage.desk.write("binds.yaml", &without);
    let mut command = stage.command();
    command.args(["test", "--backend", "live", "--yes", "a.yaml", "--metrics", "m.prom", "--html", "r.html"]);
    let second = Run::of(command.output().unwrap()).exits(0);
    stage.desk.write("binds.yaml", "");
    let mut seen = vec![("output".to_owned(), format!("{}{}", run.all(), second.all()))];
    for (path, bytes) in stage.desk.files() {
        let name = path.display().to_string();
        if !name.starts_with("quickstart") && name != "binds.yaml" {
            seen.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    let folder = stage.desk.path(".bellcheck/live");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        seen.push((path.display().to_string(), std::fs::read_to_string(path).unwrap()));
    }
    for end in [".jsonl", ".guard.log"] {
        assert!(seen.iter().any(|(name, _)| name.ends_with(end)), "no {end} was looked at");
    }
    for (name, text) in &seen {
        for secret in [
            "canary-relay-token",
            "testSk",
            "ops-test-token",
            "Y2FuYXJ5LXJlbGF5LXRva2Vu",
            "dGVzdFNr",
            "b3BzLXRlc3QtdG9rZW4",
        ] {
            assert!(!text.contains(secret), "`{secret}` is in {name}:\n{text}");
        }
    }
}

#[test]
fn what_comes_too_late_is_told_apart_from_what_does_not_come() {
    let hasty = SCENARIO.replace("within: 2m", "within: 10s");
    let slow = ["event_latency=30s"];
    let (late, _) = run(&stage(&slow, &hasty));
    let late = late.exits(1).says("the message came to robot `ops` after").says("not within 10s");
    late.says("too late").says("write `within: ");
    // As long as is looked on, and no longer.
    let without = stage(&slow, &hasty).with("look_on: 0s\n");
    let (unknown, _) = run(&without);
    unknown.exits(1).says("no message came to robot `ops` within 10s").hides("too late");

    let event = "  - expect_event: { product: ECS, name: \"Instance:StateChange\", within: 5s }\n";
    let text = format!("{}{event}", SCENARIO.split("  - expect").next().unwrap());
    let (late, _) = run(&stage(&slow, &text));
    late.exits(1).says("after").says("not within 5s").says("it came at");
}
