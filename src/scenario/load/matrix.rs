//! `matrix` and `rows`: one file, several scenarios.

use indexmap::IndexMap;

use super::variables::{Variables, fill};
use crate::{
    diagnostic::Span,
    spec::yaml::{Binder, Context, Document, Environment, Node, Spanned, Value},
};

/// Scenarios that one file may be.
const MOST: usize = 10_000;

/// One scenario's values of the file's variables.
pub(super) type Case = IndexMap<String, String>;

/// All cases: every combination of the axes under `matrix` with each of the `rows`. One case without
/// values for a file that has neither.
pub(super) fn cases(
    document: &Document,
    variables: &Variables,
    environment: Environment<'_>,
    context: &Context,
) -> Vec<Case> {
    let lookup = |name: &str| variables.values.get(name).cloned().or_else(|| environment(name));
    let part = |key: &str| document.root.get(key).map(|node| fill(document, node, &lookup));
    let mut given = Vec::new();
    let mut cases = vec![Case::new()];
    if let Some(node) = part("matrix") {
        for (name, values) in axes(&node, context) {
            free(name, variables, &given, context);
            given.push(name.value.clone());
            let texts: Vec<String> = values
                .iter()
                .filter_map(|value| variables.checked(&name.value, value, name.span, context))
                .collect();
            if cases.len().saturating_mul(texts.len()) > MOST {
                too_many(node.place, context);
                break;
            }
            cases =
                product(&cases, texts.iter().map(|text| Case::from([(name.value.clone(), text.clone())])));
        }
    }
    if let Some(node) = part("rows") {
        let rows = rows(&node, variables, &given, context);
        given.extend(rows.iter().flat_map(|row| row.keys().cloned()));
        if cases.len().saturating_mul(rows.len()) > MOST {
            too_many(node.place, context);
        } else if !rows.is_empty() {
            cases = product(&cases, rows.into_iter());
        }
    }
    variables.check_open(&given, context);
    cases
}

/// The end of a scenario's name: ` [level=WARN, action=stop]`.
pub(super) fn suffix(case: &Case) -> String {
    if case.is_empty() {
        return String::new();
    }
    let values: Vec<String> = case.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!(" [{}]", values.join(", "))
}

fn product(cases: &[Case], more: impl Iterator<Item = Case> + Clone) -> Vec<Case> {
    cases
        .iter()
        .flat_map(|case| more.clone().map(|values| case.clone().into_iter().chain(values).collect()))
        .collect()
}

fn axes<'a>(node: &'a Node, context: &Context) -> Vec<(&'a Spanned<String>, &'a [Node])> {
    if Binder::open(node, context).is_none() {
        return Vec::new();
    }
    if node.has_no_keys() {
        context.error(
            "scenario::no-axes",
            "no axes are written here",
            node.place,
            "write `name: [one, other]` below it, or remove the key",
        );
    }
    let Value::Map(entries) = &node.value else { return Vec::new() };
    let mut out = Vec::new();
    for entry in entries {
        match &entry.value.value {
            Value::List(values) if !values.is_empty() => out.push((&entry.key, values.as_slice())),
            _ => context.error(
                "scenario::bad-axis",
                format!("the axis `{}` needs a list of values", entry.key.value),
                entry.key.span,
                "write `[one, other]` behind the colon",
            ),
        }
    }
    out
}

/// Each row is a mapping from names to values; all have the same names.
fn rows(node: &Node, variables: &Variables, given: &[String], context: &Context) -> Vec<Case> {
    let Value::List(items) = &node.value else {
        context.error(
            "scenario::wrong-type",
            format!("a list of rows is expected here, not {}", node.kind()),
            if node.span.len == 0 { node.place } else { node.span },
            "write `- { name: value }` below it",
        );
        return Vec::new();
    };
    let mut out: Vec<Case> = Vec::new();
    for item in items {
        if Binder::open(item, context).is_none() {
            continue;
        }
        if item.has_no_keys() {
            context.error(
                "scenario::empty-row",
                "this row has no values",
                if item.span.len == 0 { node.place } else { item.span },
                "write `name: value`, or remove the row",
            );
        }
        let Value::Map(entries) = &item.value else { continue };
        let mut row = Case::new();
        for entry in entries {
            free(&entry.key, variables, given, context);
            let text = variables.checked(&entry.key.value, &entry.value, entry.key.span, context);
            row.extend(text.map(|text| (entry.key.value.clone(), text)));
        }
        if let Some(first) = out.first()
            && let Some(missing) = first.keys().find(|name| !row.contains_key(*name))
        {
            context.error(
                "scenario::uneven-row",
                format!("this row has no `{missing}`, which the first one has"),
                item.span,
                "give every row the same names",
            );
        }
        out.push(row);
    }
    if items.is_empty() {
        context.error(
            "scenario::no-rows",
            "no rows are written here",
            node.place,
            "write at least one, or remove the key",
        );
    }
    out
}

/// A name that has a value already would hide it.
fn free(name: &Spanned<String>, variables: &Variables, given: &[String], context: &Context) {
    if variables.values.contains_key(&name.value) || given.contains(&name.value) {
        context.error(
            "scenario::variable-twice",
            format!("the variable `{}` has a value already", name.value),
            name.span,
            "give it another name, or a `type` and no `value` under `variables`",
        );
    }
}

fn too_many(span: Span, context: &Context) {
    context.error(
        "scenario::too-many-cases",
        format!("these are more than {MOST} scenarios"),
        span,
        "write fewer values, or several files",
    );
}
