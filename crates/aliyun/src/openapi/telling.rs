//! What calls tell about themselves, for logs. Nothing here holds a secret: errors and answers were
//! cleaned, and parameters are masked where they are told.

use std::time::Duration;

use super::{ApiError, Params};
use crate::clock::human_duration;

/// The name under which all of it is logged.
const TARGET: &str = "bellcheck::call";

/// Before a request goes out; `masked` makes its parameters fit to be told.
pub(super) fn asked(operation: &str, attempt: u32, masked: impl FnOnce() -> Params) {
    if tracing::enabled!(target: TARGET, tracing::Level::TRACE) {
        let masked = masked();
        let shown: Vec<String> = masked.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        tracing::trace!(target: TARGET, "{operation} attempt {attempt} asks: {}", shown.join(" "));
    }
}

/// After a request that was answered as asked; `id` gives the answer's RequestId.
pub(super) fn answered(operation: &str, attempt: u32, took: Duration, id: impl FnOnce() -> String) {
    if tracing::enabled!(target: TARGET, tracing::Level::DEBUG) {
        let (took, id) = (human_duration(took), id());
        tracing::debug!(target: TARGET, "{operation} attempt {attempt}: ok in {took}, RequestId {id}");
    }
}

/// After a request that was not.
pub(super) fn refused(operation: &str, attempt: u32, took: Duration, error: &ApiError) {
    let took = human_duration(took);
    tracing::debug!(target: TARGET, "{operation} attempt {attempt}: {} in {took}", what(error));
}

/// Before a wait for the operation's turn.
pub(super) fn waits_for_turn(operation: &str, wait: Duration) {
    tracing::debug!(target: TARGET, "{operation} waits {} for its turn", human_duration(wait));
}

/// Before a wait for another attempt.
pub(super) fn tries_again(operation: &str, attempt: u32, error: &ApiError, wait: Duration) {
    tracing::warn!(
        target: TARGET,
        "{operation} attempt {attempt} failed: {}; once more in {}",
        what(error),
        human_duration(wait)
    );
}

/// At the end of a call.
pub(super) fn ended(operation: &str, attempts: u32, took: Duration, outcome: Result<(), &ApiError>) {
    let took = human_duration(took);
    let outcome = outcome.map_or_else(what, |()| "ok".to_owned());
    tracing::info!(target: TARGET, "{operation}: {outcome}, attempts {attempts}, {took} in all");
}

/// A failure in a few words: the code, or what the transport said, and the request id.
fn what(error: &ApiError) -> String {
    let what = if error.code.is_empty() { &error.message } else { &error.code };
    let status = error.status.map(|status| format!(", HTTP {status}")).unwrap_or_default();
    let id = error.request_id.as_ref().map(|id| format!(", RequestId {id}")).unwrap_or_default();
    format!("{what}{status}{id}")
}
