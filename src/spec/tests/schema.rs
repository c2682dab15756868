//! The JSON Schema against the examples and against the binder. The few keywords that the schema
//! uses are checked by hand; a keyword that is new here stops the test.

use serde_json::{Value, json};

use super::*;
use crate::spec::yaml;

/// What does not fit, as `path: reason`.
fn faults(value: &Value, schema: &Value, root: &Value, path: &str, out: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else {
        assert_eq!(*schema, Value::Bool(true));
        return;
    };
    for (keyword, rule) in schema {
        match keyword.as_str() {
            "$schema" | "title" | "$defs" | "description" | "examples" => {}
            "$ref" => {
                let name = rule.as_str().and_then(|name| name.strip_prefix("#/$defs/")).unwrap();
                faults(value, &root["$defs"][name], root, path, out);
            }
            "type" => {
                let is = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "number",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                };
                let fits = |kind: &Value| kind == is || kind == "integer" && value.is_u64();
                if !fits(rule) && !rule.as_array().is_some_and(|kinds| kinds.iter().any(fits)) {
                    out.push(format!("{path}: {is} is not {rule}"));
                }
            }
            "enum" if !rule.as_array().unwrap().contains(value) => out.push(format!("{path}: not in {rule}")),
            "enum" => {}
            "minLength" if value.as_str() == Some("") => out.push(format!("{path}: empty")),
            "minLength" => {}
            "pattern" => {
                let pattern = regex::Regex::new(rule.as_str().unwrap()).unwrap();
                if value.as_str().is_some_and(|text| !pattern.is_match(text)) {
                    out.push(format!("{path}: {value} is not {pattern}"));
                }
            }
            "anyOf" => {
                let fits = rule.as_array().unwrap().iter().any(|rule| {
                    let mut found = Vec::new();
                    faults(value, rule, root, path, &mut found);
                    found.is_empty()
                });
                if !fits {
                    out.push(format!("{path}: {value} is none of {rule}"));
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    faults(item, rule, root, &format!("{path}[{index}]"), out);
                }
            }
            "required" => {
                for key in rule.as_array().unwrap() {
                    if value.is_object() && value.get(key.as_str().unwrap()).is_none() {
                        out.push(format!("{path}: {key} is missing"));
                    }
                }
            }
            "properties" | "patternProperties" => {}
            "additionalProperties" => {
                let extensible = schema.contains_key("patternProperties");
                for (key, inner) in value.as_object().into_iter().flatten() {
                    let path = format!("{path}.{key}");
                    match &schema.get("properties").unwrap_or(&Value::Null)[key] {
                        Value::Null if extensible && key.starts_with("x-") => {}
                        Value::Null if *rule == Value::Bool(false) => out.push(format!("{path}: unknown")),
                        Value::Null => faults(inner, rule, root, &path, out),
                        property => faults(inner, property, root, &path, out),
                    }
                }
            }
            other => panic!("the test does not know `{other}`"),
        }
    }
}

fn check(text: &str) -> Vec<String> {
    let schema = json_schema();
    let document = yaml::read("t.yaml", text).unwrap();
    let mut out = Vec::new();
    faults(&document.root.to_json(), &schema, &schema, "", &mut out);
    out
}

#[test]
fn the_examples_fit_the_schema() {
    assert_eq!(check(QUICKSTART), Vec::<String>::new());
    assert_eq!(check(REFERENCE), Vec::<String>::new());
    let filled = sound_but(
        "    targets:",
        "    enabled: ${ON}\n    silence: ${SILENCE}\n    event_type: ${X}\n    targets:",
    );
    assert_eq!(check(&filled), Vec::<String>::new());
}

#[test]
fn the_schema_refuses_what_the_binder_refuses() {
    for (piece, by) in [
        ("stack: t", "stak: t"),
        ("stack: t", "stack: [t]"),
        ("    robot: ops", "    robott: ops"),
        ("    robot: ops", "    language: english"),
        ("    webhook:", "    secret:"),
        ("[INFO]", "INFO"),
        ("[INFO]", "[Info]"),
        ("        level: INFO", "        level: 4"),
        ("    targets:", "    silence: 5 minutes\n    targets:"),
        ("    targets:", "    enabled: \"true\"\n    targets:"),
        ("      product: ECS\n", ""),
    ] {
        let text = sound_but(piece, by);
        assert!(!codes(&text).0, "{by}");
        assert!(!check(&text).is_empty(), "{by}");
    }
}

/// A value with every property that the schema has.
fn full(schema: &Value, root: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return full(&root["$defs"][name], root);
    }
    if let Some(first) = schema["anyOf"][0]["enum"][0].as_str() {
        return first.into();
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
    match kind {
        Some("object") => match schema["properties"].as_object() {
            Some(properties) => {
                properties.iter().map(|(key, schema)| (key.clone(), full(schema, root))).collect()
            }
            None => json!({ "name": full(&schema["additionalProperties"], root) }),
        },
        Some("array") => json!([full(&schema["items"], root)]),
        Some("boolean") => true.into(),
        Some("string") if schema.get("pattern").is_some() => "5m".into(),
        Some("string") => "text".into(),
        other => {
            assert_eq!(other, None);
            json!({})
        }
    }
}

#[test]
fn the_binder_knows_every_property_of_the_schema() {
    let schema = json_schema();
    // JSON is YAML.
    let text = full(&schema, &schema).to_string();
    for key in ["openapi", "subscribed", "allowed_ips", "sql_filter", "aliim"] {
        assert!(text.contains(&format!("\"{key}\"")), "{text}");
    }
    let (_, codes) = codes(&text);
    assert!(!codes.is_empty() && !codes.iter().any(|code| code.starts_with("yaml::")), "{codes:?} {text}");
}
