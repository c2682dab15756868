//! A service that does not do as it is told.

use super::cloud::{Cloud, PLAIN, SMALL, wanted};
use bellcheck::{
    emulator::{FaultEffect, FaultRule, FaultTarget},
    provision::Outcome,
};

#[tokio::test]
async fn a_field_that_is_kept_although_it_was_left_out_is_reported() {
    let cloud = Cloud::with(&[("put_omitted_contact", "keep")]);
    cloud.settle(SMALL).await;
    let without = wanted(&SMALL.replace("    email: duty@example.com\n", ""));
    let report = cloud.converge(&without, PLAIN).await;
    assert!(report.applied.is_success());
    assert!(!report.converged());
    assert_eq!(
        report.unsettled_text().unwrap(),
        "contact `duty` did not converge: every call was accepted, and a second look still finds to change: email"
    );
}

#[tokio::test]
async fn a_channel_that_waits_for_its_owner_is_no_difference() {
    for shown in ["shown", "hidden"] {
        let cloud = Cloud::with(&[("pending_channel", shown)]);
        cloud.settle(SMALL).await;
        let plan = cloud.plan(&wanted(SMALL), PLAIN).await;
        assert!(plan.is_empty());
        assert_eq!(plan.pending.len(), 1);
        assert_eq!(plan.pending[0].hidden, shown == "hidden");
    }
}

#[tokio::test]
async fn a_refused_call_stops_what_needs_it_and_the_next_run_does_the_rest() {
    let cloud = Cloud::new();
    cloud.emulator.with(|world| {
        world.add_fault(FaultRule {
            target: FaultTarget::Operation("PutContactGroup".to_owned()),
            effect: FaultEffect::Error("InvalidAuthorization".to_owned()),
            share: None,
            times: Some(1),
        });
    });
    let report = cloud.converge(&wanted(SMALL), PLAIN).await;
    assert!(!report.converged());
    let Outcome::Failed(error) = &report.applied.failed[0].outcome else { panic!("{report:#?}") };
    assert_eq!((error.operation, error.code.as_str()), ("PutContactGroup", "InvalidAuthorization"));
    let not_tried: Vec<&str> = report.applied.not_tried.iter().map(|step| step.operation).collect();
    assert_eq!(not_tried, ["PutEventRuleTargets"]);
    assert_eq!(report.unsettled_text(), None);
    let remaining = report.remaining.unwrap().unwrap();
    assert_eq!((remaining.counts().create, remaining.counts().update), (1, 1));

    let mark = cloud.mark();
    cloud.settle(SMALL).await;
    assert_eq!(cloud.writes(mark), ["PutContactGroup", "PutEventRuleTargets"]);
}

#[tokio::test]
async fn no_report_and_no_journal_shows_a_token() {
    let cloud = Cloud::new();
    let report = cloud.converge(&wanted(SMALL), PLAIN).await;
    let journal = cloud.emulator.with(|world| format!("{:?}", world.journal()));
    assert!(!format!("{report:?}{journal}").contains("t0k3n-of-duty"));
}

#[tokio::test]
async fn a_group_that_a_service_does_not_empty_is_told_with_its_cause() {
    let empty = SMALL.replace("    contacts: [duty]\n", "");
    for switches in [&[][..], &[("put_omitted_group", "keep")], &[("put_omitted", "clear")]] {
        let cloud = Cloud::with(switches);
        cloud.settle(SMALL).await;
        let report = cloud.converge(&wanted(&empty), PLAIN).await;
        assert!(report.applied.is_success());
        if report.converged() {
            assert_eq!(report.kept(), []);
            continue;
        }
        let kept = report.kept();
        assert_eq!(kept.len(), 1, "{report:#?}");
        assert_eq!(
            kept[0].to_string(),
            "group `on-call` still has its contacts: the service accepted the call, keeps what a call does not send, and an empty value cannot be sent"
        );
        assert!(kept[0].help().starts_with("leave at least one contact in the group"));
    }
    let cloud = Cloud::with(&[("put_omitted_group", "keep")]);
    cloud.settle(SMALL).await;
    assert!(!cloud.converge(&wanted(&empty), PLAIN).await.converged(), "the service keeps them");
}

/// Whatever the service does with what is not sent: every field of a group that can be said is sent.
#[tokio::test]
async fn changes_of_a_group_settle_under_either_reading() {
    for omitted in ["keep", "clear"] {
        let cloud = Cloud::with(&[("put_omitted_group", omitted)]);
        let two = SMALL
            .replace("groups:", "  deputy: { email: deputy@example.com }\ngroups:")
            .replace("[duty]", "[duty, deputy]\n    subscribed: true");
        cloud.settle(&two).await;
        cloud.settle(&two.replace("[duty, deputy]", "[deputy]")).await;
        cloud
            .settle(
                &two.replace("    description: Look after ECS\n", "").replace("    subscribed: true\n", ""),
            )
            .await;
        cloud.settle(&two).await;
    }
}
