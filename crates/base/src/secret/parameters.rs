//! Parameters of calls that a rule makes. They may hold anything, so none of them is shown.

use serde_json::Value;

use super::{Redactor, Secret, address::is_key, fingerprint, is_secret_name};

/// Ends of names whose values are named elsewhere too, and are no secrets.
const PLAIN_ENDS: [&str; 8] = ["id", "ids", "name", "names", "region", "type", "version", "zone"];

/// Parameters as they may be shown: their names, and a fingerprint for each value.
#[must_use]
pub fn show_parameters(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::String(text) if text.is_empty() => value.clone(),
        Value::String(text) => shown(text),
        Value::Number(number) => shown(&number.to_string()),
        Value::Array(items) => items.iter().map(show_parameters).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), show_parameters(value))).collect()
        }
    }
}

fn shown(text: &str) -> Value {
    Value::String(format!("[{}]", fingerprint(text)))
}

impl Redactor {
    /// Learns the values of parameters that are secret by their name, or look like keys.
    pub fn add_parameters(&mut self, value: &Value) {
        self.add_parameter("", value);
    }

    fn add_parameter(&mut self, name: &str, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::String(text) => self.add_named(name, text),
            Value::Number(number) => self.add_named(name, &number.to_string()),
            Value::Array(items) => items.iter().for_each(|item| self.add_parameter(name, item)),
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| self.add_parameter(name, value));
            }
        }
    }

    fn add_named(&mut self, name: &str, text: &str) {
        let lower = name.to_ascii_lowercase();
        let is_plain = text.starts_with("$.") || PLAIN_ENDS.iter().any(|end| lower.ends_with(end));
        if text.contains("://") {
            self.add_address(text);
        } else if is_secret_name(name) || is_key(text) && !is_plain {
            self.add(&Secret::new(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_are_shown_by_name() {
        let value = json!({"Password": "hunter2", "Force": true, "Pin": 123456, "List": [{"A": "b"}, ""]});
        let shown = show_parameters(&value).to_string();
        for text in ["hunter2", "123456", "\"b\""] {
            assert!(!shown.contains(text), "{shown}");
        }
        assert!(
            shown.starts_with(r#"{"Password":"[sha256:"#) && shown.contains(r#""Force":true"#),
            "{shown}"
        );
    }

    #[test]
    fn ids_are_not_torn_out_of_other_texts() {
        let mut known = Redactor::default();
        known.add_parameters(
            &json!({"Pwd": "abcd", "Script": "cat /etc/1", "InstanceId": "i-bp1234", "To": "$.content.x"}),
        );
        assert_eq!(
            known.redact("abcd i-bp1234 $.content.x cat /etc/1"),
            "[secret] i-bp1234 $.content.x [secret]"
        );
    }
}
