//! `message: [{ contains: Stopping }, …]`: each item is a mapping with one key, the matcher's name.

use super::{
    matcher_texts::{absent, contains, count, equals, matches, order, starts_with},
    matcher_values::{approx, json_path},
    scope::Scope,
};
use crate::{
    diagnostic::Span,
    scenario::matcher::{All, Any, Matcher, MatcherKind, Not},
    spec::yaml::{Entry, Node, Value, did_you_mean},
};

type Read = fn(&Node, &Scope<'_>) -> Option<MatcherKind>;

/// Every matcher and how its value is read.
const NAMES: [(&str, Read); 13] = [
    ("contains", contains),
    ("matches", matches),
    ("starts_with", starts_with),
    ("equals", equals),
    ("absent", absent),
    ("count", count),
    ("before", |node, scope| order(node, scope, false)),
    ("after", |node, scope| order(node, scope, true)),
    ("json_path", json_path),
    ("approx", approx),
    ("not", |node, scope| Some(MatcherKind::Not(Not { matcher: Box::new(one(node, scope)?) }))),
    ("any", |node, scope| Some(MatcherKind::Any(Any { matchers: some(node, scope)? }))),
    ("all", |node, scope| Some(MatcherKind::All(All { matchers: some(node, scope)? }))),
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
    if items.is_empty() {
        scope.context.error(
            "scenario::no-matchers",
            "no matchers are written here",
            node.place,
            "write at least one, or remove the key",
        );
    }
    items.iter().filter_map(|item| one(item, scope)).collect()
}

fn one(node: &Node, scope: &Scope<'_>) -> Option<Matcher> {
    of_entry(only_entry(node, scope)?, scope)
}

/// The matcher that an entry's key names.
pub(super) fn of_entry(entry: &Entry, scope: &Scope<'_>) -> Option<Matcher> {
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
    Some(Matcher { span: span_of(entry), kind: read(&entry.value, scope)? })
}

/// From an entry's key to the end of a value in the same line.
pub(super) fn span_of(entry: &Entry) -> Span {
    let mut span = entry.key.span;
    if matches!(entry.value.value, Value::Scalar(_)) {
        let end = entry.value.span.offset + entry.value.span.len;
        span.len = end.saturating_sub(span.offset).max(span.len);
    }
    span
}

/// The only entry of a mapping.
fn only_entry<'a>(node: &'a Node, scope: &Scope<'_>) -> Option<&'a Entry> {
    let what = match &node.value {
        Value::Map(entries) if entries.len() == 1 => return entries.first(),
        Value::Map(entries) if entries.len() > 1 => "several at once",
        _ => node.kind(),
    };
    scope.context.error(
        "scenario::wrong-type",
        format!("one matcher is expected here, not {what}"),
        if node.span.len == 0 { node.place } else { node.span },
        "write one name and its value, such as `- contains: Stopping`",
    );
    None
}

fn some(node: &Node, scope: &Scope<'_>) -> Option<Vec<Matcher>> {
    let matchers = bind(node, scope);
    (!matchers.is_empty()).then_some(matchers)
}
