//! A route as a reader sees it.

use std::fmt::Write as _;

use owo_colors::Style;

use super::candidate::Fact;
use super::route::{ChannelRoute, ContactRoute, Outcome, Route, RuleRoute, RuleVerdict, TargetRoute};
use crate::{
    clock::human_duration,
    event::catalogue,
    report::Paint,
    spec::{Channel, NotifyLevel},
};

/// Draws a route: the event, then each rule with what it makes of the event, then who is told.
#[must_use]
pub fn render_text(route: &Route, color: bool, width: usize) -> String {
    let paint = Paint(color);
    let event = &route.candidate.event;
    let mut page = Page { out: String::new(), width };
    let (product, kind) = if event.is_custom() {
        ("custom event", String::new())
    } else {
        (event.product.as_str(), format!(" ({})", route.candidate.kind()))
    };
    page.line(0, &format!("{product} {}{kind}", paint.with(&event.name, Style::new().bold())));
    if let Some(entry) = catalogue().find(&event.product, &event.name) {
        let meaning: Vec<&str> =
            [&entry.name_en, &entry.name_zh].into_iter().flatten().map(String::as_str).collect();
        page.text(0, &meaning.join(" / "));
    }
    page.out.push('\n');
    for rule in &route.rules {
        draw_rule(&mut page, rule, paint);
        if lacks_content(route, rule) {
            page.text(4, "the event holds nothing here: give `--content NAME=VALUE` for what it would hold");
        }
    }
    if route.rules.is_empty() {
        page.text(0, "the spec has no rules");
    }
    page.out.push('\n');
    page.text(0, &sum(route));
    page.out
}

/// Text that is wrapped under its first line.
struct Page {
    out: String,
    width: usize,
}

impl Page {
    fn line(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.out, "{:indent$}{text}", "");
    }

    /// Without colour, since its bytes would count as columns.
    fn text(&mut self, indent: usize, text: &str) {
        if text.is_empty() {
            return;
        }
        let pad = " ".repeat(indent);
        let options = textwrap::Options::new(self.width)
            .initial_indent(&pad)
            .subsequent_indent(&pad)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .break_words(false);
        for line in textwrap::wrap(text, options) {
            let _ = writeln!(self.out, "{line}");
        }
    }
}

/// Whether content that was not given is all that keeps a rule from matching.
fn lacks_content(route: &Route, rule: &RuleRoute) -> bool {
    let is_empty = route.candidate.event.content.as_object().is_some_and(serde_json::Map::is_empty);
    let RuleVerdict::Mismatch(mismatches) = &rule.verdict else { return false };
    is_empty && mismatches.iter().all(|mismatch| Fact::Content.is_asked_by(mismatch.field()))
}

fn draw_rule(page: &mut Page, rule: &RuleRoute, paint: Paint) {
    let (mark, style) = match &rule.verdict {
        RuleVerdict::Matched => ("✓", Style::new().green()),
        RuleVerdict::Depends(_) => ("?", Style::new().yellow()),
        RuleVerdict::Disabled | RuleVerdict::NoTargets | RuleVerdict::OtherGroup(_) => {
            ("!", Style::new().yellow())
        }
        RuleVerdict::Mismatch(_) | RuleVerdict::CustomEvents | RuleVerdict::SystemEvents => {
            ("✗", Style::new().dimmed())
        }
    };
    page.line(
        0,
        &format!("{} rule {}", paint.with(mark, style), paint.with(&rule.rule, Style::new().bold())),
    );
    for reason in reasons(&rule.verdict) {
        page.text(4, &reason);
    }
    for target in &rule.targets {
        match target {
            TargetRoute::Machine { kind, to } => page.line(4, &format!("→ {kind}: {to}")),
            TargetRoute::Group { group, level, contacts } => {
                page.line(4, &format!("→ group {group} at level {}", level.as_str()));
                if contacts.is_empty() {
                    page.line(8, &format!("{} it has no contacts", paint.with("✗", Style::new().red())));
                }
                for contact in contacts {
                    draw_contact(page, contact, *level, paint);
                }
            }
        }
    }
    if let Some(silence) = rule.silence.filter(|_| rule.matched()) {
        page.line(4, &format!("then it does not tell of the same event for {}", human_duration(silence)));
    }
}

/// Why a rule does not tell, a line each; nothing for one that does.
pub(super) fn reasons(verdict: &RuleVerdict) -> Vec<String> {
    match verdict {
        RuleVerdict::Matched => Vec::new(),
        RuleVerdict::Mismatch(mismatches) => mismatches.iter().map(ToString::to_string).collect(),
        RuleVerdict::CustomEvents => vec!["it is for custom events (`event_type: CUSTOM`)".to_owned()],
        RuleVerdict::SystemEvents => vec!["it is for system events, and this is a custom event".to_owned()],
        RuleVerdict::OtherGroup(group) => vec![format!(
            "it would match; it is for resources in application group `{group}`, and this one is not said to be there (`--application-group {group}`)"
        )],
        RuleVerdict::Disabled => vec!["it would match, and it is switched off (`enabled: false`)".to_owned()],
        RuleVerdict::NoTargets => vec!["it would match, and it has no targets".to_owned()],
        RuleVerdict::Depends(facts) => {
            facts.iter().map(|fact| format!("it depends on the event's {fact}")).collect()
        }
    }
}

fn draw_contact(page: &mut Page, contact: &ContactRoute, level: NotifyLevel, paint: Paint) {
    page.line(8, &contact.contact);
    for channel in &contact.channels {
        let (mark, style) = match channel.outcome {
            Outcome::Told => ("✓", Style::new().green()),
            Outcome::Refused => ("✗", Style::new().red()),
            Outcome::LevelExcludes | Outcome::NotAtSite | Outcome::Duplicate => ("·", Style::new().dimmed()),
        };
        let what = match channel.outcome {
            Outcome::Told => way(channel),
            Outcome::Refused => format!("{} refuses the message", way(channel)),
            Outcome::LevelExcludes => format!("{}: not at level {}", way(channel), level.as_str()),
            Outcome::NotAtSite => format!("{}: the international site does not have it", way(channel)),
            Outcome::Duplicate => format!("{}: told already by this rule", way(channel)),
        };
        page.line(10, &format!("{} {what}", paint.with(mark, style)));
        for hint in &channel.hints {
            page.text(12, &hint.message);
            page.text(12, &format!("→ {}", hint.remedy));
        }
    }
}

/// A channel in a few words.
pub(super) fn way(channel: &ChannelRoute) -> String {
    match channel.channel {
        Channel::Webhook if channel.to.contains("://") => format!("webhook {}", channel.to),
        Channel::Webhook => format!("robot {}", channel.to),
        Channel::Mail => "mail, once its owner has activated it".to_owned(),
        Channel::Sms => "SMS, once its owner has activated it".to_owned(),
        Channel::Phone => "phone call".to_owned(),
        Channel::AliIm => "TradeManager".to_owned(),
    }
}

/// The last line.
fn sum(route: &Route) -> String {
    let mut told: Vec<String> = Vec::new();
    for rule in route.rules.iter().filter(|rule| rule.matched()) {
        let people = rule.people().map(|contact| contact.contact.clone());
        let machines = rule.machines().map(|(kind, to)| format!("{kind} {to}"));
        for one in people.chain(machines) {
            if !told.contains(&one) {
                told.push(one);
            }
        }
    }
    if told.is_empty() { "nobody is told".to_owned() } else { format!("told: {}", told.join(", ")) }
}
