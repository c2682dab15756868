//! The JSON Schema of `bellcheck plan -o json`.

use serde_json::{Map, Value, json};

/// The schema. Programs may rely on it: a change that breaks it raises `version`.
#[must_use]
pub fn plan_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "bellcheck plan",
        "description": "What `bellcheck apply` would do. Secrets are shown as fingerprints.",
        "type": "object",
        "required": ["version", "account", "credentials", "endpoint", "empty", "counts", "stacks"],
        "properties": {
            "version": {"const": 1, "description": "The version of this form."},
            "account": maybe("The account's id; null where the service did not say."),
            "credentials": text("Where the credentials come from, in words."),
            "endpoint": maybe("Where the calls go; null for the service's own address."),
            "empty": {
                "type": "boolean",
                "description": "Whether nothing is left to do, nothing is left over, nothing is in the way, and nothing could not be seen, in any stack."
            },
            "counts": {"$ref": "#/$defs/counts"},
            "stacks": list("#/$defs/stack", "The plan of each stack, by the stacks' names."),
        },
        "additionalProperties": false,
        "$defs": {
            "kind": {"enum": ["contact", "group", "rule"]},
            "counts": record("Objects by what happens to them.", [
                ("create", number("To create.")),
                ("update", number("To change.")),
                ("delete", number("To delete.")),
                ("left_over", number("Owned and no longer wanted, left alone because `--prune` was not given.")),
            ]),
            "object": record("An object.", [kind(), name()]),
            "stack": record("The plan of one stack.", [
                ("stack", text("The stack's name.")),
                ("region", text("The region that was read.")),
                ("empty", truth("Whether nothing is left to do, nothing is left over, nothing is in the way, and nothing could not be seen.")),
                ("counts", json!({"$ref": "#/$defs/counts"})),
                ("changes", list(
                    "#/$defs/change",
                    "First what is written, referred-to objects first; then what is deleted, the other way round."
                )),
                ("conflicts", list(
                    "#/$defs/conflict",
                    "What only the user can settle. Nothing is applied while there are any."
                )),
                ("withheld", list(
                    "#/$defs/withheld",
                    "What is left as it is, since it could not be read whole. The rest is applied."
                )),
                ("would_prune", list(
                    "#/$defs/object",
                    "Owned and no longer wanted, left alone because `--prune` was not given."
                )),
                ("pending", list(
                    "#/$defs/pending",
                    "Channels that wait for their owner's activation; known, and no difference."
                )),
                ("taken_along", list(
                    "#/$defs/object",
                    "What changes because an object depends on it that `--target` names."
                )),
                ("left_out", number("Changes and conflicts that `--target` leaves out.")),
                ("foreign", list("#/$defs/foreign", "Objects of others, seen and left alone.")),
                ("owned", number("Objects that the stack owns now.")),
            ]),
            "change": record("One object that changes.", [
                kind(),
                name(),
                ("action", json!({"enum": ["create", "update", "delete"]})),
                ("why", text("Why it is touched, in words.")),
                ("renamed_from", maybe("The old name of an object that comes back under a new one.")),
                ("adopts", truth("Whether it takes over an object that the stack did not own.")),
                ("fields", list("#/$defs/field", "The fields that differ, are set, or go.")),
                ("calls", json!({
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "The operations that are called, by their wire names."
                })),
            ]),
            "field": record("One field, before and after.", [
                ("field", text("The spec's key, dotted where nested; `target …` for a rule's targets.")),
                ("before", maybe("The value that is there.")),
                ("after", maybe("The value that is wanted.")),
            ]),
            "conflict": record("Something that is in the way.", [
                kind(),
                name(),
                ("reason", json!({
                    "enum": ["foreign", "in_use"],
                    "description": "`foreign`: the stack does not own it. `in_use`: objects of others, or metric alarms, use it."
                })),
                ("by", json!({
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "The stack that owns it, or the objects that use it."
                })),
                ("message", text("It in words.")),
                ("help", text("What to do about it.")),
            ]),
            "withheld": record("Something that could not be read whole.", [
                kind(),
                name(),
                ("message", text("What could not be read, and why.")),
                ("help", text("What to do about it.")),
            ]),
            "pending": record("A channel that waits for its owner's activation.", [
                ("contact", text("The contact.")),
                ("channel", json!({"enum": ["webhook", "email", "phone", "aliim"]})),
                ("hidden", truth("Whether the service hides the value meanwhile.")),
            ]),
            "foreign": record("An object of others.", [
                kind(),
                name(),
                ("owner", maybe("The stack in its mark.")),
            ]),
        },
    })
}

/// An object that has all of these keys and no others.
fn record<const N: usize>(description: &str, keys: [(&str, Value); N]) -> Value {
    let names: Vec<&str> = keys.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        keys.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({
        "type": "object",
        "description": description,
        "required": names,
        "properties": properties,
        "additionalProperties": false,
    })
}

fn kind() -> (&'static str, Value) {
    ("kind", json!({"$ref": "#/$defs/kind"}))
}

fn name() -> (&'static str, Value) {
    ("name", text("Its name."))
}

fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

fn maybe(description: &str) -> Value {
    json!({"type": ["string", "null"], "description": description})
}

fn truth(description: &str) -> Value {
    json!({"type": "boolean", "description": description})
}

fn number(description: &str) -> Value {
    json!({"type": "integer", "minimum": 0, "description": description})
}

fn list(of: &str, description: &str) -> Value {
    json!({"type": "array", "items": {"$ref": of}, "description": description})
}
