//! Reads the account: paged lists first, then what only calls of their own tell.

mod account;
pub(super) mod contacts;
pub(super) mod groups;
mod metric_alarms;
pub(super) mod paging;
pub(super) mod rules;
pub(super) mod targets;

pub use account::observe;
pub(super) use account::{observe_all, read_metric_alarms, read_other_targets};

/// A value, where an empty one counts as absent.
fn filled(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.is_empty())
}
