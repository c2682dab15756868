//! Why a `never` did not hold.

use super::{Arrow, Evidence, chain::describe, expect::sender, nearest::quote};
use crate::{
    clock::human_duration,
    diagnostic::{Diagnostic, Span},
    emulator::What,
    scenario::{mailbox::Letter, model::Never},
};

/// The finding for a message that must not have come, under the step's keyword at `span`.
#[must_use]
pub fn never(evidence: &Evidence<'_>, span: Span, never: &Never, letter: &Letter) -> Diagnostic {
    let already = letter.at < evidence.started;
    let mut finding = Diagnostic::error(
        "scenario::unexpected-message",
        if already {
            format!("a message that must not come was already at robot `{}`", never.robot.value)
        } else {
            format!(
                "a message came to robot `{}` that must not come for {}",
                never.robot.value,
                human_duration(never.duration)
            )
        },
    )
    .at(
        evidence.source,
        span,
        format!("{}: sent at {}{}", Arrow::MessageToExpectation, evidence.when(letter.at), sender(letter)),
    );
    for matcher in &never.message {
        finding = finding.at(evidence.source, matcher.span, format!("it {}", matcher.describe()));
    }
    let remedy = match &letter.rule {
        Some(rule) => match evidence.spec.rules.get(rule) {
            Some(known) => format!(
                "narrow `event_pattern`, `targets` or `silence` of rule `{rule}` ({}), or the matchers here",
                evidence.spec_place(known.span)
            ),
            None => format!("rule `{rule}` is not in the spec: look for it in the account"),
        },
        None => "narrow the matchers here".to_owned(),
    };
    let taken = if already {
        "\nan earlier `expect` that takes the message leaves `never` nothing to find"
    } else {
        ""
    };
    finding.help(format!(
        "{}{remedy}{taken}\nthe message:\n{}",
        why(evidence, letter),
        quote(&letter.view.text, 12)
    ))
}

/// The event that the message tells of, as a line; nothing where it came before the last acts.
fn why(evidence: &Evidence<'_>, letter: &Letter) -> String {
    let event = evidence.entries.iter().find_map(|entry| match &entry.what {
        What::Event { event } if Some(&event.id) == letter.event_id.as_ref() => Some((entry.at, event)),
        _ => None,
    });
    match (event, &letter.rule) {
        (Some((at, event)), Some(rule)) => {
            format!("rule `{rule}` matches {}, which came at {}\n", describe(event), evidence.when(at))
        }
        _ => String::new(),
    }
}
