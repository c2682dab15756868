//! `message: [{ contains: Stopping }, …]`: each item is a mapping with one key, the matcher's name.

use serde_json::Value as Json;

use super::{later, scope::Scope};
use crate::{
    diagnostic::Span,
    scenario::matcher::{Absent, All, Any, Contains, Equals, Matcher, MatcherKind, Matches, Not, StartsWith},
    spec::yaml::{Binder, Entry, Node, Value, did_you_mean},
};

type Read = fn(&Node, &Scope<'_>) -> Option<MatcherKind>;

/// Every matcher and how its value is read.
const NAMES: [(&str, Read); 9] = [
    ("contains", |node, scope| Some(MatcherKind::Contains(Contains { part: part(node, scope)? }))),
    ("matches", matches),
    ("starts_with", |node, scope| Some(MatcherKind::StartsWith(StartsWith { part: part(node, scope)? }))),
    ("equals", equals),
    ("absent", |node, scope| Some(MatcherKind::Absent(Absent { part: part(node, scope)? }))),
    ("not", |node, scope| Some(MatcherKind::Not(Not { matcher: Box::new(one(node, scope)?) }))),
    ("any", |node, scope| Some(MatcherKind::Any(Any { matchers: some(node, scope)? }))),
    ("all", |node, scope| Some(MatcherKind::All(All { matchers: some(node, scope)? }))),
    ("json_path", later::json_path),
];

/// The matchers of a list; faulty ones were reported.
pub(super) fn bind(node: &Node, scope: &Scope<'_>) -> Vec<Matcher> {
    let Value::List(items) = &node.value else {
        scope.context.error(
            "scenario::wrong-type",
            format!("a list of matchers is expected here, not {}", node.kind()),
            if node.span.len == 0 { node.place } else { node.span },
            "begin each with `- `, such as `- contains: Stopping`",
        );
        return Vec::new();
    };
    items.iter().filter_map(|item| one(item, scope)).collect()
}

fn one(node: &Node, scope: &Scope<'_>) -> Option<Matcher> {
    let (entry, span) = only_entry(node, scope)?;
    let name = entry.key.value.as_str();
    let Some((_, read)) = NAMES.iter().find(|(known, _)| *known == name) else {
        scope.context.error(
            "scenario::unknown-matcher",
            format!("there is no matcher `{}`", scope.context.written(entry.key.span)),
            entry.key.span,
            did_you_mean("matchers", name, NAMES.iter().map(|(known, _)| *known)).unwrap_or_default(),
        );
        return None;
    };
    Some(Matcher { span, kind: read(&entry.value, scope)? })
}

/// The only entry of a mapping, and the span from its key to the end of a value in the same line.
fn only_entry<'a>(node: &'a Node, scope: &Scope<'_>) -> Option<(&'a Entry, Span)> {
    let entries = match &node.value {
        Value::Map(entries) if entries.len() == 1 => entries,
        other => {
            let what = match other {
                Value::Map(entries) if entries.len() > 1 => "several at once",
                _ => node.kind(),
            };
            scope.context.error(
                "scenario::wrong-type",
                format!("one matcher is expected here, not {what}"),
                if node.span.len == 0 { node.place } else { node.span },
                "write one name and its value, such as `- contains: Stopping`",
            );
            return None;
        }
    };
    let entry = entries.first()?;
    let mut span = entry.key.span;
    if matches!(entry.value.value, Value::Scalar(_)) {
        let end = entry.value.span.offset + entry.value.span.len;
        span.len = end.saturating_sub(span.offset).max(span.len);
    }
    Some((entry, span))
}

fn some(node: &Node, scope: &Scope<'_>) -> Option<Vec<Matcher>> {
    let matchers = bind(node, scope);
    if matches!(&node.value, Value::List(items) if items.is_empty()) {
        scope.context.error(
            "scenario::no-matchers",
            "no matchers are written here",
            node.place,
            "write at least one, or remove the key",
        );
        return None;
    }
    Some(matchers)
}

fn part(node: &Node, scope: &Scope<'_>) -> Option<String> {
    scope.text(node, "a text")
}

fn matches(node: &Node, scope: &Scope<'_>) -> Option<MatcherKind> {
    let pattern = scope.text(node, "a regular expression")?;
    match Matches::new(&pattern) {
        Ok(matcher) => Some(MatcherKind::Matches(matcher)),
        Err(fault) => {
            scope.context.error(
                "scenario::bad-regex",
                format!("the regular expression is not valid: {fault}"),
                node.span,
                "mend it, or use `contains` for a plain text",
            );
            None
        }
    }
}

fn equals(node: &Node, scope: &Scope<'_>) -> Option<MatcherKind> {
    if !matches!(node.value, Value::Map(_)) {
        let value = Json::String(scope.text(node, "a text")?);
        return Some(MatcherKind::Equals(Equals { field: None, value }));
    }
    let mut binder = Binder::open(node, scope.context)?;
    let field = binder.required::<String>("field");
    let value = binder.required::<Json>("value");
    binder.close();
    Some(MatcherKind::Equals(Equals { field: Some(field?), value: value? }))
}
