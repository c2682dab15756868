//! What the examples become.

use std::time::Duration;

use serde_json::json;

use super::*;

#[test]
fn the_quickstart_says_what_it_says() {
    let spec = load("bellcheck.yaml", QUICKSTART, &tokens).unwrap().value;
    assert_eq!((spec.stack.as_str(), spec.region.as_str()), ("ecs-ops", "cn-hangzhou"));
    assert_eq!((spec.site, spec.language), (Site::China, Language::ZhCn));
    assert_eq!(spec.robots.keys().collect::<Vec<_>>(), ["ops", "managers"]);
    assert_eq!(spec.robots["ops"].keywords, ["CloudMonitor"]);
    let duty = &spec.contacts["duty-engineer"];
    assert_eq!(duty.language, Language::En);
    assert_eq!(duty.webhook.as_ref(), Some(&spec.robots["ops"].webhook));
    assert!(duty.webhook.as_ref().unwrap().expose().ends_with("access_token=ops-test-token"));
    assert_eq!(spec.groups["escalation"].contacts, ["duty-engineer", "head-of-operations"]);
    let change = &spec.rules["ecs-state-change"];
    assert_eq!(change.silence, None);
    assert!(change.enabled);
    assert_eq!(change.pattern.names, ["Instance:StateChange"]);
    let level = NotifyLevel::Info;
    assert_eq!(change.targets, [Target::Group { group: "ecs-on-call".to_owned(), level }]);
    assert_eq!(spec.rules["ecs-fault"].silence, Some(Duration::from_secs(24 * 3600)));
    assert_eq!(QUICKSTART[change.span.offset..].lines().next(), Some("ecs-state-change:"));
}

#[test]
fn the_reference_says_what_it_says() {
    let spec = load("bellcheck.yaml", REFERENCE, &tokens).unwrap().value;
    assert_eq!(spec.robots["relay"].secret.as_ref().unwrap().expose(), "SECtest");
    assert_eq!(spec.robots["relay"].allowed_ips, ["127.0.0.1", "10.0.0.0/8"]);
    let duty = &spec.contacts["duty"];
    assert_eq!(
        (duty.email.as_deref(), duty.phone.as_deref(), duty.aliim.as_deref()),
        (Some("duty@example.com"), Some("13900000000"), Some("duty"))
    );
    let hook = &spec.contacts["audit-hook"];
    assert_eq!(hook.robot, None);
    assert_eq!(hook.webhook.as_ref().unwrap().expose(), "http://127.0.0.1:9/audit");
    let group = &spec.groups["ecs"];
    assert_eq!(group.contacts, ["duty", "audit-hook"], "from the merge key");
    assert!(group.subscribed);
    assert_eq!(spec.application_groups, ["shop"]);
    let rule = &spec.rules["state-change"];
    assert_eq!(rule.application_group.as_deref(), Some("shop"));
    assert_eq!(rule.pattern.statuses, ["Normal"]);
    assert_eq!(rule.pattern.keyword.as_deref(), Some("Stopping"));
    assert_eq!(rule.pattern.sql_filter.as_deref(), Some("192.168.0.1 and Stopping"));
    let region = || None;
    assert_eq!(rule.targets[0], Target::Group { group: "ecs".to_owned(), level: NotifyLevel::Warn });
    assert_eq!(
        rule.targets[2],
        Target::Mns { region: region(), endpoint: MnsEndpoint::Queue("alerts".to_owned()) }
    );
    assert_eq!(
        rule.targets[5],
        Target::OpenApi {
            region: region(),
            product: "Ecs".to_owned(),
            version: "2014-05-26".to_owned(),
            action: "StartInstance".to_owned(),
            role: "ops-role".to_owned(),
            parameters: json!({ "InstanceId": "i-1" }),
        }
    );
    assert_eq!(rule.targets.len(), 6);
}

#[test]
fn variables_fill_values_wherever_they_stand() {
    let text = sound_but("access_token=aaaa", "access_token=${TOKEN}")
        .replace("stack: t", "stack: ${STACK:-t}")
        .replace("    targets:", "    enabled: ${ON}\n    silence: ${SILENCE}\n    targets:");
    let environment = |name: &str| match name {
        "TOKEN" => Some("from-outside".to_owned()),
        "ON" => Some("true".to_owned()),
        "SILENCE" => Some("5m".to_owned()),
        _ => None,
    };
    let spec = load("spec.yaml", &text, &environment).unwrap().value;
    assert!(spec.robots["ops"].webhook.expose().ends_with("access_token=from-outside"));
    assert_eq!(spec.stack, "t");
    assert_eq!(spec.rules["state"].silence, Some(Duration::from_secs(300)));
}

#[test]
fn what_is_left_out_has_its_documented_meaning() {
    let text = sound_but("\n        level: INFO", "\n      - mns: { topic: x }\n    silence: 0s")
        .replace("region: cn-hangzhou", "region: ap-southeast-1\nsite: international");
    let spec = load("spec.yaml", &text, &no_environment).unwrap().value;
    assert_eq!(spec.contacts["duty"].language, Language::En);
    let rule = &spec.rules["state"];
    assert_eq!((rule.event_type, rule.silence), (EventType::System, None));
    assert_eq!(rule.targets[0], Target::Group { group: "ecs".to_owned(), level: NotifyLevel::Info });
    let endpoint = MnsEndpoint::Topic("x".to_owned());
    assert_eq!(rule.targets[1], Target::Mns { region: None, endpoint });
}

#[test]
fn a_file_may_come_from_windows() {
    let text = format!("\u{feff}{}", QUICKSTART.replace('\n', "\r\n"));
    let spec = load("bellcheck.yaml", &text, &tokens).unwrap().value;
    assert_eq!(spec.rules["ecs-fault"].silence, Some(Duration::from_secs(24 * 3600)));
    let span = spec.rules["ecs-fault"].span;
    assert_eq!(spec.source.excerpt(span), "ecs-fault");
}
