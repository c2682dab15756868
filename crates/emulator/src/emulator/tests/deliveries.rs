//! Who is told through which channel, and what machines are told.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::support::{Cloud, contact, group, rule, to_group, webhook};
use crate::{
    api::{
        cloudmonitor::{
            Channels, FcParameter, MnsParameter, OpenApiParameter, PutEventRuleTargets, SlsParameter,
            WebhookParameter,
        },
        ecs::StopInstance,
    },
    emulator::{ContactVerdict, RuleVerdict, What},
};

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn everything(token: &str) -> Channels {
    Channels {
        mail: some("alice@example.com"),
        sms: some("13900001234"),
        ali_im: some("alice"),
        ..webhook(token)
    }
}

fn stop(cloud: &Cloud) {
    let id = cloud.instance("web-1", "Running");
    cloud.call(&StopInstance { instance_id: id, ..Default::default() }).unwrap();
    cloud.advance(10);
}

/// The channels that a contact with all of them was told through, and the verdicts on the others.
fn told(site: &str, level: &str, activated: bool) -> (Vec<&'static str>, Vec<String>) {
    let cloud = Cloud::with_switches(&[("site", site), ("international_level", "as-4")]);
    cloud.provision();
    cloud.call(&contact("duty", everything(super::support::TOKEN))).unwrap();
    if activated {
        cloud.emulator.with(|world| assert!(world.activate("1000000000000001", "duty")));
    }
    cloud.call(&to_group("state-change", "1", "on-call", level)).unwrap();
    stop(&cloud);
    assert_eq!(cloud.texts().len(), 1, "the robot is told on every level");
    let used = cloud.recorded().into_iter().map(|(channel, _)| channel).collect();
    let verdicts = cloud.contact_verdicts();
    assert_eq!(verdicts[0], ContactVerdict::Sent);
    let unused = verdicts[1..]
        .iter()
        .map(|verdict| match verdict {
            ContactVerdict::NotActivated { channel } => format!("{channel} pending"),
            ContactVerdict::LevelExcludes { channel, level } => format!("{channel} not on {level}"),
            ContactVerdict::NotAtSite { channel } => format!("{channel} not here"),
            other => panic!("{other:?}"),
        })
        .collect();
    (used, unused)
}

#[test]
fn level_site_and_activation_decide_the_channels() {
    /// Site, level, activated; the channels used, and why the others are not.
    type Row = (&'static str, &'static str, bool, &'static [&'static str], &'static [&'static str]);
    const ABROAD: &[&str] = &["sms not here", "phone not here", "aliim not here"];
    const ABROAD_PENDING: &[&str] = &["mail pending", "sms not here", "phone not here", "aliim not here"];
    let table: [Row; 12] = [
        ("china", "2", true, &["mail", "sms", "phone", "aliim"], &[]),
        ("china", "3", true, &["mail", "sms", "aliim"], &["phone not on 3"]),
        ("china", "4", true, &["mail", "aliim"], &["sms not on 4", "phone not on 4"]),
        ("china", "2", false, &["aliim"], &["mail pending", "sms pending", "phone pending"]),
        ("china", "3", false, &["aliim"], &["mail pending", "sms pending", "phone not on 3"]),
        ("china", "4", false, &["aliim"], &["mail pending", "sms not on 4", "phone not on 4"]),
        ("international", "2", true, &["mail"], ABROAD),
        ("international", "3", true, &["mail"], ABROAD),
        ("international", "4", true, &["mail"], ABROAD),
        ("international", "2", false, &[], ABROAD_PENDING),
        ("international", "3", false, &[], ABROAD_PENDING),
        ("international", "4", false, &[], ABROAD_PENDING),
    ];
    for (site, level, activated, used, unused) in table {
        let case = format!("{site}, level {level}, activated: {activated}");
        let (found_used, found_unused) = told(site, level, activated);
        assert_eq!(found_used, used, "{case}");
        assert_eq!(found_unused, unused, "{case}");
    }
}

#[test]
fn the_international_site_refuses_other_levels_unless_switched() {
    for (level, is_taken) in [("2", false), ("3", false), ("4", true)] {
        let cloud = Cloud::with_switches(&[("site", "international")]);
        cloud.provision();
        let target = to_group("state-change", "2", "on-call", level);
        assert_eq!(cloud.call(&target).is_ok(), is_taken, "level {level}");
    }
}

#[test]
fn a_changed_channel_waits_for_its_activation_again() {
    // Each instance tells of one state only, within the time of this test.
    let cloud = Cloud::with_switches(&[("stopping", "1d")]);
    cloud.provision();
    let mail = |address: &str| contact("duty", Channels { mail: some(address), ..Channels::default() });
    let outbox = |cloud: &Cloud| cloud.emulator.with(|world| world.outbox());
    cloud.call(&mail("a@example.com")).unwrap();
    stop(&cloud);
    assert!(outbox(&cloud).is_empty());
    cloud.emulator.with(|world| world.activate("1000000000000001", "duty"));
    stop(&cloud);
    assert_eq!(outbox(&cloud).len(), 1);
    // Written again as it is, it stays active.
    cloud.call(&mail("a@example.com")).unwrap();
    stop(&cloud);
    assert_eq!(outbox(&cloud).len(), 2);
    cloud.call(&mail("b@example.com")).unwrap();
    stop(&cloud);
    assert_eq!(outbox(&cloud).len(), 2);
    assert_eq!(cloud.contact_verdicts().last(), Some(&ContactVerdict::NotActivated { channel: "mail" }));
    cloud.emulator.with(|world| world.activate("1000000000000001", "duty"));
    stop(&cloud);
    let sent = outbox(&cloud);
    assert_eq!((sent.len(), &sent[2]["to"]), (3, &json!("b***@example.com")));
}

#[test]
fn the_outbox_agrees_with_the_journal() {
    let cloud = Cloud::with_switches(&[("activation", "immediate")]);
    cloud.provision();
    cloud.call(&contact("duty", everything(super::support::TOKEN))).unwrap();
    cloud.call(&contact("boss", Channels { mail: some("boss@example.com"), ..Channels::default() })).unwrap();
    cloud.call(&group("on-call", &["duty", "boss"])).unwrap();
    cloud.call(&to_group("state-change", "1", "on-call", "2")).unwrap();
    cloud.call(&machines()).unwrap();
    stop(&cloud);
    let outbox = cloud.emulator.with(|world| world.outbox());
    let shown: Vec<(&str, &str, &str)> = outbox
        .iter()
        .map(|sent| {
            let text = |name: &str| sent[name].as_str().unwrap();
            assert!(text("text").contains("Stopping") && text("subject").contains("Instance:StateChange"));
            (text("contact"), text("channel"), text("to"))
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("duty", "mail", "a***@example.com"),
            ("duty", "sms", "139****1234"),
            ("duty", "phone", "139****1234"),
            ("duty", "aliim", "a***"),
            ("boss", "mail", "b***@example.com"),
        ]
    );
    let journal = cloud.journal();
    let people: Vec<Value> = journal
        .iter()
        .filter(|entry| matches!(&entry.what, What::Recorded { contact, .. } if !contact.is_empty()))
        .map(crate::emulator::Entry::to_json)
        .collect();
    assert_eq!(people.len(), outbox.len());
    for (entry, sent) in people.iter().zip(&outbox) {
        for name in ["at", "event_id", "rule", "contact", "channel", "to"] {
            assert_eq!(entry[name], sent[name], "{name}");
        }
        assert_eq!(entry["payload"]["text"], sent["text"]);
    }
    let deliveries = journal.iter().filter(|entry| matches!(entry.what, What::Recorded { .. })).count();
    assert_eq!(deliveries, outbox.len() + 4, "and four machines");
    let text = serde_json::to_string(&outbox).unwrap();
    assert!(!text.contains("alice@") && !text.contains("13900001234"), "{text}");
}

fn machines() -> PutEventRuleTargets {
    let region = some("cn-hangzhou");
    PutEventRuleTargets {
        rule_name: "state-change".to_owned(),
        mns_parameters: vec![MnsParameter {
            id: some("2"),
            region: region.clone(),
            queue: some("q"),
            ..Default::default()
        }],
        sls_parameters: vec![SlsParameter {
            id: some("3"),
            region: region.clone(),
            project: some("p"),
            log_store: some("l"),
            arn: None,
        }],
        fc_parameters: vec![FcParameter {
            id: some("4"),
            region: region.clone(),
            service_name: some("s"),
            function_name: some("f"),
            arn: None,
        }],
        open_api_parameters: vec![OpenApiParameter {
            id: some("5"),
            region,
            product: some("Ecs"),
            version: some("2014-05-26"),
            action: some("StartInstance"),
            role: some("MyRole"),
            json_params: some(
                r#"{"customField1":"value1","customField2":"$.name","deep":[{"state":"$.content.state"}],"none":"$.no.such","cost":"$5","rule":"$.ruleName"}"#,
            ),
            ..Default::default()
        }],
        ..PutEventRuleTargets::default()
    }
}

/// As by default: with the fields that a user saw.
fn recorded_for_a_function() -> BTreeMap<String, Value> {
    let cloud = Cloud::new();
    cloud.call(&rule("state-change")).unwrap();
    cloud.call(&machines()).unwrap();
    stop(&cloud);
    let entry = cloud.journal().into_iter().find_map(|entry| match entry.what {
        What::Recorded { channel: "fc", payload, .. } => Some(payload),
        _ => None,
    });
    serde_json::from_value(entry.unwrap()).unwrap()
}

#[test]
fn machines_are_recorded_with_what_they_would_get() {
    let cloud = Cloud::with_switches(&[("function_body", "documented")]);
    cloud.call(&rule("state-change")).unwrap();
    cloud.call(&machines()).unwrap();
    stop(&cloud);
    let recorded: Vec<(&str, String, Value)> = cloud
        .journal()
        .into_iter()
        .filter_map(|entry| match entry.what {
            What::Recorded { channel, to, payload, contact, .. } => {
                assert_eq!(contact, "");
                Some((channel, to, payload))
            }
            _ => None,
        })
        .collect();
    let account = "1000000000000001";
    let places: Vec<(&str, &str)> = recorded.iter().map(|(channel, to, _)| (*channel, to.as_str())).collect();
    assert_eq!(
        places,
        [
            ("mns", format!("acs:mns:cn-hangzhou:{account}:/queues/q").as_str()),
            ("sls", &format!("acs:log:cn-hangzhou:{account}:project/p/logstore/l")),
            ("fc", &format!("acs:fc:cn-hangzhou:{account}:services/s/functions/f")),
            ("openapi", "Ecs 2014-05-26 StartInstance"),
        ]
    );
    // The fields of the documented notification, and `instanceName`, as some of its samples have it.
    let documented = [
        "eventTime",
        "id",
        "level",
        "name",
        "product",
        "regionId",
        "resourceId",
        "userId",
        "ver",
        "content",
        "instanceName",
    ];
    for (channel, _, payload) in &recorded[..3] {
        let mut fields: Vec<&str> = payload.as_object().unwrap().keys().map(String::as_str).collect();
        let mut wanted = documented.to_vec();
        fields.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(fields, wanted, "{channel}");
        assert_eq!((&payload["ver"], &payload["content"]["state"]), (&json!("1.0"), &json!("Stopping")));
    }
    let function = recorded_for_a_function();
    let more: Vec<(&str, &Value)> = function
        .iter()
        .filter(|(name, _)| !documented.contains(&name.as_str()))
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    assert_eq!(
        more,
        [
            ("curLevel", &json!("INFO")),
            ("eventRealname", &json!("实例状态改变通知")),
            ("eventRealnameEn", &json!("The status of the instance is changed.")),
            ("eventType", &json!("StatusNotification")),
            ("groupId", &json!("")),
            ("regionName", &json!("cn-hangzhou")),
            ("resource", &json!("")),
            ("ruleName", &json!("state-change")),
            ("serviceType", &json!("ECS")),
            ("status", &json!("Normal")),
        ]
    );
    assert_eq!(function.len(), documented.len() + more.len(), "the documented ones are there as well");
    let call = &recorded[3].2;
    assert_eq!(
        call["parameters"],
        json!({
            "customField1": "value1", "customField2": "Instance:StateChange",
            "deep": [{"state": "Stopping"}], "none": "$.no.such", "cost": "$5", "rule": "state-change",
        })
    );
    assert_eq!((&call["action"], &call["role"]), (&json!("StartInstance"), &json!("MyRole")));
}

#[test]
fn silence_covers_all_targets_or_people_only() {
    for (scope, webhooks) in [("all", 1), ("contacts", 3)] {
        let cloud = Cloud::with_switches(&[("silence_scope", scope), ("silence_key", "rule")]);
        cloud.provision();
        let mut silent = rule("state-change");
        silent.silence_time = Some(86_400);
        cloud.call(&silent).unwrap();
        let hook = PutEventRuleTargets {
            rule_name: "state-change".to_owned(),
            webhook_parameters: vec![WebhookParameter {
                id: some("2"),
                url: some("http://127.0.0.1:9/hook"),
                ..Default::default()
            }],
            ..PutEventRuleTargets::default()
        };
        cloud.call(&hook).unwrap();
        for _ in 0..3 {
            stop(&cloud);
        }
        let calls = cloud.journal().iter().filter(|entry| entry.kind() == "webhook").count();
        assert_eq!((cloud.texts().len(), calls), (1, webhooks), "{scope}");
        assert!(matches!(cloud.rule_verdicts()[1], RuleVerdict::Silenced { .. }));
    }
}

#[test]
fn a_silence_is_as_long_as_the_rule_says_now() {
    for (changed, messages) in [(0, 2), (15, 2), (86_400, 1)] {
        let cloud = Cloud::with_switches(&[("silence_key", "rule")]);
        cloud.provision();
        let mut silent = rule("state-change");
        silent.silence_time = Some(86_400);
        cloud.call(&silent).unwrap();
        stop(&cloud);
        silent.silence_time = Some(changed);
        cloud.call(&silent).unwrap();
        cloud.advance(10);
        stop(&cloud);
        assert_eq!(cloud.texts().len(), messages, "{changed}");
    }
}
