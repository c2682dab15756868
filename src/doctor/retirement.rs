//! What is announced about the kind of rules that bellcheck provisions.

use super::check::{Check, State};

/// Source: CloudMonitor's page on callbacks of system event alerts (old), last updated 2026-09-21; the
/// SDKs and the pages of PutEventRule were still maintained in 2026.
#[must_use]
pub fn retirement() -> Check {
    Check::other(
        "retirement",
        State::Unknown,
        "the vendor says that event alert rules of this kind are no longer developed and will be phased out (page of 2026-09-21); no date is announced",
        "nothing is to be done now; their successor is event subscription with notification policies (API 2024-03-30), which this version does not provision",
    )
}
