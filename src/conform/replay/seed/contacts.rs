//! Contacts and contact groups that were there.

use serde_json::Value;

use super::{Sower, before, put, strings, text};
use crate::{cassette::Cassette, emulator::AccessKey, openapi::Params};

pub(super) fn contacts(sow: &mut Sower<'_>, cassette: &Cassette) {
    let found = before(
        cassette,
        &["DescribeContactList", "DescribeContactListByContactGroup"],
        &["PutContact"],
        "ContactName",
        &["Name", "Channels"],
        |_, object| text(object, "Name"),
    );
    for (name, object) in found {
        let mut params = Params::new();
        put(&mut params, "ContactName", Some(name.clone()));
        put(&mut params, "Describe", text(object, "Desc").filter(|text| !text.is_empty()));
        put(&mut params, "Lang", text(object, "Lang"));
        for channel in ["DingWebHook", "Mail", "SMS", "AliIM"] {
            let value = object.get("Channels").and_then(|channels| text(channels, channel));
            put(&mut params, &format!("Channels.{channel}"), value);
        }
        params.entry("Describe".to_owned()).or_insert_with(|| "-".to_owned());
        if sow.call("PutContact", &params, &["Lang"]).is_none() {
            continue;
        }
        for (channel, field) in [("mail", "Mail"), ("sms", "SMS")] {
            let state = object.get("ChannelsState").and_then(|states| text(states, field));
            if state.as_deref() == Some("OK") {
                sow.player.world.activate_channel(AccessKey::TEST_ACCOUNT, &name, Some(channel));
            }
        }
    }
}

pub(super) fn groups(sow: &mut Sower<'_>, cassette: &Cassette) {
    let found = before(
        cassette,
        &["DescribeContactGroupList"],
        &["PutContactGroup"],
        "ContactGroupName",
        &["Name", "Contacts"],
        |_, object| text(object, "Name"),
    );
    for (name, object) in found {
        let mut params = Params::new();
        put(&mut params, "ContactGroupName", Some(name));
        put(&mut params, "Describe", text(object, "Describe"));
        let subscribed = object.get("EnableSubscribed").and_then(Value::as_bool).unwrap_or_default();
        put(&mut params, "EnableSubscribed", Some(subscribed.to_string()));
        let contacts = object.get("Contacts").map(strings).unwrap_or_default();
        for (index, contact) in contacts.into_iter().enumerate() {
            put(&mut params, &format!("ContactNames.{}", index + 1), Some(contact));
        }
        sow.call("PutContactGroup", &params, &["ContactNames"]);
    }
}
