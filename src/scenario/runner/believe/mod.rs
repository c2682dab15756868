//! From what the real cloud tells to a journal like the emulator's: which event, which rule, who was
//! told. What nobody tells is what the spec says.

mod delivered;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use indexmap::IndexMap;

pub(super) use self::delivered::has_result;
use self::delivered::{Delivered, to_robot};
use super::{relayed::Captured, rows::instant};
use crate::{
    api::cloudmonitor::AlertLog,
    clock::Timestamp,
    dingtalk::Message,
    emulator::{ContactVerdict, Entry, RuleVerdict, TargetVerdict, What},
    event::SystemEvent,
    report::Evidence,
    routing::{Candidate, Fact, RuleVerdict as ByTheSpec, route},
    scenario::{explain::Route, mailbox::Letter, matcher::MessageView},
    spec::{Contact, Spec, Target},
};

/// `SendStatus` of the alert log: told, silent, nobody to tell. Source: DescribeAlertLogList.
const TOLD: &str = "0";
const SILENT: &str = "2";
const NOBODY: &str = "4";

/// What is known of the way of each event.
#[derive(Debug)]
pub(super) struct Beliefs {
    spec: Arc<Spec>,
    events: IndexMap<String, SystemEvent>,
    /// By the spec these rules take these events; nothing better is known of them so far.
    open: Vec<(String, String)>,
    /// Somebody was told of an event by a rule.
    told: Vec<Told>,
    /// When a rule told last.
    last: IndexMap<String, Timestamp>,
    /// What the alert log says did not arrive.
    undelivered: Vec<Undelivered>,
}

/// A message that CloudMonitor sent and a robot did not get, by the alert log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Undelivered {
    pub(super) rule: String,
    pub(super) robot: String,
    /// The code of the whole notification, where it is no success.
    pub(super) code: Option<String>,
}

/// A message that is on its way to a robot, or there.
#[derive(Debug, Clone)]
struct Told {
    event: String,
    rule: String,
    group: String,
    contact: String,
    robot: String,
    is_captured: bool,
    /// Whether the alert log tells of it.
    is_logged: bool,
}

impl Beliefs {
    pub(super) fn new(spec: Arc<Spec>) -> Self {
        Self {
            spec,
            events: IndexMap::new(),
            open: Vec::new(),
            told: Vec::new(),
            last: IndexMap::new(),
            undelivered: Vec::new(),
        }
    }

    /// An event was listed.
    pub(super) fn event(&mut self, event: SystemEvent) -> Vec<Entry> {
        let at = event.event_time;
        let groups = event.group_id.split(',').filter(|group| !group.is_empty());
        let mut unknown = vec![Fact::ApplicationGroup];
        if event.event_type.is_empty() {
            unknown.push(Fact::EventType);
        }
        let candidate = Candidate {
            unknown,
            application_groups: groups.map(str::to_owned).collect(),
            event: event.clone(),
        };
        let mut entries = vec![Entry { at, what: What::Event { event: event.clone() } }];
        let mut rules = route(&self.spec, &candidate, &|_| Message::markdown("", "")).rules;
        // As the emulator tells them, so that an explanation blames the same one.
        rules.sort_by(|one, other| one.rule.cmp(&other.rule));
        for found in rules {
            let verdict = match found.verdict {
                ByTheSpec::Matched | ByTheSpec::Depends(_) => {
                    self.open.push((event.id.clone(), found.rule));
                    continue;
                }
                ByTheSpec::CustomEvents => RuleVerdict::CustomEvents,
                ByTheSpec::SystemEvents => RuleVerdict::SystemEvents,
                ByTheSpec::Mismatch(why) => RuleVerdict::Mismatch(why),
                ByTheSpec::OtherGroup(rule) => {
                    RuleVerdict::OtherGroup { rule, event: event.group_id.clone() }
                }
                ByTheSpec::Disabled => RuleVerdict::Disabled,
                ByTheSpec::NoTargets => RuleVerdict::NoTargets,
            };
            entries.push(Entry { at, what: rule(&event.id, &found.rule, verdict) });
        }
        self.events.insert(event.id.clone(), event);
        entries
    }

    /// An entry of the alert log was listed: what it says, and the messages that it tells of by the
    /// robots that they went to.
    pub(super) fn alert(&mut self, alert: &AlertLog) -> (Vec<Entry>, Vec<(String, Letter)>) {
        let at = instant(alert.alert_time.parse().ok());
        let event = self.event_of(alert).unwrap_or_default();
        self.open.retain(|(of, rule)| *of != event || *rule != alert.rule_name);
        let verdict = match alert.send_status.as_str() {
            TOLD => RuleVerdict::Matched,
            SILENT => {
                let silence = self.spec.rules.get(&alert.rule_name).and_then(|rule| rule.silence);
                let since = self.last.get(&alert.rule_name).copied().unwrap_or(at);
                let until = silence.and_then(|silence| since.checked_add(silence).ok()).unwrap_or(at);
                RuleVerdict::Silenced { until, by_event: String::new() }
            }
            NOBODY => RuleVerdict::NoTargets,
            // No other value is documented.
            _ => return (Vec::new(), Vec::new()),
        };
        let is_told = verdict == RuleVerdict::Matched;
        let mut entries = vec![Entry { at, what: rule(&event, &alert.rule_name, verdict) }];
        if !is_told {
            return (entries, Vec::new());
        }
        self.last.insert(alert.rule_name.clone(), at);
        let told = self.tell(&event, &alert.rule_name, &alert.contact_groups, at, &mut entries);
        // A message that was captured first may have been taken for this one by the spec.
        let is_known = |known: &Told| known.event == event && known.rule == alert.rule_name;
        if !self.told.iter().any(is_known) {
            self.told.extend(told.iter().cloned());
        }
        self.told.iter_mut().filter(|told| is_known(told)).for_each(|told| told.is_logged = true);
        let arrived: Vec<Told> = told.into_iter().filter(|told| self.has_arrived(alert, told)).collect();
        let letters = arrived.iter().map(|told| (told.robot.clone(), letter(told, at, Evidence::Notified)));
        (entries, letters.collect())
    }

    /// Whether a message arrived as far as the alert log says; one that did not is kept for the explanation.
    fn has_arrived(&mut self, alert: &AlertLog, told: &Told) -> bool {
        let robot = self.spec.robots.get(&told.robot);
        let own = self.spec.contacts.get(&told.contact).and_then(|contact| contact.webhook.as_ref());
        let Some(webhook) = robot.map(|robot| &robot.webhook).or(own) else { return true };
        match to_robot(alert, webhook.expose()) {
            Delivered::Yes => true,
            Delivered::No(code) => {
                let (rule, robot) = (told.rule.clone(), told.robot.clone());
                self.undelivered.push(Undelivered { rule, robot, code });
                false
            }
        }
    }

    /// The first message to a robot that the alert log says did not arrive.
    pub(super) fn undelivered(&self, robot: &str) -> Option<&Undelivered> {
        self.undelivered.iter().find(|one| one.robot == robot)
    }

    /// Those whom a rule tells by the spec, through these groups; through all of its own where none is
    /// named.
    fn tell(
        &self,
        event: &str,
        rule: &str,
        groups: &[String],
        at: Timestamp,
        entries: &mut Vec<Entry>,
    ) -> Vec<Told> {
        let spec = Arc::clone(&self.spec);
        let Some(known) = spec.rules.get(rule) else { return Vec::new() };
        let mut new = Vec::new();
        for target in &known.targets {
            let Target::Group { group, .. } = target else { continue };
            if !groups.is_empty() && !groups.contains(group) {
                continue;
            }
            let Some(members) = spec.groups.get(group) else { continue };
            let contacts: Vec<&Contact> =
                members.contacts.iter().filter_map(|name| spec.contacts.get(name)).collect();
            let verdict = TargetVerdict::Told { contacts: contacts.len() };
            entries.push(Entry {
                at,
                what: What::Target {
                    event_id: event.to_owned(),
                    rule: rule.to_owned(),
                    target_id: String::new(),
                    group: group.clone(),
                    verdict,
                },
            });
            for contact in contacts {
                let robot = robot_of(&spec, contact);
                let verdict = if robot.is_some() { ContactVerdict::Sent } else { ContactVerdict::NoRobot };
                entries.push(Entry {
                    at,
                    what: What::Contact {
                        event_id: event.to_owned(),
                        rule: rule.to_owned(),
                        group: group.clone(),
                        contact: contact.name.clone(),
                        verdict,
                    },
                });
                let Some(robot) = robot else { continue };
                // One robot is told once of an event by a rule.
                if new.iter().any(|told: &Told| told.robot == robot) {
                    continue;
                }
                new.push(Told {
                    event: event.to_owned(),
                    rule: rule.to_owned(),
                    group: group.clone(),
                    contact: contact.name.clone(),
                    robot,
                    is_captured: false,
                    is_logged: false,
                });
            }
        }
        new
    }

    /// The event that an entry of the alert log tells of: the one whose id its message holds, or else the
    /// oldest of that name and resource that the rule may have taken and that no entry told of so far.
    fn event_of(&self, alert: &AlertLog) -> Option<String> {
        if let Some(id) = self.events.keys().find(|id| !id.is_empty() && alert.message.contains(id.as_str()))
        {
            return Some(id.clone());
        }
        let is_it = |id: &String| {
            self.events.get(id).is_some_and(|event| {
                event.name == alert.event_name
                    && (alert.instance_id.is_empty() || event.resource_id.ends_with(&alert.instance_id))
            })
        };
        let open = self.open.iter().find(|(id, rule)| *rule == alert.rule_name && is_it(id));
        // Its message may have been captured first.
        let told = || {
            self.told
                .iter()
                .find(|told| told.rule == alert.rule_name && !told.is_logged && is_it(&told.event))
        };
        open.map(|(id, _)| id.clone()).or_else(|| told().map(|told| told.event.clone()))
    }

    /// A relay captured a message: as an entry, and as a letter where the robot accepted it. Which event it
    /// tells of is concluded: the relay does not know.
    pub(super) fn captured(&mut self, captured: Captured) -> (Entry, Option<Letter>) {
        let robot = captured.robot.name.clone().unwrap_or_default();
        let waiting = self.told.iter().position(|told| told.robot == robot && !told.is_captured);
        let told = match waiting.and_then(|place| self.told.get_mut(place)) {
            Some(told) => {
                told.is_captured = true;
                Some(told.clone())
            }
            None => self.by_the_spec(&robot),
        };
        let is_accepted = captured.reply.accepted();
        let view = MessageView { text: captured.message.reader_text(), body: captured.body };
        let letter = is_accepted.then(|| Letter {
            at: captured.at,
            view,
            message: captured.message.clone(),
            event_id: told.as_ref().map(|told| told.event.clone()),
            rule: told.as_ref().map(|told| told.rule.clone()),
            contact: told.as_ref().map(|told| told.contact.clone()),
            evidence: Evidence::Captured,
            taken_by: None,
        });
        let told = told.unwrap_or_else(|| Told {
            event: String::new(),
            rule: String::new(),
            group: String::new(),
            contact: String::new(),
            robot,
            is_captured: true,
            is_logged: false,
        });
        let entry = Entry {
            at: captured.at,
            what: What::Delivery {
                event_id: told.event,
                rule: told.rule,
                group: told.group,
                contact: told.contact,
                robot: captured.robot,
                reply: captured.reply,
                message: captured.message,
            },
        };
        (entry, letter)
    }

    /// The oldest event that by the spec leads to a robot, and that nothing better is known of.
    fn by_the_spec(&mut self, robot: &str) -> Option<Told> {
        let to_robot = Route::new(&self.spec, robot);
        let place = self.open.iter().position(|(_, rule)| to_robot.leads_by_name(rule))?;
        let (event, rule) = self.open.remove(place);
        let mut told = self.tell(&event, &rule, &[], Timestamp::UNIX_EPOCH, &mut Vec::new());
        let of_robot = told.iter_mut().find(|told| told.robot == robot)?;
        of_robot.is_captured = true;
        let of_robot = of_robot.clone();
        // The others of the rule are still on their way.
        self.told.extend(told);
        Some(of_robot)
    }

    /// What happened by the spec where nothing else is known.
    pub(super) fn conclude(&mut self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (event, name) in std::mem::take(&mut self.open) {
            let Some(at) = self.events.get(&event).map(|event| event.event_time) else { continue };
            entries.push(Entry { at, what: rule(&event, &name, RuleVerdict::Matched) });
            let told = self.tell(&event, &name, &[], at, &mut entries);
            self.told.extend(told);
        }
        entries
    }

    /// Messages to a robot that must have been sent by the spec.
    pub(super) fn only_seen(&mut self, robot: &str) -> Vec<Letter> {
        let mut letters = Vec::new();
        while let Some(told) = self.by_the_spec(robot) {
            let at = self.events.get(&told.event).map(|event| event.event_time).unwrap_or_default();
            letters.push(letter(&told, at, Evidence::Seen));
        }
        letters
    }
}

fn rule(event: &str, rule: &str, verdict: RuleVerdict) -> What {
    What::Rule { event_id: event.to_owned(), rule: rule.to_owned(), verdict }
}

/// A message that nobody saw.
fn letter(told: &Told, at: Timestamp, evidence: Evidence) -> Letter {
    let message = Message::markdown("", "");
    Letter {
        at,
        view: MessageView::of(&message),
        message,
        event_id: Some(told.event.clone()),
        rule: Some(told.rule.clone()),
        contact: Some(told.contact.clone()),
        evidence,
        taken_by: None,
    }
}

/// The robot of the spec that a contact's messages go to.
fn robot_of(spec: &Spec, contact: &Contact) -> Option<String> {
    let rung = || spec.robots.keys().find(|robot| Route::new(spec, robot).rings(contact)).cloned();
    contact.robot.clone().or_else(rung)
}
