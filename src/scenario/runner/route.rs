//! The way of each event, from the journal.

use super::timeline::{Timeline, named};
use crate::{
    clock::human_duration,
    emulator::{ContactVerdict, Entry, RuleVerdict, TargetVerdict, WebhookVerdict, What},
    report::{Hop, HopKind, Route, counted},
    scenario::explain::{between, clip},
};

/// The routes of all events that the journal has, oldest first.
pub(super) fn routes(journal: &[Entry], timeline: &Timeline) -> Vec<Route> {
    let routes = journal.iter().filter_map(|entry| {
        let What::Event { event } = &entry.what else { return None };
        let walk = Walk { journal, timeline, event: &event.id };
        let mut hops = Vec::new();
        walk.rules(&mut hops);
        Some(Route { offset: between(timeline.origin(), entry.at), event: named(event), hops })
    });
    routes.collect()
}

/// One event on its way.
struct Walk<'a> {
    journal: &'a [Entry],
    timeline: &'a Timeline,
    event: &'a str,
}

impl Walk<'_> {
    fn hop(&self, entry: &Entry, kind: HopKind, name: &str, goes_on: bool, text: String) -> Hop {
        let offset = between(self.timeline.origin(), entry.at);
        Hop { kind, name: name.to_owned(), goes_on, text, offset }
    }

    fn rules(&self, hops: &mut Vec<Hop>) {
        for entry in self.journal {
            let What::Rule { event_id, rule, verdict } = &entry.what else { continue };
            if event_id == self.event {
                let text = self.why(verdict);
                hops.push(self.hop(entry, HopKind::Rule, rule, *verdict == RuleVerdict::Matched, text));
                self.groups(rule, hops);
                self.targets(rule, hops);
            }
        }
    }

    fn why(&self, verdict: &RuleVerdict) -> String {
        match verdict {
            RuleVerdict::Matched => "matched".to_owned(),
            RuleVerdict::Mismatch(why) => why.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            RuleVerdict::CustomEvents => "is for custom events".to_owned(),
            RuleVerdict::SystemEvents => "is for system events".to_owned(),
            RuleVerdict::OtherGroup { rule, .. } => format!("is for application group {rule}"),
            RuleVerdict::Disabled => "is disabled".to_owned(),
            RuleVerdict::NoTargets => "has no targets".to_owned(),
            RuleVerdict::Silenced { until, .. } => {
                let until = between(self.timeline.origin(), *until);
                format!("is silenced until +{}", human_duration(until))
            }
        }
    }

    fn groups(&self, of: &str, hops: &mut Vec<Hop>) {
        for entry in self.journal {
            let What::Target { event_id, rule, group, verdict, .. } = &entry.what else { continue };
            if event_id != self.event || rule != of {
                continue;
            }
            let (goes_on, text) = match verdict {
                TargetVerdict::Told { contacts } => (true, format!("has {}", counted(*contacts, "contact"))),
                TargetVerdict::GroupMissing => (false, "does not exist".to_owned()),
                TargetVerdict::GroupEmpty => (false, "has no contacts".to_owned()),
            };
            hops.push(self.hop(entry, HopKind::Group, group, goes_on, text));
            self.contacts(of, group, hops);
        }
    }

    fn contacts(&self, of: &str, within: &str, hops: &mut Vec<Hop>) {
        for entry in self.journal {
            let What::Contact { event_id, rule, group, contact, verdict } = &entry.what else { continue };
            if event_id != self.event || rule != of || group != within {
                continue;
            }
            let (goes_on, text) = match verdict {
                ContactVerdict::Sent => (true, "is told".to_owned()),
                ContactVerdict::ContactMissing => (false, "does not exist".to_owned()),
                ContactVerdict::NoRobot => (false, "has no robot".to_owned()),
                ContactVerdict::NotActivated { channel } => (false, format!("{channel} is not activated")),
                ContactVerdict::LevelExcludes { channel, level } => {
                    (false, format!("level {level} does not use {channel}"))
                }
                ContactVerdict::NotAtSite { channel } => {
                    (false, format!("the international site has no {channel}"))
                }
                ContactVerdict::Duplicate => (false, "is told already".to_owned()),
                ContactVerdict::TemplateFailed { error } => {
                    (false, format!("the message could not be written: {}", clip(error)))
                }
            };
            hops.push(self.hop(entry, HopKind::Contact, contact, goes_on, text));
            if goes_on {
                self.deliveries(of, within, contact, hops);
            }
        }
    }

    fn deliveries(&self, of: &str, within: &str, to: &str, hops: &mut Vec<Hop>) {
        for entry in self.journal {
            let What::Delivery { event_id, rule, group, contact, robot, reply, .. } = &entry.what else {
                continue;
            };
            if event_id == self.event && rule == of && group == within && contact == to {
                let name = robot.name.as_deref().unwrap_or("a robot that the spec does not name");
                let text = if reply.accepted() {
                    "accepted the message".to_owned()
                } else {
                    format!("refused: errcode {} {}", reply.errcode, clip(&reply.errmsg))
                };
                hops.push(self.hop(entry, HopKind::Robot, name, reply.accepted(), text));
            }
        }
    }

    /// What is told otherwise than by a robot.
    fn targets(&self, of: &str, hops: &mut Vec<Hop>) {
        for entry in self.journal {
            match &entry.what {
                What::Recorded { event_id, rule, contact, channel, to, .. }
                    if event_id == self.event && rule == of =>
                {
                    let whom =
                        if contact.is_empty() { String::new() } else { format!("tells {contact} by ") };
                    let text = format!("{whom}{channel}");
                    hops.push(self.hop(entry, HopKind::Target, to, true, text));
                }
                What::Webhook(call) if call.event_id == self.event && call.rule == of => {
                    let goes_on = call.verdict == WebhookVerdict::Delivered;
                    let text =
                        format!("{} attempt {}: {}", call.method, call.attempt, call.outcome.message());
                    hops.push(self.hop(entry, HopKind::Target, &call.url, goes_on, text));
                }
                _ => {}
            }
        }
    }
}
