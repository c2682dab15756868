//! What apply makes, and how many calls it takes.

use super::cloud::{Cloud, PLAIN, PRUNE, SMALL, wanted};
use bellcheck::{
    api::cloudmonitor::{DescribeContactList, DescribeEventRuleTargetList},
    provision::{Desired, ObjectKind, Options},
};

const QUICKSTART: &str = include_str!("../../../examples/quickstart/bellcheck.yaml");

#[tokio::test]
async fn the_quickstart_is_made_and_then_nothing_is_left() {
    let cloud = Cloud::new();
    let desired = wanted(QUICKSTART);
    let report = cloud.converge(&desired, PLAIN).await;
    assert!(report.converged(), "{report:#?}");
    assert_eq!(report.plan.counts().create, 6);
    assert_eq!(report.applied.done.len(), 8);

    let mark = cloud.mark();
    let report = cloud.converge(&desired, PLAIN).await;
    assert!(report.plan.is_empty(), "{:#?}", report.plan);
    assert_eq!(cloud.writes(mark), Vec::<String>::new());
    // Lists of contacts, groups, enabled and disabled rules; targets and statuses of two rules.
    assert_eq!(cloud.operations(mark, false).len(), 8);

    let contacts = cloud.call(DescribeContactList::default()).await.contacts.contact;
    let duty = contacts.iter().find(|contact| contact.name == "duty-engineer").unwrap();
    assert_eq!(duty.desc, "Whoever is on duty [bellcheck:ecs-ops]");
    assert_eq!(duty.lang.as_deref(), Some("en"));
}

#[tokio::test]
async fn a_description_is_one_write() {
    for (old, new, operation) in [
        ("On duty", "On night duty", "PutContact"),
        ("Look after ECS", "Look after ECS and RDS", "PutContactGroup"),
        ("An instance changed state", "State", "PutEventRule"),
        ("level: INFO\n", "level: WARN\n", "PutEventRuleTargets"),
    ] {
        let cloud = Cloud::new();
        cloud.settle(SMALL).await;
        let mark = cloud.mark();
        cloud.settle(&SMALL.replace(old, new)).await;
        assert_eq!(cloud.writes(mark), [operation], "{new}");
    }
}

#[tokio::test]
async fn each_key_of_a_rule_can_change_and_change_back() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    for (old, new) in [
        ("    event_pattern:", "    enabled: false\n    event_pattern:"),
        ("    event_pattern:", "    silence: 5m\n    event_pattern:"),
        ("    event_pattern:", "    event_type: CUSTOM\n    event_pattern:"),
        ("levels: [INFO, WARN]", "levels: [INFO]"),
        ("levels: [INFO, WARN]", "levels: [WARN, INFO]\n      keyword: Stopping"),
        ("levels: [INFO, WARN]", "levels: [WARN, INFO]\n      sql_filter: a and b"),
        ("statuses: [Normal]", "event_types: [StatusNotification]\n      statuses: [Normal]"),
        // The list of rules does not show statuses; they must be noticed all the same.
        ("      statuses: [Normal]\n", ""),
    ] {
        let mark = cloud.mark();
        cloud.settle(&SMALL.replace(old, new)).await;
        assert_eq!(cloud.writes(mark), ["PutEventRule"], "{new}");
        let mark = cloud.mark();
        cloud.settle(SMALL).await;
        assert_eq!(cloud.writes(mark), ["PutEventRule"], "back from {new}");
    }
}

#[tokio::test]
async fn the_order_of_lists_is_no_difference() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    let mark = cloud.mark();
    cloud.settle(&SMALL.replace("[INFO, WARN]", "[WARN, INFO]")).await;
    assert_eq!(cloud.writes(mark), Vec::<String>::new());
}

#[tokio::test]
async fn a_target_that_moves_to_another_group_leaves_none_behind() {
    let cloud = Cloud::new();
    let two = SMALL.replace("rules:\n", "  night:\n    contacts: [duty]\nrules:\n");
    cloud.settle(&two).await;
    let mark = cloud.mark();
    cloud.settle(&two.replace("- group: on-call", "- group: night")).await;
    assert_eq!(cloud.writes(mark), ["PutEventRuleTargets", "DeleteEventRuleTargets"]);
    let targets = cloud
        .call(DescribeEventRuleTargetList { rule_name: "state-change".to_owned(), region_id: None })
        .await;
    let told: Vec<_> =
        targets.contact_parameters.items.into_iter().map(|item| item.contact_group_name).collect();
    assert_eq!(told, [Some("night".to_owned())]);
}

/// `count` rules whose names begin alike, every second one disabled.
fn many(count: usize) -> String {
    let mut text = SMALL.split_once("rules:\n").unwrap().0.to_owned();
    text.push_str("rules:\n");
    for number in 0..count {
        let enabled = number % 2 == 0;
        text.push_str(&format!(
            "  rule-{number:03}:\n    enabled: {enabled}\n    event_pattern: {{ product: ECS, levels: [INFO] }}\n    targets: [{{ group: on-call }}]\n"
        ));
    }
    text
}

#[tokio::test]
async fn disabled_rules_and_rules_beyond_a_page_are_seen() {
    let cloud = Cloud::new();
    let text = many(230);
    cloud.settle(&text).await;
    let mark = cloud.mark();
    cloud.settle(&text).await;
    assert_eq!(cloud.writes(mark), Vec::<String>::new());
    // 1 page of contacts, 1 of groups, 2 each of enabled and disabled rules, 230 rules' targets
    // and statuses.
    assert_eq!(cloud.operations(mark, false).len(), 466);
}

#[tokio::test]
async fn what_is_no_longer_wanted_waits_for_prune() {
    let cloud = Cloud::new();
    cloud.settle(&many(3)).await;
    let fewer = wanted(&many(2));
    let mark = cloud.mark();
    let report = cloud.converge(&fewer, PLAIN).await;
    assert!(report.converged());
    assert_eq!(report.plan.would_prune, [(ObjectKind::Rule, "rule-002".to_owned())]);
    assert_eq!(cloud.writes(mark), Vec::<String>::new());
    let report = cloud.converge(&fewer, PRUNE).await;
    assert!(report.converged(), "{report:#?}");
    assert_eq!(cloud.writes(mark), ["DeleteEventRuleTargets", "DeleteEventRules"]);
}

#[tokio::test]
async fn the_guard_stands_before_the_first_write() {
    let cloud = Cloud::new();
    cloud.settle(&many(20)).await;
    let mark = cloud.mark();
    let nothing = Desired::empty("ops");
    let report = cloud.converge(&nothing, Options::destroy(false)).await;
    assert_eq!(
        report.guarded.unwrap().to_string(),
        "this would delete 22 of the 22 objects that stack `ops` owns (100 %); more than 30 % needs `--force`"
    );
    assert_eq!(cloud.writes(mark), Vec::<String>::new());
    let report = cloud.converge(&nothing, Options::destroy(true)).await;
    assert!(report.converged(), "{report:#?}");
    assert!(cloud.plan(&nothing, PRUNE).await.is_empty());
    assert_eq!(cloud.plan(&nothing, PRUNE).await.owned, 0);
}
