//! The finding of `strict`.

use crate::{
    diagnostic::Diagnostic,
    report::counted,
    scenario::{Scenario, mailbox::Letter},
};

/// Messages at a robot that no step took.
pub(super) fn untaken(scenario: &Scenario, robot: &str, count: usize, first: &Letter) -> Diagnostic {
    let rule = first.rule.as_ref().map(|rule| format!(" by rule `{rule}`")).unwrap_or_default();
    let text = first.view.text.lines().next().unwrap_or_default();
    Diagnostic::error(
        "scenario::untaken",
        format!("{} at robot `{robot}` that no step took", counted(count, "message")),
    )
    .at(&scenario.source, scenario.name.span, "this scenario is strict")
    .help(format!("take it with an `expect`, or remove `strict: true`\nthe first, sent{rule}: {text}"))
}
