//! Reads all contacts.

use std::collections::BTreeMap;

use super::{
    filled,
    paging::{PAGE_SIZE, Page, all},
};
use crate::{
    api::cloudmonitor::{Contact as Listed, DescribeContactList, ReadChannels},
    openapi::{ApiError, Client, Operation as _},
    provision::{
        mark,
        model::{Channel, Contact},
        observed::SeenContact,
    },
    secret::Secret,
};

pub(super) async fn contacts(client: &Client) -> Result<BTreeMap<String, SeenContact>, ApiError> {
    all(DescribeContactList::ACTION, |number| async move {
        let call = DescribeContactList {
            page_number: Some(number),
            page_size: Some(PAGE_SIZE),
            ..DescribeContactList::default()
        };
        let answer = client.call(&call).await?;
        Ok(Page { items: answer.contacts.contact.into_iter().map(read).collect(), total: answer.total })
    })
    .await
}

/// One listed contact with its name.
pub(in crate::provision) fn read(listed: Listed) -> (String, SeenContact) {
    let (description, owner) = mark::split(&listed.desc);
    let channels = listed.channels;
    let contact = Contact {
        description: description.to_owned(),
        language: listed.lang.unwrap_or_default(),
        webhook: filled(channels.ding_web_hook).map(Secret::new),
        mail: filled(channels.mail),
        phone: filled(channels.sms),
        aliim: filled(channels.ali_im),
    };
    let pending = Channel::ALL
        .into_iter()
        .filter(|channel| state(&listed.channels_state, *channel).is_some_and(waits))
        .collect();
    (listed.name, SeenContact { owner: owner.map(str::to_owned), contact, pending })
}

fn state(states: &ReadChannels, channel: Channel) -> Option<&str> {
    match channel {
        Channel::Webhook => states.ding_web_hook.as_deref(),
        Channel::Mail => states.mail.as_deref(),
        Channel::Phone => states.sms.as_deref(),
        Channel::AliIm => states.ali_im.as_deref(),
    }
}

fn waits(state: &str) -> bool {
    state.eq_ignore_ascii_case("PENDING")
}
