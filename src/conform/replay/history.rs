//! Histories: what happened before the recording is not the emulator's to know.

use serde_json::Value;

/// Operations that list what happened, and the field that says when.
const HISTORIES: [(&str, &str); 2] =
    [("DescribeSystemEventAttribute", "Time"), ("DescribeAlertLogList", "AlertTime")];

/// An answer without entries from before `began_ms`.
pub(super) fn since(operation: &str, began_ms: i64, answer: &Value) -> Value {
    let mut answer = answer.clone();
    if let Some((_, field)) = HISTORIES.into_iter().find(|(history, _)| *history == operation) {
        retain(&mut answer, field, began_ms);
    }
    answer
}

/// Which end of a history comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    Oldest,
    Newest,
}

impl First {
    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::Oldest => "the oldest first",
            Self::Newest => "the newest first",
        }
    }
}

/// Which end comes first in a list of what happened, where its times show one.
pub(super) fn first(operation: &str, entries: &[Value]) -> Option<First> {
    let (_, field) = HISTORIES.into_iter().find(|(history, _)| *history == operation)?;
    let times: Option<Vec<i64>> = entries.iter().map(|entry| time(entry, field)).collect();
    let times = times?;
    if times.first() == times.last() {
        None
    } else if times.is_sorted() {
        Some(First::Oldest)
    } else {
        times.is_sorted_by(|one, other| one >= other).then_some(First::Newest)
    }
}

fn retain(value: &mut Value, field: &str, began_ms: i64) {
    match value {
        Value::Array(entries) => {
            entries.retain(|entry| time(entry, field).is_none_or(|time| time >= began_ms));
            entries.iter_mut().for_each(|entry| retain(entry, field, began_ms));
        }
        Value::Object(fields) => fields.values_mut().for_each(|value| retain(value, field, began_ms)),
        _ => {}
    }
}

fn time(entry: &Value, field: &str) -> Option<i64> {
    match entry.get(field)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
