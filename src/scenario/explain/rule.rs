//! event ─► rule: why a rule did not take an event.

use super::{Arrow, Break, Evidence};
use crate::{
    clock::human_duration, emulator::RuleVerdict, event::Mismatch, scenario::explain::evidence::between,
};

/// Why a rule did not tell of an event; `None` for one that did.
pub(super) fn broken(evidence: &Evidence<'_>, name: &str, verdict: &RuleVerdict) -> Option<Break> {
    let rule = evidence.spec.rules.get(name);
    let place = rule.map(|rule| format!(" ({})", evidence.spec_place(rule.span))).unwrap_or_default();
    let broken = |cause: String, help: String| Some(Break::new(Arrow::EventToRule, cause, help));
    match verdict {
        RuleVerdict::Matched => None,
        RuleVerdict::Mismatch(mismatches) => broken(
            format!("rule `{name}` did not match: {}", list(mismatches)),
            format!("{} of rule `{name}`{place}", fields(mismatches)),
        ),
        RuleVerdict::Disabled => broken(
            format!("rule `{name}` is disabled"),
            format!("remove `enabled: false` from rule `{name}`{place}"),
        ),
        RuleVerdict::CustomEvents => broken(
            format!("rule `{name}` is for custom events, and this is a system event"),
            format!("write `event_type: SYSTEM` in rule `{name}`{place}, or remove the key"),
        ),
        RuleVerdict::SystemEvents => broken(
            format!("rule `{name}` is for system events, and this is a custom event"),
            format!("write `event_type: CUSTOM` in rule `{name}`{place}"),
        ),
        RuleVerdict::OtherGroup { rule: wanted, event } => broken(
            {
                // The journal has ids; a reader knows the name.
                let known = rule.and_then(|rule| rule.application_group.as_ref());
                let wanted = known.map_or_else(|| wanted.clone(), |known| format!("`{known}`"));
                let is_in = if event.is_empty() { "none" } else { event };
                format!("rule `{name}` is for application group {wanted}, and the instance is in {is_in}")
            },
            format!(
                "put the instance into the group, or remove `application_group` from rule `{name}`{place}"
            ),
        ),
        RuleVerdict::NoTargets => Some(Break::new(
            Arrow::RuleToGroup,
            format!("rule `{name}` matched and has no targets"),
            format!("add a group under `targets` of rule `{name}`{place}"),
        )),
        RuleVerdict::Silenced { until, .. } => {
            let silence = rule.and_then(|rule| rule.silence).map(human_duration).unwrap_or_default();
            let left = human_duration(between(evidence.started, *until));
            broken(
                format!(
                    "rule `{name}` matched and is silenced until {} by an earlier event",
                    evidence.when(*until)
                ),
                // A silence that is over by now cannot be waited for.
                if *until > evidence.started {
                    format!(
                        "wait for the silence to end (`advance: {left}`), or shorten `silence: {silence}` of rule `{name}`{place}"
                    )
                } else {
                    format!("shorten `silence: {silence}` of rule `{name}`{place}")
                },
            )
        }
    }
}

/// What kept a rule from matching, in a line.
pub(super) fn list(mismatches: &[Mismatch]) -> String {
    mismatches.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn fields(mismatches: &[Mismatch]) -> String {
    let fields: Vec<String> = mismatches.iter().map(|mismatch| format!("`{}`", mismatch.field())).collect();
    format!("change {} in `event_pattern`", fields.join(" and "))
}
