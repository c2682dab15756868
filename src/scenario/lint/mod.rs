//! What in a scenario can never fail, or can never be reached. Only what is sure: a scenario that is
//! told of nothing may still prove little.

mod claims;
mod expectations;
mod faults;
mod holds;
mod never;
mod shared;
mod time;

pub use shared::shared_snapshots;

use std::sync::Arc;

use super::{Scenario, Step, StepKind, matcher::Matcher};
use crate::diagnostic::{Diagnostic, Source};

/// The doubts about a scenario, each under its line.
pub(super) fn lint(scenario: &Scenario) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    expectations::lint(scenario, &mut found);
    never::lint(scenario, &mut found);
    faults::lint(scenario, &mut found);
    time::lint(scenario, &mut found);
    found
}

/// Whether a step causes something that a rule could tell of.
fn is_act(step: &Step) -> bool {
    match &step.kind {
        StepKind::Repeat(repeat) => repeat.steps.iter().any(is_act),
        kind => kind.operation().is_some(),
    }
}

/// The matchers that hold for whatever comes.
fn idle(matchers: &[Matcher]) -> impl Iterator<Item = &Matcher> {
    matchers.iter().filter(|matcher| holds::holds(matcher) == holds::Holds::Always)
}

/// Adds the places of matchers to a finding.
fn at_all<'a>(
    finding: Diagnostic,
    source: &Arc<Source>,
    matchers: impl Iterator<Item = &'a Matcher>,
    label: &str,
) -> Diagnostic {
    matchers.fold(finding, |finding, matcher| finding.at(source, matcher.span, label))
}
