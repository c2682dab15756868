//! From a rule that matched to its targets, groups, contacts and channels.

use std::collections::BTreeSet;

use super::{
    Method, channels,
    delivery::{Channel, Delivery},
    payload,
};
use crate::{
    api::cloudmonitor::{ContactParameter, WebhookParameter},
    dingtalk::Message,
    emulator::{
        cms::{ChannelState, Contact, Target},
        due::Due,
        journal::{ContactVerdict, TargetVerdict, What},
        switches::{DuplicateTargets, Language, MessageType},
        world::World,
    },
    event::{Facts, SystemEvent},
    secret::Secret,
};

/// One rule telling of one event.
struct Telling<'a> {
    account: &'a str,
    rule: &'a str,
    event: &'a SystemEvent,
    /// Channels that are told already, to merge duplicates.
    told: BTreeSet<(&'static str, String)>,
}

impl World {
    /// Tells the targets of a rule; of a silenced one only those that its silence does not cover.
    pub(super) fn tell(&mut self, account: &str, rule: &str, event: &SystemEvent, is_silenced: bool) {
        let targets: Vec<(String, Target)> = match self.account(account).rules.get(rule) {
            Some(found) => found.targets.iter().map(|(id, target)| (id.clone(), target.clone())).collect(),
            None => return,
        };
        let mut telling = Telling { account, rule, event, told: BTreeSet::new() };
        for (id, target) in targets {
            match target {
                Target::Contact(_) if is_silenced => {}
                Target::Contact(contact) => self.tell_group(&mut telling, &id, &contact),
                machine => self.tell_machine(&telling, machine),
            }
        }
    }

    fn tell_machine(&mut self, telling: &Telling<'_>, target: Target) {
        let event = telling.event;
        let text = |value: Option<String>| value.unwrap_or_default();
        let (channel, to, payload) = match target {
            Target::Webhook(target) => {
                self.tell_webhook(telling, &target);
                return;
            }
            Target::Mns(target) => ("mns", text(target.arn), payload::raw(event)),
            Target::Sls(target) => ("sls", text(target.arn), payload::raw(event)),
            Target::Fc(target) => {
                ("fc", text(target.arn), payload::function(event, telling.rule, &self.switches))
            }
            Target::OpenApi(target) => {
                let payload = payload::open_api(event, telling.rule, &target);
                let version = text(target.version);
                ("openapi", format!("{} {version} {}", text(target.product), text(target.action)), payload)
            }
            Target::Contact(_) => return,
        };
        self.send(telling, "", "", Channel::Record { channel, to, payload });
    }

    fn tell_webhook(&mut self, telling: &Telling<'_>, target: &WebhookParameter) {
        let url = Secret::new(target.url.clone().unwrap_or_default());
        let method = Method::of(target.method.as_deref());
        self.send(telling, "", "", Channel::Webhook { url, method, attempt: 1 });
    }

    fn tell_group(&mut self, telling: &mut Telling<'_>, target_id: &str, target: &ContactParameter) {
        let group = target.contact_group_name.clone().unwrap_or_default();
        let account = self.account(telling.account);
        let contacts: Option<Vec<String>> =
            account.groups.get(&group).map(|group| group.contacts.iter().cloned().collect());
        let verdict = match &contacts {
            None => TargetVerdict::GroupMissing,
            Some(contacts) if contacts.is_empty() => TargetVerdict::GroupEmpty,
            Some(contacts) => TargetVerdict::Told { contacts: contacts.len() },
        };
        self.note(What::Target {
            event_id: telling.event.id.clone(),
            rule: telling.rule.to_owned(),
            target_id: target_id.to_owned(),
            group: group.clone(),
            verdict,
        });
        for name in contacts.unwrap_or_default() {
            match self.account(telling.account).contacts.get(&name).cloned() {
                None => self.contact_verdict(telling, &group, &name, ContactVerdict::ContactMissing),
                Some(contact) => {
                    self.tell_contact(telling, &group, &name, &contact, target.level.as_deref());
                }
            }
        }
    }

    fn tell_contact(
        &mut self,
        telling: &mut Telling<'_>,
        group: &str,
        name: &str,
        contact: &Contact,
        level: Option<&str>,
    ) {
        let lang = contact.lang.as_deref().unwrap_or(match self.switches.default_language {
            Language::ZhCn => "zh-cn",
            Language::En => "en",
        });
        let facts = Facts { event: telling.event, rule: telling.rule, group, contact: name, lang };
        let (title, text) = match self.template.render(&facts) {
            Ok(rendered) => rendered,
            Err(fault) => {
                let verdict = ContactVerdict::TemplateFailed { error: fault.to_string() };
                self.contact_verdict(telling, group, name, verdict);
                return;
            }
        };
        match &contact.webhook {
            None => self.contact_verdict(telling, group, name, ContactVerdict::NoRobot),
            Some(url) if self.is_duplicate(telling, "webhook", url.expose()) => {
                self.contact_verdict(telling, group, name, ContactVerdict::Duplicate);
            }
            Some(url) => {
                self.contact_verdict(telling, group, name, ContactVerdict::Sent);
                let message = match self.switches.message_type {
                    MessageType::Markdown => Message::markdown(title.clone(), text.clone()),
                    MessageType::Text => Message::text(format!("{title}\n{text}")),
                };
                self.send(telling, group, name, Channel::Contact { url: url.clone(), message });
            }
        }
        let payload = serde_json::json!({"contact": name, "subject": title, "text": text});
        let level = channels::level(level, self.switches.site);
        let ali_im = contact.ali_im.clone().map(|value| ChannelState { value, active: true });
        // A phone call goes to the number that SMS go to.
        for (channel, state) in
            [("mail", &contact.mail), ("sms", &contact.sms), ("phone", &contact.sms), ("aliim", &ali_im)]
        {
            if let Some(state) = state {
                self.use_channel(telling, group, name, level, (channel, state), &payload);
            }
        }
    }

    /// Uses a channel that the contact has, or says why not.
    fn use_channel(
        &mut self,
        telling: &mut Telling<'_>,
        group: &str,
        name: &str,
        level: u8,
        (channel, state): (&'static str, &ChannelState),
        payload: &serde_json::Value,
    ) {
        if let Some(verdict) = channels::unused(channel, level, self.switches.site) {
            self.contact_verdict(telling, group, name, verdict);
        } else if !state.active {
            self.contact_verdict(telling, group, name, ContactVerdict::NotActivated { channel });
        } else if self.is_duplicate(telling, channel, &state.value) {
            self.contact_verdict(telling, group, name, ContactVerdict::Duplicate);
        } else {
            let (to, payload) = (state.value.clone(), payload.clone());
            self.send(telling, group, name, Channel::Record { channel, to, payload });
        }
    }

    fn is_duplicate(&self, telling: &mut Telling<'_>, channel: &'static str, to: &str) -> bool {
        let first = telling.told.insert((channel, to.to_owned()));
        !first && self.switches.duplicate_targets == DuplicateTargets::Merge
    }

    fn contact_verdict(
        &mut self,
        telling: &Telling<'_>,
        group: &str,
        contact: &str,
        verdict: ContactVerdict,
    ) {
        self.note(What::Contact {
            event_id: telling.event.id.clone(),
            rule: telling.rule.to_owned(),
            group: group.to_owned(),
            contact: contact.to_owned(),
            verdict,
        });
    }

    fn send(&mut self, telling: &Telling<'_>, group: &str, contact: &str, channel: Channel) {
        self.expect_telling(&telling.event.id, telling.rule);
        let delivery = Delivery {
            event_id: telling.event.id.clone(),
            callback: payload::webhook(telling.event, telling.rule, &self.switches),
            rule: telling.rule.to_owned(),
            group: group.to_owned(),
            contact: contact.to_owned(),
            channel,
        };
        self.put_due(self.switches.delivery, Due::Delivery(Box::new(delivery)));
    }
}
