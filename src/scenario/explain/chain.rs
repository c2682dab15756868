//! The walk along the path: the event that was meant, the rule that was meant, and where it ended.

use super::{
    Arrow, Break, Evidence, nearest,
    people::{self, Telling},
    route::Route,
    rule,
};
use crate::{
    dingtalk::Message,
    emulator::{RuleVerdict, What},
    event::SystemEvent,
    scenario::matcher::{Matcher, MessageView},
};

/// Where the path to a robot ended, and how well its event fits what was expected.
#[derive(Debug)]
pub(super) struct Chain {
    /// How many matchers the event's own text satisfies.
    pub(super) score: usize,
    /// Where the path ended; `None` when it led to the robot.
    pub(super) broken: Option<Break>,
}

/// Walks from the last acts towards the robot.
pub(super) fn walk(evidence: &Evidence<'_>, route: &Route<'_>, matchers: &[Matcher]) -> Chain {
    let Some((score, event)) = wanted_event(evidence, route, matchers) else {
        return Chain { score: 0, broken: Some(no_event(evidence)) };
    };
    let rules = ranked(evidence, route, event);
    let Some((name, verdict)) = rules.first() else {
        let cause = format!("event {} came, and there is no rule at all", describe(event));
        let help = "add a rule to the spec";
        return Chain { score, broken: Some(Break::new(Arrow::EventToRule, cause, help)) };
    };
    let broken = rule::broken(evidence, name, verdict)
        .or_else(|| people::broken(evidence, route, name, &Telling::of(evidence.entries, &event.id, name)));
    let broken = broken.map(|mut broken| {
        let others = others(evidence, route, &rules[1..]);
        broken.help.push_str(&format!("\nthe event: {}{others}", describe(event)));
        broken
    });
    Chain { score, broken }
}

/// The event that was meant: the one whose text, or whose refused message, fits the expectation best;
/// of equals the one that came nearest to the robot, and of those the oldest.
fn wanted_event<'a>(
    evidence: &Evidence<'a>,
    route: &Route<'_>,
    matchers: &[Matcher],
) -> Option<(usize, &'a SystemEvent)> {
    let mut best: Option<((usize, Progress), &SystemEvent)> = None;
    for entry in evidence.entries {
        let What::Event { event } = &entry.what else { continue };
        let view = MessageView { text: event.search_text(), body: event.envelope() };
        let refused = deliveries(evidence, route, event)
            .map(|message| nearest::score(matchers, &MessageView::of(message)))
            .max();
        let score = nearest::score(matchers, &view).max(refused.unwrap_or_default());
        let rank = (score, progress(evidence, route, event));
        if best.is_none_or(|(other, _)| rank > other) {
            best = Some((rank, event));
        }
    }
    best.map(|((score, _), event)| (score, event))
}

/// How many events of the last acts no rule told to the robot, and why the first of them: for those who
/// expected more messages than came. An event of a product that no such rule is for is not meant.
pub(super) fn stopped(evidence: &Evidence<'_>, route: &Route<'_>) -> Option<(usize, Break)> {
    let mut stopped: Option<(usize, Break)> = None;
    for entry in evidence.entries {
        let What::Event { event } = &entry.what else { continue };
        let rules = ranked(evidence, route, event);
        let leading: Vec<_> = rules.into_iter().filter(|(name, _)| route.leads_by_name(name)).collect();
        if leading.iter().any(|(_, verdict)| matches!(verdict, RuleVerdict::Matched)) {
            continue;
        }
        let meant = leading.iter().find(|(_, verdict)| match verdict {
            RuleVerdict::Mismatch(mismatches) => mismatches.iter().all(|one| one.field() != "product"),
            _ => true,
        });
        let Some(mut broken) = meant.and_then(|(name, verdict)| rule::broken(evidence, name, verdict)) else {
            continue;
        };
        broken.help.push_str(&format!("\nthe first such event: {}", describe(event)));
        match &mut stopped {
            Some((count, _)) => *count += 1,
            None => stopped = Some((1, broken)),
        }
    }
    stopped
}

/// How far an event came on its way to the robot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    Unmatched,
    Matched,
    MatchedOnTheWay,
    Delivered,
}

fn progress(evidence: &Evidence<'_>, route: &Route<'_>, event: &SystemEvent) -> Progress {
    if deliveries(evidence, route, event).next().is_some() {
        return Progress::Delivered;
    }
    let matched = evidence.entries.iter().filter_map(|entry| match &entry.what {
        What::Rule { event_id, rule, verdict: RuleVerdict::Matched } if *event_id == event.id => Some(rule),
        _ => None,
    });
    let reach = |rule: &String| {
        if route.leads_by_name(rule) { Progress::MatchedOnTheWay } else { Progress::Matched }
    };
    matched.map(reach).max().unwrap_or(Progress::Unmatched)
}

/// The messages of an event that were handed to the robot.
fn deliveries<'a>(
    evidence: &Evidence<'a>,
    route: &Route<'_>,
    event: &SystemEvent,
) -> impl Iterator<Item = &'a Message> {
    evidence.entries.iter().filter_map(move |entry| match &entry.what {
        What::Delivery { event_id, robot, message, .. } if *event_id == event.id && route.is_robot(robot) => {
            Some(message)
        }
        _ => None,
    })
}

/// The rules that saw the event, the one that was meant first: rules for this kind of event before
/// others, then those that lead to the robot, then those that nearly matched.
fn ranked<'a>(
    evidence: &Evidence<'a>,
    route: &Route<'_>,
    event: &SystemEvent,
) -> Vec<(&'a str, &'a RuleVerdict)> {
    let mut rules: Vec<(&str, &RuleVerdict)> = evidence
        .entries
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Rule { event_id, rule, verdict } if *event_id == event.id => Some((rule.as_str(), verdict)),
            _ => None,
        })
        .collect();
    rules.sort_by_key(|(name, verdict)| {
        let mismatches = match verdict {
            RuleVerdict::Mismatch(mismatches) => mismatches.as_slice(),
            _ => &[],
        };
        let is_foreign = mismatches.iter().any(|mismatch| matches!(mismatch.field(), "product" | "names"));
        (is_foreign, !route.leads_by_name(name), mismatches.len())
    });
    rules
}

/// Up to two more rules that lead to the robot, and why they did not take the event.
fn others(evidence: &Evidence<'_>, route: &Route<'_>, rules: &[(&str, &RuleVerdict)]) -> String {
    rules
        .iter()
        .filter(|(name, _)| route.leads_by_name(name))
        .filter_map(|(name, verdict)| rule::broken(evidence, name, verdict))
        .take(2)
        .map(|broken| format!("\nalso: {}", broken.cause))
        .collect()
}

pub(super) fn no_event(evidence: &Evidence<'_>) -> Break {
    if evidence.acts.is_empty() {
        return Break::new(
            Arrow::ActToEvent,
            "no step before this one does anything",
            "add an act first, such as `stop: web-1`",
        );
    }
    let changed = evidence.entries.iter().any(|entry| matches!(entry.what, What::Instance { .. }));
    let cause = format!("no event came after {}", evidence.acts());
    let help = if changed {
        "an instance changed its state, and its event was not there when the time was over: give `within` more time"
    } else {
        "the act was accepted and changed nothing that CloudMonitor tells of in this time"
    };
    Break::new(Arrow::ActToEvent, cause, help)
}

/// An event in a few words.
pub(super) fn describe(event: &SystemEvent) -> String {
    let name = if event.instance_name.is_empty() { &event.resource_id } else { &event.instance_name };
    format!("{} {} ({}, {}) of {name}", event.product, event.name, event.level, event.state())
}
