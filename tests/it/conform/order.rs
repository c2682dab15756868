//! `bellcheck conform CASSETTE` and the order of lists.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    proxy::Proxy,
    replay::{named, tape},
};
use crate::support::{Cloud, Desk};

const SPEC: &str = "quickstart/bellcheck.yaml";

/// Turns a list round; one that is not there is a mistake of the test.
fn turn(answer: &mut Value, path: &str) {
    answer.pointer_mut(path).unwrap_or_else(|| panic!("{path}")).as_array_mut().unwrap().reverse();
}

/// A cassette of a look at a whole stack, through a proxy that changes answers.
fn look(desk: &Desk, change: impl Fn(&str, &mut Value) + Send + Sync + 'static) {
    let cloud = Cloud::start(desk, &[]);
    cloud.run(desk, &["apply", SPEC, "--yes"]).exits(0);
    let proxy = Proxy::before(&cloud, move |operation, answer| {
        change(operation, answer);
        Duration::ZERO
    });
    cloud.run(desk, &["plan", SPEC, "--record", "tapes", "--endpoint", &proxy.endpoint()]).exits(0);
}

#[test]
fn another_order_of_the_same_entries_is_a_difference_of_its_own() {
    let desk = Desk::new();
    look(&desk, |operation, answer| match operation {
        "DescribeEventRuleList" => turn(answer, "/EventRules/EventRule"),
        "DescribeContactGroupList" => turn(answer, "/ContactGroupList/ContactGroup"),
        // What is a set by the documents has no order.
        "DescribeContactList" => {
            turn(answer, "/Contacts/Contact");
            for contact in answer["Contacts"]["Contact"].as_array_mut().unwrap() {
                turn(contact, "/ContactGroups/ContactGroup");
            }
        }
        _ => {}
    });
    let run = desk.run(&["conform", "tapes", "-o", "json"]).exits(1);
    assert_eq!(
        named(&run),
        [
            "DescribeContactGroupList ContactGroupList.ContactGroup[] order",
            "DescribeEventRuleList EventRules.EventRule[] order",
        ]
    );
    desk.run(&["conform", "tapes"]).exits(1).says(
        "EventRules.EventRule[]: order: the cloud has `ecs-state-change` before `ecs-fault`, the emulator `ecs-fault` before `ecs-state-change`",
    );
}

#[test]
fn a_list_that_turns_round_by_itself_has_no_order() {
    let desk = Desk::new();
    look(&desk, |operation, answer| {
        if operation == "DescribeEventRuleList" {
            turn(answer, "/EventRules/EventRule");
        }
    });
    let file = bellcheck::files::find(&desk.path("tapes"), ".jsonl").unwrap().remove(0);
    let text = std::fs::read_to_string(&file).unwrap();
    // The same read once more, a second later, with the rules the other way round.
    let exchanges = text.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).unwrap());
    let again =
        exchanges.filter(|exchange| exchange["operation"] == "DescribeEventRuleList").map(|mut again| {
            again["started_ms"] = json!(again["started_ms"].as_u64().unwrap() + 1000);
            turn(&mut again, "/body/EventRules/EventRule");
            format!("{again}\n")
        });
    let twice = text.clone() + &again.collect::<String>();
    std::fs::write(&file, twice).unwrap();
    desk.run(&["conform", "tapes"])
        .exits(0)
        .says("EventRules.EventRule[]: no order: the cloud turned it round when it was asked again");
    let run = desk.run(&["conform", "tapes", "-o", "json"]);
    assert_eq!(named(&run), Vec::<String>::new());
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let rules = found["operations"].as_array().unwrap().iter();
    let rules = rules.clone().find(|verdict| verdict["operation"] == "DescribeEventRuleList").unwrap();
    assert_eq!(rules["unordered"], json!(["EventRules.EventRule[]"]));
}

#[test]
fn a_history_that_begins_at_the_other_end_is_named_with_its_switch() {
    let desk = Desk::new();
    let exchange = |operation: &str, at: u64, parameters: Value, body: Value| {
        json!({"operation": operation, "product": "Cms", "version": "2019-01-01", "parameters": parameters,
            "started_ms": at, "took_ms": 30, "status": 200, "body": body})
    };
    let send = |at: u64, name: &str| {
        let parameters = json!({"Product": "ECS", "EventName": name});
        let body = json!({"Code": "200", "Message": "", "RequestId": "R", "Success": "true"});
        exchange("SendDryRunSystemEvent", at, parameters, body)
    };
    let names = ["Instance:StateChange", "Instance:SystemFailure.Reboot:Executing"];
    let row = |(at, name): (u64, &str)| json!({"Id": format!("E-{at}"), "Product": "ECS", "Name": name, "Time": 1_767_225_600_000_u64 + at});
    let rows: Vec<Value> = [0, 5000].into_iter().zip(names).map(row).collect();
    let list = exchange(
        "DescribeSystemEventAttribute",
        60_000,
        json!({"PageSize": "100"}),
        json!({"Code": "200", "Message": "", "RequestId": "R", "Success": "true",
            "SystemEvents": {"SystemEvent": rows}}),
    );
    tape(&desk, "history.jsonl", &[send(0, names[0]), send(5000, names[1]), list]);
    let text = "SystemEvents.SystemEvent[]: order: the cloud has the oldest first, the emulator the newest first; switch `history_order`";
    desk.run(&["conform", "history.jsonl"]).exits(1).says(text);
    let run = desk.run(&["conform", "history.jsonl", "--switch", "history_order=oldest"]);
    run.hides("order: ").says("differs DescribeSystemEventAttribute");
}
