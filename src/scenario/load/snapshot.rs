//! `snapshot: NAME`, or `snapshot: { name: NAME, fields: [title, text] }`.

use super::scope::Scope;
use crate::{
    scenario::model::Expected,
    spec::yaml::{Binder, Node, Spanned, Value},
};

pub(super) fn snapshot(node: &Node, scope: &Scope<'_>) -> Option<Expected> {
    if !matches!(node.value, Value::Map(_)) {
        let text = scope.text(node, "the name of a snapshot")?;
        return Some(Expected { name: name(Spanned::new(text, node.span), scope)?, fields: None });
    }
    let mut binder = Binder::open(node, scope.context)?;
    let given = binder.required::<Spanned<String>>("name").and_then(|given| name(given, scope));
    let fields = binder.required::<Vec<String>>("fields");
    if fields.as_ref().is_some_and(Vec::is_empty) {
        scope.context.error(
            "scenario::no-fields",
            "a snapshot of no fields is the same for every message",
            binder.node("fields").map_or(node.place, |fields| fields.place),
            "name a field, such as `title`, or write `snapshot: NAME` for the whole message",
        );
    }
    binder.close();
    Some(Expected { name: given?, fields: Some(fields?) })
}

/// A snapshot's name becomes a file's name.
fn name(name: Spanned<String>, scope: &Scope<'_>) -> Option<Spanned<String>> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !name.value.chars().all(good) || name.value.starts_with('.') {
        scope.context.error(
            "scenario::bad-snapshot-name",
            format!("`{}` cannot be the name of a snapshot's file", name.value),
            name.span,
            "use letters, digits, `.`, `_` and `-`, not a dot first",
        );
        return None;
    }
    scope.claim(
        &scope.snapshots,
        &name,
        "scenario::duplicate-snapshot",
        "the snapshot",
        "give each its own name: two messages cannot be kept in one file",
    );
    Some(name)
}
