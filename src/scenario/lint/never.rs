//! What must not come, and could not come anyway.

use super::{
    claims::{claims, contradict},
    holds::{Holds, all, holds},
    is_act,
};
use crate::{
    diagnostic::Diagnostic,
    routing::can_reach,
    scenario::{Never, Scenario, Step, StepKind},
};

pub(super) fn lint(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    let mut before = Before::default();
    for step in &scenario.steps {
        look(scenario, step, &mut before, found);
    }
    // By then, anything may have happened.
    before.acts = true;
    before.time = true;
    for step in &scenario.finally {
        look(scenario, step, &mut before, found);
    }
}

/// What the steps before did.
#[derive(Default)]
struct Before {
    /// Whether one caused something.
    acts: bool,
    /// Whether one may have let time pass.
    time: bool,
}

fn look(scenario: &Scenario, step: &Step, before: &mut Before, found: &mut Vec<Diagnostic>) {
    match &step.kind {
        StepKind::Never(never) => {
            found.extend(doubt(scenario, step, never, before));
            before.time |= !never.duration.is_zero();
        }
        StepKind::Repeat(repeat) => {
            // A round comes after the one before.
            before.acts |= is_act(step);
            before.time |= repeat.every.is_some() || repeat.steps.iter().any(takes_time);
            for inner in &repeat.steps {
                look(scenario, inner, before, found);
            }
        }
        _ => {
            before.acts |= is_act(step);
            before.time |= takes_time(step);
        }
    }
}

/// Whether a step may let time pass. Calls do when a fault or a throttled service makes them late.
fn takes_time(step: &Step) -> bool {
    match &step.kind {
        StepKind::Never(never) => !never.duration.is_zero(),
        StepKind::Repeat(repeat) => repeat.every.is_some() || repeat.steps.iter().any(takes_time),
        StepKind::Advance(_)
        | StepKind::Expect(_)
        | StepKind::Look(_)
        | StepKind::Fault(_)
        | StepKind::Apply(_) => true,
        _ => false,
    }
}

/// The first reason for which it can never fail.
fn doubt(scenario: &Scenario, step: &Step, never: &Never, before: &Before) -> Option<Diagnostic> {
    let robot = &never.robot;
    let warning = |code, message: String| Diagnostic::warning(code, message);
    if all(&never.message) == Holds::Never {
        let finding = warning(
            "scenario::lint-never-contradiction",
            "no message can be like this, so none can break this `never`".to_owned(),
        );
        let pair = claims(&never.message, true);
        let finding = match contradict(&pair) {
            Some((one, other)) if one.span != other.span => finding
                .at(&scenario.source, one.span, "this and …")
                .at(&scenario.source, other.span, "… this do not go together"),
            _ => {
                let impossible = never
                    .message
                    .iter()
                    .find(|matcher| holds(matcher) == Holds::Never)
                    .or(never.message.first());
                let span = impossible.map_or(step.span, |matcher| matcher.span);
                finding.at(&scenario.source, span, "never holds")
            }
        };
        return Some(finding.help("all matchers of a step must hold for one message; for several kinds of messages use `any`, or several `never`"));
    }
    let applied = scenario.all_steps().filter_map(|step| match &step.kind {
        StepKind::Apply(apply) => Some(&apply.spec),
        _ => None,
    });
    if !std::iter::once(&scenario.spec).chain(applied).any(|spec| can_reach(spec, &robot.value)) {
        return Some(
            warning(
                "scenario::lint-never-unreachable",
                format!("no rule leads to robot `{}`, so nothing can break this `never`", robot.value),
            )
            .at(&scenario.source, robot.span, "no contact of it is in a group that a rule tells")
            .help("name a robot that a rule tells, or add its contact to such a group in the spec"),
        );
    }
    if !before.acts {
        return Some(
            warning(
                "scenario::lint-never-without-act",
                "nothing was done before, so no message can come".to_owned(),
            )
            .at(&scenario.source, step.span, "")
            .help("put the step behind what could cause the message, such as `stop: web-1`"),
        );
    }
    (never.duration.is_zero() && !before.time && scenario.switches.is_empty()).then(|| {
        warning(
            "scenario::lint-never-at-once",
            "no time has passed since the acts, and this looks no further than now: no message can be there yet"
                .to_owned(),
        )
        .at(&scenario.source, step.span, "")
        .help("give `for` a time in which the message would come, such as `10m`")
    })
}
