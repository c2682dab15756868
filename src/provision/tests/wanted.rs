//! Wanted states: one by hand, and any.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection, option, prelude::*, sample::subsequence};
use serde_json::json;

use crate::{
    provision::{Contact, Desired, DesiredRule, Group, Pattern, Rule, Target, target_id},
    secret::Secret,
};

pub(super) const TOKEN: &str = "t0k3n-of-ops";

pub(super) fn text(value: &str) -> String {
    value.to_owned()
}

pub(super) fn set(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(|value| text(value)).collect()
}

pub(super) fn tell(group: &str, level: &str) -> Target {
    Target::Group { group: text(group), level: text(level) }
}

pub(super) fn by_id(targets: impl IntoIterator<Item = Target>) -> BTreeMap<String, Target> {
    targets.into_iter().map(|target| (target_id(&target), target)).collect()
}

/// One contact in one group that one rule tells.
pub(super) fn small() -> Desired {
    let mut desired = Desired::empty("ops");
    desired.contacts.insert(
        text("duty"),
        Contact {
            description: text("On duty"),
            language: text("en"),
            webhook: Some(Secret::new(format!("https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"))),
            mail: Some(text("duty@example.com")),
            ..Contact::default()
        },
    );
    let group = Group { description: text("Look after ECS"), contacts: set(&["duty"]), subscribed: false };
    desired.groups.insert(text("on-call"), group);
    let rule = Rule {
        description: text("State"),
        enabled: true,
        event_type: text("SYSTEM"),
        application_group_id: None,
        pattern: Pattern {
            product: text("ECS"),
            levels: set(&["INFO", "WARN"]),
            names: set(&["Instance:StateChange"]),
            statuses: Some(BTreeSet::new()),
            ..Pattern::default()
        },
        silence: 300,
    };
    let targets = by_id([tell("on-call", "4")]);
    desired.rules.insert(text("state-change"), DesiredRule { rule, targets });
    desired
}

fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z\\[\\]: 云]{0,12}"
}

fn contact() -> impl Strategy<Value = Contact> {
    (
        words(),
        prop_oneof!["en", "zh-cn"],
        option::of("[a-z]{4}"),
        option::of("[a-z]@[a-z]"),
        option::of("1[0-9]{3}"),
    )
        .prop_map(|(description, language, token, mail, phone)| Contact {
            description,
            language,
            webhook: token.map(|token| Secret::new(format!("https://hook/{token}"))),
            mail,
            phone,
            aliim: None,
        })
}

fn some_of(all: &'static [&'static str]) -> impl Strategy<Value = BTreeSet<String>> {
    subsequence(all, 0..=all.len()).prop_map(|some| set(&some))
}

fn rule() -> impl Strategy<Value = Rule> {
    let pattern = (
        some_of(&["StatusNotification", "Exception"]),
        some_of(&["CRITICAL", "WARN", "INFO", "*"]),
        some_of(&["a", "b", "c"]),
        some_of(&["Normal"]),
        option::of("[a-z]{3}"),
    )
        .prop_map(|(event_types, levels, names, statuses, keyword)| Pattern {
            product: text("ECS"),
            event_types,
            levels,
            names,
            statuses: Some(statuses),
            keyword,
            sql_filter: None,
            keyword_filter: None,
        });
    (words(), any::<bool>(), pattern, 0_u64..100_000).prop_map(|(description, enabled, pattern, silence)| {
        Rule {
            description,
            enabled,
            event_type: text("SYSTEM"),
            application_group_id: None,
            pattern,
            silence,
        }
    })
}

fn other_target() -> impl Strategy<Value = Target> {
    prop_oneof![
        ("[a-c]", prop_oneof!["GET", "POST"]).prop_map(|(path, method)| Target::Webhook {
            url: Secret::new(format!("http://127.0.0.1/{path}")),
            method,
            protocol: text("http"),
        }),
        "[a-c]".prop_map(|queue| Target::Mns { region: text("r"), queue: Some(queue), topic: None }),
        "[a-c]".prop_map(|logstore| Target::Sls { region: text("r"), project: text("p"), logstore }),
        "[a-c]".prop_map(|function| Target::Fc { region: text("r"), service: text("s"), function }),
        any::<u8>().prop_map(|number| Target::OpenApi {
            region: text("r"),
            product: text("Ecs"),
            version: text("2014-05-26"),
            action: text("StartInstance"),
            role: text("role"),
            parameters: Some(json!({"b": number, "a": [1]})),
        }),
    ]
}

/// Any state that a stack `ops` can want: groups of its contacts, rules that tell its groups.
pub(super) fn any_desired() -> impl Strategy<Value = Desired> {
    (collection::btree_map("c[0-5]", contact(), 0..6), collection::btree_map("g[0-4]", words(), 0..5))
        .prop_flat_map(|(contacts, groups)| {
            let names: Vec<String> = contacts.keys().cloned().collect();
            let members = (0..=names.len()).prop_flat_map(move |most| subsequence(names.clone(), most));
            let count = groups.len();
            (Just(contacts), Just(groups), collection::vec((members, any::<bool>()), count))
        })
        .prop_flat_map(|(contacts, groups, members)| {
            let groups: BTreeMap<String, Group> = groups
                .into_iter()
                .zip(members)
                .map(|((name, description), (contacts, subscribed))| {
                    (name, Group { description, contacts: contacts.into_iter().collect(), subscribed })
                })
                .collect();
            let names: Vec<String> = groups.keys().cloned().collect();
            let told = (0..=names.len())
                .prop_flat_map(move |most| subsequence(names.clone(), most))
                .prop_flat_map(|names| (Just(names), prop_oneof!["2", "3", "4"]));
            let rule = (rule(), told, collection::vec(other_target(), 0..4)).prop_map(
                |(rule, (groups, level), others)| {
                    let groups = groups.into_iter().map(|group| tell(&group, &level));
                    DesiredRule { rule, targets: by_id(groups.chain(others)) }
                },
            );
            (Just(contacts), Just(groups), collection::btree_map("r[0-4]", rule, 0..5))
        })
        .prop_map(|(contacts, groups, rules)| Desired { contacts, groups, rules, ..Desired::empty("ops") })
}
