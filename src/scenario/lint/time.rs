//! Limits of time that cannot be kept, or cannot be missed.

use std::time::Duration;

use super::is_act;
use crate::{
    clock::human_duration,
    diagnostic::Diagnostic,
    scenario::{Count, Passage, Scenario, Step, StepKind},
};

pub(super) fn lint(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    found.extend(beyond_the_timeout(scenario));
    slo(scenario, found);
}

/// The first step that ends after the scenario's time, if all goes well.
fn beyond_the_timeout(scenario: &Scenario) -> Option<Diagnostic> {
    let timeout = scenario.timeout.as_ref()?;
    let mut sum = Duration::ZERO;
    for step in &scenario.steps {
        sum = sum.saturating_add(least(step));
        if sum <= timeout.value {
            continue;
        }
        let (takes, limit) = (human_duration(sum), human_duration(timeout.value));
        return Some(
            Diagnostic::warning(
                "scenario::lint-timeout",
                format!("the story takes at least {takes} with this step, and its `timeout` is {limit}"),
            )
            .at(&scenario.source, step.span, "time is up in this step, and what follows is never done")
            .at(&scenario.source, timeout.span, "the limit")
            .help(format!("raise `timeout` to more than {takes}, or let less time pass")),
        );
    }
    None
}

/// How long a step takes at least when it holds.
fn least(step: &Step) -> Duration {
    match &step.kind {
        StepKind::Advance(passage) => passage.least(),
        StepKind::Never(never) => never.duration,
        StepKind::Expect(expect) if matches!(expect.count, Count::Exactly(_)) => expect.within,
        StepKind::Look(look) if matches!(look.count, Count::Exactly(_)) => look.within,
        StepKind::Repeat(repeat) => {
            let round = total(repeat.steps.iter().map(least));
            let between = round.max(repeat.every.unwrap_or_default());
            between.saturating_mul(repeat.times.saturating_sub(1)).saturating_add(round)
        }
        _ => Duration::ZERO,
    }
}

fn total(durations: impl Iterator<Item = Duration>) -> Duration {
    durations.fold(Duration::ZERO, Duration::saturating_add)
}

/// Limits of `slo` that no message can exceed without an `expect` failing first.
fn slo(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    let Some(slowest) = slowest(scenario) else { return };
    for slo in scenario.slo.iter().filter(|slo| slo.limit.value >= slowest) {
        found.push(
            Diagnostic::warning(
                "scenario::lint-slo",
                format!(
                    "no message can exceed this limit: by `within`, each comes at most {} after its acts",
                    human_duration(slowest)
                ),
            )
            .at(&scenario.source, slo.limit.span, "")
            .help(format!("lower it below {}, or remove it", human_duration(slowest))),
        );
    }
}

/// How long the message of an `expect` can take after its acts at most, over the story. `None` where that
/// is not sure: faults and applies may make calls late, and rounds may differ.
fn slowest(scenario: &Scenario) -> Option<Duration> {
    let mut slowest = None;
    // Time since the first of the acts that the next `expect` is measured from.
    let mut open = Duration::ZERO;
    let mut is_observed = true;
    for step in &scenario.steps {
        match &step.kind {
            StepKind::Fault(_)
            | StepKind::Apply(_)
            | StepKind::Repeat(_)
            | StepKind::Advance(Passage::Until { .. }) => return None,
            StepKind::Advance(Passage::Span(duration)) => open = open.saturating_add(*duration),
            StepKind::Never(never) => {
                open = open.saturating_add(never.duration);
                is_observed = true;
            }
            StepKind::Look(look) => {
                open = open.saturating_add(look.within);
                is_observed = true;
            }
            StepKind::Expect(expect) => {
                open = open.saturating_add(expect.within);
                slowest = slowest.max(Some(open));
                is_observed = true;
            }
            _ if is_observed && (is_act(step) || matches!(step.kind, StepKind::Activate { .. })) => {
                open = Duration::ZERO;
                is_observed = false;
            }
            _ => {}
        }
    }
    slowest
}
