//! Silence windows, in no time.

use std::time::Duration;

use super::support::{Cloud, rule, to_group};
use crate::{
    api::cloudmonitor::{DeleteEventRules, PutEventRule, SendDryRunSystemEvent},
    emulator::RuleVerdict,
};

const DAY: u64 = 86_400;

fn send(cloud: &Cloud, name: &str, resource: &str) {
    let content = format!(r#"{{"regionId":"cn-hangzhou","resourceId":"{resource}","level":"INFO"}}"#);
    cloud
        .call(&SendDryRunSystemEvent {
            product: "ECS".to_owned(),
            event_name: name.to_owned(),
            event_content: Some(content),
            ..Default::default()
        })
        .unwrap();
    cloud.advance(10);
}

fn cloud(silence: Option<u64>, switches: &[(&str, &str)]) -> Cloud {
    let cloud = Cloud::with_switches(switches);
    cloud.provision();
    cloud.call(&open_rule(silence)).unwrap();
    cloud
}

fn open_rule(silence: Option<u64>) -> PutEventRule {
    let mut rule = rule("state-change");
    rule.silence_time = silence;
    rule.event_pattern[0].name_list.clear();
    rule.event_pattern[0].level_list.clear();
    rule
}

#[test]
fn a_day_of_silence_passes_in_one_step() {
    let cloud = cloud(Some(DAY), &[]);
    send(&cloud, "Instance:StateChange", "r");
    send(&cloud, "Instance:StateChange", "r");
    assert_eq!(cloud.texts().len(), 1);
    let [RuleVerdict::Matched, RuleVerdict::Silenced { until, by_event }] = &cloud.rule_verdicts()[..] else {
        panic!("{:?}", cloud.rule_verdicts())
    };
    // The rule told one second after the world began.
    assert_eq!(*until, "2026-01-02T00:00:01+08:00".parse().unwrap());
    let first = cloud.emulator.with(|world| world.messages(super::support::TOKEN)[0].event_id.clone());
    assert_eq!(Some(by_event), first.as_ref());
    // 20 seconds have passed: the next event arrives at the very end of the window.
    cloud.advance(DAY - 20);
    send(&cloud, "Instance:StateChange", "r");
    assert_eq!(cloud.texts().len(), 2);
}

#[test]
fn silence_ends_at_its_end_and_not_before() {
    let cloud = cloud(Some(60), &[]);
    send(&cloud, "Instance:StateChange", "r");
    cloud.advance(49);
    // It arrives a second before the end of the window.
    send(&cloud, "Instance:StateChange", "r");
    assert_eq!(cloud.texts().len(), 1);
    send(&cloud, "Instance:StateChange", "r");
    assert_eq!(cloud.texts().len(), 2);
}

#[test]
fn the_key_of_silence_is_a_switch() {
    // After the first: another resource, another event, and the same again.
    for (key, messages) in [("rule", 1), ("rule+resource", 2), ("rule+event", 2), ("rule+resource+event", 3)]
    {
        let cloud = cloud(Some(DAY), &[("silence_key", key)]);
        send(&cloud, "Instance:StateChange", "r1");
        send(&cloud, "Instance:StateChange", "r2");
        send(&cloud, "Instance:PerformanceModeChange", "r1");
        send(&cloud, "Instance:StateChange", "r1");
        assert_eq!(cloud.texts().len(), messages, "{key}");
    }
}

#[test]
fn no_silence_and_the_default_silence() {
    let none = cloud(Some(0), &[]);
    let unsaid = cloud(None, &[]);
    for cloud in [&none, &unsaid] {
        send(cloud, "Instance:StateChange", "r");
        cloud.advance(DAY - 60);
        send(cloud, "Instance:StateChange", "r");
    }
    assert_eq!((none.texts().len(), unsaid.texts().len()), (2, 1));
    unsaid.advance(60);
    send(&unsaid, "Instance:StateChange", "r");
    assert_eq!(unsaid.texts().len(), 2);
    let short = cloud(None, &[("default_silence", "1s")]);
    send(&short, "Instance:StateChange", "r");
    send(&short, "Instance:StateChange", "r");
    assert_eq!(short.texts().len(), 2);
}

#[test]
fn a_deleted_rule_takes_its_silence_along() {
    let cloud = cloud(Some(DAY), &[]);
    send(&cloud, "Instance:StateChange", "r");
    cloud.call(&DeleteEventRules { rule_names: vec!["state-change".to_owned()] }).unwrap();
    cloud.call(&open_rule(Some(DAY))).unwrap();
    cloud.call(&to_group("state-change", "1", "on-call", "4")).unwrap();
    send(&cloud, "Instance:StateChange", "r");
    assert_eq!(cloud.texts().len(), 2);
}

#[test]
fn a_silence_without_end_is_no_accident() {
    let cloud = cloud(Some(u64::MAX), &[]);
    send(&cloud, "Instance:StateChange", "r");
    cloud.emulator.with(|world| {
        let to = world.now().checked_add(Duration::from_secs(100 * 365 * DAY)).unwrap();
        world.advance_to(to);
    });
    send(&cloud, "Instance:StateChange", "r");
    assert_eq!(cloud.texts().len(), 1);
}
