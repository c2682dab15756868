//! The alert log says what was delivered.

use serde_json::{Value, json};

use super::support::{Cloud, Raw, TOKEN, contact, group, rule, to_group, webhook};
use crate::{
    api::cloudmonitor::{
        AlertLog, Channels, DescribeAlertLogList, DisableEventRules, EventInfo, PutCustomEvent, PutEventRule,
        PutEventRuleTargets, WebhookParameter,
    },
    dingtalk::Security,
    emulator::{EventDraft, What},
};

fn event(cloud: &Cloud, state: &str) {
    let draft = EventDraft {
        product: "ECS".to_owned(),
        name: "Instance:StateChange".to_owned(),
        resource_id: Some("acs:ecs:cn-hangzhou:1000000000000001:instance/i-1".to_owned()),
        group_id: Some("7".to_owned()),
        content: Some(json!({"state": state})),
        ..EventDraft::default()
    };
    cloud.emulator.with(|world| world.inject("1000000000000001", draft));
    cloud.advance(5);
}

fn log(cloud: &Cloud) -> Vec<AlertLog> {
    found(cloud, &DescribeAlertLogList::default())
}

fn found(cloud: &Cloud, query: &DescribeAlertLogList) -> Vec<AlertLog> {
    cloud.call(query).unwrap().alert_log_list
}

fn statuses(cloud: &Cloud) -> Vec<String> {
    log(cloud).into_iter().map(|alert| alert.send_status).collect()
}

#[test]
fn a_delivery_is_logged_with_everything_that_is_documented() {
    let cloud = Cloud::new();
    cloud.provision();
    event(&cloud, "Stopping");
    let raw = Raw { now: cloud.now(), ..Raw::new("DescribeAlertLogList") };
    let body: Value = serde_json::from_slice(&cloud.send(&raw.request()).body).unwrap();
    assert_eq!((&body["PageNumber"], &body["PageSize"]), (&1.into(), &10.into()));
    assert_eq!((&body["Code"], &body["Success"]), (&"200".into(), &true.into()));
    let alert = &body["AlertLogList"][0];
    for (field, value) in [
        ("RuleName", json!("state-change")),
        ("EventName", json!("Instance:StateChange")),
        ("Level", json!("P4")),
        ("LevelChange", json!("P4->P4")),
        ("Product", json!("ECS")),
        ("SendStatus", json!("0")),
        ("AlertTime", json!("1767196801000")),
        ("ContactGroups", json!(["on-call"])),
        ("GroupId", json!("7")),
        ("InstanceId", json!("i-1")),
        ("ContactSMSList", json!([])),
        ("ContactALIIWWList", json!([])),
        ("WebhookList", json!([])),
        ("Escalation", json!({"Expression": "", "Level": "", "Times": 0})),
    ] {
        assert_eq!(alert[field], value, "{field} in {alert}");
    }
    let url = alert["DingdingWebhookList"][0].as_str().unwrap();
    assert!(url.starts_with("https://oapi.dingtalk.com/robot/send?access_token=[sha256:"), "{url}");
    assert!(!body.to_string().contains(TOKEN), "{body}");
    assert_eq!(alert["SendResultList"], json!([{"Key": "DING", "Value": [url]}]));
    assert_eq!(alert["SendDetail"]["ResultCode"], "success");
    let message: Value = serde_json::from_str(alert["Message"].as_str().unwrap()).unwrap();
    assert_eq!(message["alertName"], "state-change");
    assert_eq!(message["event"]["content"]["state"], "Stopping");
    assert!(alert["LogId"].as_str().unwrap().starts_with("1000000000000001::"));
}

#[test]
fn a_robot_that_refuses_is_in_the_log_where_the_switch_says_so() {
    for (switch, refused) in [("on", ("310000".to_owned(), 1, 0)), ("off", ("success".to_owned(), 1, 1))] {
        let cloud = Cloud::with_switches(&[("alert_log_robot_errcode", switch)]);
        assert_eq!(refusal_and_success(&cloud), [refused, ("success".to_owned(), 1, 1)], "{switch}");
    }
}

/// Of a message that its robot refuses and of one that it takes, newest first: the result, who was tried
/// and who was reached.
fn refusal_and_success(cloud: &Cloud) -> Vec<(String, usize, usize)> {
    cloud.provision();
    event(cloud, "Stopping");
    // The keyword is not in the message any more.
    cloud.declare_robot(Security { keywords: vec!["Nightwatch".to_owned()], ..Security::default() });
    event(cloud, "Stopped");
    assert_eq!(cloud.deliveries(), [0, 310_000]);
    let result = |alert: &AlertLog| {
        let code = alert.send_detail.result_code.clone();
        (code, alert.dingding_webhook_list.len(), alert.send_result_list.len())
    };
    log(cloud).iter().map(result).collect()
}

#[test]
fn silenced_disabled_and_empty_rules_are_told_apart() {
    let cloud = Cloud::new();
    cloud.provision();
    cloud.call(&PutEventRule { silence_time: Some(60), ..rule("state-change") }).unwrap();
    event(&cloud, "Stopping");
    event(&cloud, "Stopped");
    assert_eq!(statuses(&cloud), ["2", "0"], "newest first");
    let silenced = &log(&cloud)[0];
    assert_eq!(
        (silenced.contact_groups.as_slice(), silenced.dingding_webhook_list.len()),
        (&["on-call".to_owned()][..], 0)
    );
    assert_eq!(silenced.send_result_list, []);

    // A disabled rule triggers nothing.
    cloud.call(&DisableEventRules { rule_names: vec!["state-change".to_owned()], region_id: None }).unwrap();
    event(&cloud, "Running");
    assert_eq!(statuses(&cloud).len(), 2);

    // A rule that leads to nobody sends nothing.
    cloud.call(&rule("nobody")).unwrap();
    cloud.call(&group("empty", &[])).unwrap();
    cloud.call(&rule("to-empty")).unwrap();
    cloud.call(&to_group("to-empty", "1", "empty", "4")).unwrap();
    event(&cloud, "Running");
    assert_eq!(statuses(&cloud)[..2], ["4", "4"]);
    let nobody = &log(&cloud)[0];
    assert_eq!(nobody.send_detail.result_code, "ResourceNotFound");
    let sent = cloud.journal().iter().filter(|entry| matches!(entry.what, What::Delivery { .. })).count();
    let told = log(&cloud).iter().filter(|alert| alert.send_status == "0").count();
    assert_eq!((sent, told), (1, 1));
}

#[test]
fn all_channels_are_in_their_own_lists() {
    let cloud = Cloud::with_switches(&[("activation", "immediate")]);
    cloud.provision();
    let some = |text: &str| Some(text.to_owned());
    let channels = Channels {
        mail: some("a@example.com"),
        sms: some("13900000000"),
        ali_im: some("ali"),
        ..webhook(TOKEN)
    };
    cloud.call(&contact("duty", channels)).unwrap();
    cloud.call(&to_group("state-change", "1", "on-call", "2")).unwrap();
    let hook = WebhookParameter {
        id: some("2"),
        url: some("http://127.0.0.1:9/hook?sign=abc"),
        ..Default::default()
    };
    let targets = PutEventRuleTargets {
        rule_name: "state-change".to_owned(),
        webhook_parameters: vec![hook],
        ..PutEventRuleTargets::default()
    };
    cloud.call(&targets).unwrap();
    event(&cloud, "Stopping");
    let alert = log(&cloud).remove(0);
    assert_eq!(alert.level, "P2");
    assert_eq!(alert.contact_mail_list, ["a@example.com"]);
    assert_eq!(alert.contact_sms_list, ["13900000000"]);
    assert_eq!(alert.contact_on_call_list, ["13900000000"]);
    assert_eq!(alert.contact_aliiww_list, ["ali"]);
    assert_eq!(alert.webhook_list.len(), 1);
    assert!(!alert.webhook_list[0].url.contains("abc"), "{}", alert.webhook_list[0].url);
    let keys: Vec<&str> = alert.send_result_list.iter().map(|result| result.key.as_str()).collect();
    assert_eq!(keys, ["MAIL", "ALIIM", "SMS", "CALL", "DING"]);
    let channels: Vec<&str> =
        alert.send_detail.channel_result_list.iter().map(|channel| channel.channel.as_str()).collect();
    assert_eq!(channels, ["MAIL", "SMS", "WEBHOOK", "ONCALL"]);
}

#[test]
fn each_filter_finds_what_it_names_and_nothing_else() {
    let cloud = Cloud::new();
    cloud.provision();
    event(&cloud, "Stopping");
    let some = |text: &str| Some(text.to_owned());
    let open = DescribeAlertLogList::default;
    let now = cloud.now().as_millisecond();
    let cases = [
        (open(), 1),
        (DescribeAlertLogList { rule_name: some("state-change"), ..open() }, 1),
        (DescribeAlertLogList { rule_name: some("state"), ..open() }, 0),
        (DescribeAlertLogList { rule_id: some("other"), ..open() }, 0),
        (DescribeAlertLogList { group_id: some("7"), ..open() }, 1),
        (DescribeAlertLogList { group_id: some("8"), ..open() }, 0),
        (DescribeAlertLogList { contact_group: some("on-call"), ..open() }, 1),
        (DescribeAlertLogList { contact_group: some("on"), ..open() }, 0),
        (DescribeAlertLogList { send_status: some("0"), ..open() }, 1),
        (DescribeAlertLogList { send_status: some("2"), ..open() }, 0),
        (DescribeAlertLogList { level: some("P4"), ..open() }, 1),
        (DescribeAlertLogList { level: some("OK"), ..open() }, 0),
        (DescribeAlertLogList { event_type: some("TRIGGERED"), ..open() }, 1),
        (DescribeAlertLogList { event_type: some("RESOLVED"), ..open() }, 0),
        (DescribeAlertLogList { search_key: some("Stopping"), ..open() }, 1),
        (DescribeAlertLogList { search_key: some("Stopped"), ..open() }, 0),
        (DescribeAlertLogList { product: some("ecs"), ..open() }, 1),
        (DescribeAlertLogList { product: some("rds"), ..open() }, 0),
        (DescribeAlertLogList { namespace: some("acs_ecs_dashboard"), ..open() }, 0),
        (DescribeAlertLogList { metric_name: some("cpu_total"), ..open() }, 0),
        (DescribeAlertLogList { source_type: some("METRIC"), ..open() }, 0),
        (DescribeAlertLogList { group_by: some("product"), ..open() }, 1),
        (DescribeAlertLogList { last_min: some("1"), ..open() }, 1),
        (DescribeAlertLogList { start_time: Some(now - 9000), end_time: Some(now), ..open() }, 1),
        (DescribeAlertLogList { start_time: Some(now - 1000), end_time: Some(now), ..open() }, 0),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&cloud, &query).len(), expected, "{query:?}");
    }
    cloud.advance(16 * 60);
    assert_eq!(log(&cloud), [], "fifteen minutes when nothing is said");
    assert_eq!(found(&cloud, &DescribeAlertLogList { last_min: some("20"), ..open() }).len(), 1);
    let off = Cloud::with_switches(&[("alert_log_system_events", "off")]);
    off.provision();
    event(&off, "Stopping");
    assert_eq!(log(&off), []);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let cloud = Cloud::new();
    let some = |text: &str| Some(text.to_owned());
    let open = DescribeAlertLogList::default;
    let days = |days: i64| days * 86_400_000;
    for query in [
        DescribeAlertLogList { start_time: Some(1), ..open() },
        DescribeAlertLogList { end_time: Some(1), ..open() },
        DescribeAlertLogList { start_time: Some(2), end_time: Some(1), ..open() },
        DescribeAlertLogList { start_time: Some(0), end_time: Some(days(15) + 1), ..open() },
        DescribeAlertLogList { start_time: Some(0), end_time: Some(1), last_min: some("1"), ..open() },
        DescribeAlertLogList { last_min: some("an hour"), ..open() },
        DescribeAlertLogList { send_status: some("5"), ..open() },
        DescribeAlertLogList { level: some("P1"), ..open() },
        DescribeAlertLogList { event_type: some("FIRED"), ..open() },
        DescribeAlertLogList { source_type: some("EVENT"), ..open() },
        DescribeAlertLogList { group_by: some("colour"), ..open() },
        DescribeAlertLogList { page_number: Some(0), ..open() },
    ] {
        let (status, code, _) = cloud.refused(&query);
        assert_eq!((status, code.as_str()), (400, "ParameterInvalid"), "{query:?}");
    }
    // Fifteen days are allowed, and a year ago there is nothing.
    let old = DescribeAlertLogList { start_time: Some(0), end_time: Some(days(15)), ..open() };
    assert_eq!(found(&cloud, &old), []);
}

#[test]
fn pages_part_250_alerts() {
    let cloud = Cloud::new();
    cloud.provision();
    for number in 0..250 {
        event(&cloud, &number.to_string());
    }
    let mut seen = Vec::new();
    for page_number in 1..=3 {
        let query = DescribeAlertLogList {
            last_min: Some("60".to_owned()),
            page_number: Some(page_number),
            page_size: Some(100),
            ..DescribeAlertLogList::default()
        };
        seen.extend(found(&cloud, &query).into_iter().map(|alert| alert.log_id));
    }
    assert_eq!(seen.len(), 250);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 250);
}

#[test]
fn a_custom_event_reaches_custom_rules_by_name_content_and_group() {
    let cloud = Cloud::new();
    cloud.provision();
    let mut custom = rule("custom");
    custom.event_type = Some("CUSTOM".to_owned());
    custom.event_pattern[0].name_list = vec!["deployed".to_owned()];
    custom.event_pattern[0].custom_filters = Some("v2".to_owned());
    cloud.call(&custom).unwrap();
    cloud.call(&to_group("custom", "1", "on-call", "4")).unwrap();
    let report = |name: &str, content: &str| {
        let info = EventInfo {
            event_name: name.to_owned(),
            content: content.to_owned(),
            group_id: Some("0".to_owned()),
            time: Some("20260101T000000.000+0800".to_owned()),
        };
        cloud.call(&PutCustomEvent { event_info: vec![info], region_id: None }).unwrap();
        cloud.advance(5);
    };
    report("deployed", "shop v1");
    report("rolled-back", "shop v2");
    assert_eq!(cloud.texts().len(), 0);
    report("deployed", "shop v2");
    assert_eq!(cloud.texts().len(), 1, "level and product of the pattern do not count");
    assert!(
        cloud.texts()[0].contains("shop v2") && cloud.texts()[0].contains("deployed"),
        "{:?}",
        cloud.texts()
    );
    assert_eq!(log(&cloud)[0].rule_name, "custom");
    let off = Cloud::with_switches(&[("custom_events", "off")]);
    off.provision();
    off.call(&custom).unwrap();
    off.call(&to_group("custom", "1", "on-call", "4")).unwrap();
    let info =
        EventInfo { event_name: "deployed".to_owned(), content: "v2".to_owned(), ..Default::default() };
    off.call(&PutCustomEvent { event_info: vec![info], region_id: None }).unwrap();
    off.advance(5);
    assert_eq!(off.texts().len(), 0);
}

#[test]
fn custom_events_are_checked() {
    let cloud = Cloud::new();
    let info = EventInfo { event_name: "e".to_owned(), content: "c".to_owned(), ..EventInfo::default() };
    let put = |event_info: Vec<EventInfo>| PutCustomEvent { event_info, region_id: None };
    let code = |event_info: Vec<EventInfo>| {
        let (status, code, _) = cloud.refused(&put(event_info));
        assert_eq!(status, 400);
        code
    };
    assert_eq!(
        code(vec![EventInfo { event_name: String::new(), ..info.clone() }]),
        "MissingEventInfo.1.EventName"
    );
    assert_eq!(
        code(vec![EventInfo { content: String::new(), ..info.clone() }]),
        "MissingEventInfo.1.Content"
    );
    assert_eq!(code(vec![info.clone(); 51]), "ParameterInvalid");
    assert_eq!(code(vec![EventInfo { time: Some("now".to_owned()), ..info.clone() }]), "ParameterInvalid");
    assert_eq!(
        code(vec![EventInfo { group_id: Some("shop".to_owned()), ..info.clone() }]),
        "ParameterInvalid"
    );
    let answer = cloud.call(&put(vec![info; 50])).unwrap();
    assert_eq!((answer.code.as_str(), answer.message.as_str()), ("200", "success"));
    let raw = Raw::new("PutCustomEvent");
    let body: Value = serde_json::from_slice(&cloud.send(&raw.request()).body).unwrap();
    assert!(body["Code"].as_str().unwrap().starts_with("MissingEventInfo"), "{body}");
}
