//! Alert contacts.

use super::{
    ack::{CODE, ack, illegal},
    page::page,
};
use crate::{
    api::cloudmonitor::{
        Ack, Contact as ReadContact, ContactGroupNames, ContactList, DeleteContact, DescribeContactList,
        DescribeContactListResponse, PutContact, ReadChannels,
    },
    clock::Timestamp,
    emulator::{
        account::Account,
        gateway::{Call, Refusal, Serve, required},
        switches::{Activation, Omitted, OnOff, PendingChannel, SiteKind, Switches},
        world::World,
    },
    secret::Secret,
};

/// Entries a page without PageSize; documented.
const PAGE_SIZE: u32 = 100;

/// A channel that has to be activated by its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emulator) struct ChannelState {
    /// The address or number.
    pub(in crate::emulator) value: String,
    /// Whether the link was opened.
    pub(in crate::emulator) active: bool,
}

/// A contact.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct Contact {
    pub(in crate::emulator) description: String,
    pub(in crate::emulator) lang: Option<String>,
    /// A robot's URL or another one; works at once.
    pub(in crate::emulator) webhook: Option<Secret>,
    pub(in crate::emulator) mail: Option<ChannelState>,
    pub(in crate::emulator) sms: Option<ChannelState>,
    /// Works at once.
    pub(in crate::emulator) ali_im: Option<String>,
    created: Timestamp,
    updated: Timestamp,
}

impl Serve for PutContact {
    fn serve(self, call: &mut Call<'_>) -> Result<Ack, Refusal> {
        required("ContactName", &self.contact_name)?;
        required("Describe", &self.describe)?;
        if let Some(lang) = &self.lang
            && lang != "zh-cn"
            && lang != "en"
        {
            return Err(illegal(format!("Lang `{lang}` is neither zh-cn nor en")));
        }
        let now = call.now();
        let keep = call.switches().put_omitted_contact == Omitted::Keep;
        let immediate = call.switches().activation == Activation::Immediate;
        let site = call.switches().site;
        let account = call.account();
        let old = account.contacts.get(&self.contact_name);
        let kept = old.filter(|_| keep);

        let pending = |sent: Option<String>, before: Option<&ChannelState>, kept: Option<&ChannelState>| {
            let value = match sent {
                None => return kept.cloned(),
                Some(value) if value.is_empty() => return None,
                Some(value) => value,
            };
            // Only a new or changed channel has to be activated.
            let active = immediate || before.is_some_and(|before| before.active && before.value == value);
            Some(ChannelState { value, active })
        };
        let plain = |sent: Option<String>, kept: Option<String>| match sent {
            None => kept,
            Some(value) => Some(value).filter(|value| !value.is_empty()),
        };
        let kept_webhook = kept.and_then(|old| old.webhook.as_ref()).map(|url| url.expose().to_owned());
        let contact = Contact {
            description: self.describe,
            lang: self.lang.or_else(|| kept.and_then(|old| old.lang.clone())),
            webhook: plain(self.channels.ding_web_hook, kept_webhook).map(Secret::new),
            mail: pending(
                self.channels.mail,
                old.and_then(|old| old.mail.as_ref()),
                kept.and_then(|old| old.mail.as_ref()),
            ),
            sms: pending(
                self.channels.sms,
                old.and_then(|old| old.sms.as_ref()),
                kept.and_then(|old| old.sms.as_ref()),
            ),
            ali_im: plain(self.channels.ali_im, kept.and_then(|old| old.ali_im.clone())),
            created: old.map_or(now, |old| old.created),
            updated: now,
        };
        contact.has_a_channel(site)?;
        account.contacts.insert(self.contact_name, contact);
        Ok(ack())
    }
}

impl World {
    /// Opens the links that were sent to a contact's mail and SMS channels. False when there is no
    /// such contact.
    pub fn activate(&mut self, account: &str, contact: &str) -> bool {
        let now = self.now();
        let Some(contact) = self.account(account).contacts.get_mut(contact) else {
            return false;
        };
        for channel in [&mut contact.mail, &mut contact.sms].into_iter().flatten() {
            channel.active = true;
        }
        contact.updated = now;
        true
    }
}

impl World {
    /// Opens the link that was sent to one channel of a contact, `mail` or `sms`; to all of them without
    /// one. False when none of them waited for it.
    pub fn activate_channel(&mut self, account: &str, contact: &str, channel: Option<&str>) -> bool {
        let now = self.now();
        let Some(contact) = self.account(account).contacts.get_mut(contact) else { return false };
        let channels = [("mail", &mut contact.mail), ("sms", &mut contact.sms)];
        let mut any = false;
        for (name, state) in channels {
            let Some(state) = state.as_mut().filter(|state| !state.active) else { continue };
            if channel.is_none_or(|channel| channel == name) {
                state.active = true;
                any = true;
            }
        }
        if any {
            contact.updated = now;
        }
        any
    }
}

impl Contact {
    /// A contact needs a channel; which ones count depends on the site.
    fn has_a_channel(&self, site: SiteKind) -> Result<(), Refusal> {
        let everywhere = self.webhook.is_some() || self.mail.is_some();
        let in_china = self.sms.is_some() || self.ali_im.is_some();
        match site {
            SiteKind::China if everywhere || in_china => Ok(()),
            SiteKind::China => Err(illegal("a contact needs one of SMS, Mail, DingWebHook and AliIM")),
            SiteKind::International if everywhere => Ok(()),
            SiteKind::International => Err(illegal("a contact needs one of Mail and DingWebHook")),
        }
    }

    pub(super) fn read(&self, name: &str, groups: Vec<String>, switches: &Switches) -> ReadContact {
        let pending = switches.pending_channel;
        let default = (switches.defaults_listed == OnOff::On).then(|| switches.default_language.as_str());
        let shown = |channel: &Option<ChannelState>| {
            let channel = channel.as_ref()?;
            (channel.active || pending == PendingChannel::Shown).then(|| channel.value.clone())
        };
        let state = |channel: &Option<ChannelState>| {
            channel.as_ref().map(|channel| if channel.active { "OK" } else { "PENDING" }.to_owned())
        };
        let ok = |present: bool| present.then(|| "OK".to_owned());
        ReadContact {
            name: name.to_owned(),
            desc: self.description.clone(),
            lang: self.lang.clone().or_else(|| default.map(str::to_owned)),
            create_time: self.created.as_millisecond(),
            update_time: self.updated.as_millisecond(),
            channels: ReadChannels {
                ding_web_hook: self.webhook.as_ref().map(|url| url.expose().to_owned()),
                mail: shown(&self.mail),
                sms: shown(&self.sms),
                ali_im: self.ali_im.clone(),
            },
            channels_state: ReadChannels {
                ding_web_hook: ok(self.webhook.is_some()),
                mail: state(&self.mail),
                sms: state(&self.sms),
                ali_im: ok(self.ali_im.is_some()),
            },
            contact_groups: ContactGroupNames { contact_group: groups },
        }
    }
}

impl Serve for DescribeContactList {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeContactListResponse, Refusal> {
        check_channel(&self)?;
        let switches = call.switches().clone();
        let account = call.account();
        let name = set(&self.contact_name);
        let found = account
            .contacts
            .iter()
            .filter(|(known, _)| name.is_none_or(|name| name == known.as_str()))
            .map(|(name, contact)| contact.read(name, groups_of(account, name), &switches))
            .filter(|contact| fits_channel(&self, contact));
        let (contact, total) = page(found, self.page_number, self.page_size, PAGE_SIZE)?;
        Ok(DescribeContactListResponse {
            code: CODE.to_owned(),
            message: String::new(),
            success: true,
            total: Some(total),
            contacts: ContactList { contact },
            ..DescribeContactListResponse::default()
        })
    }
}

/// A filter that is sent empty is none.
fn set(filter: &Option<String>) -> Option<&str> {
    filter.as_deref().filter(|text| !text.is_empty())
}

/// The channels by the words of `ChanelType`; a document of 2020 writes `Email`.
const CHANNELS: [&str; 5] = ["SMS", "AliIM", "Mail", "DingWebHook", "Email"];

fn check_channel(call: &DescribeContactList) -> Result<(), Refusal> {
    match set(&call.chanel_type) {
        Some(kind) if !CHANNELS.contains(&kind) => {
            Err(illegal(format!("ChanelType `{kind}` is none of {}", CHANNELS[..4].join(", "))))
        }
        _ => Ok(()),
    }
}

/// `ChanelType` alone asks for contacts that have the channel, `ChanelValue` for its value.
fn fits_channel(call: &DescribeContactList, contact: &ReadContact) -> bool {
    let channels = &contact.channels;
    let all = [&channels.sms, &channels.ali_im, &channels.mail, &channels.ding_web_hook, &channels.mail];
    let candidates: Vec<&Option<String>> = match set(&call.chanel_type) {
        None => all.to_vec(),
        Some(kind) => CHANNELS
            .into_iter()
            .zip(all)
            .filter(|(name, _)| *name == kind)
            .map(|(_, channel)| channel)
            .collect(),
    };
    match set(&call.chanel_value) {
        Some(value) => candidates.into_iter().any(|channel| channel.as_deref() == Some(value)),
        None => set(&call.chanel_type).is_none() || candidates.into_iter().any(Option::is_some),
    }
}

fn groups_of(account: &Account, contact: &str) -> Vec<String> {
    let groups = account.groups.iter();
    groups.filter(|(_, group)| group.contacts.contains(contact)).map(|(name, _)| name.clone()).collect()
}

impl Serve for DeleteContact {
    fn serve(self, call: &mut Call<'_>) -> Result<Ack, Refusal> {
        required("ContactName", &self.contact_name)?;
        let account = call.account();
        if account.contacts.remove(&self.contact_name).is_none() {
            return Err(Refusal::new(404, "ContactNotExists", "ContactName does not exist."));
        }
        for group in account.groups.values_mut() {
            group.contacts.shift_remove(&self.contact_name);
        }
        Ok(ack())
    }
}
