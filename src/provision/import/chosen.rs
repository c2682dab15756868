//! Which objects go into the file, and why the others do not.

use std::collections::{BTreeMap, BTreeSet};

use super::{ImportOptions, LeftOut};
use crate::provision::{
    model::{ObjectKind, Target},
    observed::{Observed, SeenGroup, SeenRule},
};

/// The names of what goes into the file.
pub(super) struct Chosen {
    pub(super) contacts: BTreeSet<String>,
    pub(super) groups: BTreeSet<String>,
    pub(super) rules: BTreeSet<String>,
    /// Names of application groups by id, where a name leads back to one id only.
    pub(super) application_groups: BTreeMap<String, String>,
    owned: BTreeSet<(ObjectKind, String)>,
    /// What no spec can say; whatever refers to it stays without it.
    unsayable: BTreeSet<(ObjectKind, String)>,
    left_out: Vec<LeftOut>,
}

/// Whether an object with this owner is to be imported.
pub(super) fn is_taken(owner: &Option<String>, options: &ImportOptions) -> bool {
    match owner {
        Some(owner) => *owner == options.stack,
        None => !options.owned_only,
    }
}

impl Chosen {
    pub(super) fn new(
        observed: &Observed,
        application_groups: &BTreeMap<String, Vec<String>>,
        options: &ImportOptions,
    ) -> Self {
        let unique = application_groups.iter().filter_map(|(name, ids)| match ids.as_slice() {
            [id] => Some((id.clone(), name.clone())),
            _ => None,
        });
        let mut chosen = Self {
            contacts: BTreeSet::new(),
            groups: BTreeSet::new(),
            rules: BTreeSet::new(),
            application_groups: unique.collect(),
            owned: BTreeSet::new(),
            unsayable: BTreeSet::new(),
            left_out: Vec::new(),
        };
        let owners = observed
            .contacts
            .iter()
            .map(|(name, seen)| (ObjectKind::Contact, name, &seen.owner))
            .chain(observed.groups.iter().map(|(name, seen)| (ObjectKind::Group, name, &seen.owner)))
            .chain(observed.rules.iter().map(|(name, seen)| (ObjectKind::Rule, name, &seen.owner)));
        for (kind, name, owner) in owners {
            if owner.as_ref() == Some(&options.stack) {
                chosen.owned.insert((kind, name.clone()));
            }
            if is_taken(owner, options) {
                chosen.of(kind).insert(name.clone());
            } else if let Some(owner) = owner {
                chosen.drop_all(vec![(kind, name.clone(), format!("stack `{owner}` owns it"))]);
            }
        }
        let faults = observed.rules.iter().filter(|(name, _)| chosen.rules.contains(*name));
        let faults = faults.filter_map(|(name, seen)| {
            unsayable(seen, &chosen.application_groups).map(|why| (ObjectKind::Rule, name.clone(), why))
        });
        let faults = faults.collect();
        chosen.drop_all(faults);
        chosen
    }

    /// Takes out objects that no spec can say, each with its reason.
    pub(super) fn drop_unsayable(&mut self, faults: Vec<(ObjectKind, String, String)>) {
        self.unsayable.extend(faults.iter().map(|(kind, name, _)| (*kind, name.clone())));
        self.drop_all(faults);
    }

    /// The contacts that a group of the file lists in the account, and that no spec can say.
    pub(super) fn missing_members<'a>(&self, seen: &'a SeenGroup) -> Vec<&'a String> {
        let contacts = seen.group.contacts.iter();
        contacts.filter(|name| !self.contacts.contains(*name)).collect()
    }

    /// The groups that a rule of the file tells in the account, and that no spec can say.
    pub(super) fn missing_groups<'a>(&self, seen: &'a SeenRule) -> Vec<&'a String> {
        let groups = seen.targets.iter().filter_map(|(_, target)| match target {
            Target::Group { group, .. } => Some(group),
            _ => None,
        });
        groups.filter(|name| !self.groups.contains(*name)).collect()
    }

    fn of(&mut self, kind: ObjectKind) -> &mut BTreeSet<String> {
        match kind {
            ObjectKind::Contact => &mut self.contacts,
            ObjectKind::Group => &mut self.groups,
            ObjectKind::Rule => &mut self.rules,
        }
    }

    /// Takes objects out, each with its reason.
    pub(super) fn drop_all(&mut self, faults: Vec<(ObjectKind, String, String)>) {
        for (kind, name, why) in faults {
            self.of(kind).remove(&name);
            let owned = self.owned.contains(&(kind, name.clone()));
            if !self.left_out.iter().any(|left| left.kind == kind && left.name == name) {
                self.left_out.push(LeftOut { kind, name, why, owned });
            }
        }
    }

    /// A group needs all of its contacts in the file, and a rule all of its groups: with one of them
    /// missing, the spec would say something else than the account does. What no spec can say is the
    /// exception, as long as something else is left: it takes nobody with it, and is listed.
    pub(super) fn drop_what_refers_to_nothing(&mut self, observed: &Observed) {
        let mut faults = Vec::new();
        for (name, seen) in observed.groups.iter().filter(|(name, _)| self.groups.contains(*name)) {
            let missing = self.missing_members(seen);
            let is_said = missing.len() < seen.group.contacts.len()
                && self.are_unsayable(ObjectKind::Contact, &missing);
            if let Some(contact) = missing.first().filter(|_| !is_said) {
                let why = format!("its contact `{contact}` is not in the file");
                faults.push((ObjectKind::Group, name.clone(), why));
            }
        }
        self.drop_all(faults);
        let mut faults = Vec::new();
        for (name, seen) in observed.rules.iter().filter(|(name, _)| self.rules.contains(*name)) {
            let missing = self.missing_groups(seen);
            let is_said =
                missing.len() < seen.targets.len() && self.are_unsayable(ObjectKind::Group, &missing);
            if let Some(group) = missing.first().filter(|_| !is_said) {
                let why = format!("it tells group `{group}`, which is not in the file");
                faults.push((ObjectKind::Rule, name.clone(), why));
            }
        }
        self.drop_all(faults);
    }

    fn are_unsayable(&self, kind: ObjectKind, names: &[&String]) -> bool {
        names.iter().all(|name| self.unsayable.contains(&(kind, (*name).clone())))
    }

    /// Whether the object carries the stack's mark.
    pub(super) fn is_owned(&self, kind: ObjectKind, name: &str) -> bool {
        self.owned.contains(&(kind, name.to_owned()))
    }

    pub(super) fn into_left_out(mut self) -> Vec<LeftOut> {
        self.left_out.sort();
        self.left_out
    }
}

/// What a rule has that no spec can say.
fn unsayable(seen: &SeenRule, application_groups: &BTreeMap<String, String>) -> Option<String> {
    if seen.more_patterns > 0 {
        return Some(format!("it has {} event patterns, and a spec has one a rule", seen.more_patterns + 1));
    }
    if let Some(filter) = &seen.rule.pattern.keyword_filter {
        return Some(format!("it has the keyword filter {filter}, which only the console can write"));
    }
    if let Some(id) = &seen.rule.application_group_id
        && !application_groups.contains_key(id)
    {
        return Some(format!("it is for application group {id}, which no name of its own leads to"));
    }
    seen.targets.iter().find_map(|(id, target)| match target {
        Target::Webhook { protocol, .. } if protocol != "http" => {
            Some(format!("its target {id} is a {protocol} check, and a spec has webhooks only"))
        }
        Target::Webhook { method, .. } if !matches!(method.as_str(), "GET" | "POST") => {
            Some(format!("its webhook target {id} has the method `{method}`"))
        }
        Target::Group { level, .. } if !matches!(level.as_str(), "2" | "3" | "4") => {
            Some(format!("its target {id} has the level `{level}`, which no document knows"))
        }
        Target::Mns { queue: Some(_), topic: Some(_), .. } => {
            Some(format!("its target {id} is a queue and a topic at once"))
        }
        _ => None,
    })
}
