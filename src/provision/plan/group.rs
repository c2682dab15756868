//! Contact groups in the plan.

use std::collections::BTreeMap;

use super::{
    field::Fields,
    in_use::tells,
    kind::Kind,
    rename::Renames,
    write::{Call, Stage, Write},
};
use crate::{
    api::cloudmonitor::{DeleteContactGroup, PutContactGroup},
    provision::{
        desired::Desired,
        mark::marked,
        model::{Group, ObjectKind},
        observed::{Observed, SeenGroup},
    },
};

pub(super) struct Groups;

impl Kind for Groups {
    const KIND: ObjectKind = ObjectKind::Group;
    type Seen = SeenGroup;
    type Wanted = Group;

    fn seen(observed: &Observed) -> &BTreeMap<String, SeenGroup> {
        &observed.groups
    }

    fn wanted(desired: &Desired) -> &BTreeMap<String, Group> {
        &desired.groups
    }

    fn owner(seen: &SeenGroup) -> Option<&str> {
        seen.owner.as_deref()
    }

    fn nothing() -> Group {
        Group::default()
    }

    fn renamed(seen: &SeenGroup, renames: &Renames) -> SeenGroup {
        let mut seen = seen.clone();
        let contacts = std::mem::take(&mut seen.group.contacts);
        seen.group.contacts =
            contacts.into_iter().map(|contact| renames.new_name(ObjectKind::Contact, contact)).collect();
        seen
    }

    fn unseen(_: &mut Fields, _: &SeenGroup, _: &Group) {}

    fn compare(fields: &mut Fields, seen: Option<&SeenGroup>, wanted: &Group) {
        let there = seen.map(|seen| &seen.group);
        fields.text("description", there.map(|group| group.description.as_str()), &wanted.description);
        fields.set("contacts", there.map(|group| &group.contacts), &wanted.contacts);
        let subscribed = there.map(|group| group.subscribed);
        fields.or_default("subscribed", subscribed, &false, wanted.subscribed, |value| value.to_string());
    }

    fn put(stack: &str, name: &str, _: Option<&SeenGroup>, wanted: &Group, _: bool) -> Vec<Write> {
        let call = Call::PutContactGroup(PutContactGroup {
            contact_group_name: name.to_owned(),
            describe: Some(marked(&wanted.description, stack)),
            contact_names: wanted.contacts.iter().cloned().collect(),
            enable_subscribed: Some(wanted.subscribed),
        });
        let needs = wanted.contacts.iter().map(|contact| (ObjectKind::Contact, contact.clone())).collect();
        vec![Write { stage: Stage::Groups, call, needs }]
    }

    fn delete(name: &str, _: &SeenGroup, observed: &Observed) -> Vec<Write> {
        // Where taking it out of a rule failed, the rule would tell nobody.
        let needs = observed
            .rules
            .iter()
            .filter(|(_, seen)| seen.targets.iter().any(|(_, target)| tells(target, name)))
            .map(|(rule, _)| (ObjectKind::Rule, rule.clone()))
            .collect();
        let call = Call::DeleteContactGroup(DeleteContactGroup { contact_group_name: name.to_owned() });
        vec![Write { stage: Stage::DeleteGroups, call, needs }]
    }
}
