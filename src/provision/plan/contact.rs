//! Contacts in the plan.

use std::collections::BTreeMap;

use super::{
    field::{Fields, show_url},
    kind::Kind,
    rename::Renames,
    write::{Call, Stage, Write},
};
use crate::{
    api::cloudmonitor::{Channels, DeleteContact, PutContact},
    provision::{
        desired::Desired,
        mark::marked,
        model::{Channel, Contact, ObjectKind},
        observed::{Observed, SeenContact},
    },
    secret::Secret,
};

pub(super) struct Contacts;

impl Kind for Contacts {
    const KIND: ObjectKind = ObjectKind::Contact;
    type Seen = SeenContact;
    type Wanted = Contact;

    fn seen(observed: &Observed) -> &BTreeMap<String, SeenContact> {
        &observed.contacts
    }

    fn wanted(desired: &Desired) -> &BTreeMap<String, Contact> {
        &desired.contacts
    }

    fn owner(seen: &SeenContact) -> Option<&str> {
        seen.owner.as_deref()
    }

    fn nothing() -> Contact {
        Contact::default()
    }

    fn renamed(seen: &SeenContact, _: &Renames) -> SeenContact {
        seen.clone()
    }

    fn compare(fields: &mut Fields, seen: Option<&SeenContact>, wanted: &Contact) {
        let there = seen.map(|seen| &seen.contact);
        fields.text("description", there.map(|contact| contact.description.as_str()), &wanted.description);
        fields.text("language", there.map(|contact| contact.language.as_str()), &wanted.language);
        for channel in Channel::ALL {
            let before = there.and_then(|contact| value(contact, channel));
            // A channel that nobody has activated yet may be hidden: its absence says nothing.
            if before.is_none() && seen.is_some_and(|seen| seen.pending.contains(&channel)) {
                continue;
            }
            let after = value(wanted, channel);
            fields.value(channel.key(), before, after, |value| show(channel, value));
        }
    }

    fn unseen(fields: &mut Fields, seen: &SeenContact, wanted: &Contact) {
        for channel in Channel::ALL {
            if seen.pending.contains(&channel) && value(&seen.contact, channel).is_none() {
                let before = "not shown before its owner activates it".to_owned();
                let after = value(wanted, channel).map(|value| show(channel, value));
                fields.push(channel.key(), Some(before), after);
            }
        }
    }

    fn put(stack: &str, name: &str, _: Option<&SeenContact>, wanted: &Contact, _: bool) -> Vec<Write> {
        let call = Call::PutContact(PutContact {
            contact_name: name.to_owned(),
            describe: marked(&wanted.description, stack),
            lang: Some(wanted.language.clone()),
            channels: Channels {
                ding_web_hook: wanted.webhook.as_ref().map(|url| url.expose().to_owned()),
                mail: wanted.mail.clone(),
                sms: wanted.phone.clone(),
                ali_im: wanted.aliim.clone(),
            },
        });
        vec![Write { stage: Stage::Contacts, call, needs: Vec::new() }]
    }

    fn delete(name: &str, _: &SeenContact, observed: &Observed) -> Vec<Write> {
        // Where taking it out of a group failed, it must not vanish from there by being deleted.
        let needs = observed
            .groups
            .iter()
            .filter(|(_, seen)| seen.group.contacts.contains(name))
            .map(|(group, _)| (ObjectKind::Group, group.clone()))
            .collect();
        let call = Call::DeleteContact(DeleteContact { contact_name: name.to_owned() });
        vec![Write { stage: Stage::DeleteContacts, call, needs }]
    }
}

/// A channel's value as it may be shown.
fn show(channel: Channel, value: &str) -> String {
    match channel {
        Channel::Webhook => show_url(&Secret::new(value)),
        Channel::Mail | Channel::Phone | Channel::AliIm => value.to_owned(),
    }
}

/// The value of a channel, where it has one.
pub(super) fn value(contact: &Contact, channel: Channel) -> Option<&str> {
    match channel {
        Channel::Webhook => contact.webhook.as_ref().map(Secret::expose),
        Channel::Mail => contact.mail.as_deref(),
        Channel::Phone => contact.phone.as_deref(),
        Channel::AliIm => contact.aliim.as_deref(),
    }
}
