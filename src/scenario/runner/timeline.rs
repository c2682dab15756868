//! What happened, as lines for a reader.

use super::chat::chat;
use crate::{
    clock::{Timestamp, human_duration},
    emulator::{
        ContactVerdict, Entry, RuleVerdict, Strike, TargetVerdict, WebhookCall, WebhookVerdict, What,
    },
    event::SystemEvent,
    report::{Moment, MomentKind},
    scenario::explain::{between, clip, fault},
};

/// Lines of a message that a timeline shows.
const SHOWN_LINES: usize = 3;

/// A point of a story: a time, and how long the journal was then, since much may happen at one time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) at: Timestamp,
    pub(super) journal: usize,
}

/// The scenario's own lines, to be told among those of the journal.
#[derive(Debug)]
pub(super) struct Timeline {
    /// Length of the journal when the story began: what comes before is set up.
    begin: usize,
    origin: Option<Timestamp>,
    started: Timestamp,
    /// Lines, each with the point at which it was said.
    said: Vec<(Point, MomentKind, String)>,
    is_cleanup: bool,
}

impl Timeline {
    pub(super) const fn new(begin: usize, started: Timestamp) -> Self {
        Self { begin, origin: None, started, said: Vec::new(), is_cleanup: false }
    }

    /// Notes that an act is done now; the first one is where times are counted from.
    pub(super) fn begin(&mut self, at: Timestamp) {
        self.origin.get_or_insert(at);
    }

    /// Where times are counted from.
    pub(super) fn origin(&self) -> Timestamp {
        self.origin.unwrap_or(self.started)
    }

    /// From now on, what is said is said of `finally`.
    pub(super) fn clean_up(&mut self) {
        self.is_cleanup = true;
    }

    pub(super) fn say(&mut self, point: Point, kind: MomentKind, text: String) {
        let text = if self.is_cleanup { format!("finally: {text}") } else { text };
        self.said.push((point, kind, text));
    }

    /// All lines, oldest first.
    pub(super) fn draw(&self, journal: &[Entry]) -> Vec<Moment> {
        let mut lines: Vec<(Timestamp, usize, Moment)> = Vec::new();
        for (place, entry) in journal.iter().enumerate().skip(self.begin) {
            if let Some((kind, text, detail)) = self.line(entry, journal) {
                let (offset, message) = (between(self.origin(), entry.at), chat(entry));
                let moment = Moment { offset, kind, text, detail, message };
                lines.push((entry.at, 2 * place + 1, moment));
            }
        }
        for (Point { at, journal }, kind, text) in &self.said {
            let offset = between(self.origin(), *at);
            let moment =
                Moment { offset, kind: *kind, text: text.clone(), detail: Vec::new(), message: None };
            lines.push((*at, journal.saturating_mul(2), moment));
        }
        lines.sort_by_key(|(at, place, _)| (*at, *place));
        lines.into_iter().map(|(_, _, moment)| moment).collect()
    }
}

type Line = (MomentKind, String, Vec<String>);

impl Timeline {
    fn line(&self, entry: &Entry, journal: &[Entry]) -> Option<Line> {
        let plain = |kind, text| Some((kind, text, Vec::new()));
        match &entry.what {
            What::Call { .. } | What::RobotCall { .. } => None,
            What::Instance { name, from, to, .. } => {
                let from = from.as_deref().map(|from| format!("{from} → ")).unwrap_or_default();
                plain(MomentKind::State, format!("{name}: {from}{to}"))
            }
            What::Event { event } => plain(MomentKind::Event, describe(event, journal)),
            What::Rule { rule, verdict, .. } => self.rule(rule, verdict),
            What::Target { rule, group, verdict, .. } => match verdict {
                TargetVerdict::Told { .. } => None,
                TargetVerdict::GroupMissing => plain(
                    MomentKind::Lost,
                    format!("rule `{rule}` tells group `{group}`, which does not exist"),
                ),
                TargetVerdict::GroupEmpty => plain(
                    MomentKind::Lost,
                    format!("rule `{rule}` tells group `{group}`, which has no contacts"),
                ),
            },
            What::Contact { contact, group, verdict, .. } => match verdict {
                ContactVerdict::Sent => None,
                ContactVerdict::ContactMissing => plain(
                    MomentKind::Lost,
                    format!("group `{group}` names contact `{contact}`, who does not exist"),
                ),
                ContactVerdict::NoRobot => {
                    plain(MomentKind::Lost, format!("contact `{contact}` has no robot"))
                }
                ContactVerdict::NotActivated { channel } => {
                    plain(MomentKind::Passed, format!("contact `{contact}`: {channel} is not activated"))
                }
                ContactVerdict::LevelExcludes { channel, level } => plain(
                    MomentKind::Passed,
                    format!("contact `{contact}`: level {level} does not use {channel}"),
                ),
                ContactVerdict::NotAtSite { channel } => plain(
                    MomentKind::Passed,
                    format!("contact `{contact}`: the international site has no {channel}"),
                ),
                ContactVerdict::Duplicate => {
                    plain(MomentKind::Passed, format!("contact `{contact}` is told already"))
                }
                ContactVerdict::TemplateFailed { error } => plain(
                    MomentKind::Lost,
                    format!("the message for `{contact}` could not be written: {error}"),
                ),
            },
            What::Delivery { contact, robot, reply, message, .. } => {
                let robot = robot.name.as_deref().unwrap_or("a robot that the spec does not name");
                if reply.accepted() {
                    Some((
                        MomentKind::Message,
                        format!("{contact} → {robot}"),
                        first_lines(&message.reader_text()),
                    ))
                } else {
                    let answer = format!("errcode {} {}", reply.errcode, clip(&reply.errmsg));
                    plain(MomentKind::Refused, format!("{contact} → {robot} refused: {answer}"))
                }
            }
            What::Webhook(call) => webhook(call),
            What::Fault(strike) => plain(MomentKind::Refused, struck(strike)),
            What::Recorded { channel, to, .. } => plain(MomentKind::Recorded, format!("{channel} to {to}")),
        }
    }

    fn rule(&self, rule: &str, verdict: &RuleVerdict) -> Option<Line> {
        let lost = |text: String| Some((MomentKind::Lost, text, Vec::new()));
        match verdict {
            // Told together with the event.
            RuleVerdict::Matched => None,
            RuleVerdict::Mismatch(mismatches) => Some((
                MomentKind::Passed,
                format!("rule `{rule}` did not match"),
                mismatches.iter().map(ToString::to_string).collect(),
            )),
            RuleVerdict::CustomEvents => {
                Some((MomentKind::Passed, format!("rule `{rule}` is for custom events"), Vec::new()))
            }
            RuleVerdict::SystemEvents => {
                Some((MomentKind::Passed, format!("rule `{rule}` is for system events"), Vec::new()))
            }
            RuleVerdict::OtherGroup { rule: group, .. } => Some((
                MomentKind::Passed,
                format!("rule `{rule}` is for application group {group}"),
                Vec::new(),
            )),
            RuleVerdict::Disabled => lost(format!("rule `{rule}` is disabled")),
            RuleVerdict::NoTargets => lost(format!("rule `{rule}` has no targets")),
            RuleVerdict::Silenced { until, .. } => {
                let until = human_duration(between(self.origin(), *until));
                lost(format!("rule `{rule}` is silenced until +{until}"))
            }
        }
    }
}

/// A fault when it strikes.
fn struck(strike: &Strike) -> String {
    let whom = match &strike.robot {
        Some(robot) => format!("robot {}", robot.name.as_deref().unwrap_or("that the spec does not name")),
        None => strike.operation.clone(),
    };
    format!("{} struck {whom}: {}", fault(strike.line), strike.effect)
}

/// One attempt at a webhook.
fn webhook(call: &WebhookCall) -> Option<Line> {
    let what = format!("{} {}", call.method, call.url);
    let retry = if call.attempt > 1 { format!(" (attempt {})", call.attempt) } else { String::new() };
    let (kind, text) = match &call.verdict {
        WebhookVerdict::Delivered => (MomentKind::Recorded, format!("webhook {what}{retry}")),
        WebhookVerdict::Retrying { .. } => {
            (MomentKind::Refused, format!("webhook {what}{retry}: {}", call.outcome.message()))
        }
        WebhookVerdict::GivenUp | WebhookVerdict::NotSent => {
            (MomentKind::Lost, format!("webhook {what}{retry}: {}", call.outcome.message()))
        }
    };
    Some((kind, text, Vec::new()))
}

/// An event and the rules that took it.
fn describe(event: &SystemEvent, journal: &[Entry]) -> String {
    let rules: Vec<String> = journal
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Rule { event_id, rule, verdict: RuleVerdict::Matched } if *event_id == event.id => {
                Some(format!("`{rule}`"))
            }
            _ => None,
        })
        .collect();
    let took = match rules.len() {
        0 => "no rule took it".to_owned(),
        1 => format!("rule {}", rules.join("")),
        _ => format!("rules {}", rules.join(", ")),
    };
    format!("{} → {took}", named(event))
}

/// An event in a few words.
pub(super) fn named(event: &SystemEvent) -> String {
    let name = if event.instance_name.is_empty() { &event.resource_id } else { &event.instance_name };
    format!("{} ({}, {}) of {name}", event.name, event.level, event.state())
}

/// A message's title and the first lines that say something; headings repeat the title.
fn first_lines(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text
        .lines()
        .enumerate()
        .filter(|(place, line)| !line.trim().is_empty() && (*place == 0 || !line.starts_with('#')))
        .map(|(_, line)| line)
        .collect();
    let mut out: Vec<String> = lines.iter().take(SHOWN_LINES).map(|line| clip(line)).collect();
    if lines.len() > SHOWN_LINES
        && let Some(last) = out.last_mut()
    {
        last.push_str(" …");
    }
    out
}
