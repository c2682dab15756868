//! The tree that a file is read into.

use std::fmt;

use crate::diagnostic::Span;

/// A value and the bytes that it was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where the file says it; for an alias, where it was first written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Joins a value with its place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

/// One node of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where it is written; for a mapping or a list, where it begins.
    pub span: Span,
    /// Where to point when something is missing inside: the key that it stands behind, if any.
    pub place: Span,
    /// What it is.
    pub value: Value,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing: an empty value, `~` or `null`.
    Null,
    /// A text, a number or a truth value.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the file, without duplicates.
    Map(Vec<Entry>),
}

/// One key of a mapping and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

/// A scalar as its text; which type it has is for the binder to say.
#[derive(Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The text: numbers and truth values as they are spelled in the file.
    pub text: String,
    /// How it was written.
    pub style: Style,
}

/// How a scalar was written, which decides what it may be bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Unquoted, and by YAML 1.2 a number or a truth value.
    Typed,
    /// A text.
    Text,
    /// A text in quotes or a block: never a number or a truth value.
    Quoted,
    /// Filled in from the environment: whatever its text reads as, and never shown.
    Filled,
    /// It names a variable that could not be filled in, which was reported: it binds to nothing,
    /// without a second finding.
    Unfilled,
}

impl fmt::Debug for Scalar {
    /// The text may be a secret, so only its style is told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scalar({:?}, {} bytes)", self.style, self.text.len())
    }
}

impl Node {
    /// The value behind a key, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// Whether it is a mapping without keys, or nothing at all.
    #[must_use]
    pub fn has_no_keys(&self) -> bool {
        matches!(&self.value, Value::Null) || matches!(&self.value, Value::Map(entries) if entries.is_empty())
    }

    /// What it is, in a reader's words.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Scalar(_) => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The node as JSON. Unquoted numbers, truth values and nulls keep their type; what was filled
    /// in from the environment is a string, and so is a number that JSON cannot spell (`007`).
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Scalar(scalar) => scalar.to_json(),
            Value::List(items) => items.iter().map(Self::to_json).collect(),
            Value::Map(entries) => {
                entries.iter().map(|entry| (entry.key.value.clone(), entry.value.to_json())).collect()
            }
        }
    }
}

impl Scalar {
    fn to_json(&self) -> serde_json::Value {
        if self.style == Style::Typed {
            if let Some(truth) = self.truth() {
                return truth.into();
            }
            if let Ok(number) = serde_json::from_str::<serde_json::Number>(&self.text) {
                return number.into();
            }
        }
        self.text.clone().into()
    }

    /// The truth value that it spells, when it is written as one.
    #[must_use]
    pub fn truth(&self) -> Option<bool> {
        match (self.style, self.text.as_str()) {
            (Style::Typed | Style::Filled, "true" | "True" | "TRUE") => Some(true),
            (Style::Typed | Style::Filled, "false" | "False" | "FALSE") => Some(false),
            _ => None,
        }
    }
}
