//! How near a spec is to what the service takes.

use super::check::{Check, State};
use crate::spec::{Rule, Spec, Target};

const NAME: &str = "limits";
/// Documented: contacts of a group, targets of a kind, values of a list of a pattern.
const CONTACTS: usize = 100;
const TARGETS: usize = 5;
const VALUES: usize = 50;

/// What is documented, and what is not. A spec beyond these limits is not valid; here is told how near
/// it is.
#[must_use]
pub fn limits(spec: &Spec) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut near = |what: String, count: usize, most: usize| {
        if count * 10 >= most * 9 {
            checks.push(Check::other(
                NAME,
                State::Doubtful,
                format!("{what}: {count}, and the service takes {most}"),
                "split it before it is full",
            ));
        }
    };
    for group in spec.groups.values() {
        near(format!("contacts of group `{}`", group.name), group.contacts.len(), CONTACTS);
    }
    for rule in spec.rules.values() {
        for (kind, count) in kinds(rule) {
            near(format!("{kind} targets of rule `{}`", rule.name), count, TARGETS);
        }
        let pattern = &rule.pattern;
        for (list, count) in [
            ("names", pattern.names.len()),
            ("statuses", pattern.statuses.len()),
            ("event types", pattern.event_types.len()),
        ] {
            near(format!("{list} of rule `{}`", rule.name), count, VALUES);
        }
    }
    if checks.is_empty() {
        checks.push(Check::well(
            NAME,
            format!(
                "far from the documented limits: {CONTACTS} contacts a group, {TARGETS} targets of a kind, {VALUES} values a list"
            ),
        ));
    }
    checks.push(Check::other(
        NAME,
        State::Unknown,
        format!(
            "how many contacts, groups and event rules an account may have is not documented; this spec has {}, {} and {}",
            spec.contacts.len(),
            spec.groups.len(),
            spec.rules.len()
        ),
        "",
    ));
    checks
}

/// Targets by kind.
fn kinds(rule: &Rule) -> Vec<(&'static str, usize)> {
    let kind = |target: &Target| match target {
        Target::Group { .. } => "group",
        Target::Webhook { .. } => "webhook",
        Target::Mns { .. } => "mns",
        Target::Sls { .. } => "sls",
        Target::Fc { .. } => "fc",
        Target::OpenApi { .. } => "openapi",
    };
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for target in &rule.targets {
        match counts.iter_mut().find(|(counted, _)| *counted == kind(target)) {
            Some((_, count)) => *count += 1,
            None => counts.push((kind(target), 1)),
        }
    }
    counts
}
