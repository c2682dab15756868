//! Groups that metric alarms notify are not deleted from under them.

use bellcheck::{
    emulator::{FaultEffect, MetricRuleDraft},
    provision::{ConflictReason, Desired, ObjectKind, Options, WithheldReason},
};

use super::cloud::{Cloud, PLAIN, PRUNE, SMALL, fault, wanted};

const READ: &str = "DescribeMetricRuleList";

fn alarm(cloud: &Cloud, name: &str, groups: &[&str]) {
    let draft = MetricRuleDraft {
        id: None,
        name: name.to_owned(),
        contact_groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        namespace: None,
        metric: None,
        resources: Vec::new(),
        group_id: None,
        enabled: Some(false),
    };
    cloud.emulator.with(|world| world.declare_metric_rule("1000000000000001", draft));
}

fn reads(cloud: &Cloud, mark: usize) -> usize {
    cloud.operations(mark, false).iter().filter(|operation| *operation == READ).count()
}

#[tokio::test]
async fn a_group_that_an_alarm_notifies_is_not_deleted_nor_its_contacts() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    // Enough for several pages; the one that counts is switched off, and notifies two groups.
    for number in 0..120 {
        alarm(&cloud, &format!("cpu-{number:03}"), &["somebody-elses"]);
    }
    alarm(&cloud, "x-disk", &["others", "on-call"]);
    let mark = cloud.mark();
    let nothing = Desired::empty("ops");
    let report = cloud.converge(&nothing, Options::destroy(false)).await;
    assert!(!report.converged());
    assert_eq!(cloud.writes(mark), Vec::<String>::new(), "nothing is done by halves");
    assert!(reads(&cloud, mark) >= 3, "all pages are read");
    let by = vec!["x-disk".to_owned()];
    let reason = ConflictReason::Alarmed { by, group: "on-call".to_owned() };
    let conflicts: Vec<_> =
        report.plan.conflicts.iter().map(|conflict| (conflict.kind, conflict.reason.clone())).collect();
    assert_eq!(conflicts, [(ObjectKind::Contact, reason.clone()), (ObjectKind::Group, reason)]);
    assert_eq!(
        report.plan.conflicts[1].to_string(),
        "group `on-call` cannot be deleted while metric alarms notify it: `x-disk`"
    );
    assert_eq!(
        report.plan.conflicts[0].to_string(),
        "contact `duty` cannot be deleted while metric alarms notify group `on-call`, which lists it: `x-disk`"
    );
}

#[tokio::test]
async fn the_alarms_are_read_only_where_something_is_deleted() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    assert_eq!(reads(&cloud, 0), 0);
    let without_rule = wanted(SMALL.split("rules:").next().unwrap());
    assert!(cloud.plan(&without_rule, PRUNE).await.counts().delete == 1);
    assert_eq!(reads(&cloud, 0), 0, "a rule is in nobody's way");
    let plan = cloud.plan(&Desired::empty("ops"), PRUNE).await;
    assert_eq!((plan.counts().delete, plan.conflicts.len()), (3, 0));
    assert_eq!(reads(&cloud, 0), 1);
    assert!(cloud.converge(&Desired::empty("ops"), PRUNE).await.converged());
}

#[tokio::test]
async fn a_renamed_group_stays_where_an_alarm_notifies_it_by_its_old_name() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    alarm(&cloud, "cpu", &["on-call"]);
    let renamed = wanted(&SMALL.replace("on-call", "at-work"));
    let plan = cloud.plan(&renamed, PRUNE).await;
    assert_eq!(plan.conflicts.len(), 1, "{plan:#?}");
    assert_eq!(plan.conflicts[0].name, "on-call");
    // Without --prune the old one stays, and is no conflict.
    let plan = cloud.plan(&renamed, PLAIN).await;
    assert_eq!((plan.conflicts.len(), plan.would_prune.len()), (0, 1));
}

#[tokio::test]
async fn a_contact_of_a_group_that_stays_can_go() {
    let cloud = Cloud::new();
    let two = SMALL
        .replace("groups:", "  deputy: { email: deputy@example.com }\ngroups:")
        .replace("[duty]", "[duty, deputy]");
    cloud.settle(&two).await;
    alarm(&cloud, "cpu", &["on-call"]);
    let report = cloud.converge(&wanted(SMALL), PRUNE).await;
    assert!(report.converged(), "{report:#?}");
    assert_eq!(report.plan.counts().delete, 1);
}

#[tokio::test]
async fn who_may_not_read_alarms_deletes_no_group_and_no_contact() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    for error in ["InvalidAuthorization", "InvalidApi.NotFound"] {
        cloud.strike(vec![fault(READ, FaultEffect::Error(error.to_owned()), 9)]);
        let plan = cloud.plan(&Desired::empty("ops"), PRUNE).await;
        let held: Vec<_> = plan.withheld.iter().map(|held| (held.kind, held.name.as_str())).collect();
        assert_eq!(held, [(ObjectKind::Contact, "duty"), (ObjectKind::Group, "on-call")], "{plan:#?}");
        assert!(plan.withheld.iter().all(|held| matches!(held.reason, WithheldReason::AlarmsUnread(_))));
        assert!(plan.withheld[1].to_string().contains(error), "{}", plan.withheld[1]);
        assert_eq!(plan.counts().delete, 1, "the rule can go");
    }
    cloud.strike(vec![fault(READ, FaultEffect::Error("InvalidAuthorization".to_owned()), 9)]);
    let plan = cloud.plan(&Desired::empty("ops"), PRUNE).await;
    assert!(plan.withheld[0].help().contains("--ram-policy"), "{}", plan.withheld[0].help());
}
