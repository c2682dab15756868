//! Makes the scenario's cloud match its spec, by the same code that `apply` uses.

use super::{finding, setup::Cloud};
use crate::{
    diagnostic::Diagnostic,
    provision::{Options, Outcome, Unresolved, converge, desired, render_text, resolve},
    scenario::Scenario,
};

/// Applies the spec and looks again: anything left to do is a finding, since then the scenario would
/// prove something about another account than the spec describes.
pub(super) async fn provide(scenario: &Scenario, cloud: &Cloud) -> Result<(), Vec<Diagnostic>> {
    let mut desired = desired(&scenario.spec)?;
    let at_spec =
        |finding: Diagnostic, label: String| finding.at(&scenario.source, scenario.spec_span, label);
    match resolve(&cloud.client, &scenario.spec, &mut desired).await {
        Ok(()) => {}
        Err(Unresolved::Faults(faults)) => return Err(faults),
        Err(Unresolved::Api(error)) => {
            return Err(vec![finding::refused(scenario, scenario.spec_span, &error, None)]);
        }
    }
    let report = converge(&cloud.client, &desired, &Options::default(), &|_| {})
        .await
        .map_err(|error| vec![finding::refused(scenario, scenario.spec_span, &error, None)])?;
    if let Some(failed) = report.applied.failed.first()
        && let Outcome::Failed(error) = &failed.outcome
    {
        let what = format!("{} `{}`", failed.kind, failed.name);
        return Err(vec![finding::refused(scenario, scenario.spec_span, error, Some(&what))]);
    }
    if let Some(guarded) = &report.guarded {
        return Err(vec![at_spec(
            Diagnostic::error("scenario::not-applied", format!("the spec was not applied: {guarded}")),
            "this spec".to_owned(),
        )]);
    }
    if !report.converged() {
        let left = report.unsettled().map(|plan| render_text(plan, false)).unwrap_or_default();
        let finding = at_spec(
            Diagnostic::error(
                "scenario::not-settled",
                "the spec was applied, and a second look still finds changes",
            ),
            "this spec".to_owned(),
        )
        .help(format!(
            "the emulator, or the switches under `emulator:`, keep the account from settling:\n{left}"
        ));
        return Err(vec![finding]);
    }
    Ok(())
}
