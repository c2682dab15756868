//! From an act to a message, and each way in which the chain breaks.

use super::support::{Cloud, TOKEN, contact, group, rule, to_group, webhook};
use crate::{
    api::{
        cloudmonitor::{
            Channels, DeleteContact, DeleteContactGroup, DeleteEventRuleTargets, DisableEventRules,
            EventPattern, SendDryRunSystemEvent,
        },
        ecs::StopInstance,
    },
    dingtalk::Security,
    emulator::{ContactVerdict, RuleVerdict, TargetVerdict, What},
};

fn stop(cloud: &Cloud) -> String {
    let id = cloud.instance("web-1", "Running");
    cloud.call(&StopInstance { instance_id: id.clone(), ..Default::default() }).unwrap();
    id
}

#[test]
fn stopping_an_instance_rings_the_bell() {
    let cloud = Cloud::new();
    cloud.provision();
    let id = stop(&cloud);
    cloud.advance(2);
    assert!(cloud.texts().is_empty(), "one second to CloudMonitor, two to the robot");
    cloud.advance(1);
    let texts = cloud.texts();
    assert_eq!(texts.len(), 1);
    for wanted in
        ["CloudMonitor", "Instance:StateChange", "Stopping", "web-1", &id, "state-change", "on-call"]
    {
        assert!(texts[0].contains(wanted), "{wanted} is missing in {}", texts[0]);
    }
    cloud.advance(60);
    assert!(cloud.texts()[1].contains("Stopped"));
    let received = cloud.emulator.with(|world| world.messages(TOKEN)[0].clone());
    assert_eq!((received.rule.as_deref(), received.contact.as_deref()), (Some("state-change"), Some("duty")));
    assert_eq!(received.message.msgtype(), "markdown");
    assert_eq!(received.request_bytes, received.message.to_json().to_string().len());
    assert_eq!(received.at, "2026-01-01T00:00:03+08:00".parse().unwrap());
}

#[test]
fn the_journal_tells_the_story_in_order() {
    let cloud = Cloud::new();
    cloud.provision();
    stop(&cloud);
    cloud.advance(10);
    let kinds: Vec<&str> = cloud.journal().iter().map(|entry| entry.kind()).skip(4).collect();
    assert_eq!(kinds, ["instance", "call", "instance", "event", "rule", "target", "contact", "delivery"]);
    let journal = cloud.journal();
    let What::Delivery { event_id, robot, reply, .. } = &journal.last().unwrap().what else { panic!() };
    let What::Event { event } = &journal[7].what else { panic!() };
    assert_eq!(*event_id, event.id);
    assert!(reply.accepted());
    assert_eq!(robot.name.as_deref(), Some("ops"));
    let json = journal.last().unwrap().to_json();
    assert_eq!(
        (json["at"].as_str(), json["kind"].as_str()),
        (Some("2025-12-31T16:00:03Z"), Some("delivery"))
    );
    let shown = serde_json::to_string(&journal).unwrap();
    assert!(!shown.contains(TOKEN), "{shown}");
}

#[test]
fn a_rule_that_does_not_match_says_why() {
    let cloud = Cloud::new();
    cloud.provision();
    let mut critical = rule("state-change");
    critical.event_pattern[0].level_list = vec!["CRITICAL".to_owned()];
    critical
        .event_pattern
        .push(EventPattern { product: "RDS".to_owned(), ..critical.event_pattern[0].clone() });
    cloud.call(&critical).unwrap();
    stop(&cloud);
    cloud.advance(10);
    let [RuleVerdict::Mismatch(mismatches)] = &cloud.rule_verdicts()[..] else { panic!() };
    let texts: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["level INFO is not in [CRITICAL]"], "of two patterns the nearer one");
    assert!(cloud.target_verdicts().is_empty() && cloud.texts().is_empty());
}

#[test]
fn any_of_several_patterns_matches() {
    let cloud = Cloud::new();
    cloud.provision();
    let mut two = rule("state-change");
    two.event_pattern.insert(0, EventPattern { product: "RDS".to_owned(), ..EventPattern::default() });
    cloud.call(&two).unwrap();
    stop(&cloud);
    cloud.advance(10);
    assert_eq!(cloud.texts().len(), 1);
}

#[test]
fn a_disabled_rule_is_told_from_one_that_does_not_match() {
    let cloud = Cloud::new();
    cloud.provision();
    let mut other = rule("other");
    other.event_pattern[0].name_list = vec!["Other".to_owned()];
    other.state = Some("DISABLED".to_owned());
    cloud.call(&other).unwrap();
    cloud.call(&DisableEventRules { rule_names: vec!["state-change".to_owned()], region_id: None }).unwrap();
    stop(&cloud);
    cloud.advance(10);
    // By name: `other` first.
    let verdicts = cloud.rule_verdicts();
    assert!(matches!(verdicts[0], RuleVerdict::Mismatch(_)), "{verdicts:?}");
    assert_eq!(verdicts[1], RuleVerdict::Disabled);
    assert!(cloud.texts().is_empty());
}

#[test]
fn custom_rules_and_rules_of_other_groups_stay_silent() {
    let cloud = Cloud::new();
    cloud.provision();
    let mut custom = rule("a-custom");
    custom.event_type = Some("CUSTOM".to_owned());
    let mut grouped = rule("b-grouped");
    grouped.group_id = Some("177".to_owned());
    cloud.call(&custom).unwrap();
    cloud.call(&grouped).unwrap();
    cloud.call(&to_group("b-grouped", "1", "on-call", "4")).unwrap();
    stop(&cloud);
    cloud.advance(10);
    let verdicts = cloud.rule_verdicts();
    assert_eq!(verdicts[0], RuleVerdict::CustomEvents);
    assert_eq!(verdicts[1], RuleVerdict::OtherGroup { rule: "177".to_owned(), event: String::new() });
    assert_eq!(verdicts[2], RuleVerdict::Matched);

    let of_group = SendDryRunSystemEvent {
        product: "ecs".to_owned(),
        event_name: "Instance:StateChange".to_owned(),
        group_id: Some("176,177".to_owned()),
        ..Default::default()
    };
    cloud.call(&of_group).unwrap();
    cloud.advance(10);
    assert_eq!(cloud.rule_verdicts()[4], RuleVerdict::Matched);
}

#[test]
fn a_rule_without_targets_tells_nobody() {
    let cloud = Cloud::new();
    cloud.provision();
    let delete = DeleteEventRuleTargets {
        rule_name: "state-change".to_owned(),
        ids: vec!["1".to_owned()],
        region_id: None,
    };
    cloud.call(&delete).unwrap();
    stop(&cloud);
    cloud.advance(10);
    assert_eq!(cloud.rule_verdicts(), [RuleVerdict::NoTargets]);
}

#[test]
fn groups_that_are_gone_or_empty_are_named() {
    let cloud = Cloud::new();
    cloud.provision();
    cloud.call(&group("empty", &[])).unwrap();
    cloud.call(&to_group("state-change", "2", "empty", "4")).unwrap();
    cloud.call(&DeleteContactGroup { contact_group_name: "on-call".to_owned() }).unwrap();
    stop(&cloud);
    cloud.advance(10);
    assert_eq!(cloud.target_verdicts(), [TargetVerdict::GroupMissing, TargetVerdict::GroupEmpty]);
    assert!(cloud.texts().is_empty());
}

#[test]
fn contacts_that_cannot_be_reached_are_named() {
    let cloud = Cloud::with_switches(&[("unknown_contact", "accept")]);
    cloud.provision();
    let mail = Channels { mail: Some("a@example.com".to_owned()), ..Channels::default() };
    cloud.call(&contact("mail-only", mail)).unwrap();
    cloud.call(&group("on-call", &["ghost", "mail-only", "duty"])).unwrap();
    cloud.call(&DeleteContact { contact_name: "duty".to_owned() }).unwrap();
    stop(&cloud);
    cloud.advance(10);
    assert_eq!(cloud.target_verdicts(), [TargetVerdict::Told { contacts: 2 }]);
    assert_eq!(
        cloud.contact_verdicts(),
        [
            ContactVerdict::ContactMissing,
            ContactVerdict::NoRobot,
            ContactVerdict::NotActivated { channel: "mail" }
        ]
    );
    assert!(cloud.recorded().is_empty());
}

#[test]
fn a_robot_that_refuses_is_seen_in_the_journal() {
    for (security, errcode) in [
        (Security { keywords: vec!["nonsense".to_owned()], ..Security::default() }, 310_000),
        (Security { secret: Some("SECx".into()), ..Security::default() }, 310_000),
        (Security { allowed_ips: vec!["10.0.0.0/8".parse().unwrap()], ..Security::default() }, 310_000),
        (Security { allowed_ips: vec!["121.41.9.246".parse().unwrap()], ..Security::default() }, 0),
    ] {
        let cloud = Cloud::new();
        cloud.provision();
        cloud.declare_robot(security);
        stop(&cloud);
        cloud.advance(10);
        assert_eq!(cloud.deliveries(), [errcode]);
        assert_eq!(cloud.texts().len(), usize::from(errcode == 0));
    }
}

#[test]
fn wrong_tokens_are_answered_as_dingtalk_does() {
    for (url, errcode) in [
        ("https://oapi.dingtalk.com/robot/send?access_token=typo", 300_005),
        ("https://oapi.dingtalk.com/robot/send?access_token=", 40_035),
        ("https://OAPI.dingtalk.com:443/robot/send", 40_035),
    ] {
        let cloud = Cloud::new();
        cloud.provision();
        let channels = Channels { ding_web_hook: Some(url.to_owned()), ..Channels::default() };
        cloud.call(&contact("duty", channels)).unwrap();
        stop(&cloud);
        cloud.advance(10);
        assert_eq!(cloud.deliveries(), [errcode], "{url}");
    }
}

#[test]
fn the_worlds_own_robots_are_delivered_to_inside() {
    let cloud = Cloud::new();
    cloud.provision();
    cloud.emulator.with(|world| world.serve_at("127.0.0.1:8080"));
    let own = format!("http://127.0.0.1:8080/robot/send?access_token={TOKEN}");
    let channels = Channels { ding_web_hook: Some(own), ..Channels::default() };
    cloud.call(&contact("duty", channels)).unwrap();
    stop(&cloud);
    cloud.advance(10);
    assert_eq!(cloud.deliveries(), [0]);
}

#[test]
fn two_ways_to_one_robot_are_one_message_unless_switched() {
    for (switch, messages) in [("merge", 1), ("keep", 2)] {
        let cloud = Cloud::with_switches(&[("duplicate_targets", switch)]);
        cloud.provision();
        cloud.call(&contact("second", webhook(TOKEN))).unwrap();
        cloud.call(&group("on-call", &["duty", "second"])).unwrap();
        stop(&cloud);
        cloud.advance(10);
        assert_eq!(cloud.texts().len(), messages, "{switch}");
        let duplicates = cloud.contact_verdicts().contains(&ContactVerdict::Duplicate);
        assert_eq!(duplicates, messages == 1);
    }
}

#[test]
fn language_and_type_of_messages_can_be_chosen() {
    let cloud = Cloud::with_switches(&[("message_type", "text"), ("default_language", "zh-cn")]);
    cloud.provision();
    let mut anybody = contact("duty", webhook(TOKEN));
    anybody.lang = None;
    cloud.call(&anybody).unwrap();
    stop(&cloud);
    cloud.advance(10);
    let received = cloud.emulator.with(|world| world.messages(TOKEN)[0].clone());
    assert_eq!(received.message.msgtype(), "text");
    let text = received.message.reader_text();
    assert!(text.contains("云监控") && text.contains("Stopping"), "{text}");
}

#[test]
fn a_template_of_ones_own_is_used_and_its_faults_are_seen() {
    let template = crate::emulator::Template::parse("T {{ state }}\nCloudMonitor {{ contact }}").unwrap();
    let cloud = Cloud::with(|config| config.template = Some(template));
    cloud.provision();
    stop(&cloud);
    cloud.advance(10);
    assert_eq!(cloud.texts(), ["T Stopping\nCloudMonitor duty"]);

    let template = "{% if state == 'Stopping' and rule == 'rule' %}T\ntext{% endif %}\
        {% if rule != 'rule' %}{{ nothing }}{% else %}\nx{% endif %}";
    let template = crate::emulator::Template::parse(template).unwrap();
    let cloud = Cloud::with(|config| config.template = Some(template));
    cloud.provision();
    stop(&cloud);
    cloud.advance(10);
    let [ContactVerdict::TemplateFailed { error }] = &cloud.contact_verdicts()[..] else { panic!() };
    assert!(error.contains("line 2 of the template"), "{error}");
}
