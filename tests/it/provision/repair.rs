//! What somebody changed by hand is put right, and nothing else.

use super::cloud::{ADOPT, Cloud, PLAIN, SMALL, wanted};
use bellcheck::{
    api::cloudmonitor::{
        Channels, ContactParameter, DeleteContact, DeleteContactGroup, DeleteEventRules, DisableEventRules,
        EventPattern, PutContact, PutContactGroup, PutEventRule, PutEventRuleTargets,
    },
    openapi::Operation,
};

/// Lets `change` happen behind the stack's back, and returns the writes that put it right.
async fn repaired<O: Operation>(change: O) -> Vec<String> {
    // A group can only be emptied where what is not sent is cleared.
    let cloud = Cloud::with(&[("put_omitted_group", "clear")]);
    cloud.settle(SMALL).await;
    cloud.call(change).await;
    let mark = cloud.mark();
    cloud.settle(SMALL).await;
    let writes = cloud.writes(mark);
    let mark = cloud.mark();
    cloud.settle(SMALL).await;
    assert_eq!(cloud.writes(mark), Vec::<String>::new());
    writes
}

fn text(value: &str) -> String {
    value.to_owned()
}

#[tokio::test]
async fn a_contact_whose_webhook_was_taken() {
    let change = PutContact {
        contact_name: text("duty"),
        describe: text("On duty [bellcheck:ops]"),
        lang: None,
        channels: Channels { mail: Some(text("x@example.com")), ..Channels::default() },
    };
    assert_eq!(repaired(change).await, ["PutContact"]);
}

#[tokio::test]
async fn a_group_that_was_emptied() {
    let change = PutContactGroup {
        contact_group_name: text("on-call"),
        describe: Some(text("Look after ECS [bellcheck:ops]")),
        ..PutContactGroup::default()
    };
    assert_eq!(repaired(change).await, ["PutContactGroup"]);
}

#[tokio::test]
async fn a_contact_that_was_deleted_comes_back_into_its_group() {
    let change = DeleteContact { contact_name: text("duty") };
    assert_eq!(repaired(change).await, ["PutContact", "PutContactGroup"]);
}

#[tokio::test]
async fn a_group_that_was_deleted() {
    let change = DeleteContactGroup { contact_group_name: text("on-call") };
    assert_eq!(repaired(change).await, ["PutContactGroup"]);
}

#[tokio::test]
async fn a_rule_that_was_switched_off() {
    let change = DisableEventRules { rule_names: vec![text("state-change")], region_id: None };
    assert_eq!(repaired(change).await, ["PutEventRule"]);
}

#[tokio::test]
async fn a_rule_that_was_deleted_comes_back_with_its_targets() {
    let change = DeleteEventRules { rule_names: vec![text("state-change")] };
    assert_eq!(repaired(change).await, ["PutEventRule", "PutEventRuleTargets"]);
}

#[tokio::test]
async fn a_status_that_only_the_rule_itself_shows() {
    let change = PutEventRule {
        rule_name: text("state-change"),
        description: Some(text("An instance changed state [bellcheck:ops]")),
        event_pattern: vec![EventPattern {
            product: text("ECS"),
            level_list: vec![text("INFO"), text("WARN")],
            name_list: vec![text("Instance:StateChange")],
            status_list: vec![text("Failed")],
            ..EventPattern::default()
        }],
        event_type: Some(text("SYSTEM")),
        silence_time: Some(0),
        state: Some(text("ENABLED")),
        ..PutEventRule::default()
    };
    assert_eq!(repaired(change).await, ["PutEventRule"]);
}

fn target(id: &str, group: &str, level: &str) -> PutEventRuleTargets {
    PutEventRuleTargets {
        rule_name: text("state-change"),
        contact_parameters: vec![ContactParameter {
            id: Some(text(id)),
            contact_group_name: Some(text(group)),
            level: Some(text(level)),
        }],
        ..PutEventRuleTargets::default()
    }
}

#[tokio::test]
async fn a_target_that_was_added() {
    assert_eq!(repaired(target("1", "on-call", "2")).await, ["DeleteEventRuleTargets"]);
}

#[tokio::test]
async fn a_mark_that_was_removed_is_a_conflict() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    let change = PutContactGroup {
        contact_group_name: text("on-call"),
        describe: Some(text("Look after ECS")),
        contact_names: vec![text("duty")],
        enable_subscribed: Some(false),
    };
    cloud.call(change).await;
    let mark = cloud.mark();
    let report = cloud.converge(&wanted(SMALL), PLAIN).await;
    assert_eq!(report.plan.conflicts.len(), 1);
    assert!(report.guarded.is_some() && !report.converged());
    assert_eq!(cloud.writes(mark), Vec::<String>::new());
    assert!(cloud.converge(&wanted(SMALL), ADOPT).await.converged());
    assert_eq!(cloud.writes(mark), ["PutContactGroup"]);
}
