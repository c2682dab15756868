//! The JSON Schema against the binder; `tests/it/spec/schemas.rs` has it judged by a foreign validator.

use serde_json::{Value, json};

use super::*;

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
