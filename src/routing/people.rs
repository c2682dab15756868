//! Whom the targets of a rule lead to.

use std::collections::BTreeSet;

use super::{
    robots,
    route::{ChannelRoute, ContactRoute, Notice, Outcome, TargetRoute, Words},
};
use crate::{
    event::SystemEvent,
    secret::show_url,
    spec::{Channel, Contact, MnsEndpoint, NotifyLevel, Rule, Spec, Target, Unused},
};

/// One rule telling of one event.
struct Telling<'a> {
    spec: &'a Spec,
    rule: &'a Rule,
    event: &'a SystemEvent,
    words: Words<'a>,
    /// Channels that are told already. That the service tells them once is not documented; the
    /// emulator's switch is `duplicate_targets`.
    told: BTreeSet<(Channel, String)>,
}

pub(super) fn targets(spec: &Spec, rule: &Rule, event: &SystemEvent, words: Words<'_>) -> Vec<TargetRoute> {
    let mut telling = Telling { spec, rule, event, words, told: BTreeSet::new() };
    rule.targets.iter().map(|target| telling.target(target)).collect()
}

impl Telling<'_> {
    fn target(&mut self, target: &Target) -> TargetRoute {
        let machine = |kind, to| TargetRoute::Machine { kind, to };
        let at = |region: &Option<String>| region.clone().unwrap_or_else(|| self.spec.region.clone());
        match target {
            Target::Group { group, level } => {
                let members = self.spec.groups.get(group).map(|group| group.contacts.as_slice());
                let contacts = members
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|name| self.spec.contacts.get(name))
                    .map(|contact| self.contact(group, contact, *level))
                    .collect();
                TargetRoute::Group { group: group.clone(), level: *level, contacts }
            }
            Target::Webhook { url, .. } => machine("webhook", show_url(url)),
            Target::Mns { region, endpoint: MnsEndpoint::Queue(queue) } => {
                machine("mns", format!("queue {queue} in {}", at(region)))
            }
            Target::Mns { region, endpoint: MnsEndpoint::Topic(topic) } => {
                machine("mns", format!("topic {topic} in {}", at(region)))
            }
            Target::Sls { region, project, logstore } => {
                machine("sls", format!("{project}/{logstore} in {}", at(region)))
            }
            Target::Fc { region, service, function } => {
                machine("fc", format!("{service}/{function} in {}", at(region)))
            }
            Target::OpenApi { region, product, version, action, .. } => {
                machine("openapi", format!("{product} {version} {action} in {}", at(region)))
            }
        }
    }

    fn contact(&mut self, group: &str, contact: &Contact, level: NotifyLevel) -> ContactRoute {
        let webhook = contact.webhook.as_ref().map(|url| url.expose().to_owned());
        // A phone call goes to the number that SMS go to.
        let all = [
            (Channel::Webhook, webhook),
            (Channel::Mail, contact.email.clone()),
            (Channel::Sms, contact.phone.clone()),
            (Channel::Phone, contact.phone.clone()),
            (Channel::AliIm, contact.aliim.clone()),
        ];
        let channels = all
            .into_iter()
            .filter_map(|(channel, value)| Some((channel, value?)))
            .map(|(channel, value)| self.channel(group, contact, level, channel, value))
            .collect();
        ContactRoute { contact: contact.name.clone(), channels }
    }

    fn channel(
        &mut self,
        group: &str,
        contact: &Contact,
        level: NotifyLevel,
        channel: Channel,
        value: String,
    ) -> ChannelRoute {
        let plain = |outcome| ChannelRoute { channel, to: String::new(), outcome, hints: Vec::new() };
        match channel.unused(level, self.spec.site) {
            Some(Unused::NotAtSite) => return plain(Outcome::NotAtSite),
            Some(Unused::LevelExcludes) => return plain(Outcome::LevelExcludes),
            None => {}
        }
        let is_first = self.told.insert((channel, value));
        let mut made = if channel == Channel::Webhook {
            let notice = Notice { event: self.event, rule: self.rule, group, contact };
            robots::webhook(self.spec, &notice, self.words)
        } else {
            plain(Outcome::Told)
        };
        if !is_first {
            made.outcome = Outcome::Duplicate;
            made.hints.clear();
        }
        made
    }
}
