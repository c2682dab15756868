//! `bellcheck conform CASSETTE`: what is named, and what is not.

use std::{fs, time::Duration};

use serde_json::{Value, json};

use super::proxy::Proxy;
use crate::support::{Cloud, Desk, Run};

const SPEC: &str = "quickstart/bellcheck.yaml";

/// `operation field kind` of each difference.
pub(super) fn named(run: &Run) -> Vec<String> {
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let operations = found["operations"].as_array().unwrap();
    let of = |verdict: &Value| -> Vec<String> {
        let operation = verdict["operation"].as_str().unwrap();
        let differences = verdict["differs"].as_array().unwrap().iter();
        let text = |difference: &Value| {
            format!(
                "{operation} {} {}",
                difference["field"].as_str().unwrap(),
                difference["kind"].as_str().unwrap()
            )
        };
        differences.map(text).collect()
    };
    operations.iter().flat_map(of).collect()
}

/// Records a life of a stack through the proxy's endpoint: look, make, look, change, import, remove.
fn record(desk: &Desk, cloud: &Cloud, endpoint: &str) {
    let to = ["--record", "tapes", "--endpoint", endpoint];
    for args in [&["plan", SPEC][..], &["apply", SPEC, "--yes"], &["plan", SPEC]] {
        cloud.run(desk, &[args, &to].concat());
    }
    desk.replace(SPEC, "levels: [INFO]", "levels: [INFO, WARN]");
    for args in [
        &["apply", SPEC, "--yes"][..],
        &["import", "--stack", "ecs-ops", "--out", "i.yaml", "--region", "cn-hangzhou"],
        &["destroy", SPEC, "--yes"],
    ] {
        cloud.run(desk, &[args, &to].concat());
    }
}

#[test]
fn without_a_difference_everything_is_the_same() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--seed", "7"]);
    let proxy = Proxy::before(&cloud, |_, _| Duration::from_millis(20));
    record(&desk, &cloud, &proxy.endpoint());
    let run = desk.run(&["conform", "tapes", "-o", "json"]);
    assert_eq!(named(&run), Vec::<String>::new());
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, &found["verdict"]), (0, &json!("same")));
    assert_eq!(found["cassettes"].as_array().unwrap().len(), 6);
    assert_eq!(found["passed_over"], json!([]));
    let rules = found["operations"]
        .as_array()
        .unwrap()
        .iter()
        .find(|o| o["operation"] == "DescribeEventRuleList")
        .unwrap();
    let has = |list: &Value, path: &str| list.as_array().unwrap().iter().any(|known| known == path);
    assert!(has(&rules["same"], "EventRules.EventRule[].SilenceTime"), "{rules}");
    assert!(has(&rules["never_observed"], "EventRules.EventRule[].GroupId"), "{rules}");
    assert!(has(&found["never_observed"], "StopInstance"), "{found}");
    desk.run(&["conform", "tapes"])
        .exits(0)
        .says("same    PutContact")
        .says("same: ")
        .says("never observed: ");
}

#[test]
fn three_planted_differences_are_named_and_nothing_else() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let proxy = Proxy::before(&cloud, |operation, answer| {
        match operation {
            // A wrapper: one level more around the list.
            "DescribeContactGroupList" => {
                let list = answer["ContactGroupList"].take();
                answer["ContactGroupList"] = json!({"ContactGroupList": list});
            }
            // A default: nobody set it.
            "DescribeEventRuleList" => {
                for rule in answer["EventRules"]["EventRule"].as_array_mut().unwrap() {
                    rule["EventType"] = json!("CUSTOM_AND_SYSTEM");
                }
            }
            // A delay.
            "DeleteContact" => return Duration::from_secs(3),
            _ => {}
        }
        Duration::ZERO
    });
    record(&desk, &cloud, &proxy.endpoint());
    let run = desk.run(&["conform", "tapes", "-o", "json"]);
    assert_eq!(
        named(&run),
        [
            "DeleteContact (answer time) timing",
            "DescribeContactGroupList ContactGroupList wrapper",
            "DescribeEventRuleList EventRules.EventRule[].EventType default",
        ]
    );
    assert_eq!(run.code, 1);
    desk.run(&["conform", "tapes"])
        .exits(1)
        .says("ContactGroupList: wrapper: the cloud has it in `ContactGroupList`, the emulator has it without that level")
        .says("EventRules.EventRule[].EventType: default: the cloud has `CUSTOM_AND_SYSTEM`, the emulator `SYSTEM`")
        .says("(answer time): timing: the cloud took 3s")
        .says("3 things differ");
    // A greater tolerance takes the delay for none.
    let run = desk.run(&["conform", "tapes", "-o", "json", "--tolerance", "5s"]);
    assert_eq!(named(&run).len(), 2);
}

#[test]
fn each_kind_of_difference_has_its_name() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let proxy = Proxy::before(&cloud, |operation, answer| {
        match operation {
            "PutContact" => answer["Code"] = json!(200),
            "PutContactGroup" => {
                answer.as_object_mut().unwrap().remove("Message");
                answer["Trace"] = json!("x");
            }
            "PutEventRuleTargets" => answer["Success"] = json!("True"),
            "DescribeEventRuleList" => {
                for rule in answer["EventRules"]["EventRule"].as_array_mut().unwrap() {
                    rule["State"] = json!("Enabled");
                }
            }
            "DescribeContactList" => answer["Total"] = json!(99),
            _ => {}
        }
        Duration::ZERO
    });
    cloud.run(&desk, &["apply", SPEC, "--yes", "--record", "tapes", "--endpoint", &proxy.endpoint()]);
    let run = desk.run(&["conform", "tapes", "-o", "json"]).exits(1);
    assert_eq!(
        named(&run),
        [
            "DescribeContactList Total default",
            "DescribeEventRuleList EventRules.EventRule[].State enum",
            "PutContact Code type",
            "PutContactGroup Message only in the emulator",
            "PutContactGroup Trace only in the cloud",
            "PutEventRuleTargets Success type",
        ]
    );
}

/// The lines of a cassette of a made-up cloud.
pub(super) fn tape(desk: &Desk, name: &str, exchanges: &[Value]) {
    let header = json!({"format": "bellcheck-cassette/1", "tool": "bellcheck 0", "command": "test",
        "provenance": "live", "recorded_at": "2026-01-01T00:00:00Z", "region": "cn-hangzhou",
        "endpoints": {"Ecs": "ecs.cn-hangzhou.aliyuncs.com"}});
    let lines: Vec<String> = std::iter::once(&header).chain(exchanges).map(Value::to_string).collect();
    desk.write(name, &(lines.join("\n") + "\n"));
}

fn poll(at: u64, status: &str) -> Value {
    json!({"operation": "DescribeInstanceStatus", "product": "Ecs", "version": "2014-05-26",
        "parameters": {"RegionId": "cn-hangzhou", "InstanceId.1": "i-bp1recorded00000001"},
        "started_ms": at * 1000, "took_ms": 30, "status": 200,
        "body": {"RequestId": "R", "TotalCount": 1, "PageNumber": 1, "PageSize": 10, "InstanceStatuses":
            {"InstanceStatus": [{"InstanceId": "i-bp1recorded00000001", "Status": status}]}}})
}

fn stop(at: u64) -> Value {
    json!({"operation": "StopInstance", "product": "Ecs", "version": "2014-05-26",
        "parameters": {"InstanceId": "i-bp1recorded00000001"},
        "started_ms": at * 1000, "took_ms": 30, "status": 200, "body": {"RequestId": "R"}})
}

#[test]
fn a_state_that_lasts_longer_is_named_with_the_switch_that_decides_it() {
    let desk = Desk::new();
    let mut exchanges = vec![poll(0, "Running"), stop(1)];
    exchanges.extend((1..9).map(|number| poll(number * 10, "Stopping")));
    exchanges.push(poll(91, "Stopped"));
    tape(&desk, "stop.jsonl", &exchanges);
    let run = desk.run(&["conform", "stop.jsonl", "-o", "json"]).exits(1);
    assert_eq!(named(&run), ["DescribeInstanceStatus InstanceStatuses.InstanceStatus[].Status timing"]);
    desk.run(&["conform", "stop.jsonl"])
        .exits(1)
        .says("the cloud went from `Stopping` to `Stopped` between 1m19s and 1m30s after StopInstance, the emulator between 29s and 39s after StopInstance; switch `stopping`");
    // With the switch set as the cloud has it they are the same.
    desk.run(&["conform", "stop.jsonl", "--switch", "stopping=90s"]).exits(0);
    desk.write("switches.yaml", "stopping: 85s\n");
    desk.run(&["conform", "stop.jsonl", "--switches", "switches.yaml"]).exits(0);
    desk.run(&["conform", "stop.jsonl", "--tolerance", "1m"]).exits(0);
}

#[test]
fn a_cloud_that_is_faster_differs_in_its_times_and_not_in_what_follows_from_them() {
    let desk = Desk::new();
    let mut start = stop(4);
    start["operation"] = json!("StartInstance");
    let exchanges = [
        poll(0, "Running"),
        stop(1),
        poll(2, "Stopping"),
        poll(3, "Stopped"),
        start,
        poll(5, "Starting"),
        poll(6, "Running"),
    ];
    tape(&desk, "fast.jsonl", &exchanges);
    let run = desk.run(&["conform", "fast.jsonl", "-o", "json"]).exits(1);
    let field = "DescribeInstanceStatus InstanceStatuses.InstanceStatus[].Status timing";
    assert_eq!(named(&run), [field, field]);
    desk.run(&["conform", "fast.jsonl"])
        .exits(1)
        .says("the cloud went from `Stopping` to `Stopped` between 1s and 2s after StopInstance, the emulator 30s after StopInstance; switch `stopping`")
        .says("the cloud went from `Starting` to `Running` between 1s and 2s after StartInstance, the emulator 30s after StartInstance; switch `starting`")
        .says("same    StartInstance")
        .says("2 things differ");
    desk.run(&["conform", "fast.jsonl", "--switch", "stopping=2s", "--switch", "starting=2s"]).exits(0);
}

#[test]
fn what_happened_before_the_recording_is_no_difference() {
    let desk = Desk::new();
    // 2026-01-01T00:00:00Z, and the minute before.
    let look = |at: u64, times: &[u64]| {
        let row = |time: &u64| {
            json!({"Id": format!("E-{time}"), "Product": "ECS", "Name": "Instance:StateChange", "Level": "INFO",
            "Status": "Normal", "RegionId": "cn-hangzhou", "ResourceId": "acs:ecs:x", "InstanceName": "x",
            "GroupId": "", "Time": time, "Content": "{}"})
        };
        json!({"operation": "DescribeSystemEventAttribute", "product": "Cms", "version": "2019-01-01",
            "parameters": {"PageSize": "100"}, "started_ms": at, "took_ms": 30, "status": 200,
            "body": {"Code": "200", "Message": "", "RequestId": "R", "Success": "true",
                "SystemEvents": {"SystemEvent": times.iter().map(row).collect::<Vec<_>>()}}})
    };
    tape(&desk, "before.jsonl", &[look(0, &[1_767_225_540_000])]);
    desk.run(&["conform", "before.jsonl"]).exits(0);
    // One of its own time is the emulator's to know.
    tape(&desk, "within.jsonl", &[look(0, &[1_767_225_540_000]), look(60_000, &[1_767_225_630_000])]);
    desk.run(&["conform", "within.jsonl"]).exits(1).says("SystemEvents.SystemEvent[]");
}

#[test]
fn what_says_nothing_of_the_service_is_passed_over_and_told() {
    let desk = Desk::new();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut exchange = stop(1);
        change(&mut exchange);
        exchange
    };
    let exchanges = [
        with(&|e| {
            e["status"] = json!(400);
            e["body"] = json!({"Code": "Throttling.User", "Message": "m", "RequestId": "R"});
        }),
        with(&|e| {
            e["status"] = json!(503);
            e["body"] = json!({"Code": "ServiceUnavailable", "Message": "m", "RequestId": "R"});
        }),
        with(&|e| {
            e["status"] = json!(403);
            e["body"] = json!({"Code": "Forbidden.RAM", "Message": "m", "RequestId": "R"});
        }),
        with(&|e| {
            e.as_object_mut().unwrap().remove("body");
            e["text"] = json!("<html>");
        }),
        with(&|e| {
            e.as_object_mut().unwrap().remove("body");
            e.as_object_mut().unwrap().remove("status");
            e["lost"] = json!({"message": "connection refused", "sent": false});
        }),
        with(&|e| e["operation"] = json!("StopTheWorld")),
    ];
    tape(&desk, "faults.jsonl", &exchanges);
    let mut run = desk.run(&["conform", "faults.jsonl"]).exits(0);
    for why in [
        "that was throttled",
        "in which the service failed",
        "that the caller was not allowed to make",
        "whose answer is no JSON",
        "that was not sent",
        "that the emulator does not have",
    ] {
        run = run.says(&format!("{why}, passed over"));
    }
    // A refusal of the service is an answer like another.
    let refused = with(&|e| {
        e["status"] = json!(403);
        e["body"] = json!({"Code": "IncorrectInstanceStatus", "Message": "m", "RequestId": "R"});
    });
    tape(&desk, "refused.jsonl", &[refused]);
    desk.run(&["conform", "refused.jsonl"]).exits(1).says(
        "(answer): answer: the cloud refused it with 403 IncorrectInstanceStatus, the emulator took the call",
    );
}

#[test]
fn old_evidence_is_called_old() {
    let desk = Desk::new();
    tape(&desk, "old.jsonl", &[poll(0, "Running")]);
    desk.run(&["conform", "old.jsonl", "--max-age", "1d"])
        .exits(0)
        .says("old evidence")
        .says("the vendor's addresses");
    desk.run(&["conform", "old.jsonl", "--max-age", "100000d"]).exits(0).hides("old evidence");
    let run = desk.run(&["conform", "old.jsonl", "-o", "json", "--max-age", "1d"]);
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found["cassettes"][0]["old"], true);
}

#[test]
fn what_is_no_cassette_is_refused_with_its_line() {
    let desk = Desk::new();
    tape(&desk, "good.jsonl", &[poll(0, "Running")]);
    let good = desk.read("good.jsonl");
    desk.write("broken.jsonl", &good.replacen("DescribeInstanceStatus\",", "DescribeInstanceStatus\"", 1));
    desk.write("newer.jsonl", &good.replace("cassette/1", "cassette/2"));
    fs::create_dir(desk.path("empty")).unwrap();
    for (path, says) in [
        ("broken.jsonl", "broken.jsonl, line 2"),
        ("newer.jsonl", "`bellcheck-cassette/2`"),
        ("missing.jsonl", "cannot read missing.jsonl"),
        ("empty", "there is no cassette in empty"),
        (SPEC, "line 1: no header"),
    ] {
        desk.run(&["conform", path]).exits(2).says(says).says("help: ");
    }
    // One that was cut short is read as far as it is whole.
    desk.write("cut.jsonl", &good[..good.len() - 10]);
    desk.run(&["conform", "cut.jsonl"]).exits(2).says("there is no exchange in cut.jsonl");
    desk.write("cut.jsonl", &format!("{good}{{\"operation\":"));
    desk.run(&["conform", "cut.jsonl"]).exits(0).says("cut short").says("1 exchange of `test`");
}
