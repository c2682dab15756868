//! Values that steps take from what they found, for steps that follow.

use indexmap::IndexMap;

use super::matcher::Taken;
use crate::spec::yaml::Spanned;

/// What a step takes, and how it is called from then on.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The name, to be written as `${NAME}`.
    pub name: Spanned<String>,
    /// Where the value is taken from.
    pub from: Taken,
}

/// The values that were taken so far, by name.
#[derive(Debug, Clone, Default)]
pub struct Captured(IndexMap<String, String>);

/// Stands on both sides of a name whose value is to come. An invisible sign: it tells the name from the
/// literal text `${NAME}` (written `$${NAME}`), and regular expressions take it as it is.
pub(super) const MARK: char = '\u{2060}';

/// What stands in a text for a value that is not there yet.
#[must_use]
pub fn placeholder(name: &str) -> String {
    format!("{MARK}{name}{MARK}")
}

/// A text with its placeholders as a person writes them.
#[must_use]
pub fn readable(text: &str) -> String {
    let pieces = text.split(MARK).enumerate();
    pieces.map(|(at, piece)| if at % 2 == 0 { piece.to_owned() } else { format!("${{{piece}}}") }).collect()
}

/// The names whose values are to come in a text.
pub fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(MARK).skip(1).step_by(2)
}

impl Captured {
    /// Takes a value, instead of an earlier one of that name.
    pub fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether there is a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The text with each value in its place.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        self.fill_with(text, str::to_owned)
    }

    /// The text with each value, as `write` spells it, in its place.
    #[must_use]
    pub fn fill_with(&self, text: &str, write: impl Fn(&str) -> String) -> String {
        let mut out = text.to_owned();
        if text.contains(MARK) {
            for (name, value) in &self.0 {
                out = out.replace(&placeholder(name), &write(value));
            }
        }
        out
    }

    /// Fills every text of a JSON value.
    pub fn fill_json(&self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => *text = self.fill(text),
            serde_json::Value::Array(items) => items.iter_mut().for_each(|item| self.fill_json(item)),
            serde_json::Value::Object(fields) => fields.values_mut().for_each(|field| self.fill_json(field)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_where_a_placeholder_stands_and_nowhere_else() {
        let mut captured = Captured::default();
        captured.set("id", "i-1.x".to_owned());
        let text = format!("on {} and ${{id}} {}", placeholder("id"), placeholder("other"));
        let filled = captured.fill(&text);
        assert_eq!(filled, format!("on i-1.x and ${{id}} {}", placeholder("other")));
        assert_eq!(readable(&filled), "on i-1.x and ${id} ${other}");
        assert_eq!(captured.fill_with(&placeholder("id"), regex::escape), r"i\-1\.x");
        let mut json = serde_json::json!({"a": [placeholder("id")], "b": 1});
        captured.fill_json(&mut json);
        assert_eq!(json, serde_json::json!({"a": ["i-1.x"], "b": 1}));
    }
}
