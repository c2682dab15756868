//! Matchers of texts. Each has a short form that looks at the text, and `{ in: title, text: … }`.

use regex::Regex;
use serde_json::Value as Json;

use super::scope::Scope;
use crate::{
    scenario::matcher::{
        Absent, Compared, Contains, Counted, Equals, MatcherKind, Matches, Occurs, Order, Place, StartsWith,
    },
    spec::yaml::{Binder, Node, Spanned, Value, one_of},
};

pub(super) fn contains(node: &Node, scope: &Scope<'_>) -> Option<MatcherKind> {
    let (place, part) = placed(node, scope, "a text")?;
    Some(MatcherKind::Contains(Contains { place, part: part.value }))
}

pub(super) fn starts_with(node: &Node, scope: &Scope<'_>) -> Option<MatcherKind> {
    let (place, part) = placed(node, scope, "a text")?;
    Some(MatcherKind::StartsWith(StartsWith { place, part: part.value }))
}

pub(super) fn absent(node: &Node, scope: &Scope<'_>) -> Option<MatcherKind> {
    let (place, part) = placed(node, scope, "a text")?;
    Some(MatcherKind::Absent(Absent { place, part: part.value }))
}

pub(super) fn matches(node: &Node, scope: &Scope<'_>) -> Option<MatcherKind> {
    let (place, pattern) = placed(node, scope, "a regular expression")?;
    Some(MatcherKind::Matches(Matches { place, pattern: regex(&pattern, scope)? }))
}

/// `text`, `{ in: title, text: … }` or `{ field: msgtype, value: markdown }`.
pub(super) fn equals(node: &Node, scope: &Scope<'_>) -> Option<MatcherKind> {
    if node.get("in").is_some() || !matches!(node.value, Value::Map(_)) {
        let (place, text) = placed(node, scope, "a text")?;
        let value = Json::String(text.value);
        return Some(MatcherKind::Equals(Equals { what: Compared::Place(place), value }));
    }
    let mut binder = Binder::open(node, scope.context)?;
    let field = binder.required::<String>("field");
    let value = binder.required::<Json>("value");
    binder.close();
    Some(MatcherKind::Equals(Equals { what: Compared::Field(field?), value: value? }))
}

/// `{ of: text, equals: 2 }` or `{ matches: regex, at_least: 1, at_most: 3 }`, with `in`.
pub(super) fn count(node: &Node, scope: &Scope<'_>) -> Option<MatcherKind> {
    let mut binder = Binder::open(node, scope.context)?;
    let place = place(&mut binder, scope);
    let text = binder.node("of").map(|node| scope.text(node, "a text"));
    let pattern = binder.field::<Spanned<String>>("matches").map(|pattern| regex(&pattern, scope));
    let equals = binder.field::<usize>("equals");
    let (least, most) = (binder.field::<usize>("at_least"), binder.field::<usize>("at_most"));
    binder.close();
    let of = match (text, pattern) {
        (Some(text), None) => Counted::Text(text?),
        (None, Some(pattern)) => Counted::Pattern(pattern?),
        _ => {
            bad(node, scope, "`count` counts one thing", "write either `of: TEXT` or `matches: REGEX`");
            return None;
        }
    };
    let (least, most) = match (equals, least, most) {
        (Some(number), None, None) => (number, Some(number)),
        (None, None, None) | (Some(_), _, _) => {
            let help = "write `equals: N`, or `at_least: N` and `at_most: N`";
            bad(node, scope, "`count` needs to know how often", help);
            return None;
        }
        (None, least, most) => (least.unwrap_or(0), most),
    };
    if most.is_some_and(|most| most < least) {
        bad(
            node,
            scope,
            "no count is at least that much and at most that much",
            "let `at_least` be the smaller one",
        );
    }
    Some(MatcherKind::Count(Occurs { place, of, least, most }))
}

/// `[one, other]` or `{ in: title, texts: [one, other] }`.
pub(super) fn order(node: &Node, scope: &Scope<'_>, reversed: bool) -> Option<MatcherKind> {
    let (place, list) = match &node.value {
        Value::Map(_) => {
            let mut binder = Binder::open(node, scope.context)?;
            let place = place(&mut binder, scope);
            let list = binder.required::<Node>("texts");
            binder.close();
            (place, list?)
        }
        _ => (Place::Text, node.clone()),
    };
    let Value::List(items) = &list.value else {
        bad(&list, scope, "two texts are expected here", "write `[one, other]`");
        return None;
    };
    let [one, other] = items.as_slice() else {
        bad(
            &list,
            scope,
            "two texts are expected here",
            "write `[one, other]`; for more of them, write several matchers",
        );
        return None;
    };
    let (one, other) = (scope.text(one, "a text"), scope.text(other, "a text"));
    Some(MatcherKind::Order(Order { place, texts: [one?, other?], reversed }))
}

/// The place and the text of a short or a long form.
fn placed(node: &Node, scope: &Scope<'_>, expected: &str) -> Option<(Place, Spanned<String>)> {
    if !matches!(node.value, Value::Map(_)) {
        return Some((Place::Text, Spanned::new(scope.text(node, expected)?, node.span)));
    }
    let mut binder = Binder::open(node, scope.context)?;
    let place = place(&mut binder, scope);
    let text = binder.required::<Node>("text");
    binder.close();
    let text = text?;
    Some((place, Spanned::new(scope.text(&text, expected)?, text.span)))
}

/// `in: title`; the text without it.
pub(super) fn place(binder: &mut Binder<'_>, scope: &Scope<'_>) -> Place {
    let node = binder.node("in");
    node.and_then(|node| one_of(node, scope.context, "a part of a message", &Place::WORDS))
        .unwrap_or_default()
}

/// A regular expression.
pub(super) fn regex(pattern: &Spanned<String>, scope: &Scope<'_>) -> Option<Regex> {
    match Matches::new(&pattern.value) {
        Ok(matcher) => Some(matcher.pattern),
        Err(fault) => {
            scope.context.error(
                "scenario::bad-regex",
                format!("the regular expression is not valid: {fault}"),
                pattern.span,
                "mend it, or use `contains` for a plain text",
            );
            None
        }
    }
}

/// Reports a matcher that says too little or too much.
pub(super) fn bad(node: &Node, scope: &Scope<'_>, what: &str, help: &str) {
    let span = if node.span.len == 0 { node.place } else { node.span };
    scope.context.error("scenario::bad-matcher", what, span, help);
}
