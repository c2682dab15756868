//! Small words to write schemas with.

use serde_json::{Map, Value, json};

/// A key of a mapping: its name, whether it must be there, and its schema.
pub(super) type Key = (&'static str, bool, Value);

/// A key that must be there.
pub(super) fn required(name: &'static str, schema: Value) -> Key {
    (name, true, schema)
}

/// A key that may be there.
pub(super) fn optional(name: &'static str, schema: Value) -> Key {
    (name, false, schema)
}

/// A mapping with these keys and no others.
pub(super) fn mapping(keys: Vec<Key>) -> Value {
    let required: Vec<&str> = keys.iter().filter(|key| key.1).map(|key| key.0).collect();
    let properties: Map<String, Value> =
        keys.into_iter().map(|(name, _, schema)| (name.to_owned(), schema)).collect();
    let mut out = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        out["required"] = json!(required);
    }
    out
}

/// A mapping with exactly one of these keys.
pub(super) fn one_key(keys: Vec<(&'static str, Value)>) -> Value {
    let mut out = mapping(keys.into_iter().map(|(name, schema)| optional(name, schema)).collect());
    out["minProperties"] = json!(1);
    out["maxProperties"] = json!(1);
    out
}

/// A list that has something in it.
pub(super) fn some(schema: Value) -> Value {
    let mut out = list(schema);
    out["minItems"] = json!(1);
    out
}

/// A mapping from at least one name to one kind of value.
pub(super) fn some_names(schema: Value) -> Value {
    let mut out = names(schema);
    out["minProperties"] = json!(1);
    out
}

/// A mapping from names to one kind of value.
pub(super) fn names(schema: Value) -> Value {
    json!({"type": "object", "additionalProperties": schema})
}

/// The schema with a description.
pub(super) fn told(mut schema: Value, description: &str) -> Value {
    schema["description"] = json!(description);
    schema
}

/// Any single value, since YAML reads `contains: 20000` as a number.
pub(super) fn text() -> Value {
    json!({"type": ["string", "number", "boolean"]})
}

/// `true` or `false`.
pub(super) fn truth() -> Value {
    or_variable(json!({"type": "boolean"}))
}

/// A whole number from `least` on.
pub(super) fn number(least: u64) -> Value {
    or_variable(json!({"type": "integer", "minimum": least}))
}

/// A duration as `clock::parse_duration` reads it.
pub(super) fn duration() -> Value {
    json!({"type": "string", "pattern": r"^([0-9]+(ms|s|m|h|d))+$|\$\{", "examples": ["90s", "5m", "24h"]})
}

/// One of these words.
pub(super) fn word(words: &[&str]) -> Value {
    or_variable(json!({"enum": words}))
}

/// A value that a variable may stand for: `${NAME}` is a text until it is filled.
fn or_variable(schema: Value) -> Value {
    either(vec![schema, json!({"type": "string", "pattern": r"\$\{"})])
}

/// A list.
pub(super) fn list(schema: Value) -> Value {
    json!({"type": "array", "items": schema})
}

/// Either of these.
pub(super) fn either(schemas: Vec<Value>) -> Value {
    json!({"anyOf": schemas})
}

/// A definition of the root.
pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}
