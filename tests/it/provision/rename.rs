//! A rename leaves no gap: at every instant between two calls, an event reaches the person.

use std::sync::{Arc, Mutex};

use bellcheck::{
    api::cloudmonitor::{
        ContactParameter, DescribeContactGroupList, EventPattern, PutEventRule, PutEventRuleTargets,
        SendDryRunSystemEvent,
    },
    clock::{BoxFuture, Clock as _},
    dingtalk::{RobotState, Security},
    emulator::{Emulator, FaultEffect, RobotConfig},
    openapi::{Client, HttpRequest, HttpResponse, Transport, TransportError},
    provision::{Action, ConflictReason, ConvergeReport, ObjectKind, Options, converge, render_text},
};

use super::cloud::{Cloud, PLAIN, PRUNE, SMALL, client, fault, wanted};

const TOKEN: &str = "t0k3n-of-duty";
const FORCE: Options = Options { adopt: false, prune: true, force: true };

/// Passes calls on; after each that writes, fires an event and sees whether the robot was told.
#[derive(Debug, Clone)]
struct Watch {
    emulator: Emulator,
    voice: Client,
    seen: Arc<Mutex<Vec<(String, bool)>>>,
}

impl Watch {
    fn new(cloud: &Cloud) -> Self {
        // No two watches of one world may say a nonce twice.
        let nonces = format!("voice-{}", cloud.mark());
        let voice = client(&cloud.emulator, cloud.emulator.clone(), &nonces);
        Self { emulator: cloud.emulator.clone(), voice, seen: Arc::default() }
    }

    async fn is_heard(&self) -> bool {
        let count = || self.emulator.with(|world| world.messages(TOKEN).len());
        let before = count();
        let event = SendDryRunSystemEvent {
            product: "ECS".to_owned(),
            event_name: "Instance:StateChange".to_owned(),
            ..SendDryRunSystemEvent::default()
        };
        self.voice.call(&event).await.unwrap();
        self.emulator.sleep(std::time::Duration::from_secs(120)).await;
        count() > before
    }
}

impl Transport for Watch {
    fn send<'a>(
        &'a self,
        base: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let action = request.header("x-acs-action").unwrap_or_default().to_owned();
            let answer = self.emulator.send(base, request).await;
            if action.starts_with("Put") || action.starts_with("Delete") {
                let heard = self.is_heard().await;
                self.seen.lock().unwrap().push((action, heard));
            }
            answer
        })
    }
}

fn with_robot() -> Cloud {
    let cloud = Cloud::new();
    cloud.emulator.with(|world| {
        world.declare_robot(RobotConfig {
            token: TOKEN.into(),
            name: None,
            security: Security::default(),
            state: RobotState::Active,
        });
    });
    cloud
}

/// Goes from one spec to another under watch; returns the report and the calls, with those after
/// which nobody was told.
async fn watched(cloud: &Cloud, to: &str, options: Options) -> (ConvergeReport, Vec<String>, Vec<String>) {
    let watch = Watch::new(cloud);
    assert!(watch.is_heard().await, "it works before");
    let nonces = format!("watched-{}", cloud.mark());
    let client = client(&cloud.emulator, watch.clone(), &nonces);
    let report = converge(&client, &wanted(to), &options, &|_| ()).await.unwrap();
    let seen = watch.seen.lock().unwrap().clone();
    let deaf = seen.iter().filter(|(_, heard)| !heard).map(|(action, _)| action.clone()).collect();
    (report, seen.into_iter().map(|(action, _)| action).collect(), deaf)
}

fn renamed(text: &str, names: &[(&str, &str)]) -> String {
    names.iter().fold(text.to_owned(), |text, (old, new)| {
        text.replace(&format!("  {old}:\n"), &format!("  {new}:\n"))
            .replace(&format!("[{old}]"), &format!("[{new}]"))
            .replace(&format!("- group: {old}\n"), &format!("- group: {new}\n"))
    })
}

const ALL: [(&str, &str); 3] =
    [("duty", "night-duty"), ("on-call", "night-call"), ("state-change", "instance-state")];

#[tokio::test]
async fn nobody_is_missed_while_names_change() {
    for names in [&ALL[..1], &ALL[1..2], &ALL[2..], &ALL[..]] {
        let cloud = with_robot();
        cloud.settle(SMALL).await;
        let (report, calls, deaf) = watched(&cloud, &renamed(SMALL, names), PRUNE).await;
        assert!(report.converged(), "{report:#?}");
        assert!(deaf.is_empty(), "{names:?}: nobody was told after {deaf:?} of {calls:?}");
        assert!(calls.iter().any(|call| call.starts_with("Delete")), "{calls:?}");
        for (old, new) in names {
            let named = |name: &str, action| {
                report.plan.changes.iter().find(|c| c.name == name && c.action == action).unwrap()
            };
            assert_eq!(named(new, Action::Create).renamed_from.as_deref(), Some(*old));
            assert_eq!(named(old, Action::Delete).why, format!("renamed to `{new}`"));
        }
        let text = render_text(&report.plan, false);
        assert!(text.contains(&format!("{} (renamed from `{}`)", names[0].1, names[0].0)), "{text}");
    }
}

#[tokio::test]
async fn a_rule_with_no_room_for_another_target_keeps_telling() {
    let groups = "  a:\n    contacts: [other]\n  b:\n    contacts: [other]\n  c:\n    contacts: [other]\n  d:\n    contacts: [other]\n";
    let text = SMALL
        .replace("groups:\n", &format!("groups:\n{groups}"))
        .replace("groups:\n", "  other:\n    email: other@example.com\ngroups:\n")
        .replace(
            "    targets:\n",
            "    targets:\n      - group: a\n      - group: b\n      - group: c\n      - group: d\n",
        );
    let cloud = with_robot();
    cloud.settle(&text).await;
    let (report, calls, deaf) = watched(&cloud, &renamed(&text, &ALL[1..2]), FORCE).await;
    assert!(report.converged(), "{report:#?}");
    assert!(deaf.is_empty(), "nobody was told after {deaf:?} of {calls:?}");
    assert_eq!(calls, ["PutContactGroup", "PutEventRuleTargets", "DeleteContactGroup"]);
}

#[tokio::test]
async fn without_prune_the_old_one_stays_and_the_plan_says_so() {
    let cloud = with_robot();
    cloud.settle(SMALL).await;
    let (report, calls, deaf) = watched(&cloud, &renamed(SMALL, &ALL), PLAIN).await;
    assert!(report.converged() && deaf.is_empty());
    assert!(!calls.iter().any(|call| call.starts_with("Delete")), "{calls:?}");
    let text = render_text(&report.plan, false);
    let said = "rule state-change is renamed to instance-state: the old one stays, and would be deleted with --prune";
    assert!(text.contains(said), "{text}");
}

#[tokio::test]
async fn what_was_to_be_replaced_stays_when_its_replacement_fails() {
    for (operation, kept) in [
        ("PutContact", "DeleteContact"),
        ("PutContactGroup", "DeleteContactGroup"),
        ("PutEventRule", "DeleteEventRules"),
        ("PutEventRuleTargets", "DeleteEventRules"),
    ] {
        let cloud = with_robot();
        cloud.settle(SMALL).await;
        // An error that no repetition heals.
        let effect = FaultEffect::Error("InvalidAuthorization".to_owned());
        cloud.emulator.with(|world| world.add_fault(fault(operation, effect, 1)));
        let (report, calls, deaf) = watched(&cloud, &renamed(SMALL, &ALL), PRUNE).await;
        assert!(!report.converged(), "{operation}");
        assert!(deaf.is_empty(), "{operation}: nobody was told after {deaf:?} of {calls:?}");
        assert!(!calls.iter().any(|call| call == kept), "{operation}: {calls:?}");
        let not_tried = report.applied.not_tried.iter().any(|step| step.operation == kept);
        assert!(not_tried, "{operation}: {:?}", report.applied.not_tried);
        // The next run finishes it.
        let (report, calls, deaf) = watched(&cloud, &renamed(SMALL, &ALL), PRUNE).await;
        assert!(report.converged(), "{operation}: {report:#?}");
        assert!(deaf.is_empty(), "{operation}: nobody was told after {deaf:?} of {calls:?}");
    }
}

/// A rule that somebody made by hand and that tells `group`.
async fn rule_by_hand(cloud: &Cloud, name: &str, group: &str) {
    cloud
        .call(PutEventRule {
            rule_name: name.to_owned(),
            event_pattern: vec![EventPattern { product: "ECS".to_owned(), ..EventPattern::default() }],
            ..PutEventRule::default()
        })
        .await;
    cloud
        .call(PutEventRuleTargets {
            rule_name: name.to_owned(),
            contact_parameters: vec![ContactParameter {
                id: Some("1".to_owned()),
                contact_group_name: Some(group.to_owned()),
                level: Some("4".to_owned()),
            }],
            ..PutEventRuleTargets::default()
        })
        .await;
}

#[tokio::test]
async fn a_group_that_a_rule_of_others_tells_is_not_deleted() {
    let cloud = with_robot();
    cloud.settle(SMALL).await;
    rule_by_hand(&cloud, "by-hand", "on-call").await;
    rule_by_hand(&cloud, "elsewhere", "theirs").await;
    let target_lists = |mark: usize| {
        cloud.operations(mark, false).iter().filter(|name| *name == "DescribeEventRuleTargetList").count()
    };
    let mark = cloud.mark();
    let desired = wanted(&renamed(SMALL, &ALL[1..2]));
    // Without a deletion, targets of rules of others are nobody's business.
    assert!(cloud.plan(&desired, PLAIN).await.conflicts.is_empty());
    assert_eq!(target_lists(mark), 1);

    let mark = cloud.mark();
    let report = cloud.converge(&desired, PRUNE).await;
    assert_eq!(target_lists(mark), 3);
    let conflict = &report.plan.conflicts[0];
    assert_eq!((conflict.kind, conflict.name.as_str()), (ObjectKind::Group, "on-call"));
    assert_eq!(conflict.reason, ConflictReason::InUse { by: vec!["by-hand".to_owned()] });
    assert_eq!(
        conflict.to_string(),
        "group `on-call` cannot be deleted while rules of others tell it: `by-hand`"
    );
    assert_eq!(cloud.writes(mark), Vec::<String>::new());
    let groups = cloud.call(DescribeContactGroupList::default()).await;
    assert_eq!(groups.contact_groups.contact_group, ["on-call"]);
}
