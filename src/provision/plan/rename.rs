//! Objects that go and come back under another name.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    change::{Action, Change},
    field::Fields,
    kind::Kind,
    types::Plan,
};
use crate::provision::{desired::Desired, model::ObjectKind, observed::Observed};

/// New names by kind and old name.
#[derive(Debug, Default)]
pub(super) struct Renames(BTreeMap<(ObjectKind, String), String>);

impl Renames {
    /// The name that an object has from now on.
    pub(super) fn new_name(&self, kind: ObjectKind, name: String) -> String {
        match self.0.get(&(kind, name.clone())) {
            Some(new) => new.clone(),
            None => name,
        }
    }
}

/// Pairs each creation with an object of the stack that is no longer wanted and has the same content
/// but for names that are new already. Contacts first, then groups, then rules.
pub(super) fn find<K: Kind>(plan: &mut Plan, observed: &Observed, desired: &Desired, renames: &mut Renames) {
    let gone = plan
        .changes
        .iter()
        .filter(|change| change.action == Action::Delete)
        .map(|change| (change.kind, change.name.clone()))
        .chain(plan.would_prune.iter().cloned());
    let gone: Vec<String> = gone.filter(|(kind, _)| *kind == K::KIND).map(|(_, name)| name).collect();
    let mut paired: BTreeSet<String> = BTreeSet::new();
    let creates = |change: &&mut Change| change.kind == K::KIND && change.action == Action::Create;
    for change in plan.changes.iter_mut().filter(creates) {
        let Some(wanted) = K::wanted(desired).get(&change.name) else { continue };
        let is_same = |old: &&String| {
            let Some(seen) = K::seen(observed).get(*old) else { return false };
            let mut fields = Fields::default();
            K::compare(&mut fields, Some(&K::renamed(seen, renames)), wanted);
            fields.0.is_empty()
        };
        let Some(old) = gone.iter().filter(|old| !paired.contains(*old)).find(is_same) else { continue };
        paired.insert(old.clone());
        change.renamed_from = Some(old.clone());
        change.why = format!("renamed from `{old}`");
    }
    for change in plan.changes.iter().filter(|change| change.kind == K::KIND) {
        if let Some(old) = &change.renamed_from {
            renames.0.insert((K::KIND, old.clone()), change.name.clone());
        }
    }
    for change in &mut plan.changes {
        if change.action == Action::Delete
            && let Some(new) = renames.0.get(&(change.kind, change.name.clone()))
        {
            change.why = format!("renamed to `{new}`");
        }
    }
}

/// Lets deletions wait for all creations of their kind: what is created may be what stands in for
/// what is deleted, whether it has the same content or not, and nobody must be without both.
pub(super) fn delete_last(plan: &mut Plan) {
    let created: Vec<(ObjectKind, String)> = plan
        .changes
        .iter()
        .filter(|change| change.action == Action::Create)
        .map(|change| (change.kind, change.name.clone()))
        .collect();
    for change in plan.changes.iter_mut().filter(|change| change.action == Action::Delete) {
        let of_its_kind = created.iter().filter(|(kind, _)| *kind == change.kind);
        for write in &mut change.writes {
            write.needs.extend(of_its_kind.clone().cloned());
        }
    }
}
