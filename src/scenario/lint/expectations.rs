//! What is expected, and would be there whatever happened.

use super::{at_all, idle};
use crate::{
    diagnostic::Diagnostic,
    scenario::{Count, Scenario, Step, StepKind, matcher::Matcher, model::Expect},
};

pub(super) fn lint(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    let expects =
        |step: &Step| matches!(step.kind, StepKind::Expect(_) | StepKind::Never(_) | StepKind::Look(_));
    if !scenario.strict && !scenario.all_steps().any(expects) {
        found.push(
            Diagnostic::warning(
                "scenario::lint-no-expectation",
                "this scenario expects nothing: whatever comes of its steps, it passes",
            )
            .at(&scenario.source, scenario.name.span, "")
            .help("add an `expect` for the message that must come, or a `never` for one that must not"),
        );
    }
    for step in scenario.all_steps() {
        match &step.kind {
            StepKind::Expect(expect) if takes_anything(expect) => {
                found.push(any_message(scenario, step, expect))
            }
            StepKind::Expect(expect) => idle_matchers(scenario, &expect.message, found),
            StepKind::Look(look) => idle_matchers(scenario, &look.matchers, found),
            // There, a matcher that always holds makes the step stricter.
            _ => {}
        }
    }
}

/// Whether the next message will do, whatever it says: one more or fewer would not be noticed, and
/// nothing is compared with it or taken from it.
fn takes_anything(expect: &Expect) -> bool {
    expect.count == Count::AtLeast(1)
        && expect.snapshot.is_none()
        && expect.capture.is_empty()
        && idle(&expect.message).count() == expect.message.len()
}

fn any_message(scenario: &Scenario, step: &Step, expect: &Expect) -> Diagnostic {
    let finding = Diagnostic::warning(
        "scenario::lint-any-message",
        format!("any message to robot `{}` satisfies this, whatever it says", expect.robot.value),
    )
    .at(&scenario.source, step.span, "");
    at_all(finding, &scenario.source, expect.message.iter(), "holds for every message")
        .help("say what it must be like, such as `message: [{ contains: Stopping }]`, or compare it with a `snapshot`")
}

fn idle_matchers(scenario: &Scenario, matchers: &[Matcher], found: &mut Vec<Diagnostic>) {
    if idle(matchers).next().is_some() {
        let finding = Diagnostic::warning("scenario::lint-idle-matcher", "what always holds proves nothing");
        found.push(
            at_all(finding, &scenario.source, idle(matchers), "holds whatever comes")
                .help("write what must be there, or remove it"),
        );
    }
}
