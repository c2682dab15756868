//! Routes and tables for programs.

use serde_json::{Value, json};

use super::candidate::{Candidate, Fact};
use super::{
    render_text::reasons,
    route::{ChannelRoute, ContactRoute, Outcome, Route, RuleRoute, RuleVerdict, TargetRoute},
    table::{Row, Table, Told},
};

impl Route {
    /// `{"event", "rules": [{"rule", "verdict", "reasons", "targets"}], "told"}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut event = event(&self.candidate);
        event["content"] = self.candidate.event.content.clone();
        event["application_groups"] = json!(self.candidate.application_groups);
        json!({
            "event": event,
            "rules": self.rules.iter().map(rule).collect::<Vec<_>>(),
            "told": self.tells(),
        })
    }
}

impl Table {
    /// `{"events": [{"product", "name", "level", …, "told": […]}], "gaps": [{"product", "name", "level"}]}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let gaps = self.gaps().map(|row| {
            let event = &row.candidate.event;
            json!({"product": event.product, "name": event.name, "level": event.level.as_str()})
        });
        json!({"events": self.rows.iter().map(row).collect::<Vec<_>>(), "gaps": gaps.collect::<Vec<_>>()})
    }
}

fn event(candidate: &Candidate) -> Value {
    let event = &candidate.event;
    let known = |fact, value: &str| if candidate.knows(fact) { json!(value) } else { Value::Null };
    json!({
        "product": event.product,
        "name": event.name,
        "level": known(Fact::Level, event.level.as_str()),
        "type": known(Fact::EventType, &event.event_type),
        "status": known(Fact::Status, &event.status),
    })
}

fn row(row: &Row) -> Value {
    let mut object = event(&row.candidate);
    object["meaning"] = json!(row.meaning);
    object["told"] = row.told.iter().map(told).collect();
    object
}

fn told(told: &Told) -> Value {
    let depends_on: Vec<String> = told.depends_on.iter().map(ToString::to_string).collect();
    json!({
        "who": told.who, "kind": if told.is_person { "contact" } else { "machine" }, "by": told.by,
        "rule": told.rule, "depends_on": depends_on,
    })
}

fn rule(rule: &RuleRoute) -> Value {
    let mut object = json!({
        "rule": rule.rule,
        "verdict": word(&rule.verdict),
        "reasons": reasons(&rule.verdict),
        "targets": rule.targets.iter().map(target).collect::<Vec<_>>(),
    });
    if let RuleVerdict::Mismatch(mismatches) = &rule.verdict {
        object["fields"] = mismatches.iter().map(|mismatch| mismatch.field()).collect();
    }
    if let Some(silence) = rule.silence {
        object["silence_seconds"] = json!(silence.as_secs());
    }
    object
}

const fn word(verdict: &RuleVerdict) -> &'static str {
    match verdict {
        RuleVerdict::CustomEvents => "custom_events",
        RuleVerdict::SystemEvents => "system_events",
        RuleVerdict::Mismatch(_) => "mismatch",
        RuleVerdict::OtherGroup(_) => "other_group",
        RuleVerdict::Disabled => "disabled",
        RuleVerdict::NoTargets => "no_targets",
        RuleVerdict::Depends(_) => "depends",
        RuleVerdict::Matched => "matched",
    }
}

fn target(target: &TargetRoute) -> Value {
    match target {
        TargetRoute::Machine { kind, to } => json!({"kind": kind, "to": to}),
        TargetRoute::Group { group, level, contacts } => json!({
            "kind": "group", "group": group, "level": level.as_str(),
            "contacts": contacts.iter().map(contact).collect::<Vec<_>>(),
        }),
    }
}

fn contact(contact: &ContactRoute) -> Value {
    json!({
        "contact": contact.contact,
        "channels": contact.channels.iter().map(channel).collect::<Vec<_>>(),
    })
}

fn channel(channel: &ChannelRoute) -> Value {
    let outcome = match channel.outcome {
        Outcome::Told => "told",
        Outcome::Refused => "refused",
        Outcome::LevelExcludes => "level_excludes",
        Outcome::NotAtSite => "not_at_site",
        Outcome::Duplicate => "duplicate",
    };
    let hints: Vec<Value> =
        channel.hints.iter().map(|hint| json!({"message": hint.message, "remedy": hint.remedy})).collect();
    json!({"channel": channel.channel.as_str(), "to": channel.to, "outcome": outcome, "hints": hints})
}
