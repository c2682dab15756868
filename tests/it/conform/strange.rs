//! `bellcheck conform` among strangers: hostile and damaged cassettes, accounts that are full, busy or
//! large.

use std::{fs, time::Duration};

use serde_json::{Value, json};

use super::{
    proxy::Proxy,
    record::hides,
    replay::{named, tape},
};
use crate::support::{Cloud, Desk};

const LIVE: [&str; 9] =
    ["conform", "--live", "--writes", "--yes", "--force", "-o", "json", "--region", "cn-hangzhou"];

fn exchange(operation: &str, at: u64, body: Value) -> Value {
    json!({"operation": operation, "product": "Cms", "version": "2019-01-01", "parameters": {},
        "started_ms": at, "took_ms": 30, "status": 200, "body": body})
}

#[test]
fn a_hostile_cassette_neither_moves_the_cursor_nor_forges_a_line() {
    let desk = Desk::new();
    let evil = "\u{1b}[2J\u{202e}\nsame   Forged";
    let mut last =
        exchange("DescribeContactList", u64::MAX, json!({evil: evil, "Total": evil, "Code": evil}));
    last["took_ms"] = json!(u64::MAX);
    let unknown = exchange(evil, 1, json!({}));
    tape(&desk, "evil.jsonl", &[exchange("DescribeContactList", 0, json!({evil: [1]})), unknown, last]);
    let text =
        desk.read("evil.jsonl").replacen("\"command\":\"test\"", &format!("\"command\":{}", json!(evil)), 1);
    desk.write("evil.jsonl", &text);
    desk.write("late.jsonl", &text.replace("2026-01-01T00:00:00Z", "9999-12-30T00:00:00Z"));
    for file in ["evil.jsonl", "late.jsonl"] {
        let run = desk.run(&["conform", "--all", file]).exits(1).says("Forged");
        let all = run.all();
        assert!(!all.contains('\u{1b}') && !all.contains('\u{202e}'), "{all:?}");
        assert!(!all.lines().any(|line| line.starts_with("same   Forged")), "{all}");
    }
    desk.write("head.jsonl", &text.replace("\"live\"", &json!(evil).to_string()));
    let run = desk.run(&["conform", "head.jsonl"]).exits(2).says("line 1: no header");
    assert!(!run.all().contains('\u{1b}'), "{run:?}");
}

#[test]
fn what_has_no_end_is_no_cassette() {
    let desk = Desk::new();
    desk.run(&["conform", "/dev/zero"])
        .exits(2)
        .says("it is a character device, and a regular file is needed");
    let large = std::fs::File::create(desk.path("large.jsonl")).unwrap();
    large.set_len(256 * 1024 * 1024 + 1).unwrap();
    desk.run(&["conform", "large.jsonl"]).exits(2).says("more than 256 MiB");
}

#[test]
fn what_is_escaped_encoded_or_a_number_is_not_recorded() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let proxy = Proxy::before(&cloud, |operation, answer| {
        if operation == "DescribeContactList" {
            let inner = r#"{"to":"c4n4ry\u0040example.com","password":"p4ss\/w0rd\u003dc4n4ry"}"#;
            answer["Extra"] = json!({"Content": inner, "Owner": 1_234_567_890_123_456_u64});
            // `x:` and the password, in the middle of a text in base64.
            answer["Later"] = json!("it was eDpwNHNzL3cwcmQ9YzRuNHJ5 before");
        }
        Duration::ZERO
    });
    let spec = "quickstart/bellcheck.yaml";
    cloud.run(&desk, &["plan", spec, "--record", "tapes", "--endpoint", &proxy.endpoint()]);
    let file = bellcheck::files::find(&desk.path("tapes"), ".jsonl").unwrap().remove(0);
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains("Extra") && text.contains("it was ") && text.contains(" before"), "{text}");
    for secret in ["p4ss/w0rd=c4n4ry", "c4n4ry@example.com", "1234567890123456"] {
        hides(&text, secret);
    }
    for form in ["c4n4ry", "p4ss", "NHNzL3cwcmQ9YzRuNHJ5"] {
        assert!(!text.contains(form), "{form} in {text}");
    }
}

#[test]
fn many_values_are_compared_in_a_time_that_grows_with_their_number() {
    let desk = Desk::new();
    const MANY: usize = 3000;
    let contact = |number: usize| {
        json!({"Name": format!("contact-{number:05}"), "Desc": "d", "Lang": "en", "CreateTime": 1_764_171_000_000_u64, "UpdateTime": 1_764_171_000_000_u64,
            "Channels": {"Mail": format!("{{mail-{number}}}"), "DingWebHook": format!("{{robot-{number}}}")},
            "ChannelsState": {"Mail": "PENDING", "DingWebHook": "OK"}, "ContactGroups": {"ContactGroup": []}})
    };
    let page = |number: usize| {
        let contacts: Vec<Value> = (1..=100).map(|row| contact(number * 100 + row)).collect();
        let body = json!({"Code": "200", "Message": "", "RequestId": "R", "Success": true, "Total": MANY,
            "Contacts": {"Contact": contacts}});
        let mut page = exchange("DescribeContactList", number as u64 * 100, body);
        page["parameters"] = json!({"PageNumber": (number + 1).to_string(), "PageSize": "100"});
        page
    };
    tape(&desk, "many.jsonl", &(0..MANY / 100).map(page).collect::<Vec<_>>());
    let run = desk.run(&["conform", "many.jsonl", "-o", "json"]);
    assert_eq!(named(&run), Vec::<String>::new());
}

#[test]
fn an_account_that_is_full_does_not_answer_other_questions() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let full = json!({"rules": [{"operation": "PutContactGroup", "error": "QuotaExceeded.ContactGroup"}]});
    cloud.control("PUT", "/_bellcheck/faults", &full);
    let run = cloud.run(&desk, &[&LIVE[..], &["--retry-for", "0s"]].concat()).exits(0);
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let of =
        |name: &str| found["switches"].as_array().unwrap().iter().find(|row| row["switch"] == name).cloned();
    assert_eq!(of("unknown_contact").unwrap()["finding"], "failed", "{found}");
    assert_eq!(of("batch_unknown").unwrap()["finding"], "settled", "{found}");
}

#[test]
fn a_busy_account_is_asked_to_the_end_and_a_large_one_is_read_once() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--switch", "group_page_size=25"]);
    let busy = json!({"seed": 7, "rules": [{"operation": "*", "error": "Throttling.User", "share": 0.2}]});
    cloud.control("PUT", "/_bellcheck/faults", &busy);
    let run = cloud.run(&desk, &LIVE).exits(0);
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found["left_behind"], json!([]));
    let failed = found["switches"].as_array().unwrap().iter().filter(|row| row["finding"] == "failed");
    assert_eq!(failed.count(), 0, "{found}");
    cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": []}));
    // More than twenty groups are made to fill a page; whether they are gone is asked once.
    cloud.run(&desk, &LIVE).exits(0);
    let journal = cloud.control("GET", "/_bellcheck/journal", &Value::Null);
    let calls = journal.as_array().unwrap().iter().filter(|entry| entry["kind"] == "call");
    let calls: Vec<&str> = calls.map(|entry| entry["operation"].as_str().unwrap()).collect();
    let deleted = calls.iter().rposition(|operation| operation.starts_with("Delete")).unwrap();
    let asked = calls[deleted..].iter().filter(|operation| **operation == "DescribeContactGroupList");
    assert_eq!(asked.count(), 1);
}
