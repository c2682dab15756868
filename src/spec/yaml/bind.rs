//! From nodes to values.

use std::time::Duration;

use schemars::{Schema, SchemaGenerator, json_schema};

use super::{
    binder::{Binder, Context},
    did_you_mean,
    node::{Node, Spanned, Style, Value},
};
use crate::{clock::parse_duration, secret::Secret};

/// Any value may be given by a variable, which an editor sees as this text.
pub(super) const VARIABLE: &str = r"\$\{";

/// A type that a node can be read as.
pub trait Bind: Sized {
    /// The value; `None` when it is faulty, and then `context` was told.
    fn bind(node: &Node, context: &Context) -> Option<Self>;

    /// What an editor may offer and refuse here; anything, unless a type says more.
    fn schema(_: &mut SchemaGenerator) -> Schema {
        Schema::from(true)
    }
}

/// One entry of a mapping whose keys are names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<T> {
    /// The name.
    pub name: Spanned<String>,
    /// What it names; `None` when it was found faulty, so that references to it are not.
    pub value: Option<T>,
}

/// A mapping whose keys are names, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names<T>(pub Vec<Named<T>>);

impl<T> Names<T> {
    /// The names, as references may name them.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.iter().map(|entry| entry.name.value.as_str())
    }
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

fn wrong(node: &Node, context: &Context, expected: &str, help: &str) {
    let message = match &node.value {
        Value::Scalar(scalar) if scalar.style == Style::Unfilled => return,
        Value::Null => format!("{expected} is expected here, and nothing is written"),
        Value::Scalar(_) => format!("`{}` is not {expected}", context.written(node.span)),
        Value::List(_) | Value::Map(_) => format!("{expected} is expected here, not {}", node.kind()),
    };
    let span = if matches!(node.value, Value::Null) { node.place } else { node.span };
    context.error("yaml::wrong-type", message, span, help);
}

/// A word out of a table.
#[must_use]
pub fn one_of<T: Clone>(node: &Node, context: &Context, expected: &str, words: &[(&str, T)]) -> Option<T> {
    if let Some(text) = node.text()
        && let Some((_, value)) = words.iter().find(|(word, _)| *word == text)
    {
        return Some(value.clone());
    }
    let text = node.text().unwrap_or_default();
    let help = did_you_mean("write one of", text, words.iter().map(|(word, _)| *word));
    wrong(node, context, expected, &help.unwrap_or_default());
    None
}

/// The schema of a word out of a table.
#[must_use]
pub fn one_of_schema(words: &[&str]) -> Schema {
    json_schema!({ "anyOf": [{ "enum": words }, { "type": "string", "pattern": VARIABLE }] })
}

impl Bind for Node {
    fn bind(node: &Node, _: &Context) -> Option<Self> {
        Some(node.clone())
    }
}

impl Bind for String {
    /// Any scalar as it is spelled; an empty one is a finding.
    fn bind(node: &Node, context: &Context) -> Option<Self> {
        match &node.value {
            Value::Scalar(scalar) if scalar.style == Style::Unfilled => None,
            Value::Scalar(scalar) if scalar.text.trim().is_empty() => {
                context.error(
                    "yaml::empty",
                    "this text is empty",
                    if node.span.len == 0 { node.place } else { node.span },
                    "write a text, or remove the key",
                );
                None
            }
            Value::Scalar(scalar) => Some(scalar.text.clone()),
            _ => {
                wrong(node, context, "a text", "write one text, or remove the key");
                None
            }
        }
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

impl Bind for Secret {
    fn bind(node: &Node, context: &Context) -> Option<Self> {
        String::bind(node, context).map(Self::new)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        String::schema(generator)
    }
}

impl Bind for bool {
    /// `true` or `false`, unquoted.
    fn bind(node: &Node, context: &Context) -> Option<Self> {
        let truth = match &node.value {
            Value::Scalar(scalar) => scalar.truth(),
            _ => None,
        };
        if truth.is_none() {
            wrong(node, context, "a truth value", "write `true` or `false`, without quotes");
        }
        truth
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["boolean", "string"], "pattern": VARIABLE })
    }
}

macro_rules! bind_number {
    ($($type:ty, $json:literal, $expected:literal, $help:literal;)*) => {$(
        impl Bind for $type {
            #[doc = concat!("Unquoted: ", $expected, ".")]
            fn bind(node: &Node, context: &Context) -> Option<Self> {
                let number = match &node.value {
                    Value::Scalar(scalar) if scalar.style != Style::Quoted => scalar.text.parse().ok(),
                    _ => None,
                };
                if number.is_none() {
                    wrong(node, context, $expected, $help);
                }
                number
            }

            fn schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": [$json, "string"], "pattern": VARIABLE })
            }
        }
    )*};
}

bind_number! {
    u32, "integer", "a whole number", "write digits, without quotes";
    u64, "integer", "a whole number", "write digits, without quotes";
    usize, "integer", "a whole number", "write digits, without quotes";
    i64, "integer", "a whole number", "write digits, without quotes";
    f64, "number", "a number", "write a number such as `0.5`, without quotes";
}

impl Bind for Duration {
    /// As [`parse_duration`] reads it.
    fn bind(node: &Node, context: &Context) -> Option<Self> {
        let duration = node.text().and_then(|text| parse_duration(text).ok());
        if duration.is_none() {
            wrong(
                node,
                context,
                "a duration",
                "write a number and a unit: `500ms`, `90s`, `5m`, `24h`, `2d`",
            );
        }
        duration
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": format!("^([0-9]+(ms|s|m|h|d))+$|{VARIABLE}"),
            "examples": ["90s", "5m", "24h"],
        })
    }
}

impl Bind for serde_json::Value {
    /// Anything, as [`Node::to_json`] reads it.
    fn bind(node: &Node, _: &Context) -> Option<Self> {
        Some(node.to_json())
    }
}

impl<T: Bind> Bind for Spanned<T> {
    fn bind(node: &Node, context: &Context) -> Option<Self> {
        T::bind(node, context).map(|value| Self::new(value, node.span))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        T::schema(generator)
    }
}

impl<T: Bind> Bind for Box<T> {
    fn bind(node: &Node, context: &Context) -> Option<Self> {
        T::bind(node, context).map(Self::new)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        T::schema(generator)
    }
}

impl<T: Bind> Bind for Vec<T> {
    /// The items that are not faulty; an empty value is an empty list.
    fn bind(node: &Node, context: &Context) -> Option<Self> {
        match &node.value {
            Value::List(items) => Some(items.iter().filter_map(|item| T::bind(item, context)).collect()),
            Value::Null => Some(Self::new()),
            Value::Scalar(_) => {
                let written = context.written(node.span);
                wrong(node, context, "a list", &format!("write it in brackets: `[{written}]`"));
                None
            }
            Value::Map(_) => {
                wrong(node, context, "a list", "begin each item with `- `");
                None
            }
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let items = T::schema(generator);
        json_schema!({ "type": "array", "items": items })
    }
}

impl<T: Bind> Bind for Vec<Named<T>> {
    /// The entries of a mapping; an empty value is an empty mapping.
    fn bind(node: &Node, context: &Context) -> Option<Self> {
        Binder::open(node, context)?;
        let Value::Map(entries) = &node.value else { return Some(Self::new()) };
        let entries = entries
            .iter()
            .map(|entry| Named { name: entry.key.clone(), value: T::bind(&entry.value, context) });
        Some(entries.collect())
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let items = T::schema(generator);
        json_schema!({ "type": "object", "additionalProperties": items })
    }
}

impl<T: Bind> Bind for Names<T> {
    fn bind(node: &Node, context: &Context) -> Option<Self> {
        Vec::bind(node, context).map(Self)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<Named<T>>::schema(generator)
    }
}
