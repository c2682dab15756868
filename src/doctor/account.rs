//! What the account holds that keeps alerts from arriving.

use super::check::{Check, State};
use crate::{
    openapi::Client,
    provision::{Channel, Desired, Observed, observe},
    spec::Spec,
};

/// Contacts that wait for activation and rules that are switched off.
pub(super) async fn account(client: &Client, specs: &[Spec]) -> Vec<Check> {
    // No stack has this name, and nothing is wanted: only the lists are read.
    match observe(client, "", &Desired::default()).await {
        Ok(observed) => {
            let mut checks = contacts(&observed, specs);
            checks.extend(rules(&observed, specs));
            checks.extend(specs.iter().filter_map(|spec| left_over(&observed, spec)));
            checks
        }
        Err(error) => vec![Check::other(
            "account",
            State::Unknown,
            format!("what the account holds was not read: {error}"),
            "run it again in a minute",
        )],
    }
}

/// What the stack owns and the spec does not have.
fn left_over(observed: &Observed, spec: &Spec) -> Option<Check> {
    let is_left = |owner: &Option<String>, wanted: bool| owner.as_ref() == Some(&spec.stack) && !wanted;
    let contacts = observed
        .contacts
        .iter()
        .filter(|(name, seen)| is_left(&seen.owner, spec.contacts.contains_key(*name)));
    let groups =
        observed.groups.iter().filter(|(name, seen)| is_left(&seen.owner, spec.groups.contains_key(*name)));
    let rules =
        observed.rules.iter().filter(|(name, seen)| is_left(&seen.owner, spec.rules.contains_key(*name)));
    let named = |kind: &str, name: &String| format!("{kind} `{name}`");
    let left: Vec<String> = rules
        .map(|(name, _)| named("rule", name))
        .chain(groups.map(|(name, _)| named("group", name)))
        .chain(contacts.map(|(name, _)| named("contact", name)))
        .collect();
    (!left.is_empty()).then(|| {
        Check::other(
            "leftovers",
            State::Doubtful,
            format!("stack `{}` owns what the spec does not have: {}", spec.stack, left.join(", ")),
            "a rule that is left over rings on: `bellcheck apply --prune` deletes them",
        )
    })
}

fn contacts(observed: &Observed, specs: &[Spec]) -> Vec<Check> {
    const NAME: &str = "contacts";
    let wanted = |name: &str| specs.iter().any(|spec| spec.contacts.contains_key(name));
    let mut checks = Vec::new();
    for (name, seen) in observed.contacts.iter().filter(|(name, _)| wanted(name)) {
        let waiting: Vec<&str> = seen.pending.iter().map(|channel| words(*channel)).collect();
        if !waiting.is_empty() {
            checks.push(Check::other(
                NAME,
                State::Doubtful,
                format!("contact `{name}` is not told by {}: activation is pending", waiting.join(" and ")),
                "its owner has to open the link that CloudMonitor sent, which holds for 24 hours; applying the contact anew sends another",
            ));
        }
    }
    if checks.is_empty() {
        let there = observed.contacts.keys().filter(|name| wanted(name)).count();
        let all: usize = specs.iter().map(|spec| spec.contacts.len()).sum();
        checks.push(Check::well(
            NAME,
            format!("{there} of the {all} contacts are in the account, and none waits for activation"),
        ));
    }
    checks
}

const fn words(channel: Channel) -> &'static str {
    match channel {
        Channel::Webhook => "its webhook",
        Channel::Mail => "mail",
        Channel::Phone => "SMS",
        Channel::AliIm => "TradeManager",
    }
}

fn rules(observed: &Observed, specs: &[Spec]) -> Vec<Check> {
    const NAME: &str = "rules";
    let wanted = |name: &str| specs.iter().find_map(|spec| spec.rules.get(name));
    let off = observed.rules.iter().filter(|(_, seen)| !seen.rule.enabled);
    let (ours, others): (Vec<_>, Vec<_>) =
        off.map(|(name, _)| name.as_str()).partition(|name| wanted(name).is_some());
    let mut checks = Vec::new();
    for name in ours {
        if wanted(name).is_some_and(|rule| rule.enabled) {
            checks.push(Check::wrong(
                NAME,
                format!("rule `{name}` is switched off in the account, and on in the spec"),
                "apply the spec, and find out who switched it off",
            ));
        }
    }
    if !others.is_empty() {
        let shown: Vec<String> = others.iter().take(10).map(|name| format!("`{name}`")).collect();
        let more = others.len() - shown.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        checks.push(Check::other(
            NAME,
            State::Doubtful,
            format!("switched off in the account, and not of these specs: {}{more}", shown.join(", ")),
            "switch on what should tell somebody, and delete the rest",
        ));
    }
    if checks.is_empty() {
        let count = observed.rules.len();
        checks.push(Check::well(
            NAME,
            format!("none of the account's {count} event rules is switched off against the spec"),
        ));
    }
    checks
}
