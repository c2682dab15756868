use super::*;
use crate::{dingtalk::Reply, emulator::RobotRef, spec::load};

const SPEC: &str = include_str!("../../../../examples/quickstart/bellcheck.yaml");

fn beliefs() -> Beliefs {
    Beliefs::new(Arc::new(load("bellcheck.yaml", SPEC, &|name| Some(name.to_lowercase())).unwrap().value))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_196_800 + second).unwrap()
}

fn event(id: &str, state: &str, second: i64) -> SystemEvent {
    SystemEvent::state_change(id, state, at(second))
}

fn alert(status: &str, second: i64) -> AlertLog {
    AlertLog {
        log_id: second.to_string(),
        alert_time: at(second).as_millisecond().to_string(),
        rule_name: "ecs-state-change".to_owned(),
        event_name: "Instance:StateChange".to_owned(),
        instance_id: "i-1".to_owned(),
        send_status: status.to_owned(),
        ..AlertLog::default()
    }
}

fn message(second: i64) -> Captured {
    let message = Message::markdown("CloudMonitor", "Stopping");
    Captured {
        at: at(second),
        robot: RobotRef { token: String::new(), name: Some("ops".to_owned()) },
        body: message.to_json(),
        message,
        reply: Reply::ok(),
    }
}

fn verdicts(entries: &[Entry]) -> Vec<(String, RuleVerdict)> {
    let verdict = |entry: &Entry| match &entry.what {
        What::Rule { event_id, rule, verdict } if rule == "ecs-state-change" => {
            Some((event_id.clone(), verdict.clone()))
        }
        _ => None,
    };
    entries.iter().filter_map(verdict).collect()
}

#[test]
fn an_entry_of_the_alert_log_tells_of_the_oldest_event_that_it_can_be_about() {
    let mut beliefs = beliefs();
    assert_eq!(verdicts(&beliefs.event(event("a", "Stopping", 0))), [], "nothing is known of it yet");
    beliefs.event(event("b", "Stopped", 30));
    let (entries, letters) = beliefs.alert(&alert(TOLD, 2));
    assert_eq!(verdicts(&entries), [("a".to_owned(), RuleVerdict::Matched)]);
    let told: Vec<&str> = letters.iter().map(|(robot, _)| robot.as_str()).collect();
    assert_eq!(told, ["ops"]);
    assert_eq!(letters[0].1.evidence, Evidence::Notified);
    let (entries, letters) = beliefs.alert(&alert(SILENT, 31));
    assert!(matches!(verdicts(&entries)[..], [(ref id, RuleVerdict::Silenced { .. })] if id == "b"));
    assert!(letters.is_empty());
    assert_eq!(beliefs.conclude(), [], "nothing is left to conclude");
}

#[test]
fn a_message_that_is_captured_before_the_log_tells_of_it_is_one() {
    let mut beliefs = beliefs();
    beliefs.event(event("a", "Stopping", 0));
    let (_, first) = beliefs.captured(message(2));
    assert_eq!(first.unwrap().event_id.as_deref(), Some("a"));
    let (entries, _) = beliefs.alert(&alert(TOLD, 2));
    assert_eq!(verdicts(&entries), [("a".to_owned(), RuleVerdict::Matched)]);
    beliefs.event(event("b", "Stopped", 30));
    let (_, second) = beliefs.captured(message(32));
    let second = second.unwrap();
    assert_eq!((second.event_id.as_deref(), second.rule.as_deref()), (Some("b"), Some("ecs-state-change")));
    let (_, third) = beliefs.captured(message(40));
    assert_eq!(third.unwrap().rule, None, "nobody knows what sent it");
}

#[test]
fn where_all_are_silent_the_spec_says_what_happened() {
    let mut beliefs = beliefs();
    beliefs.event(event("a", "Stopping", 0));
    let letters = beliefs.only_seen("ops");
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].evidence, Evidence::Seen);
    beliefs.event(event("b", "Stopped", 30));
    assert_eq!(verdicts(&beliefs.conclude()), [("b".to_owned(), RuleVerdict::Matched)]);
    assert!(beliefs.only_seen("managers").is_empty());
}

#[test]
fn a_refused_message_is_in_the_journal_and_in_no_mailbox() {
    let mut beliefs = beliefs();
    let reply = Reply { errcode: 310_000, errmsg: "keywords not in content".to_owned() };
    let (entry, letter) = beliefs.captured(Captured { reply, ..message(2) });
    assert!(letter.is_none());
    assert!(matches!(entry.what, What::Delivery { ref reply, .. } if !reply.accepted()));
}
