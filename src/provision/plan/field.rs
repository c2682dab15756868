//! Field by field comparison, in words that may be shown.

use std::collections::BTreeSet;

use super::change::FieldChange;
pub(super) use crate::secret::show_url;

/// Collects the fields that differ. With `before` absent throughout, collects what is set.
#[derive(Debug, Default)]
pub(super) struct Fields(pub(super) Vec<FieldChange>);

impl Fields {
    /// Records a difference that was found elsewhere.
    pub(super) fn push(&mut self, field: impl Into<String>, before: Option<String>, after: Option<String>) {
        self.0.push(FieldChange { field: field.into(), before, after });
    }

    /// Compares two values; `None` stands for "not set".
    pub(super) fn value<T: PartialEq>(
        &mut self,
        field: &str,
        before: Option<T>,
        after: Option<T>,
        show: impl Fn(T) -> String,
    ) {
        if before != after {
            self.push(field, before.map(&show), after.map(&show));
        }
    }

    /// Compares two values, where an object that is not there counts as having `default`.
    pub(super) fn or_default<T: PartialEq>(
        &mut self,
        field: &str,
        before: Option<T>,
        default: &T,
        after: T,
        show: impl Fn(T) -> String,
    ) {
        if before.as_ref().unwrap_or(default) != &after {
            self.push(field, before.map(&show), Some(show(after)));
        }
    }

    /// Compares two texts, where an empty one is not set.
    pub(super) fn text(&mut self, field: &str, before: Option<&str>, after: &str) {
        let set = |text: &&str| !text.is_empty();
        self.value(field, before.filter(set), Some(after).filter(set), str::to_owned);
    }

    /// Compares two sets, where an empty one is not set.
    pub(super) fn set(&mut self, field: &str, before: Option<&BTreeSet<String>>, after: &BTreeSet<String>) {
        let set = |items: &&BTreeSet<String>| !items.is_empty();
        self.value(field, before.filter(set), Some(after).filter(set), |items| {
            items.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
        });
    }
}
