//! From an event to the words about it.

use super::SystemEvent;

/// What a notification tells, in the names that its reader knows.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The event.
    pub event: &'a SystemEvent,
    /// The rule that tells of it.
    pub rule: &'a str,
    /// The contact group that is told.
    pub group: &'a str,
    /// The contact that is told.
    pub contact: &'a str,
    /// `zh-cn` or `en`.
    pub lang: &'a str,
}
