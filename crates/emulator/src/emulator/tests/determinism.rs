//! The same world twice, and worlds that are treated badly.

use proptest::prelude::*;

use super::support::{Cloud, TOKEN, contact, group, rule, to_group, webhook};
use crate::{
    api::{
        cloudmonitor::{
            Channels, DeleteContact, DeleteContactGroup, DeleteEventRules, DescribeEventRuleList,
            DisableEventRules, SendDryRunSystemEvent,
        },
        ecs::{
            CancelSimulatedSystemEvents, CreateSimulatedSystemEvents, DeleteInstance, DescribeInstances,
            RebootInstance, RunInstances, StartInstance, StopInstance,
        },
    },
    openapi::{HttpRequest, from_params},
};

/// An act, with numbers that choose among names so that acts meet each other's objects.
#[derive(Debug, Clone)]
enum Act {
    Advance(u32),
    PutContact(u8, bool),
    DeleteContact(u8),
    PutGroup(u8, Vec<u8>),
    DeleteGroup(u8),
    PutRule(u8, Option<u64>, bool),
    DisableRule(u8),
    DeleteRule(u8),
    Target(u8, u8, u8),
    Run(u32),
    Start(u8),
    Stop(u8),
    Reboot(u8),
    Delete(u8, bool),
    Simulate(u8, u8, u32),
    Cancel(u8),
    DryRun(String),
    List(u32, u32),
}

fn act() -> impl Strategy<Value = Act> {
    let small = 0..3_u8;
    prop_oneof![
        (0..200_000_u32).prop_map(Act::Advance),
        (small.clone(), any::<bool>()).prop_map(|(name, mail)| Act::PutContact(name, mail)),
        small.clone().prop_map(Act::DeleteContact),
        (small.clone(), proptest::collection::vec(small.clone(), 0..3))
            .prop_map(|(name, of)| Act::PutGroup(name, of)),
        small.clone().prop_map(Act::DeleteGroup),
        (small.clone(), proptest::option::of(prop_oneof![Just(0), Just(60), Just(u64::MAX)]), any::<bool>())
            .prop_map(|(name, silence, on)| Act::PutRule(name, silence, on)),
        small.clone().prop_map(Act::DisableRule),
        small.clone().prop_map(Act::DeleteRule),
        (small.clone(), small.clone(), 1..6_u8)
            .prop_map(|(rule, group, level)| Act::Target(rule, group, level)),
        (0..4_u32).prop_map(Act::Run),
        small.clone().prop_map(Act::Start),
        small.clone().prop_map(Act::Stop),
        small.clone().prop_map(Act::Reboot),
        (small.clone(), any::<bool>()).prop_map(|(of, force)| Act::Delete(of, force)),
        (small.clone(), 0..8_u8, 0..100_000_u32).prop_map(|(of, kind, after)| Act::Simulate(of, kind, after)),
        small.prop_map(Act::Cancel),
        ".{0,30}".prop_map(Act::DryRun),
        (0..5_u32, 0..5_u32).prop_map(|(page, size)| Act::List(page, size)),
    ]
}

/// Does it, whatever comes of it.
fn perform(cloud: &Cloud, act: &Act) {
    let name = |number: &u8| format!("n{number}");
    let ids: Vec<String> = cloud.emulator.with(|world| {
        world.accounts.values().flat_map(|account| account.instances.keys().cloned()).collect()
    });
    let id = |number: &u8| ids.get(usize::from(*number)).cloned().unwrap_or_else(|| "i-none".to_owned());
    let region = || "cn-hangzhou".to_owned();
    match act {
        Act::Advance(seconds) => cloud.advance(u64::from(*seconds)),
        Act::PutContact(of, mail) => {
            let mail = mail.then(|| "a@example.com".to_owned());
            drop(cloud.call(&contact(&name(of), Channels { mail, ..webhook(TOKEN) })));
        }
        Act::DeleteContact(of) => drop(cloud.call(&DeleteContact { contact_name: name(of) })),
        Act::PutGroup(of, contacts) => {
            let contacts: Vec<String> = contacts.iter().map(name).collect();
            let contacts: Vec<&str> = contacts.iter().map(String::as_str).collect();
            drop(cloud.call(&group(&name(of), &contacts)));
        }
        Act::DeleteGroup(of) => drop(cloud.call(&DeleteContactGroup { contact_group_name: name(of) })),
        Act::PutRule(of, silence, enabled) => {
            let mut call = rule(&name(of));
            call.silence_time = *silence;
            call.state = Some(if *enabled { "ENABLED" } else { "DISABLED" }.to_owned());
            call.event_pattern[0].level_list.clear();
            call.event_pattern[0].name_list.clear();
            drop(cloud.call(&call));
        }
        Act::DisableRule(of) => {
            drop(cloud.call(&DisableEventRules { rule_names: vec![name(of)], region_id: None }));
        }
        Act::DeleteRule(of) => drop(cloud.call(&DeleteEventRules { rule_names: vec![name(of)] })),
        Act::Target(of, group, level) => {
            drop(cloud.call(&to_group(&name(of), "1", &name(group), &level.to_string())));
        }
        Act::Run(amount) => {
            drop(cloud.call(&RunInstances {
                region_id: region(),
                amount: Some(*amount),
                ..Default::default()
            }));
        }
        Act::Start(of) => {
            drop(cloud.call(&StartInstance { instance_id: id(of), ..Default::default() }));
        }
        Act::Stop(of) => drop(cloud.call(&StopInstance { instance_id: id(of), ..Default::default() })),
        Act::Reboot(of) => {
            drop(cloud.call(&RebootInstance { instance_id: id(of), ..Default::default() }));
        }
        Act::Delete(of, force) => {
            let call = DeleteInstance { instance_id: id(of), force: Some(*force), ..Default::default() };
            drop(cloud.call(&call));
        }
        Act::Simulate(of, kind, after) => {
            let kinds = [
                "SystemMaintenance.Reboot",
                "SystemMaintenance.Stop",
                "SystemMaintenance.Redeploy",
                "SystemFailure.Reboot",
                "SystemFailure.Stop",
                "SystemFailure.Redeploy",
                "InstanceFailure.Reboot",
                "Nothing.Known",
            ];
            let not_before =
                crate::emulator::queue::later(cloud.now(), std::time::Duration::from_secs(u64::from(*after)));
            drop(cloud.call(&CreateSimulatedSystemEvents {
                region_id: region(),
                event_type: kinds[usize::from(*kind)].to_owned(),
                instance_id: vec![id(of)],
                not_before: not_before.to_string(),
                ..Default::default()
            }));
        }
        Act::Cancel(of) => {
            let events: Vec<String> = cloud.emulator.with(|world| {
                world.accounts.values().flat_map(|account| account.simulated_events.keys().cloned()).collect()
            });
            let event = events.get(usize::from(*of)).cloned().unwrap_or_default();
            drop(cloud.call(&CancelSimulatedSystemEvents { region_id: region(), event_id: vec![event] }));
        }
        Act::DryRun(content) => {
            drop(cloud.call(&SendDryRunSystemEvent {
                product: "ECS".to_owned(),
                event_name: "Instance:StateChange".to_owned(),
                event_content: Some(content.clone()),
                ..Default::default()
            }));
        }
        Act::List(page, size) => {
            drop(cloud.call(&DescribeEventRuleList {
                page_number: Some(*page),
                page_size: Some(*size),
                ..Default::default()
            }));
            drop(cloud.call(&DescribeInstances {
                region_id: region(),
                page_number: Some(*page),
                max_results: Some(*size),
                ..Default::default()
            }));
        }
    }
}

fn play(acts: &[Act], seed: u64) -> (String, Vec<String>) {
    let cloud = Cloud::with(|config| config.seed = seed);
    cloud.provision();
    for act in acts {
        perform(&cloud, act);
    }
    cloud.advance(1_000_000);
    (serde_json::to_string(&cloud.journal()).unwrap(), cloud.texts())
}

#[test]
fn the_same_seed_is_the_same_world_byte_for_byte() {
    let acts = [
        Act::Run(2),
        Act::Advance(60),
        Act::Stop(0),
        Act::Simulate(1, 0, 600),
        Act::Advance(120),
        Act::Start(0),
        Act::Reboot(1),
        Act::Delete(0, true),
        Act::Advance(4000),
    ];
    let first = play(&acts, 7);
    assert_eq!(first, play(&acts, 7));
    assert_ne!(first, play(&acts, 8));
    assert!(first.1.len() > 5, "{:?}", first.1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn nothing_that_is_done_breaks_a_world(acts in proptest::collection::vec(act(), 0..40), seed: u64) {
        prop_assert_eq!(play(&acts, seed), play(&acts, seed));
    }

    #[test]
    fn nothing_that_is_sent_breaks_a_world(
        method in "(GET|POST|PUT|HEAD|.{0,3})",
        query in proptest::collection::vec((".{0,8}", ".{0,8}"), 0..6),
        headers in proptest::collection::vec(("(authorization|x-acs-action|host|x-acs-date|content-type)", ".{0,20}"), 0..6),
        body in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let cloud = Cloud::new();
        let request = HttpRequest { method, path: "/".to_owned(), query, headers, body };
        let response = cloud.send(&request);
        prop_assert!(response.status >= 400);
        let robot = cloud.emulator.with(|world| world.robot_send(&request, [127, 0, 0, 1].into()));
        prop_assert_eq!(robot.status, 200);
    }

    #[test]
    fn time_only_goes_forward(steps in proptest::collection::vec(-100_000..100_000_i64, 1..10)) {
        let cloud = Cloud::new();
        for step in steps {
            let before = cloud.now();
            let to = before.checked_add(jiff::SignedDuration::from_secs(step)).unwrap();
            cloud.emulator.with(|world| world.advance_to(to));
            prop_assert_eq!(cloud.now(), before.max(to));
        }
    }
}

#[test]
fn every_operation_can_be_decoded_from_nothing_or_says_what_it_lacks() {
    macro_rules! each {
        ($($operation:ty),* $(,)?) => {
            $( if let Err(fault) = from_params::<$operation>(&Default::default()) {
                assert!(fault.to_string().contains("is missing"), "{fault}");
            } )*
        };
    }
    crate::for_each_operation!(each);
}
