//! A level that one side has around a value and the other has not.

use serde_json::{Map, Value};

/// Two values that are the same but for a level, and the level in words of each side.
pub(super) struct Unwrapped<'a> {
    pub(super) recorded: &'a Value,
    pub(super) emulated: &'a Value,
    pub(super) cloud: String,
    pub(super) emulator: String,
    /// The name by which the inner value goes in the emulator.
    pub(super) inner: Option<String>,
}

/// The values without the level, if that is how they differ.
pub(super) fn unwrap<'a>(recorded: &'a Value, emulated: &'a Value) -> Option<Unwrapped<'a>> {
    match (recorded, emulated) {
        (Value::Array(items), Value::Object(fields)) => match only(fields) {
            Some((name, inner @ Value::Array(_))) => Some(Unwrapped {
                recorded,
                emulated: inner,
                cloud: "has the list itself".to_owned(),
                emulator: format!("a list in `{name}`"),
                inner: Some(name.to_owned()),
            }),
            _ => match items.as_slice() {
                [inner @ Value::Object(theirs)] if shares(theirs, fields) => Some(Unwrapped {
                    recorded: inner,
                    emulated,
                    cloud: "has it in a list".to_owned(),
                    emulator: "has it without one".to_owned(),
                    inner: None,
                }),
                _ => None,
            },
        },
        (Value::Object(fields), Value::Array(_)) => match only(fields) {
            Some((name, inner @ Value::Array(_))) => Some(Unwrapped {
                recorded: inner,
                emulated,
                cloud: format!("has it in `{name}`"),
                emulator: "has the list itself".to_owned(),
                inner: None,
            }),
            _ => None,
        },
        (Value::Object(ours), Value::Object(theirs)) => of_objects(recorded, emulated, ours, theirs),
        _ => None,
    }
}

fn of_objects<'a>(
    recorded: &'a Value,
    emulated: &'a Value,
    ours: &'a Map<String, Value>,
    theirs: &'a Map<String, Value>,
) -> Option<Unwrapped<'a>> {
    if shares(ours, theirs) {
        return None;
    }
    let (cloud, emulator) = (only(ours), only(theirs));
    match (cloud, emulator) {
        (Some((name, Value::Object(inner))), _) if shares(inner, theirs) => Some(Unwrapped {
            recorded: ours.get(name)?,
            emulated,
            cloud: format!("has it in `{name}`"),
            emulator: "has it without that level".to_owned(),
            inner: None,
        }),
        (_, Some((name, Value::Object(inner)))) if shares(ours, inner) => Some(Unwrapped {
            recorded,
            emulated: theirs.get(name)?,
            cloud: "has it without a level".to_owned(),
            emulator: format!("in `{name}`"),
            inner: Some(name.to_owned()),
        }),
        (Some((ours, inner @ Value::Array(_))), Some((theirs, other @ Value::Array(_)))) => Some(Unwrapped {
            recorded: inner,
            emulated: other,
            cloud: format!("has the list in `{ours}`"),
            emulator: format!("in `{theirs}`"),
            inner: Some(theirs.to_owned()),
        }),
        _ => None,
    }
}

fn only(fields: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut all = fields.iter();
    match (all.next(), all.next()) {
        (Some((name, value)), None) => Some((name, value)),
        _ => None,
    }
}

fn shares(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    one.keys().any(|name| other.contains_key(name))
}
