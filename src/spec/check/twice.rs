//! Robots that are told the same thing twice: by two rules that take the same event, or by two
//! contacts of one rule.

use std::collections::{BTreeMap, HashMap};

use crate::{
    diagnostic::Diagnostic,
    dingtalk::token_of,
    event::{Catalogue, Entry, Level, Pattern, catalogue, is_any},
    spec::{
        model::{Contact, EventType, Rule, Spec, Target},
        yaml::Context,
    },
};

pub(super) fn twice(spec: &Spec, context: &Context) {
    let mut by_webhook: BTreeMap<String, Vec<(&Rule, &Contact)>> = BTreeMap::new();
    for rule in spec.rules.values().filter(|rule| rule.enabled) {
        let mut told: HashMap<String, &Contact> = HashMap::new();
        for contact in contacts_of(rule, spec) {
            let Some(webhook) = &contact.webhook else { continue };
            let webhook = token_of(webhook.expose()).unwrap_or_else(|| webhook.expose().to_owned());
            match told.get(&webhook) {
                Some(first) if first.name == contact.name => {}
                Some(first) => by_one_rule(rule, first, contact, context),
                None => {
                    told.insert(webhook.clone(), contact);
                    by_webhook.entry(webhook).or_default().push((rule, contact));
                }
            }
        }
    }
    let sets: HashMap<&str, Events> =
        spec.rules.values().map(|rule| (rule.name.as_str(), Events::of(rule, catalogue()))).collect();
    for told in by_webhook.values() {
        for (index, (rule, contact)) in told.iter().enumerate() {
            // One partner is enough to see what is wrong.
            let common = told[..index].iter().find_map(|(earlier, _)| {
                let common = common_event(earlier, rule, &sets)?;
                Some((*earlier, common))
            });
            if let Some((earlier, event)) = common {
                by_two_rules(earlier, rule, contact, &event, context);
            }
        }
    }
}

fn contacts_of<'a>(rule: &'a Rule, spec: &'a Spec) -> impl Iterator<Item = &'a Contact> {
    let groups = rule.targets.iter().filter_map(|target| match target {
        Target::Group { group, .. } => spec.groups.get(group),
        _ => None,
    });
    groups.flat_map(|group| &group.contacts).filter_map(|name| spec.contacts.get(name))
}

/// The robot or address of a contact, in a sentence.
fn robot(contact: &Contact) -> String {
    match &contact.robot {
        Some(robot) => format!("robot `{robot}`"),
        None => format!("the webhook of contact `{}`", contact.name),
    }
}

fn by_one_rule(rule: &Rule, first: &Contact, second: &Contact, context: &Context) {
    context.push(
        Diagnostic::warning(
            "spec::told-twice",
            format!("rule `{}` tells {} of each event twice", rule.name, robot(first)),
        )
        .at(context.source(), rule.span, "this rule")
        .at(context.source(), first.span, "once through this contact")
        .at(context.source(), second.span, "again through this one")
        .help("leave one of the contacts out of the groups that the rule tells"),
    );
}

fn by_two_rules(earlier: &Rule, rule: &Rule, contact: &Contact, event: &str, context: &Context) {
    context.push(
        Diagnostic::warning(
            "spec::told-twice",
            format!("rules `{}` and `{}` both tell {} of {event}", earlier.name, rule.name, robot(contact)),
        )
        .at(context.source(), rule.span, "again by this rule")
        .at(context.source(), earlier.span, "once by this rule")
        .help("narrow the pattern of one of them, or let them tell different groups"),
    );
}

/// Which events a rule takes, as far as their kind goes.
struct Events {
    /// One bit for each entry of the catalogue.
    known: Vec<u64>,
    /// Names that no document knows.
    unknown: Vec<String>,
    any_name: bool,
}

impl Events {
    fn of(rule: &Rule, catalogue: &Catalogue) -> Self {
        let pattern = &rule.pattern;
        let mut known = vec![0; catalogue.entries().len().div_ceil(64)];
        if rule.event_type == EventType::System {
            for (index, entry) in catalogue.entries().iter().enumerate() {
                if pattern.names_kind(entry) {
                    known[index / 64] |= 1 << (index % 64);
                }
            }
        }
        let is_unknown = |name: &&String| {
            *name != "*"
                && (rule.event_type == EventType::Custom || catalogue.find(&pattern.product, name).is_none())
        };
        Self {
            known,
            unknown: pattern.names.iter().filter(is_unknown).cloned().collect(),
            any_name: pattern.takes_any_name(),
        }
    }
}

/// An event that both rules take, in words; none when there is none for certain.
fn common_event(one: &Rule, other: &Rule, sets: &HashMap<&str, Events>) -> Option<String> {
    if one.event_type != other.event_type {
        return None;
    }
    // Resources of one application group may be in the other; whether they are is not known here.
    let (group, other_group) = (&one.application_group, &other.application_group);
    if group.is_some() && other_group.is_some() && group != other_group {
        return None;
    }
    // With a filter each, an event may pass one of them only.
    let (pattern, other_pattern) = (&one.pattern, &other.pattern);
    let is_filtered = |pattern: &Pattern| pattern.keyword.is_some() || pattern.sql_filter.is_some();
    let same = pattern.keyword == other_pattern.keyword && pattern.sql_filter == other_pattern.sql_filter;
    if !same && is_filtered(pattern) && is_filtered(other_pattern) {
        return None;
    }
    let (set, other_set) = (sets.get(one.name.as_str())?, sets.get(other.name.as_str())?);
    let both = set.known.iter().zip(&other_set.known).map(|(one, other)| one & other);
    for (word, mut bits) in both.enumerate() {
        while bits != 0 {
            let entry = &catalogue().entries()[word * 64 + bits.trailing_zeros() as usize];
            if comes_to_both(pattern, other_pattern, Some(entry)) {
                return Some(format!("the same event, such as `{}`", entry.name));
            }
            bits &= bits - 1;
        }
    }
    let custom = one.event_type == EventType::Custom;
    let product = |pattern: &Pattern| pattern.product.to_ascii_lowercase();
    let (product, other_product) = (product(pattern), product(other_pattern));
    if !custom && product != other_product && product != "*" && other_product != "*" {
        return None;
    }
    if !custom && !comes_to_both(pattern, other_pattern, None) {
        return None;
    }
    let shared = set.unknown.iter().find(|name| other_set.any_name || other_set.unknown.contains(name));
    let shared = shared.or_else(|| other_set.unknown.iter().find(|_| set.any_name));
    match shared {
        Some(name) => Some(format!("the same event, such as `{name}`")),
        None => (set.any_name && other_set.any_name).then(|| "the same events".to_owned()),
    }
}

/// Whether one event of a kind can have a level, a type and a status that both rules ask for.
fn comes_to_both(one: &Pattern, other: &Pattern, entry: Option<&Entry>) -> bool {
    let of = |values: fn(&Entry) -> Vec<&str>| entry.map(values).unwrap_or_default();
    let levels = of(|entry| entry.levels().collect());
    let levels =
        if levels.is_empty() { Level::ALL.iter().map(|level| level.as_str()).collect() } else { levels };
    meet(&one.levels, &other.levels, &levels)
        && meet(&one.event_types, &other.event_types, &of(|entry| entry.event_types().collect()))
        && meet(&one.statuses, &other.statuses, &of(|entry| entry.statuses().collect()))
}

/// Whether some value is in both lists, and is one that the event has; one without documented values
/// may have any.
fn meet(one: &[String], other: &[String], has: &[&str]) -> bool {
    let in_list = |list: &[String], value: &str| {
        is_any(list) || list.iter().any(|item| item.eq_ignore_ascii_case(value))
    };
    let fits = |value: &str| in_list(one, value) && in_list(other, value);
    if !has.is_empty() {
        return has.iter().any(|value| fits(value));
    }
    is_any(one) || is_any(other) || one.iter().any(|value| fits(value))
}
