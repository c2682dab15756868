//! Matchers of values: `json_path` and `approx`; and what `capture` takes.

use super::{
    matcher_texts::{bad, place, regex},
    matchers::{of_entry, span_of},
    scope::Scope,
};
use crate::{
    scenario::{
        capture::Capture,
        matcher::{Approx, Compared, Equals, JsonPath, Matcher, MatcherKind, Measure, Taken},
        query::Query,
    },
    spec::yaml::{Bind as _, Binder, Named, Node, Spanned, Value},
};

/// `{ path: "$.at.isAtAll", equals: false }`: beside the path, any matcher of the value.
pub(super) fn json_path(node: &Node, scope: &Scope<'_>) -> Option<MatcherKind> {
    let Some(path) = node.get("path") else {
        bad(
            node,
            scope,
            "`json_path` needs a path",
            "write `json_path: { path: \"$.at.isAtAll\", equals: false }`",
        );
        return None;
    };
    let path = parse(path, scope);
    let Value::Map(entries) = &node.value else { return None };
    let mut matchers = Vec::new();
    for entry in entries.iter().filter(|entry| entry.key.value != "path") {
        matchers.push(match entry.key.value.as_str() {
            "equals" => {
                let kind = Equals { what: Compared::Whole, value: entry.value.to_json() };
                Matcher { span: span_of(entry), kind: MatcherKind::Equals(kind) }
            }
            _ => of_entry(entry, scope)?,
        });
    }
    Some(MatcherKind::JsonPath(JsonPath { path: path?, matchers }))
}

fn parse(node: &Node, scope: &Scope<'_>) -> Option<Query> {
    let text = scope.text(node, "a JSONPath")?;
    match Query::parse(&text) {
        Ok(path) => Some(path),
        Err(fault) => {
            scope.context.error(
                "scenario::bad-path",
                format!("this is no JSONPath: {fault}"),
                node.span,
                "begin with `$`, such as `$.content.state` or `$.at.atMobiles[0]` (RFC 9535)",
            );
            None
        }
    }
}

/// Where a value is taken from: `matches`, `json_path` or `field`.
fn taken(binder: &mut Binder<'_>, node: &Node, scope: &Scope<'_>) -> Option<Taken> {
    let place = place(binder, scope);
    let pattern = binder.field::<Spanned<String>>("matches").map(|pattern| regex(&pattern, scope));
    let path = binder.node("json_path").map(|node| parse(node, scope));
    let field = binder.field::<String>("field");
    match (pattern, path, field) {
        (Some(pattern), None, None) => Some(Taken::Pattern(place, pattern?)),
        (None, Some(path), None) => Some(Taken::JsonPath(path?)),
        (None, None, Some(field)) => Some(Taken::Field(field)),
        _ => {
            let help = "write one of `matches: REGEX`, `json_path: PATH` and `field: NAME`";
            bad(node, scope, "a value is taken from one place", help);
            None
        }
    }
}

/// `{ json_path: "$.content.progress", value: 50, tolerance: 5 }`
pub(super) fn approx(node: &Node, scope: &Scope<'_>) -> Option<MatcherKind> {
    let mut binder = Binder::open(node, scope.context)?;
    let from = taken(&mut binder, node, scope);
    let value = binder.required::<Node>("value");
    let tolerance = binder.required::<Node>("tolerance");
    binder.close();
    let (value, tolerance) = (value?, tolerance?);
    let text = scope.text(&value, "a number, a duration or a time")?;
    let Some(measure) = Measure::parse(&text) else {
        let help = "write `5`, `90s` or `2026-01-01T00:00:00+08:00`";
        bad(&value, scope, &format!("`{text}` is neither a number nor a duration nor a time"), help);
        return None;
    };
    let tolerance_text = scope.text(&tolerance, "a tolerance")?;
    let Some(number) = measure.tolerance(&tolerance_text) else {
        let help = "write a number for a number (`5`), and a duration for a duration or a time (`30s`)";
        bad(&tolerance, scope, &format!("`{tolerance_text}` is no tolerance for `{text}`"), help);
        return None;
    };
    Some(MatcherKind::Approx(Approx { from: from?, value: measure, tolerance: number, tolerance_text }))
}

/// `capture: { id: { matches: "(i-[a-z0-9]+)" } }`
pub(super) fn captures(binder: &mut Binder<'_>, scope: &Scope<'_>) -> Vec<Capture> {
    let Some(node) = binder.node("capture") else { return Vec::new() };
    let named = Vec::<Named<Node>>::bind(node, scope.context).unwrap_or_default();
    if node.has_no_keys() {
        let help = "write `NAME: { matches: REGEX }`, or remove the key";
        scope.context.error("scenario::no-captures", "nothing is captured here", node.place, help);
    }
    let mut out = Vec::new();
    for Named { name, value } in named {
        let Some(value) = value else { continue };
        scope.take(&name);
        let Some(mut binder) = Binder::open(&value, scope.context) else { continue };
        let from = taken(&mut binder, &value, scope);
        binder.close();
        out.extend(from.map(|from| Capture { name, from }));
    }
    out
}
