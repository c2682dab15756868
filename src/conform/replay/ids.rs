//! Ids of the recorded cloud, and those of the emulator that stand for the same things.

use std::collections::BTreeMap;

use serde_json::Value;

/// Ids shorter than this are only replaced where they are the whole value.
const SHORTEST_IN_TEXT: usize = 8;

/// What stands for what.
#[derive(Debug, Default)]
pub(super) struct Ids {
    of_emulator: BTreeMap<String, String>,
}

impl Ids {
    /// Learns that both ids name the same thing; the first meaning counts.
    pub(super) fn learn(&mut self, recorded: &str, emulated: &str) {
        if !recorded.is_empty() && !emulated.is_empty() {
            self.of_emulator.entry(recorded.to_owned()).or_insert_with(|| emulated.to_owned());
        }
    }

    pub(super) fn knows(&self, recorded: &str) -> bool {
        self.of_emulator.contains_key(recorded)
    }

    /// A recorded text with the emulator's ids.
    pub(super) fn translate(&self, text: &str) -> String {
        if let Some(whole) = self.of_emulator.get(text) {
            return whole.clone();
        }
        let mut out = text.to_owned();
        for (recorded, emulated) in &self.of_emulator {
            if recorded.len() >= SHORTEST_IN_TEXT && out.contains(recorded.as_str()) {
                out = out.replace(recorded.as_str(), emulated);
            }
        }
        out
    }
}

/// Whether a field's name says that its value is an id that the service chose.
pub(super) fn is_id(name: &str) -> bool {
    let ends = |end: &str| name.ends_with(end);
    ends("Id") || ends("Ids") || ends("IdSet") || ends("IdSets") || ends("NextToken") || name == "TraceId"
}

/// A string or a number as the text of an id.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
