//! From what is there and what is wanted to the plan. Pure: no call, no clock, no surprise.

use super::{
    change::{Action, Change, Conflict, ConflictReason, Pending},
    contact::{self, Contacts},
    field::Fields,
    group::Groups,
    kind::Kind,
    order,
    rule::Rules,
    types::{Options, Plan},
};
use crate::provision::{
    desired::Desired,
    model::{Channel, ObjectKind},
    observed::Observed,
};

/// Plans the way from `observed` to `desired`. The same input gives the same plan.
#[must_use]
pub fn plan(observed: &Observed, desired: &Desired, options: &Options) -> Plan {
    let mut plan = Plan { stack: desired.stack.clone(), ..Plan::default() };
    add::<Contacts>(&mut plan, observed, desired, options);
    add::<Groups>(&mut plan, observed, desired, options);
    add::<Rules>(&mut plan, observed, desired, options);
    keep_contacts_in_use(&mut plan, observed, desired);
    plan.pending = pending(observed, desired);
    order::sort(&mut plan);
    plan
}

fn add<K: Kind>(plan: &mut Plan, observed: &Observed, desired: &Desired, options: &Options) {
    let (all_seen, all_wanted) = (K::seen(observed), K::wanted(desired));
    for (name, wanted) in all_wanted {
        let seen = all_seen.get(name);
        let ours = seen.is_some_and(|seen| K::owner(seen) == Some(desired.stack.as_str()));
        match seen {
            Some(seen) if !ours && !options.adopt => plan.conflicts.push(Conflict {
                kind: K::KIND,
                name: name.clone(),
                reason: ConflictReason::Foreign { owner: K::owner(seen).map(str::to_owned) },
            }),
            _ => plan.changes.extend(put::<K>(name, seen, wanted, ours, &desired.stack)),
        }
    }
    for (name, seen) in all_seen {
        let ours = K::owner(seen) == Some(desired.stack.as_str());
        plan.owned += usize::from(ours);
        if all_wanted.contains_key(name) {
            continue;
        }
        match (ours, options.prune) {
            (false, _) => plan.foreign += 1,
            (true, false) => plan.would_prune.push((K::KIND, name.clone())),
            (true, true) => plan.changes.push(Change {
                kind: K::KIND,
                name: name.clone(),
                action: Action::Delete,
                fields: Vec::new(),
                why: format!("stack `{}` no longer wants it", desired.stack),
                adopts: false,
                writes: K::delete(name, seen, observed),
            }),
        }
    }
}

fn put<K: Kind>(
    name: &str,
    seen: Option<&K::Seen>,
    wanted: &K::Wanted,
    ours: bool,
    stack: &str,
) -> Option<Change> {
    let mut fields = Fields::default();
    let adopted = seen.filter(|_| !ours);
    if let Some(seen) = adopted {
        let before = K::owner(seen).map(|owner| format!("stack {owner}"));
        fields.push("owner", before, Some(format!("stack {stack}")));
    }
    K::compare(&mut fields, seen, wanted);
    let (action, why) = match (seen, adopted) {
        (None, _) => (Action::Create, "it is not there".to_owned()),
        (Some(_), Some(_)) => (Action::Update, format!("stack `{stack}` adopts it")),
        (Some(_), None) if fields.0.is_empty() => return None,
        (Some(_), None) => (Action::Update, "it differs".to_owned()),
    };
    Some(Change {
        kind: K::KIND,
        name: name.to_owned(),
        action,
        fields: fields.0,
        why,
        adopts: adopted.is_some(),
        writes: K::put(stack, name, seen, wanted, adopted.is_some()),
    })
}

/// A contact of ours that a group of others lists is not deleted: it would leave that group.
///
/// Rules of others that tell a group of ours are not looked for, since that costs a call for each.
fn keep_contacts_in_use(plan: &mut Plan, observed: &Observed, desired: &Desired) {
    let foreign: Vec<_> = observed
        .groups
        .iter()
        .filter(|(name, seen)| {
            seen.owner.as_deref() != Some(desired.stack.as_str()) && !desired.groups.contains_key(*name)
        })
        .collect();
    let mut conflicts = Vec::new();
    plan.changes.retain(|change| {
        if change.kind != ObjectKind::Contact || change.action != Action::Delete {
            return true;
        }
        let by: Vec<String> = foreign
            .iter()
            .filter(|(_, seen)| seen.group.contacts.contains(&change.name))
            .map(|(name, _)| (*name).clone())
            .collect();
        if by.is_empty() {
            return true;
        }
        let reason = ConflictReason::InUse { by };
        conflicts.push(Conflict { kind: change.kind, name: change.name.clone(), reason });
        false
    });
    plan.conflicts.extend(conflicts);
}

fn pending(observed: &Observed, desired: &Desired) -> Vec<Pending> {
    let mut pending = Vec::new();
    for (name, wanted) in &desired.contacts {
        let Some(seen) = observed.contacts.get(name) else { continue };
        pending.extend(
            Channel::ALL
                .into_iter()
                .filter(|channel| {
                    seen.pending.contains(channel) && contact::value(wanted, *channel).is_some()
                })
                .map(|channel| Pending {
                    contact: name.clone(),
                    channel,
                    hidden: contact::value(&seen.contact, channel).is_none(),
                }),
        );
    }
    pending
}
