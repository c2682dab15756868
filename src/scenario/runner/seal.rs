//! The last look at what leaves the room: outcomes and snapshots.

use crate::{report::ScenarioOutcome, secret::Redactor, spec::Spec};

/// Knows every secret of a spec.
pub(super) fn redactor(spec: &Spec) -> Redactor {
    let mut redactor = Redactor::default();
    spec.teach(&mut redactor);
    redactor
}

/// Removes secrets from the outcome's texts. None should be there, since journal and sources are
/// masked already; a message may still quote one.
pub(super) fn seal(outcome: &mut ScenarioOutcome, redactor: &Redactor) {
    outcome.each_text(&|text| *text = redactor.redact(text));
}
