//! From a file to a plan.

use super::account::Account;
use crate::{
    diagnostic::Diagnostic,
    provision::{Desired, Options, Target, desired, render_text},
    spec,
};

const QUICKSTART: &str = include_str!("../../../examples/quickstart/bellcheck.yaml");
const REFERENCE: &str = include_str!("../../../examples/reference/bellcheck.yaml");

/// The variables of the examples.
fn tokens(name: &str) -> Option<String> {
    match name.strip_prefix("DING_")?.split_once('_')? {
        (robot, "TOKEN") => Some(format!("{}-test-token", robot.to_lowercase())),
        _ => Some("SECtest".to_owned()),
    }
}

fn from(text: &str) -> Result<Desired, Vec<Diagnostic>> {
    desired(&spec::load("bellcheck.yaml", text, &tokens).unwrap().value)
}

#[test]
fn the_quickstart_is_six_objects_and_then_none() {
    let desired = from(QUICKSTART).unwrap();
    let mut account = Account::default();
    let plan = account.settle(&desired, Options::default());
    let drawn = render_text(&plan, false);
    assert!(drawn.starts_with("+ contact duty-engineer\n"), "{drawn}");
    assert!(drawn.ends_with("\nPlan: 6 to create, 0 to change, 0 to delete\n"), "{drawn}");
    assert!(!drawn.contains("ops-test-token"), "{drawn}");
    assert!(account.plan(&desired, Options::default()).is_empty());
    assert_eq!(desired.rules["ecs-fault"].rule.silence, 86_400);
    assert_eq!(desired.rules["ecs-state-change"].rule.silence, 0);
}

#[test]
fn every_key_of_a_spec_arrives() {
    let desired = from(REFERENCE).unwrap();
    let duty = &desired.contacts["duty"];
    assert_eq!(
        (duty.language.as_str(), duty.mail.as_deref(), duty.phone.as_deref(), duty.aliim.as_deref()),
        ("en", Some("duty@example.com"), Some("13900000000"), Some("duty"))
    );
    assert!(duty.webhook.as_ref().unwrap().expose().ends_with("access_token=ops-test-token"));
    assert_eq!(desired.contacts["audit-hook"].language, "zh-cn");
    assert!(desired.groups["ecs"].subscribed);
    let rule = &desired.rules["state-change"];
    let kinds: Vec<&str> = rule.targets.values().map(Target::kind).collect();
    assert_eq!(kinds, ["fc", "group", "mns", "openapi", "sls", "webhook"]);
    assert_eq!(rule.rule.pattern.keyword.as_deref(), Some("Stopping"));
    assert_eq!(rule.rule.pattern.statuses.as_ref().unwrap().len(), 1);
    assert_eq!(rule.rule.silence, 300);
    let mut account = Account::default();
    account.settle(&desired, Options::default());
    let again = account.plan(&desired, Options::default());
    assert!(again.is_empty(), "{again:#?}");
}

#[test]
fn the_same_place_twice_is_refused() {
    let hook = "      - webhook: { url: \"http://127.0.0.1:9/hook\", method: POST }\n";
    let text = REFERENCE.replace(hook, &format!("{hook}{}", hook.replace("POST", "GET")));
    let faults = from(&text).unwrap_err();
    assert_eq!(faults[0].code, "provision::same-target");
    assert!(faults[0].message.contains("the same webhook target twice"), "{}", faults[0].message);
}
