//! `bellcheck conform --live`: what it finds out, and what it leaves alone.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use super::{proxy::Proxy, record::hides};
use crate::{
    gate::{Act, Moment, OpenGate},
    interrupts::run_through,
    support::{Cloud, Desk},
};

const SPEC: &str = "quickstart/bellcheck.yaml";
const REGION: [&str; 2] = ["--region", "cn-hangzhou"];

/// Switches that are not as they are by default, each of which calls can show.
const OTHER: [(&str, &str); 19] = [
    ("key_owner", "account"),
    ("history_order", "oldest"),
    ("histogram_interval", "10s"),
    ("rule_list_default", "enabled"),
    ("group_page_size", "3"),
    ("put_omitted_contact", "keep"),
    ("put_omitted_group", "clear"),
    ("put_omitted_rule", "keep"),
    ("modify_omitted_application_group", "clear"),
    ("defaults_listed", "on"),
    ("unknown_target_group", "fail"),
    ("unknown_contact", "accept"),
    ("activation", "immediate"),
    ("application_group_name", "contains"),
    ("duplicate_application_group", "accept"),
    ("batch_unknown", "refuse"),
    ("timestamp_window", "7m"),
    ("default_silence", "1h"),
    ("default_language", "en"),
];

fn with(switches: &[(&str, &str)]) -> Vec<String> {
    switches.iter().flat_map(|(name, value)| ["--switch".to_owned(), format!("{name}={value}")]).collect()
}

fn start(desk: &Desk, args: &[String]) -> Cloud {
    Cloud::start(desk, &args.iter().map(String::as_str).collect::<Vec<_>>())
}

/// What the account holds, and the application groups.
fn held(cloud: &Cloud, desk: &Desk) -> Value {
    let state = cloud.control("GET", "/_bellcheck/state", &Value::Null);
    // Import sees what anybody sees.
    let seen = cloud.run(desk, &[&["import", "--force", "--out", "held.yaml"][..], &REGION].concat());
    json!([state["accounts"], state["robots"], seen.stdout])
}

fn switches(cloud: &Cloud) -> BTreeMap<String, Value> {
    let state = cloud.control("GET", "/_bellcheck/state", &Value::Null);
    serde_json::from_value(state["switches"].clone()).unwrap()
}

fn events(cloud: &Cloud) {
    for _ in 0..2 {
        let event = json!({"product": "ECS", "name": "Instance:StateChange"});
        cloud.control("POST", "/_bellcheck/events", &event);
        crate::support::pause(Duration::from_millis(20));
    }
    crate::support::pause(Duration::from_millis(1500));
}

fn found(desk: &Desk, cloud: &Cloud, more: &[&str]) -> BTreeMap<String, (String, Option<String>)> {
    let args = [&["conform", "--live", "-o", "json", "--force"][..], &REGION, more].concat();
    let run = cloud.run(desk, &args).exits(0);
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found["left_behind"], json!([]));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let of =
        |row: &Value| (text(&row["switch"]).unwrap(), (text(&row["finding"]).unwrap(), text(&row["value"])));
    found["switches"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn every_switch_that_calls_can_show_is_found_and_the_account_is_left_as_it_was() {
    let desk = Desk::new();
    let cloud = start(&desk, &with(&OTHER));
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    events(&cloud);
    let before = held(&cloud, &desk);
    let since = cloud.mark();

    let found = found(&desk, &cloud, &["--writes", "--yes"]);
    for (name, value) in OTHER {
        assert_eq!(found[name], ("settled".to_owned(), Some(value.to_owned())), "{name}");
    }
    assert_eq!(found["pending_channel"].0, "open", "nothing waits where activation is immediate");
    assert_eq!(found["stopping"].0, "out-of-reach");

    // Nothing is left, and nothing of others was ever written to.
    assert_eq!(held(&cloud, &desk), before);
    let writes = cloud.writes(since);
    assert!(writes.len() > 20, "{}", writes.len());
    for (operation, parameters) in writes {
        let own = parameters.to_string().contains("bellcheck-conform-");
        let is_nobody =
            operation == "StopInstances" && parameters.to_string().contains("bellcheckconformnobody");
        assert!(own || is_nobody || operation == "DeleteMonitorGroup", "{operation} {parameters}");
    }

    // An emulator that takes the file is like the one that was asked.
    let text = desk.read("switches.yaml");
    assert!(
        text.contains("# ") && text.contains("keep -> clear") && text.contains("PutContactGroup "),
        "{text}"
    );
    hides(&text, "testSk");
    let other = Cloud::start(&desk, &["--switches", "switches.yaml"]);
    assert_eq!(switches(&other), switches(&cloud));
    // A switch on the command line comes after the file.
    let other = Cloud::start(&desk, &["--switches", "switches.yaml", "--switch", "put_omitted_group=keep"]);
    assert_eq!(switches(&other)["put_omitted_group"], "keep");
}

#[test]
fn an_account_like_the_emulator_settles_the_defaults() {
    let desk = Desk::new();
    let cloud = start(&desk, &with(&[("pending_channel", "hidden")]));
    events(&cloud);
    let found = found(&desk, &cloud, &["--writes", "--yes"]);
    for (name, value) in [
        ("key_owner", "ram-user"),
        ("history_order", "newest"),
        ("histogram_interval", "30s"),
        ("rule_list_default", "all"),
        ("group_page_size", "10"),
        ("put_omitted_contact", "clear"),
        ("put_omitted_group", "keep"),
        ("put_omitted_rule", "clear"),
        ("modify_omitted_application_group", "keep"),
        ("unknown_target_group", "accept"),
        ("unknown_contact", "refuse"),
        ("activation", "pending"),
        ("pending_channel", "hidden"),
        ("application_group_name", "exact"),
        ("duplicate_application_group", "refuse"),
        ("batch_unknown", "item"),
        ("timestamp_window", "15m"),
        ("defaults_listed", "off"),
        ("site", "china"),
        ("unknown_role_account", "refuse"),
    ] {
        assert_eq!(found[name], ("settled".to_owned(), Some(value.to_owned())), "{name}");
    }
    let other = Cloud::start(&desk, &["--switches", "switches.yaml"]);
    assert_eq!(switches(&other), switches(&cloud));
}

#[test]
fn what_an_account_cannot_show_stays_open() {
    let desk = Desk::new();
    let other = [("timestamp_window", "off"), ("unknown_role_account", "accept")];
    let cloud = start(&desk, &with(&other));
    let found = found(&desk, &cloud, &["--writes", "--yes"]);
    for (name, value) in other {
        assert_eq!(found[name], ("settled".to_owned(), Some(value.to_owned())), "{name}");
    }
    // Neither list shows its default, the site is the Chinese one, and nothing rang.
    for name in ["default_silence", "default_language", "international_level", "alert_log_system_events"] {
        assert_eq!(found[name].0, "open", "{name}");
    }
    // Level 3 that the international site refuses.
    let cloud = start(&desk, &with(&[("site", "international")]));
    let found = self::found(&desk, &cloud, &["--writes", "--yes"]);
    assert_eq!(found["site"].1.as_deref(), Some("international"));
    assert_eq!(found["international_level"].1.as_deref(), Some("refuse"));
    // One that takes it cannot be told from something else.
    let cloud = start(&desk, &with(&[("site", "international"), ("international_level", "as-4")]));
    let found = self::found(&desk, &cloud, &["--writes", "--yes"]);
    assert_eq!([&found["site"].0, &found["international_level"].0], ["open", "open"]);
}

#[test]
fn an_alert_of_an_event_rule_shows_that_the_log_has_them() {
    let desk = Desk::new();
    let cloud = start(&desk, &with(&[("event_latency", "10ms"), ("delivery", "10ms")]));
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    events(&cloud);
    let found = found(&desk, &cloud, &[]);
    assert_eq!(found["alert_log_system_events"], ("settled".to_owned(), Some("on".to_owned())));
}

#[test]
fn the_document_tells_of_each_switch_what_the_command_tells() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let run = cloud.run(&desk, &[&["conform", "--live", "-o", "json"][..], &REGION].concat()).exits(0);
    let document =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/conformance.md")).unwrap();
    // Rows of tables whose first cell is a switch or some: cell by cell.
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    let rows: Vec<Vec<&str>> =
        rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect();
    let mut known = std::collections::BTreeSet::new();
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    for row in found["switches"].as_array().unwrap() {
        let name = row["switch"].as_str().unwrap();
        known.insert(name.to_owned());
        let cell = format!("`{name}`");
        let told: Vec<&Vec<&str>> =
            rows.iter().filter(|row| row[0].split(", ").any(|known| known == cell)).collect();
        let [told] = told[..] else { panic!("{name} has {} rows", told.len()) };
        if row["finding"] == "out-of-reach" {
            assert_eq!(
                told[1..],
                [row["why"].as_str().unwrap(), row["to_find_out"].as_str().unwrap()],
                "{name}"
            );
        } else {
            let how = if row["finding"] == "needs-writes" { "writes: " } else { "reads: " };
            assert!(told[1].starts_with(how), "{name}: {}", told[1]);
        }
    }
    let is_of_switches =
        |row: &&Vec<&str>| row.len() == 3 || row[1].starts_with("reads: ") || row[1].starts_with("writes: ");
    for row in rows.iter().filter(is_of_switches) {
        for cell in row[0].split(", ") {
            assert!(known.contains(cell.trim_matches('`')), "there is no switch {cell}");
        }
    }
    assert_eq!(known, switches(&cloud).into_keys().collect());
}

#[test]
fn what_a_list_shows_of_a_default_is_taken() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let proxy = Proxy::before(&cloud, |operation, answer| {
        if operation == "DescribeEventRuleList" {
            for rule in answer["EventRules"]["EventRule"].as_array_mut().unwrap() {
                rule["SilenceTime"] = json!(3600);
            }
        }
        if operation == "DescribeContactList" {
            for contact in answer["Contacts"]["Contact"].as_array_mut().unwrap() {
                contact["Lang"] = json!("en");
            }
        }
        Duration::ZERO
    });
    let found = found(&desk, &cloud, &["--writes", "--yes", "--endpoint", &proxy.endpoint()]);
    assert_eq!(found["default_silence"], ("settled".to_owned(), Some("1h".to_owned())));
    assert_eq!(found["default_language"], ("settled".to_owned(), Some("en".to_owned())));
}

#[test]
fn without_writes_nothing_is_written() {
    let desk = Desk::new();
    let cloud = start(&desk, &with(&OTHER));
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    let since = cloud.mark();
    let found = found(&desk, &cloud, &[]);
    assert_eq!(cloud.writes(since), []);
    assert_eq!(found["key_owner"], ("settled".to_owned(), Some("account".to_owned())));
    assert_eq!(found["put_omitted_group"].0, "needs-writes");
    assert_eq!(found["group_page_size"].0, "open");
    let args = [&["conform", "--live", "--force"][..], &REGION].concat();
    cloud
        .run(&desk, &args)
        .exits(0)
        .says("key_owner: account, and the emulator has ram-user by default")
        .says("put_omitted_group: not asked: needs --writes")
        .says("stopping: not decidable by calls: it needs an instance")
        .says("switches.yaml is written");
}

#[test]
fn it_asks_before_it_writes_and_refuses_before_it_calls() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let live = [&["conform", "--live"][..], &REGION].concat();
    cloud.run(&desk, &[&live[..], &["--writes"]].concat()).exits(2).says("--yes goes on without asking");
    desk.write("switches.yaml", "put_omitted_group: keep\n");
    cloud.run(&desk, &live).exits(2).says("switches.yaml is there already").says("--force");
    cloud.run(&desk, &["conform", "--live", "a.jsonl"]).exits(2);
    cloud.run(&desk, &["conform"]).exits(2);
    assert_eq!(cloud.mark(), 0);
    assert_eq!(desk.read("switches.yaml"), "put_omitted_group: keep\n");
    desk.write("old.yaml", "put_omitted: keep\n");
    desk.run(&["emulator", "--switches", "old.yaml"])
        .exits(2)
        .says("there is no switch `put_omitted` any more; write put_omitted_contact, put_omitted_group or put_omitted_rule")
        .says("old.yaml:1");
    desk.write("bad.yaml", "put_omited_group: keep\n");
    desk.run(&["emulator", "--switches", "bad.yaml"])
        .exits(2)
        .says("did you mean `put_omitted_group`")
        .says("bad.yaml:1");
}

#[test]
fn nothing_is_left_where_calls_fail_or_somebody_ends_it() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let before = held(&cloud, &desk);
    let args =
        [&["conform", "--live", "--writes", "--yes", "--force", "--retry-for", "0s"][..], &REGION].concat();
    // One probe fails, the others go on.
    let denied = json!({"rules": [{"operation": "DescribeEventRuleAttribute", "error": "Forbidden.RAM"}]});
    cloud.control("PUT", "/_bellcheck/faults", &denied);
    cloud
        .run(&desk, &args)
        .exits(0)
        .says("put_omitted_rule: not settled: DescribeEventRuleAttribute")
        .says("unknown_target_group: accept");
    cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": []}));
    assert_eq!(held(&cloud, &desk), before);

    for (at, moment) in [(1, Moment::Before), (4, Moment::After), (14, Moment::After)] {
        let gate = OpenGate::new(cloud.endpoint(), at, moment, Act::Signal("INT"));
        let (code, run) = run_through(&cloud, &desk, &gate, &args);
        assert_eq!(code, Some(130), "{run:?}");
        run.says("what was made is deleted, and no file was written");
        assert_eq!(held(&cloud, &desk), before, "at write {at}");
    }

    // What cannot be deleted is named.
    let stuck = json!({"rules": [{"operation": "DeleteContact", "error": "Forbidden.RAM"}]});
    cloud.control("PUT", "/_bellcheck/faults", &stuck);
    cloud.run(&desk, &args).exits(4).says("not deleted: contact bellcheck-conform-").says("Forbidden.RAM");

    // Where nothing can be asked at all, nothing is settled.
    let down = json!({"rules": [{"operation": "*", "status": 503}]});
    cloud.control("PUT", "/_bellcheck/faults", &down);
    let read = [&["conform", "--live", "--force", "--retry-for", "0s"][..], &REGION].concat();
    cloud.run(&desk, &read).exits(3).says("help: ");
}
