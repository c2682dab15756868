//! A plan for some objects only, with what they depend on.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::types::Plan;
use crate::{
    provision::{
        desired::Desired,
        model::{ObjectKind, Target},
    },
    spec::yaml::did_you_mean,
};

type Object = (ObjectKind, String);

/// A name that `--target` gives and that neither a spec nor its stack has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// As it was given.
    pub given: String,
    /// What may have been meant.
    pub help: String,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "neither the spec nor its stack has `{}`", self.given)
    }
}

/// Limits each wanted state to the objects that `given` names, as `NAME` or `KIND/NAME`. A name may be
/// in several stacks and of several kinds: all of them are meant. `plans` are those of the unlimited
/// wanted states, in the same order; what they would delete can be named, too.
///
/// # Errors
/// The first name that no stack has.
pub fn select(given: &[String], stacks: &mut [(&mut Desired, &Plan)]) -> Result<(), UnknownName> {
    let known: Vec<BTreeSet<Object>> = stacks.iter().map(|(desired, plan)| objects(desired, plan)).collect();
    for name in given {
        let mut found = false;
        for ((desired, _), known) in stacks.iter_mut().zip(&known) {
            let meant: Vec<&Object> = known.iter().filter(|object| is_meant(name, object)).collect();
            found |= !meant.is_empty();
            desired.only.extend(meant.into_iter().cloned());
        }
        if !found {
            let all: BTreeSet<&str> = known.iter().flatten().map(|(_, name)| name.as_str()).collect();
            let bare = name.split_once('/').map_or(name.as_str(), |(_, bare)| bare);
            let help = did_you_mean("there are", bare, all.iter().copied())
                .unwrap_or_else(|| "the spec has no objects".to_owned());
            let help = if all.contains(bare) {
                format!(
                    "`{bare}` is there, but of another kind; write `contact/`, `group/` or `rule/` before it"
                )
            } else {
                help
            };
            return Err(UnknownName { given: name.clone(), help });
        }
    }
    Ok(())
}

fn is_meant(given: &str, (kind, name): &Object) -> bool {
    given == name || given.split_once('/').is_some_and(|(of, bare)| of == kind.as_str() && bare == name)
}

/// All objects that a plan can be limited to: wanted ones, and those that the stack no longer wants.
fn objects(desired: &Desired, plan: &Plan) -> BTreeSet<Object> {
    let named = |kind: ObjectKind| move |name: &String| (kind, name.clone());
    let mut all: BTreeSet<Object> = desired.contacts.keys().map(named(ObjectKind::Contact)).collect();
    all.extend(desired.groups.keys().map(named(ObjectKind::Group)));
    all.extend(desired.rules.keys().map(named(ObjectKind::Rule)));
    all.extend(plan.would_prune.iter().cloned());
    all.extend(plan.changes.iter().map(|change| (change.kind, change.name.clone())));
    all.extend(plan.withheld.iter().map(|held| (held.kind, held.name.clone())));
    all.extend(plan.conflicts.iter().map(|conflict| (conflict.kind, conflict.name.clone())));
    all
}

/// Takes out of a whole plan what `desired.only` does not ask for.
pub(super) fn limit(plan: &mut Plan, desired: &Desired) {
    if desired.only.is_empty() {
        return;
    }
    let chosen = with_needs(plan, desired);
    let before = plan.changes.len() + plan.conflicts.len();
    plan.changes.retain(|change| chosen.contains(&(change.kind, change.name.clone())));
    plan.conflicts.retain(|conflict| chosen.contains(&(conflict.kind, conflict.name.clone())));
    plan.withheld.retain(|held| chosen.contains(&(held.kind, held.name.clone())));
    plan.would_prune.retain(|object| chosen.contains(object));
    plan.pending.retain(|pending| chosen.contains(&(ObjectKind::Contact, pending.contact.clone())));
    plan.left_out = before - plan.changes.len() - plan.conflicts.len();
    let touched = plan.changes.iter().map(|change| (change.kind, change.name.clone()));
    plan.taken_along = touched.filter(|object| !desired.only.contains(object)).collect();
}

/// The chosen objects and all that they depend on: a rule its groups, a group its contacts, and each
/// change what its calls wait for.
fn with_needs(plan: &Plan, desired: &Desired) -> BTreeSet<Object> {
    let mut needs: BTreeMap<Object, BTreeSet<Object>> = BTreeMap::new();
    for change in &plan.changes {
        let own = needs.entry((change.kind, change.name.clone())).or_default();
        own.extend(change.writes.iter().flat_map(|write| &write.needs).cloned());
        // What goes under its old name comes under its new one first.
        if let Some(old) = &change.renamed_from {
            let new = (change.kind, change.name.clone());
            needs.entry((change.kind, old.clone())).or_default().insert(new);
        }
    }
    for (name, group) in &desired.groups {
        let contacts = group.contacts.iter().map(|contact| (ObjectKind::Contact, contact.clone()));
        needs.entry((ObjectKind::Group, name.clone())).or_default().extend(contacts);
    }
    for (name, rule) in &desired.rules {
        let groups = rule.targets.values().filter_map(|target| match target {
            Target::Group { group, .. } => Some((ObjectKind::Group, group.clone())),
            _ => None,
        });
        needs.entry((ObjectKind::Rule, name.clone())).or_default().extend(groups);
    }
    let mut chosen = BTreeSet::new();
    let mut open: Vec<Object> = desired.only.iter().cloned().collect();
    while let Some(object) = open.pop() {
        if chosen.insert(object.clone()) {
            open.extend(needs.get(&object).into_iter().flatten().cloned());
        }
    }
    chosen
}
