//! Makes the scenario's cloud match a spec, by the same code that `apply` uses.

use super::{cloud::Cloud, finding};
use crate::{
    diagnostic::{Diagnostic, Span},
    openapi::ApiError,
    provision::{Options, Outcome, Unresolved, converge, desired, render_text, resolve},
    scenario::Scenario,
    spec::Spec,
};

/// Why the cloud does not match a spec.
pub(super) enum Unprovided {
    /// The spec cannot be applied.
    Faults(Vec<Diagnostic>),
    /// A call was refused; for which object.
    Refused(ApiError, Option<String>),
    /// It was not applied: why.
    Guarded(String),
    /// It was applied, and this is still to do.
    Unsettled(String),
}

impl Unprovided {
    /// The findings, under the line that names the spec.
    pub(super) fn findings(self, scenario: &Scenario, span: Span) -> Vec<Diagnostic> {
        let at_spec =
            |code, message: String| Diagnostic::error(code, message).at(&scenario.source, span, "this spec");
        match self {
            Self::Faults(faults) => faults,
            Self::Refused(error, what) => {
                vec![finding::refused(scenario, span, &error, what.as_deref())]
            }
            Self::Guarded(why) => {
                vec![at_spec("scenario::not-applied", format!("the spec was not applied: {why}"))]
            }
            Self::Unsettled(left) => {
                let message = "the spec was applied, and a second look still finds changes".to_owned();
                vec![at_spec("scenario::not-settled", message).help(format!(
                    "the emulator, or the switches under `emulator:`, keep the account from settling:\n{left}"
                ))]
            }
        }
    }
}

/// Applies the spec and looks again: anything left to do is a finding, since then the scenario would
/// prove something about another account than the spec describes.
pub(super) async fn provide(cloud: &Cloud, spec: &Spec, options: &Options) -> Result<(), Unprovided> {
    let refused = |error| Unprovided::Refused(error, None);
    let mut desired = desired(spec).map_err(Unprovided::Faults)?;
    resolve(&cloud.client, spec, &mut desired).await.map_err(|error| match error {
        Unresolved::Faults(faults) => Unprovided::Faults(faults),
        Unresolved::Api(error) => refused(error),
    })?;
    let report = converge(&cloud.client, &desired, options, &|_| {}).await.map_err(refused)?;
    if let Some(failed) = report.applied.failed.first()
        && let Outcome::Failed(error) = &failed.outcome
    {
        return Err(Unprovided::Refused(error.clone(), Some(format!("{} `{}`", failed.kind, failed.name))));
    }
    if let Some(guarded) = &report.guarded {
        return Err(Unprovided::Guarded(guarded.to_string()));
    }
    if !report.converged() {
        let left = report.unsettled().map(|plan| render_text(plan, false)).unwrap_or_default();
        return Err(Unprovided::Unsettled(left));
    }
    Ok(())
}
