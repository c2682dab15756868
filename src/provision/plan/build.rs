//! From what is there and what is wanted to the plan. Pure: no call, no clock, no surprise.

use super::{
    change::{
        Action, Change, Conflict, ConflictReason, FieldChange, Foreign, Pending, Withheld, WithheldReason,
    },
    contact::{self, Contacts},
    field::Fields,
    group::Groups,
    in_use,
    kind::Kind,
    order,
    rename::{self, Renames},
    rule::Rules,
    select,
    types::{Options, Plan},
};
use crate::provision::{desired::Desired, model::Channel, observed::Observed};

/// Plans the way from `observed` to `desired`. The same input gives the same plan.
#[must_use]
pub fn plan(observed: &Observed, desired: &Desired, options: &Options) -> Plan {
    let mut plan = Plan { stack: desired.stack.clone(), ..Plan::default() };
    add::<Contacts>(&mut plan, observed, desired, options);
    add::<Groups>(&mut plan, observed, desired, options);
    add::<Rules>(&mut plan, observed, desired, options);
    let mut renames = Renames::default();
    rename::find::<Contacts>(&mut plan, observed, desired, &mut renames);
    rename::find::<Groups>(&mut plan, observed, desired, &mut renames);
    rename::find::<Rules>(&mut plan, observed, desired, &mut renames);
    in_use::keep(&mut plan, observed, desired);
    plan.pending = pending(observed, desired);
    select::limit(&mut plan, desired);
    rename::delete_last(&mut plan);
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
            Some(seen) if K::unread(seen).is_some() => plan.withheld.extend(unread::<K>(name, seen)),
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
            (false, _) => plan.foreign.push(Foreign {
                kind: K::KIND,
                name: name.clone(),
                owner: K::owner(seen).map(str::to_owned),
            }),
            (true, false) => plan.would_prune.push((K::KIND, name.clone())),
            (true, true) if K::unread(seen).is_some() => plan.withheld.extend(unread::<K>(name, seen)),
            (true, true) => plan.changes.push(Change {
                kind: K::KIND,
                name: name.clone(),
                action: Action::Delete,
                fields: what_goes::<K>(seen),
                why: format!("stack `{}` no longer wants it", desired.stack),
                renamed_from: None,
                adopts: false,
                writes: K::delete(name, seen, observed),
            }),
        }
    }
}

fn unread<K: Kind>(name: &str, seen: &K::Seen) -> Option<Withheld> {
    let reason = WithheldReason::Unread(K::unread(seen)?.clone());
    Some(Withheld { kind: K::KIND, name: name.to_owned(), reason })
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
    if let Some(seen) = adopted {
        K::unseen(&mut fields, seen, wanted);
    }
    let (action, why) = match (seen, adopted) {
        (None, _) => (Action::Create, "it is not there".to_owned()),
        (Some(seen), Some(_)) => (Action::Update, adoption(K::owner(seen), stack)),
        (Some(_), None) if fields.0.is_empty() => return None,
        (Some(_), None) => (Action::Update, format!("differs in {}", names(&fields.0))),
    };
    Some(Change {
        kind: K::KIND,
        name: name.to_owned(),
        action,
        fields: fields.0,
        why,
        renamed_from: None,
        adopts: adopted.is_some(),
        writes: K::put(stack, name, seen, wanted, adopted.is_some()),
    })
}

fn adoption(owner: Option<&str>, stack: &str) -> String {
    match owner {
        None => format!("stack `{stack}` adopts it; nobody has marked it"),
        Some(owner) => format!("stack `{stack}` adopts it from stack `{owner}`"),
    }
}

/// The fields by name, each once; targets together.
fn names(fields: &[FieldChange]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for field in fields {
        let name = if field.field.starts_with("target ") { "targets" } else { field.field.as_str() };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

/// The fields of an object that is deleted, so that a reader sees what is lost.
fn what_goes<K: Kind>(seen: &K::Seen) -> Vec<FieldChange> {
    let mut fields = Fields::default();
    K::compare(&mut fields, Some(seen), &K::nothing());
    let lost = fields.0.into_iter().filter(|field| field.before.is_some());
    lost.map(|field| FieldChange { after: None, ..field }).collect()
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
