//! The schema says what the loader accepts: checked by a validator for the few words it uses.

use std::fs;

use regex::Regex;
use serde_json::{Value, json};

use super::json_schema;
use crate::{scenario::load, spec::yaml};

const REFERENCE: &str = include_str!("../../../examples/reference/scenarios/every-step.yaml");
const REFERENCE_SPEC: &str = include_str!("../../../examples/reference/bellcheck.yaml");
const REFERENCE_LISTS: &str = include_str!("../../../examples/reference/lists/shared.yaml");
const QUICKSTART: &str = include_str!("../../../examples/quickstart/scenarios/stop-instance.yaml");

/// The first place where a value does not fit.
fn misfit(value: &Value, schema: &Value, root: &Value, path: &str) -> Option<String> {
    let schema = match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    let wrong = |what: &str| Some(format!("{path}: {what}"));
    if let Some(types) = schema.get("type") {
        let types: Vec<&str> = match types {
            Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect(),
        };
        let fits = types.iter().any(|name| match *name {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_u64() || value.is_i64(),
            "number" => value.is_number(),
            "null" => value.is_null(),
            other => panic!("the test knows no type {other}"),
        });
        if !fits {
            return wrong("type");
        }
    }
    if schema.get("enum").and_then(Value::as_array).is_some_and(|words| !words.contains(value)) {
        return wrong("enum");
    }
    if let (Some(pattern), Some(text)) = (schema.get("pattern").and_then(Value::as_str), value.as_str())
        && !Regex::new(pattern).unwrap().is_match(text)
    {
        return wrong("pattern");
    }
    if let (Some(least), Some(number)) = (schema.get("minimum").and_then(Value::as_i64), value.as_i64())
        && number < least
    {
        return wrong("minimum");
    }
    if let Some(any) = schema.get("anyOf").and_then(Value::as_array)
        && any.iter().all(|schema| misfit(value, schema, root, path).is_some())
    {
        return wrong("anyOf");
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        if schema.get("minItems").and_then(Value::as_u64).unwrap_or(0) > values.len() as u64 {
            return wrong("minItems");
        }
        let found = values
            .iter()
            .enumerate()
            .find_map(|(place, value)| misfit(value, items, root, &format!("{path}/{place}")));
        if found.is_some() {
            return found;
        }
    }
    let entries = value.as_object()?;
    let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
    if bound("minProperties").is_some_and(|least| (entries.len() as u64) < least)
        || bound("maxProperties").is_some_and(|most| entries.len() as u64 > most)
    {
        return wrong("number of keys");
    }
    for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        if !entries.contains_key(key.as_str().unwrap()) {
            return wrong(&format!("{key} is missing"));
        }
    }
    entries.iter().find_map(|(key, value)| {
        let path = format!("{path}/{key}");
        match (schema.pointer(&format!("/properties/{key}")), schema.get("additionalProperties")) {
            (Some(schema), _) => misfit(value, schema, root, &path),
            (None, _) if key.starts_with("x-") => None,
            (None, Some(Value::Bool(false))) => Some(format!("{path}: unknown")),
            (None, Some(schema)) => misfit(value, schema, root, &path),
            (None, None) => None,
        }
    })
}

fn check(text: &str) -> Option<String> {
    let schema = json_schema();
    let value = yaml::read("a.yaml", text).unwrap().root.to_json();
    misfit(&value, &schema, &schema, "")
}

/// Whether the loader accepts a text beside the reference's spec.
fn loads(text: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("scenarios")).unwrap();
    fs::write(folder.path().join("bellcheck.yaml"), REFERENCE_SPEC).unwrap();
    fs::create_dir(folder.path().join("lists")).unwrap();
    fs::write(folder.path().join("lists/shared.yaml"), REFERENCE_LISTS).unwrap();
    let path = folder.path().join("scenarios/a.yaml");
    match load(&path.display().to_string(), text, &|name| {
        Some(name.to_lowercase()).filter(|name| name.starts_with("ding_"))
    }) {
        Ok(_) => true,
        Err(faults) => {
            assert!(!faults.is_empty());
            false
        }
    }
}

#[test]
fn the_examples_fit_and_load() {
    for text in [REFERENCE, QUICKSTART] {
        assert_eq!(check(text), None);
    }
    assert!(loads(REFERENCE), "the reference shows every key: it must validate");
}

#[test]
fn schema_and_loader_refuse_the_same() {
    for (from, to) in [
        ("name: Every step", "nmae: Every step"),
        ("state: Running", "state: Runing"),
        ("  - start: web-1\n  - stop: web-1\n", "  - strat: web-1\n  - stop: web-1\n"),
        ("force: true", "force: maybe"),
        ("advance: 10m", "advance: 10 minutes"),
        ("until: \"03:00\"", "until: three"),
        ("zone: \"+00:00\"", "zone: UTC"),
        ("not_before: 48h, ", ""),
        ("SystemMaintenance.Reboot", "SystemMaintenance.Rebot"),
        ("times: 2\n", "times: 0\n"),
        ("- contains: Stopping\n        - matches", "- contain: Stopping\n        - matches"),
        ("for: 1h", "within: 1h"),
        ("channel: mail", "channel: pigeon"),
        ("p95", "p95th"),
        ("stopping: 30s", "stoping: 30s"),
        ("snapshot: every-step.${level}.${word}", "snapshot: every/step"),
        ("type: duration", "type: time"),
        ("unreachable, 200", "unreachable, 99"),
        ("on_failure: [rules", "on_failure: [rule"),
        ("in: title", "in: foot"),
        ("status: silenced", "status: silent"),
        ("level: [WARN, CRITICAL]", "level: []"),
        ("texts: [Stopping, CloudMonitor]", "text: [Stopping, CloudMonitor]"),
        // What is empty does nothing, or checks nothing.
        ("  - start: web-1\n", "  - {}\n"),
        ("  - start: web-1\n", "  - <<: {}\n"),
        ("  - start: web-1\n", "  - null\n"),
        ("  - start: web-1\n", "  - repeat: { times: 2, steps: [] }\n"),
        ("  - start: web-1\n", "  - repeat: { times: 2, steps: [{}] }\n"),
        ("  - start: web-1\n", "  - repeat: { times: 2 }\n"),
        ("  - start: web-1\n", "  - expect: { robot: ops, message: [] }\n"),
        ("  - start: web-1\n", "  - expect: { robot: ops, message: [{}] }\n"),
        ("  - start: web-1\n", "  - expect: { robot: ops, message: [any: []] }\n"),
        ("  - start: web-1\n", "  - expect: { robot: ops, message: [not: {}] }\n"),
        ("  - start: web-1\n", "  - expect: { robot: ops, capture: {} }\n"),
        ("  - start: web-1\n", "  - never: { robot: ops, for: 1m, message: [] }\n"),
        ("  - start: web-1\n", "  - expect_event: { product: ECS, name: x, content: {} }\n"),
        ("  - start: web-1\n", "  - expect_event: { product: ECS, name: x, content: { a: {} } }\n"),
        ("on_failure: [rules", "on_failure: []\nx-other: [rules"),
        ("matrix:", "matrix: {}\nx-other:"),
        ("matrix:", "matrix: null\nx-other:"),
        ("rows:", "rows: [{}]\nx-other:"),
        ("rows:", "rows: []\nx-other:"),
        ("step_lists:\n", "step_lists:\n  none: []\n"),
        ("step_lists:\n", "step_lists:\n  none: [{}]\n"),
        ("finally:", "finally: [{}]\nx-other:"),
    ] {
        let text = REFERENCE.replacen(from, to, 1);
        assert_ne!(text, REFERENCE, "{from}");
        assert!(check(&text).is_some(), "the schema accepts {to}");
        assert!(!loads(&text), "the loader accepts {to}");
    }
}

#[test]
fn every_key_has_a_description_somewhere() {
    let schema = json_schema();
    for key in schema["properties"].as_object().unwrap() {
        assert!(key.1["description"].is_string(), "{}", key.0);
    }
    for step in schema["$defs"]["step"]["properties"].as_object().unwrap() {
        assert!(step.1["description"].is_string(), "{}", step.0);
    }
    assert_eq!(
        schema["properties"]["emulator"]["properties"]["stopping"]["type"],
        json!(["string", "number", "boolean"])
    );
}
