//! Values as they are written into YAML.

use serde_json::Value;

use super::names::{Variables, is_secret_key};

/// Words that YAML, in one version or another, does not read as text.
const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

/// A text that reads back as itself: plain where that is safe, quoted otherwise. A `${` in it is
/// written so that it is no variable.
pub(super) fn text(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { quoted(&text.replace("${", "$${")) }
}

/// A name, which is a key: variables are not filled there.
pub(super) fn key(name: &str) -> String {
    if name.contains("${") { quoted(name) } else { text(name) }
}

/// A list in one line.
pub(super) fn list<'a>(items: impl IntoIterator<Item = &'a String>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| text(item)).collect();
    format!("[{}]", items.join(", "))
}

/// A text that is written as it is, such as a variable, in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // What YAML does not take as it is, or reads as the end of a line.
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A JSON value in one line; texts under names that may be secret are written as their variables.
pub(super) fn json(value: &Value, key_of_it: &str, variables: &Variables) -> String {
    match value {
        Value::String(secret) if is_secret_key(key_of_it) && !secret.is_empty() => {
            quoted(&variables.written(secret))
        }
        Value::String(text) => quoted(&text.replace("${", "$${")),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| json(item, key_of_it, variables)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(name, value)| format!("{}: {}", quoted(name), json(value, name, variables)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        scalar => scalar.to_string(),
    }
}
