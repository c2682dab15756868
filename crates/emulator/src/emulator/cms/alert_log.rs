//! The alert log, kept from what the journal is told: so it agrees with it.

use crate::{
    clock::Timestamp,
    emulator::{
        cms::Target,
        ids::IdKind,
        journal::{
            CallOutcome, ContactVerdict, RuleVerdict, TargetVerdict, WebhookCall, WebhookVerdict, What,
        },
        world::World,
    },
    event::SystemEvent,
    secret::show_address,
};

/// One telling of one rule, or its silence.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct LoggedAlert {
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) event: SystemEvent,
    pub(super) rule: String,
    /// `P2`, `P3` or `P4`.
    pub(super) level: &'static str,
    pub(super) silenced: bool,
    /// Messages that set out.
    pub(super) sent: usize,
    /// Contact groups that the rule names and that exist.
    pub(super) groups: Vec<String>,
    /// Contacts' webhooks.
    pub(super) robots: Vec<RobotTold>,
    /// All other channels.
    pub(super) others: Vec<OtherTold>,
}

/// A contact's webhook that was told.
#[derive(Debug, Clone)]
pub(super) struct RobotTold {
    group: String,
    contact: String,
    /// Tokens masked.
    pub(super) url: String,
    /// What it answered; none before it did.
    pub(super) answer: Option<RobotAnswer>,
}

/// What became of a message to a robot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RobotAnswer {
    Took,
    /// An errcode, with HTTP 200.
    Refused(i64),
    /// Another HTTP status, of an address that is no robot.
    Failed(i64),
}

/// Anything else that was told.
#[derive(Debug, Clone)]
pub(super) struct OtherTold {
    /// As in the journal: `mail`, `sms`, `phone`, `aliim`, `webhook`, `mns`, `sls`, `fc`, `openapi`.
    pub(super) channel: String,
    pub(super) to: String,
    /// What a webhook made of the latest attempt; none for all others, which take everything.
    pub(super) answer: Option<CallOutcome>,
}

impl OtherTold {
    pub(super) fn is_success(&self) -> bool {
        matches!(self.answer, None | Some(CallOutcome::Status(200..=299)))
    }
}

impl LoggedAlert {
    /// Takes an attempt at a webhook, which may be another one at the same.
    fn called(&mut self, call: &WebhookCall) {
        if !call.contact.is_empty() {
            // A contact's webhook that is no robot.
            let answer = match call.verdict {
                WebhookVerdict::Delivered => RobotAnswer::Took,
                _ => RobotAnswer::Failed(call.outcome.code().parse().unwrap_or(500)),
            };
            let robots = self.robots.iter_mut().filter(|robot| robot.contact == call.contact);
            robots.for_each(|robot| robot.answer = Some(answer));
            return;
        }
        let known = self.others.iter_mut().find(|told| told.channel == "webhook" && told.to == call.url);
        let answer = Some(call.outcome.clone());
        match known {
            Some(told) => told.answer = answer,
            None => {
                self.others.push(OtherTold { channel: "webhook".to_owned(), to: call.url.clone(), answer });
            }
        }
    }
}

impl World {
    /// Takes what concerns events and alerts from a new entry of the journal.
    pub(in crate::emulator) fn log_alert(&mut self, what: &What) {
        match what {
            What::Event { event } => self.account(&event.user_id).events.push(event.clone()),
            What::Rule { event_id, rule, verdict } => match verdict {
                RuleVerdict::Matched | RuleVerdict::NoTargets => self.begin_alert(event_id, rule, false),
                RuleVerdict::Silenced { .. } => self.begin_alert(event_id, rule, true),
                _ => {}
            },
            What::Target { event_id, rule, group, verdict, .. }
                if *verdict != TargetVerdict::GroupMissing =>
            {
                self.alert(event_id, rule, |alert| {
                    if !alert.groups.contains(group) {
                        alert.groups.push(group.clone());
                    }
                });
            }
            What::Contact { event_id, rule, group, contact, verdict: ContactVerdict::Sent } => {
                self.robot_told(event_id, rule, group, contact);
            }
            What::Delivery { event_id, rule, group, contact, reply, .. } => {
                self.alert(event_id, rule, |alert| {
                    let told = alert
                        .robots
                        .iter_mut()
                        .find(|robot| robot.group == *group && robot.contact == *contact);
                    if let Some(told) = told {
                        told.answer = Some(match reply.errcode {
                            0 => RobotAnswer::Took,
                            errcode => RobotAnswer::Refused(errcode),
                        });
                    }
                });
            }
            What::Recorded { event_id, rule, channel, to, .. } => self.alert(event_id, rule, |alert| {
                let answer = None;
                alert.others.push(OtherTold { channel: (*channel).to_owned(), to: to.clone(), answer });
            }),
            What::Webhook(call) => self.alert(&call.event_id, &call.rule, |alert| alert.called(call)),
            _ => {}
        }
    }

    /// One more message sets out.
    pub(in crate::emulator) fn expect_telling(&mut self, event_id: &str, rule: &str) {
        self.alert(event_id, rule, |alert| alert.sent += 1);
    }

    /// A verdict follows its event at once, so the event is the last one of its account.
    fn begin_alert(&mut self, event_id: &str, rule: &str, silenced: bool) {
        let uuid = self.ids.uuid(IdKind::AlertLog).to_lowercase();
        let at = self.now();
        let account = self
            .accounts
            .iter_mut()
            .find(|(_, account)| account.events.last().is_some_and(|event| event.id == event_id));
        let Some((id, account)) = account else { return };
        let Some(event) = account.events.last().cloned() else { return };
        let targets = account.rules.get(rule).into_iter().flat_map(|rule| rule.targets.values());
        let contacts: Vec<_> = targets
            .filter_map(|target| match target {
                Target::Contact(contact) => Some(contact),
                _ => None,
            })
            .collect();
        let level = contacts.iter().map(|contact| contact.level.as_deref().unwrap_or("4")).min();
        let named = contacts.iter().filter_map(|contact| contact.contact_group_name.clone());
        let groups = if silenced { named.collect() } else { Vec::<String>::new() };
        let alert = LoggedAlert {
            id: format!("{id}::{uuid}"),
            at,
            event,
            rule: rule.to_owned(),
            level: match level {
                Some("2") => "P2",
                Some("3") => "P3",
                _ => "P4",
            },
            silenced,
            sent: 0,
            groups: groups.into_iter().filter(|group| account.groups.contains_key(group)).collect(),
            robots: Vec::new(),
            others: Vec::new(),
        };
        account.alert_log.push(alert);
    }

    fn robot_told(&mut self, event_id: &str, rule: &str, group: &str, contact: &str) {
        let found = self
            .accounts
            .values()
            .find(|account| account.events.last().is_some_and(|event| event.id == event_id));
        let webhook = found
            .and_then(|account| account.contacts.get(contact))
            .and_then(|contact| contact.webhook.as_ref());
        let Some(url) = webhook.map(|url| show_address(url.expose())) else { return };
        let told = RobotTold { group: group.to_owned(), contact: contact.to_owned(), url, answer: None };
        self.alert(event_id, rule, |alert| alert.robots.push(told));
    }

    /// The entry of an event and a rule, which is one of the latest.
    fn alert(&mut self, event_id: &str, rule: &str, change: impl FnOnce(&mut LoggedAlert)) {
        let mut logs = self.accounts.values_mut().flat_map(|account| account.alert_log.iter_mut().rev());
        if let Some(alert) = logs.find(|alert| alert.event.id == event_id && alert.rule == rule) {
            change(alert);
        }
    }
}
