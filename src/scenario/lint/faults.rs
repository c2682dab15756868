//! Faults that strike nothing.

use crate::{
    diagnostic::Diagnostic,
    scenario::{Scenario, StepKind},
};

pub(super) fn lint(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    for step in scenario.all_steps() {
        let StepKind::Fault(faults) = &step.kind else { continue };
        for rule in &faults.rules {
            let why = match (rule.value.times, rule.value.share) {
                (Some(0), _) => "`times: 0`",
                (_, Some(share)) if share <= 0.0 => "a share of 0",
                _ => continue,
            };
            found.push(
                Diagnostic::warning(
                    "scenario::lint-idle-fault",
                    format!("this fault strikes no call: it has {why}"),
                )
                .at(&scenario.source, rule.span, "")
                .help("raise it, or remove the fault; `fault: []` ends the faults of before"),
            );
        }
    }
}
