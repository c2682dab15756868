//! The route of one event.

use std::time::Duration;

use super::{
    candidate::{Candidate, Fact},
    people, rules,
};
use crate::{
    dingtalk::Message,
    event::{Facts, Mismatch, SystemEvent},
    spec::{Channel, Contact, NotifyLevel, Rule, Spec},
};

/// What a notification is about.
#[derive(Debug, Clone, Copy)]
pub struct Notice<'a> {
    /// The event.
    pub event: &'a SystemEvent,
    /// The rule that tells of it.
    pub rule: &'a Rule,
    /// The contact group that is told.
    pub group: &'a str,
    /// The contact that is told.
    pub contact: &'a Contact,
}

impl Notice<'_> {
    /// What its words are made of.
    #[must_use]
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            event: self.event,
            rule: &self.rule.name,
            group: self.group,
            contact: &self.contact.name,
            lang: self.contact.language.as_str(),
        }
    }
}

/// The message that a robot would get: only with words can be said what its keywords make of them.
pub type Words<'a> = &'a dyn Fn(&Notice<'_>) -> Message;

/// Where an event goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// The event.
    pub candidate: Candidate,
    /// What each rule makes of it, in the order of the spec.
    pub rules: Vec<RuleRoute>,
}

/// What one rule makes of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleRoute {
    /// The rule.
    pub rule: String,
    /// Whether it tells, and why not.
    pub verdict: RuleVerdict,
    /// Whom it tells; nobody unless the verdict is that it matches or may.
    pub targets: Vec<TargetRoute>,
    /// For how long it does not tell again.
    pub silence: Option<Duration>,
}

/// Whether a rule tells of an event. The first of these that holds, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleVerdict {
    /// The rule is for custom events, and this is none.
    CustomEvents,
    /// The rule is for system events, and this is none.
    SystemEvents,
    /// The pattern does not fit.
    Mismatch(Vec<Mismatch>),
    /// The rule is for an application group that the event's resource is not said to be in.
    OtherGroup(String),
    /// The rule is switched off, and would match.
    Disabled,
    /// The rule has no target, and would match.
    NoTargets,
    /// What is known fits, and the rule asks for more than is known.
    Depends(Vec<Fact>),
    /// The rule tells its targets.
    Matched,
}

/// A target of a rule that matches.
#[derive(Debug, Clone, PartialEq)]
pub enum TargetRoute {
    /// A contact group.
    Group {
        /// Its name.
        group: String,
        /// Which channels are used.
        level: NotifyLevel,
        /// Its contacts.
        contacts: Vec<ContactRoute>,
    },
    /// A webhook, a queue or topic, a logstore, a function or an API.
    Machine {
        /// The target's key in the spec.
        kind: &'static str,
        /// Where it is, without secrets.
        to: String,
    },
}

/// A contact of a group that is told.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactRoute {
    /// The contact.
    pub contact: String,
    /// What it has, used or not.
    pub channels: Vec<ChannelRoute>,
}

/// A channel of a contact.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelRoute {
    /// Which.
    pub channel: Channel,
    /// Where it leads, as far as it may be shown: a robot's name, or nothing.
    pub to: String,
    /// What comes of it.
    pub outcome: Outcome,
    /// Why it is refused, and what is not known.
    pub hints: Vec<Hint>,
}

/// What comes of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It tells the contact.
    Told,
    /// The robot would refuse the message.
    Refused,
    /// The target's level does not include it.
    LevelExcludes,
    /// The international site does not have it.
    NotAtSite,
    /// The same rule tells it of this event already.
    Duplicate,
}

/// Something to know about a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl ContactRoute {
    /// The channels that tell it.
    pub fn told(&self) -> impl Iterator<Item = &ChannelRoute> {
        self.channels.iter().filter(|channel| channel.outcome == Outcome::Told)
    }
}

impl RuleRoute {
    /// Whether the rule certainly matches.
    #[must_use]
    pub fn matched(&self) -> bool {
        self.verdict == RuleVerdict::Matched
    }

    /// The contacts that are told by some channel.
    pub fn people(&self) -> impl Iterator<Item = &ContactRoute> {
        let groups = self.targets.iter().filter_map(|target| match target {
            TargetRoute::Group { contacts, .. } => Some(contacts),
            TargetRoute::Machine { .. } => None,
        });
        groups.flatten().filter(|contact| contact.told().next().is_some())
    }

    /// Where machines are told.
    pub fn machines(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.targets.iter().filter_map(|target| match target {
            TargetRoute::Machine { kind, to } => Some((*kind, to.as_str())),
            TargetRoute::Group { .. } => None,
        })
    }
}

impl Route {
    /// Whether anybody or anything is certainly told: a contact by some channel, or a machine.
    #[must_use]
    pub fn tells(&self) -> bool {
        self.rules
            .iter()
            .filter(|rule| rule.matched())
            .any(|rule| rule.people().next().is_some() || rule.machines().next().is_some())
    }
}

/// The route of an event. `words` makes the message that a robot would get.
#[must_use]
pub fn route(spec: &Spec, candidate: &Candidate, words: Words<'_>) -> Route {
    let of_rule = |rule: &Rule| {
        let verdict = rules::verdict(rule, candidate);
        let targets = match verdict {
            RuleVerdict::Matched | RuleVerdict::Depends(_) => {
                people::targets(spec, rule, &candidate.event, words)
            }
            _ => Vec::new(),
        };
        RuleRoute { rule: rule.name.clone(), verdict, targets, silence: rule.silence }
    };
    Route { rules: spec.rules.values().map(of_rule).collect(), candidate: candidate.clone() }
}

/// What some rule's verdict depends on and is not known, with that rule's name.
#[must_use]
pub fn open_questions(routes: &[Route]) -> Vec<(Fact, &str)> {
    let mut open: Vec<(Fact, &str)> = Vec::new();
    for rule in routes.iter().flat_map(|route| &route.rules) {
        let RuleVerdict::Depends(facts) = &rule.verdict else { continue };
        for fact in facts {
            if !open.iter().any(|(known, _)| known == fact) {
                open.push((*fact, &rule.rule));
            }
        }
    }
    open
}
