//! Many bad days, in virtual time: calls that are refused, that fail, that lose their answers, and
//! others who change the account at the same time.

use std::sync::Mutex;

use bellcheck::{
    api::cloudmonitor::{
        Channels, Contact, ContactGroup, ContactParameter, DescribeContactGroupList, DescribeContactList,
        DescribeEventRuleAttribute, DescribeEventRuleList, DescribeEventRuleTargetList,
        DescribeEventRuleTargetListResponse, EventPattern, EventRule, PutContact, PutContactGroup,
        PutEventRule, PutEventRuleTargets,
    },
    clock::BoxFuture,
    emulator::{Dropped, Emulator, FaultEffect, FaultRule, FaultTarget, WorldConfig},
    openapi::{HttpRequest, HttpResponse, Transport, TransportError},
    provision::{ConvergeReport, Desired, converge},
};

use super::cloud::{Cloud, PLAIN, PRUNE, SMALL, client, fault, wanted};

const QUICKSTART: &str = include_str!("../../../examples/quickstart/bellcheck.yaml");

fn text(value: &str) -> String {
    value.to_owned()
}

/// One of everything that nobody's spec knows, made by hand. Names sort before, between and after
/// those of the quickstart.
async fn make_foreign(cloud: &Cloud) {
    for name in ["a-hand", "f-hand", "z-hand"] {
        let channels = Channels { mail: Some(text("hand@example.com")), ..Channels::default() };
        let contact =
            PutContact { contact_name: text(name), describe: text("by hand"), lang: None, channels };
        cloud.call(contact).await;
        let group = PutContactGroup {
            contact_group_name: text(name),
            describe: Some(text("by hand")),
            contact_names: vec![text(name)],
            enable_subscribed: Some(true),
        };
        cloud.call(group).await;
        let rule = PutEventRule {
            rule_name: text(name),
            description: Some(text("by hand")),
            event_pattern: vec![EventPattern {
                product: text("ECS"),
                status_list: vec![text("Normal")],
                ..EventPattern::default()
            }],
            silence_time: Some(77),
            ..PutEventRule::default()
        };
        cloud.call(rule).await;
        let target = ContactParameter {
            id: Some(text("hand-1")),
            contact_group_name: Some(text(name)),
            level: Some(text("3")),
        };
        let targets = PutEventRuleTargets {
            rule_name: text(name),
            contact_parameters: vec![target],
            ..PutEventRuleTargets::default()
        };
        cloud.call(targets).await;
    }
}

/// All that an account holds, as its reads tell it.
#[derive(Debug, Clone, PartialEq)]
struct Holds {
    contacts: Vec<Contact>,
    groups: Vec<ContactGroup>,
    rules: Vec<(EventRule, EventRule, DescribeEventRuleTargetListResponse)>,
}

async fn holds(cloud: &Cloud) -> Holds {
    let size = Some(100);
    let contacts = DescribeContactList { page_size: size, ..DescribeContactList::default() };
    let groups = DescribeContactGroupList { page_size: size, ..DescribeContactGroupList::default() };
    let mut rules = Vec::new();
    for enabled in [true, false] {
        let list = DescribeEventRuleList {
            is_enable: Some(enabled),
            page_size: size,
            ..DescribeEventRuleList::default()
        };
        for rule in cloud.call(list).await.event_rules.event_rule {
            let name = &rule.name;
            let targets = DescribeEventRuleTargetList { rule_name: name.clone(), region_id: None };
            let detail = DescribeEventRuleAttribute {
                rule_name: name.clone(),
                ..DescribeEventRuleAttribute::default()
            };
            let mut targets = cloud.call(targets).await;
            targets.request_id = String::new();
            let detail = cloud.call(detail).await.result;
            rules.push((rule, detail, targets));
        }
    }
    Holds {
        contacts: cloud.call(contacts).await.contacts.contact,
        groups: cloud.call(groups).await.contact_group_list.contact_group,
        rules,
    }
}

impl Holds {
    /// What was made by hand.
    fn foreign(&self) -> Self {
        let mut part = self.clone();
        part.contacts.retain(|contact| contact.name.ends_with("-hand"));
        part.groups.retain(|group| group.name.ends_with("-hand"));
        part.rules.retain(|(rule, ..)| rule.name.ends_with("-hand"));
        part
    }

    /// Everything without instants, which waiting moves.
    fn timeless(mut self) -> Self {
        for contact in &mut self.contacts {
            (contact.create_time, contact.update_time) = (0, 0);
        }
        for group in &mut self.groups {
            (group.create_time, group.update_time) = (0, 0);
        }
        self
    }
}

/// 5 % of the calls are throttled, 5 % fail, and 2 % take effect and lose their answer.
fn bad_day(cloud: &Cloud, seed: u64) {
    let rule = |effect, share| FaultRule {
        target: FaultTarget::AnyOperation,
        effect,
        share: Some(share),
        times: None,
    };
    cloud.emulator.with(|world| {
        world.seed_faults(seed);
        world.set_faults(vec![
            rule(FaultEffect::Error(text("Throttling.User")), 0.05),
            rule(FaultEffect::Status(500), 0.05),
            rule(FaultEffect::Drop(Dropped::After), 0.02),
        ]);
    });
}

#[tokio::test]
async fn two_hundred_bad_days_end_as_good_ones() {
    let good = Cloud::new();
    make_foreign(&good).await;
    good.settle(QUICKSTART).await;
    let good = holds(&good).await.timeless();
    let desired = wanted(QUICKSTART);
    let (mut struck, mut lost) = (0, 0);
    for seed in 0..200 {
        let cloud = Cloud::of(WorldConfig { seed, ..WorldConfig::default() });
        make_foreign(&cloud).await;
        let before = holds(&cloud).await.foreign();
        bad_day(&cloud, seed);
        let report = cloud.converge(&desired, PLAIN).await;
        assert!(report.converged(), "seed {seed}: {report:#?}");
        let codes = cloud.call_codes();
        struck += codes.iter().filter(|code| !matches!(code.as_str(), "" | "200")).count();
        lost += codes.iter().filter(|code| *code == "DroppedAfter").count();
        cloud.strike(Vec::new());
        assert!(cloud.plan(&desired, PRUNE).await.is_empty(), "seed {seed}");
        let after = holds(&cloud).await;
        assert_eq!(after.foreign(), before, "seed {seed}");
        assert_eq!(after.timeless(), good, "seed {seed}");
    }
    // Some 24 calls a day, an eighth of them struck.
    assert!(struck > 300 && lost > 40, "{struck} calls were struck, {lost} of them lost their answer");
}

#[tokio::test]
async fn a_call_that_took_effect_and_lost_its_answer_is_done() {
    let nothing = Desired::empty("ecs-ops");
    for (desired, options, operations) in [
        (wanted(QUICKSTART), PLAIN, ["PutContact", "PutContactGroup", "PutEventRule", "PutEventRuleTargets"]),
        (
            nothing,
            PRUNE,
            ["DeleteContact", "DeleteContactGroup", "DeleteEventRules", "DeleteEventRuleTargets"],
        ),
    ] {
        for operation in operations {
            let cloud = Cloud::new();
            if desired.contacts.is_empty() {
                cloud.settle(QUICKSTART).await;
            }
            cloud.strike(vec![fault(operation, FaultEffect::Drop(Dropped::After), 1)]);
            let mark = cloud.mark();
            let report = cloud.converge(&desired, options).await;
            assert!(report.converged(), "{operation}: {report:#?}");
            let made = cloud.writes(mark).iter().filter(|made| *made == operation).count();
            assert_eq!(made, 3, "{operation}: two objects, and one of them twice");
        }
    }
}

#[tokio::test]
async fn without_patience_bad_days_would_end_badly() {
    let desired = wanted(QUICKSTART);
    let mut bad = 0;
    for seed in 0..20 {
        let cloud = Cloud::new();
        bad_day(&cloud, seed);
        let client = cloud.client.clone().plain();
        let report = converge(&client, &desired, &PLAIN, &|_| ()).await;
        bad += usize::from(!report.is_ok_and(|report| report.converged()));
    }
    assert!(bad > 10, "{bad}");
}

/// An emulator that lets others go first now and then, on the way there and back.
#[derive(Debug)]
struct Weaving(Emulator, Mutex<u64>);

impl Weaving {
    /// Some number of pauses, drawn by xorshift.
    fn pauses(&self) -> u64 {
        let mut state = self.1.lock().unwrap();
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state % 7
    }
}

impl Transport for Weaving {
    fn send<'a>(
        &'a self,
        base: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            for _ in 0..self.pauses() {
                tokio::task::yield_now().await;
            }
            let answer = self.0.send(base, request).await;
            for _ in 0..self.pauses() {
                tokio::task::yield_now().await;
            }
            answer
        })
    }
}

/// Two applies at the same time, in an order that follows from the seed.
async fn both(cloud: &Cloud, seed: u64, one: &str, other: &str) -> [ConvergeReport; 2] {
    let run = |number: u64, spec: &str| {
        let state = (seed * 2 + number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let transport = Weaving(cloud.emulator.clone(), Mutex::new(state));
        let client = client(&cloud.emulator, transport, &format!("run-{number}"));
        let desired = wanted(spec);
        async move { converge(&client, &desired, &PRUNE, &|_| ()).await.unwrap() }
    };
    tokio::join!(run(0, one), run(1, other)).into()
}

/// `SMALL` for another stack, with other names.
fn of_others() -> String {
    SMALL
        .replace("stack: ops", "stack: others")
        .replace("duty", "x-duty")
        .replace("on-call", "x-on-call")
        .replace("state-change:", "x-state-change:")
}

#[tokio::test]
async fn two_stacks_at_the_same_time_do_not_meet() {
    for seed in 0..40 {
        let cloud = Cloud::new();
        for report in both(&cloud, seed, SMALL, &of_others()).await {
            assert!(report.converged(), "seed {seed}: {report:#?}");
        }
        for spec in [SMALL, &of_others()] {
            let plan = cloud.plan(&wanted(spec), PRUNE).await;
            assert!(plan.is_empty(), "seed {seed}: {plan:#?}");
            assert_eq!((plan.owned, plan.foreign.len()), (3, 3), "seed {seed}");
        }
    }
}

#[tokio::test]
async fn one_stack_twice_at_the_same_time_is_as_one() {
    for seed in 0..40 {
        let cloud = Cloud::new();
        both(&cloud, seed, SMALL, SMALL).await;
        let plan = cloud.plan(&wanted(SMALL), PRUNE).await;
        assert!(plan.is_empty(), "seed {seed}: {plan:#?}");
        assert_eq!((plan.owned, plan.foreign.len()), (3, 0), "seed {seed}");
    }
}

/// Another version of `SMALL`: the rule is gone, another one tells, the group has one more contact.
const LATER: &str = "\
stack: ops
region: cn-hangzhou
contacts:
  duty:
    description: On night duty
    email: duty@example.com
  boss:
    email: boss@example.com
groups:
  on-call:
    contacts: [duty, boss]
rules:
  fault:
    event_pattern: { product: ECS, levels: [CRITICAL] }
    targets: [{ group: on-call, level: WARN }]
";

#[tokio::test]
async fn two_versions_of_a_stack_at_the_same_time_are_noticed_and_healed() {
    let mut noticed = 0;
    for seed in 0..40 {
        let cloud = Cloud::new();
        // The guard is for ten objects and more, so both may do what they want.
        cloud.settle(SMALL).await;
        cloud.settle(&SMALL.replace("On duty", "On some duty")).await;
        let reports = both(&cloud, seed, SMALL, LATER).await;
        let told = reports.iter().any(|report| !report.converged());
        noticed += usize::from(told);
        let mut is_one_of_them = false;
        for spec in [SMALL, LATER] {
            is_one_of_them |= cloud.plan(&wanted(spec), PRUNE).await.is_empty();
        }
        assert!(is_one_of_them || told, "seed {seed}: a mixture, and nobody said so: {reports:#?}");
        for report in &reports {
            let has_words = report.unsettled_text().is_some() || !report.applied.failed.is_empty();
            assert!(report.converged() || has_words, "seed {seed}: {report:#?}");
        }
        let third = cloud.converge(&wanted(SMALL), PRUNE).await;
        assert!(third.converged(), "seed {seed}: {third:#?}");
    }
    assert!(noticed > 3, "the two hardly met: {noticed}");
}
