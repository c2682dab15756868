//! What the Terraform provider for this cloud does wrong when calls fail, each fault by its number
//! in our list of them: here the same situation ends well.

use std::sync::atomic::{AtomicBool, Ordering};

use bellcheck::{
    api::cloudmonitor::DeleteContactGroup,
    clock::BoxFuture,
    emulator::{Emulator, FaultEffect},
    openapi::{HttpRequest, HttpResponse, Transport, TransportError},
    provision::{Desired, Options, Outcome, carry_out, converge, prepare},
};

use super::cloud::{Cloud, PLAIN, PRUNE, SMALL, client, fault, wanted};

fn error(code: &str) -> FaultEffect {
    FaultEffect::Error(code.to_owned())
}

/// `SMALL` with all descriptions changed, so that each object is updated.
fn changed() -> Desired {
    let text = SMALL.replace("On duty", "On night duty").replace("Look after ECS", "Look after all");
    wanted(&text.replace("An instance changed state", "State"))
}

#[tokio::test]
async fn fault_0_a_refused_group_update_is_told_and_the_rest_goes_through() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    cloud.strike(vec![fault("PutContactGroup", error("InvalidParameterValue"), 1)]);
    let report = cloud.converge(&changed(), PLAIN).await;
    let names = |steps: &[bellcheck::provision::Step]| -> Vec<String> {
        steps.iter().map(|step| format!("{} {}", step.operation, step.name)).collect()
    };
    assert_eq!(names(&report.applied.failed), ["PutContactGroup on-call"]);
    assert_eq!(names(&report.applied.done), ["PutContact duty", "PutEventRule state-change"]);
    assert!(cloud.converge(&changed(), PLAIN).await.converged());
}

#[tokio::test]
async fn fault_0_a_group_that_somebody_deleted_is_made_again_or_counts_as_gone() {
    let gone = || DeleteContactGroup { contact_group_name: "on-call".to_owned() };
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    let nothing = Desired::empty("ops");
    for (desired, options) in [(changed(), PLAIN), (nothing, PRUNE)] {
        let plan = prepare(&cloud.client, &desired, &options).await.unwrap();
        cloud.call(gone()).await;
        let report = carry_out(&cloud.client, plan, &desired, &options, &|_| ()).await;
        assert!(report.converged(), "{report:#?}");
    }
}

#[tokio::test]
async fn fault_1_each_error_has_its_code_its_message_and_its_request_id() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    let mut texts = Vec::new();
    for code in ["InvalidParameterValue", "InvalidAuthorization"] {
        cloud.strike(vec![fault("PutContact", error(code), 1)]);
        let report = cloud.converge(&changed(), PLAIN).await;
        let Outcome::Failed(error) = &report.applied.failed[0].outcome else { panic!("{report:#?}") };
        let text = bellcheck::provision::render_report(&report.applied);
        let id = error.request_id.as_deref().unwrap();
        assert!(!id.is_empty() && text.contains(id) && text.contains(code), "{text}");
        assert!(text.contains(&error.message) && text.contains(&error.remedy()), "{text}");
        texts.push(error.remedy());
    }
    assert!(texts[0].contains("mend the spec") && texts[1].contains("cms:PutContact"), "{texts:?}");

    // The text is there for deletions too.
    cloud.strike(vec![fault("DeleteContact", error("InvalidAuthorization"), 1)]);
    let report = cloud.converge(&Desired::empty("ops"), PRUNE).await;
    let Outcome::Failed(error) = &report.applied.failed[0].outcome else { panic!("{report:#?}") };
    assert!(error.to_string().starts_with("DeleteContact failed: InvalidAuthorization: "), "{error}");
}

/// The failures of the table: HTTP 400 Throttling.User, 500 InternalError and 503 ServiceUnavailable.
fn passing() -> [FaultEffect; 3] {
    [error("Throttling.User"), FaultEffect::Status(500), FaultEffect::Status(503)]
}

#[tokio::test]
async fn fault_2_and_the_retry_table_each_call_survives_each_passing_failure() {
    let calls = |desired: &Desired| {
        if desired.contacts.is_empty() {
            ["DeleteContact", "DeleteContactGroup", "DeleteEventRules", "DeleteEventRuleTargets"].as_slice()
        } else {
            &[
                "PutContact",
                "PutContactGroup",
                "PutEventRule",
                "PutEventRuleTargets",
                "DescribeContactList",
                "DescribeContactGroupList",
                "DescribeEventRuleList",
                // Read when there is something to read.
                "DescribeEventRuleTargetList",
                "DescribeEventRuleAttribute",
            ]
        }
    };
    for effect in passing() {
        let cloud = Cloud::new();
        for (desired, options) in [(wanted(SMALL), PLAIN), (Desired::empty("ops"), Options::destroy(true))] {
            let faults = calls(&desired).iter().map(|operation| fault(operation, effect.clone(), 1));
            cloud.strike(faults.collect());
            let mark = cloud.mark();
            let report = converge(&cloud.client, &desired, &options, &|_| ()).await.unwrap();
            assert!(report.converged(), "{effect:?}: {report:#?}");
            let made = [cloud.operations(mark, true), cloud.operations(mark, false)].concat();
            let clean = Cloud::new();
            if desired.contacts.is_empty() {
                clean.settle(SMALL).await;
            }
            let mark = clean.mark();
            converge(&clean.client, &desired, &options, &|_| ()).await.unwrap();
            for operation in calls(&desired) {
                let count = |made: &[String]| made.iter().filter(|made| made == operation).count();
                let needed = count(&clean.operations(mark, true)) + count(&clean.operations(mark, false));
                assert_eq!(count(&made), needed + 1, "{operation} after {effect:?}");
            }
        }
    }
}

#[tokio::test]
async fn fault_10_a_rule_that_cannot_be_read_for_a_moment_does_not_end_the_plan() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    cloud.strike(vec![fault("DescribeEventRuleTargetList", FaultEffect::Status(500), 3)]);
    assert!(cloud.plan(&wanted(SMALL), PLAIN).await.is_empty());

    cloud.strike(vec![fault("DescribeEventRuleTargetList", error("InvalidAuthorization"), 1)]);
    let error = prepare(&cloud.client, &wanted(SMALL), &PLAIN).await.unwrap_err();
    let start = "DescribeEventRuleTargetList failed for rule `state-change`: InvalidAuthorization: ";
    assert!(error.to_string().starts_with(start), "{error}");
}

#[tokio::test]
async fn fault_10_texts_can_be_cleared() {
    let cloud = Cloud::new();
    cloud.settle(SMALL).await;
    let without = ["    description: Look after ECS\n", "    description: An instance changed state\n"]
        .iter()
        .fold(SMALL.to_owned(), |text, line| text.replace(line, ""));
    let mark = cloud.mark();
    cloud.settle(&without).await;
    assert_eq!(cloud.writes(mark), ["PutContactGroup", "PutEventRule"]);
    assert!(cloud.plan(&wanted(&without), PLAIN).await.is_empty());
}

/// An emulator whose first answer to PutEventRuleTargets is that one target was not taken, and it was
/// not.
#[derive(Debug)]
struct Partly(Emulator, AtomicBool);

impl Transport for Partly {
    fn send<'a>(
        &'a self,
        base: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        let is_put = request.header("x-acs-action") == Some("PutEventRuleTargets");
        if !is_put || self.1.swap(true, Ordering::SeqCst) {
            return self.0.send(base, request);
        }
        let body = br#"{"Code":"200","Success":true,"RequestId":"R-7","FailedParameterCount":"1","FailedContactParameters":{"ContactParameter":[{"Id":"1","ContactGroupName":"on-call","Level":"4"}]}}"#;
        Box::pin(async { Ok(HttpResponse { status: 200, headers: Vec::new(), body: body.to_vec() }) })
    }
}

#[tokio::test]
async fn fault_11_a_target_that_was_not_taken_is_a_failure_although_the_call_succeeded() {
    let cloud = Cloud::new();
    let client = client(&cloud.emulator, Partly(cloud.emulator.clone(), AtomicBool::new(false)), "partly");
    let report = converge(&client, &wanted(SMALL), &PLAIN, &|_| ()).await.unwrap();
    assert!(!report.converged());
    let text = bellcheck::provision::render_report(&report.applied);
    for part in ["on-call", "1 of the targets", "RequestId R-7", "3 calls done, 1 failed"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(converge(&client, &wanted(SMALL), &PLAIN, &|_| ()).await.unwrap().converged());
}

/// An emulator that does not tell the targets of the rule `broken`.
#[derive(Debug)]
struct OneBroken(Emulator);

impl Transport for OneBroken {
    fn send<'a>(
        &'a self,
        base: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        let is_for =
            |part: &str| request.query.iter().any(|(name, value)| name == "RuleName" && value == part);
        if request.header("x-acs-action") != Some("DescribeEventRuleTargetList") || !is_for("broken") {
            return self.0.send(base, request);
        }
        let body = br#"{"Code":"InvalidParameterValue","Message":"corrupt","RequestId":"R-8"}"#;
        Box::pin(async { Ok(HttpResponse { status: 400, headers: Vec::new(), body: body.to_vec() }) })
    }
}

/// `SMALL` with a second rule.
fn with_broken() -> String {
    let (_, rule) = SMALL.split_once("  state-change:\n").unwrap();
    format!("{SMALL}  broken:\n{rule}")
}

#[tokio::test]
async fn fault_10_a_rule_that_can_never_be_read_does_not_keep_the_others_from_being_changed() {
    let cloud = Cloud::new();
    cloud.settle(&with_broken()).await;
    let client = client(&cloud.emulator, OneBroken(cloud.emulator.clone()), "broken");
    let text =
        with_broken().replace("On duty", "On night duty").replace("An instance changed state", "State");
    let report = converge(&client, &wanted(&text), &PLAIN, &|_| ()).await.unwrap();

    let names: Vec<&str> = report.plan.changes.iter().map(|change| change.name.as_str()).collect();
    assert_eq!(names, ["duty", "state-change"]);
    assert!(report.applied.is_success() && !report.converged());
    let left = report.remaining.unwrap().unwrap();
    assert!(left.changes.is_empty() && !left.is_empty());
    let shown = bellcheck::provision::render_text(&left, false);
    for part in ["? rule `broken` is left as it is", "InvalidParameterValue: corrupt", "R-8"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    assert!(cloud.plan(&wanted(&text), PLAIN).await.changes.iter().all(|change| change.name == "broken"));
}

#[tokio::test]
async fn fault_10_what_an_unreadable_rule_may_need_is_not_deleted() {
    let cloud = Cloud::new();
    cloud.settle(&with_broken()).await;
    let client = client(&cloud.emulator, OneBroken(cloud.emulator.clone()), "broken");
    let report = converge(&client, &Desired::empty("ops"), &PRUNE, &|_| ()).await.unwrap();
    assert!(report.applied.is_success() && !report.converged());
    let left = cloud.plan(&Desired::empty("ops"), PRUNE).await;
    let names: Vec<&str> = left.changes.iter().map(|change| change.name.as_str()).collect();
    assert_eq!(names, ["broken", "on-call", "duty"]);
    let held = report.plan.withheld.iter().map(|held| format!("{} {}", held.kind, held.name));
    assert_eq!(held.collect::<Vec<_>>(), ["contact duty", "group on-call", "rule broken"]);
}
