//! What others still use is not deleted from under them.

use super::{
    change::{Action, Change, Conflict, ConflictReason, Withheld, WithheldReason},
    types::Plan,
};
use crate::provision::{
    desired::Desired,
    model::{ObjectKind, Target},
    observed::Observed,
};

/// Turns the deletion of what objects of others still use into a conflict: a contact would leave
/// their groups, and their rules and metric alarms would notify a group that is gone.
pub(super) fn keep(plan: &mut Plan, observed: &Observed, desired: &Desired) {
    let ours = |owner: &Option<String>| owner.as_deref() == Some(desired.stack.as_str());
    let mut conflicts = Vec::new();
    plan.changes.retain(|change| {
        if change.action != Action::Delete {
            return true;
        }
        let by: Vec<String> = match change.kind {
            ObjectKind::Contact => observed
                .groups
                .iter()
                .filter(|(name, seen)| !ours(&seen.owner) && !desired.groups.contains_key(*name))
                .filter(|(_, seen)| seen.group.contacts.contains(&change.name))
                .map(|(name, _)| name.clone())
                .collect(),
            ObjectKind::Group => observed
                .rules
                .iter()
                .filter(|(name, seen)| !ours(&seen.owner) && !desired.rules.contains_key(*name))
                .filter(|(_, seen)| seen.targets.iter().any(|(_, target)| tells(target, &change.name)))
                .map(|(name, _)| name.clone())
                .collect(),
            // Nothing refers to a rule.
            ObjectKind::Rule => Vec::new(),
        };
        if by.is_empty() {
            return true;
        }
        let reason = ConflictReason::InUse { by };
        conflicts.push(Conflict { kind: change.kind, name: change.name.clone(), reason });
        false
    });
    plan.conflicts.extend(conflicts);
    alarmed(plan, observed);
    hold_back(plan, observed);
}

/// Keeps groups that metric alarms notify, and the contacts of such groups. Where nobody knows whom they
/// notify, all groups and contacts are held back.
fn alarmed(plan: &mut Plan, observed: &Observed) {
    let is_held = |change: &mut Change| change.action == Action::Delete && change.kind != ObjectKind::Rule;
    if let Some(error) = &observed.alarms_unread {
        let held = plan.changes.extract_if(.., is_held).map(|Change { kind, name, .. }| {
            let reason = WithheldReason::AlarmsUnread(error.clone());
            Withheld { kind, name, reason }
        });
        plan.withheld.extend(held);
        return;
    }
    let by = |group: &str| -> Vec<String> {
        let notifying = observed.alarms.values().filter(|alarm| alarm.groups.contains(group));
        let mut names: Vec<String> = notifying.map(|alarm| alarm.name.clone()).collect();
        names.sort();
        names.dedup();
        names
    };
    let mut kept = Vec::new();
    let is_kept = |change: &mut Change| {
        is_held(change) && change.kind == ObjectKind::Group && !by(&change.name).is_empty()
    };
    for Change { kind, name, .. } in plan.changes.extract_if(.., is_kept) {
        let reason = ConflictReason::Alarmed { by: by(&name), group: name.clone() };
        plan.conflicts.push(Conflict { kind, name: name.clone(), reason });
        kept.push(name);
    }
    // A contact is notified through the groups that list it, as far as these stay as they are.
    let through = |contact: &str| {
        let lists = |name: &&String| {
            observed.groups.get(*name).is_some_and(|seen| seen.group.contacts.contains(contact))
        };
        kept.iter().find(lists)
    };
    let is_notified = |change: &mut Change| {
        is_held(change) && change.kind == ObjectKind::Contact && through(&change.name).is_some()
    };
    for Change { kind, name, .. } in plan.changes.extract_if(.., is_notified) {
        let Some(group) = through(&name) else { continue };
        let reason = ConflictReason::Alarmed { by: by(group), group: group.clone() };
        plan.conflicts.push(Conflict { kind, name, reason });
    }
}

/// Holds back the deletion of what a rule that could not be read may need: a group that it may tell, and
/// contacts, which may be all that such a group has.
fn hold_back(plan: &mut Plan, observed: &Observed) {
    let by: Vec<String> = observed
        .rules
        .iter()
        .filter(|(_, seen)| seen.unread.is_some())
        .map(|(name, _)| name.clone())
        .collect();
    if by.is_empty() {
        return;
    }
    let is_held = |change: &mut Change| change.action == Action::Delete && change.kind != ObjectKind::Rule;
    let held = plan.changes.extract_if(.., is_held).map(|Change { kind, name, .. }| {
        let reason = WithheldReason::MayBeUsed { by: by.clone() };
        Withheld { kind, name, reason }
    });
    plan.withheld.extend(held);
}

/// Whether a target tells this group.
pub(super) fn tells(target: &Target, name: &str) -> bool {
    matches!(target, Target::Group { group, .. } if group == name)
}
