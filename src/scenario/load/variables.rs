//! `variables: { greeting: hello, most: { type: number, value: 3 } }`

use indexmap::IndexMap;

use crate::{
    clock::parse_duration,
    spec::yaml::{Binder, Context, Document, Environment, Node, Spanned, Value, one_of},
};

/// What a variable must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Duration,
    Bool,
}

const KINDS: [(&str, Kind); 4] =
    [("text", Kind::Text), ("number", Kind::Number), ("duration", Kind::Duration), ("bool", Kind::Bool)];

impl Kind {
    fn fits(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Number => text.parse::<f64>().is_ok_and(f64::is_finite),
            Self::Duration => parse_duration(text).is_ok(),
            Self::Bool => matches!(text, "true" | "false"),
        }
    }

    const fn wanted(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("a text", "write a text"),
            Self::Number => ("a number", "write a number such as `3` or `0.5`"),
            Self::Duration => ("a duration", "write a number and a unit: `500ms`, `90s`, `5m`, `24h`, `2d`"),
            Self::Bool => ("a truth value", "write `true` or `false`"),
        }
    }
}

/// A scenario's own variables.
#[derive(Debug, Default)]
pub(super) struct Variables {
    /// Their values, by name.
    pub(super) values: IndexMap<String, String>,
    /// Their types, by name, for those that have one; also of those whose value comes from `matrix` or
    /// `rows`.
    kinds: IndexMap<String, Kind>,
    /// Those without a value, each with the place of its name.
    open: Vec<Spanned<String>>,
}

impl Variables {
    /// Reads them. What a file says of itself does not depend on the machine, unless it asks
    /// (`greeting: ${GREETING:-hello}`); a variable may use those before it.
    pub(super) fn read(document: &Document, environment: Environment<'_>, context: &Context) -> Self {
        let mut out = Self::default();
        let Some(node) = document.root.get("variables") else { return out };
        if Binder::open(node, context).is_none() {
            return out;
        }
        let Value::Map(entries) = &node.value else { return out };
        for entry in entries {
            let lookup = |name: &str| out.values.get(name).cloned().or_else(|| environment(name));
            // What is missing is reported when the document itself is filled.
            let filled = fill(document, &entry.value, &lookup);
            let (value, kind) = match &entry.value.value {
                Value::Map(_) => {
                    let Some(mut binder) = Binder::open(&filled, context) else { continue };
                    let kind = binder.node("type").and_then(|node| one_of(node, context, "a type", &KINDS));
                    let value = binder.node("value").cloned();
                    binder.close();
                    (value, kind)
                }
                _ => (Some(filled), None),
            };
            if let Some(kind) = kind {
                out.kinds.insert(entry.key.value.clone(), kind);
            }
            match &value {
                Some(value) => {
                    if let Some(text) = out.checked(&entry.key.value, value, entry.key.span, context) {
                        out.values.insert(entry.key.value.clone(), text);
                    }
                }
                None => out.open.push(entry.key.clone()),
            }
        }
        out
    }

    /// The text of a value, when it is one and of its variable's type.
    pub(super) fn checked(
        &self,
        name: &str,
        value: &Node,
        key: crate::diagnostic::Span,
        context: &Context,
    ) -> Option<String> {
        let Some(text) = value.text() else {
            context.error(
                "scenario::wrong-type",
                format!("the variable `{name}` needs a text"),
                key,
                "write a single value behind the colon",
            );
            return None;
        };
        if let Some(kind) = self.kinds.get(name)
            && !kind.fits(text)
        {
            let (wanted, help) = kind.wanted();
            let written = context.written(value.span);
            context.error(
                "scenario::wrong-variable",
                format!("`{written}` is not {wanted}, which the variable `{name}` is"),
                value.span,
                help,
            );
        }
        Some(text.to_owned())
    }

    /// Reports variables that have no value, neither here nor among `given`.
    pub(super) fn check_open(&self, given: &[String], context: &Context) {
        for name in self.open.iter().filter(|name| !given.contains(&name.value)) {
            context.error(
                "scenario::no-value",
                format!("the variable `{}` has no value", name.value),
                name.span,
                "add `value:`, or give it under `matrix` or in `rows`",
            );
        }
    }
}

/// A part of a document with its variables filled.
pub(super) fn fill(document: &Document, node: &Node, environment: Environment<'_>) -> Node {
    let mut copy = document.clone();
    copy.root = node.clone();
    copy.interpolate(environment, &Context::new(std::sync::Arc::clone(&document.source)));
    copy.root
}
