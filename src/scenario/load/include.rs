//! The files of a scenario: its own, and those under `include`, which hold lists of steps.

use std::{path::Path, sync::Arc};

use super::steps::shape;
use crate::{
    diagnostic::Diagnostic,
    files,
    spec::yaml::{Bind as _, Binder, Context, Document, Node, Shown, Spanned, Value, read_at},
};

/// Keys of which a scenario, or a file of step lists, has one at the top.
const KEYS: [&str; 5] = ["spec", "steps", "finally", "step_lists", "instances"];

/// How many files a scenario may have.
const MOST_FILES: usize = 100;

/// A scenario's file, and then those that it includes, one behind the other so that each offset says
/// its file.
///
/// # Errors
/// The scenario's own file is no YAML.
pub(super) fn open(name: &str, text: &str) -> Result<(Vec<Document>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut documents = vec![read_at(0, name, text, Shown::Of(&KEYS))?];
    let mut known = vec![files::identity(Path::new(name))];
    let mut at = 0;
    let mut end = documents.iter().map(Document::end).max().unwrap_or_default();
    while let Some(document) = documents.get(at) {
        at += 1;
        let source = Arc::clone(&document.source);
        for path in includes(document) {
            let full = files::beside(source.name().as_ref(), &path.value);
            let shown = full.display().to_string();
            let identity = files::identity(&full);
            let problem = |code, message: String, help: &str| {
                Diagnostic::error(code, message).at(&source, path.span, "included here").help(help)
            };
            if path.value.contains("${") {
                let message = "the path of a file has no variables".to_owned();
                found.push(problem("scenario::include-variable", message, "write the path itself"));
            } else if known.contains(&identity) {
                let message = format!("`{shown}` is included already");
                found.push(problem(
                    "scenario::included-twice",
                    message,
                    "remove this line: its lists are there",
                ));
            } else if documents.len() >= MOST_FILES {
                let message = format!("a scenario has at most {MOST_FILES} files");
                found.push(problem("scenario::too-many-files", message, "put more lists into one file"));
            } else {
                match files::read_text(&full) {
                    Ok(text) => {
                        known.push(identity);
                        match read_at(end, &shown, &text, Shown::Of(&KEYS)) {
                            Ok(document) => {
                                end = document.end();
                                documents.push(document);
                            }
                            Err(faults) => found.extend(faults),
                        }
                    }
                    Err(error) => found.push(problem(
                        "scenario::no-include",
                        format!("the file `{shown}` cannot be read: {error}"),
                        "write its path relative to this file",
                    )),
                }
            }
        }
    }
    Ok((documents, found))
}

/// The paths under `include`; what is not a path is reported when the file itself is bound.
pub(super) fn includes(document: &Document) -> Vec<Spanned<String>> {
    let context = Context::new(Arc::clone(&document.source));
    document.root.get("include").and_then(|node| Vec::bind(node, &context)).unwrap_or_default()
}

/// Empties the lists of included files that no step uses: their variables need no values. What is no
/// step in them is a finding all the same.
pub(super) fn leave_out_unused(documents: &mut [Document], context: &Context) {
    let mut used = Vec::new();
    let Some((own, included)) = documents.split_first_mut() else { return };
    let of_lists =
        |root: &Node, name: &str| root.get("step_lists").and_then(|lists| lists.get(name)).cloned();
    uses(&own.root, &mut used);
    let mut at = 0;
    while let Some(name) = used.get(at).cloned() {
        at += 1;
        included
            .iter()
            .filter_map(|file| of_lists(&file.root, &name))
            .for_each(|list| uses(&list, &mut used));
    }
    for file in included {
        let Value::Map(entries) = &mut file.root.value else { continue };
        let Some(lists) = entries.iter_mut().find(|entry| entry.key.value == "step_lists") else { continue };
        let Value::Map(lists) = &mut lists.value.value else { continue };
        for list in lists.iter_mut().filter(|list| !used.contains(&list.key.value)) {
            shape(&list.value, context);
            list.value.value = Value::Null;
        }
    }
}

/// The names behind every `use`, each once.
fn uses(node: &Node, out: &mut Vec<String>) {
    match &node.value {
        Value::Null | Value::Scalar(_) => {}
        Value::List(items) => items.iter().for_each(|item| uses(item, out)),
        Value::Map(entries) => {
            for entry in entries {
                match entry.value.text().filter(|_| entry.key.value == "use") {
                    Some(name) if !out.iter().any(|known| known == name) => out.push(name.to_owned()),
                    _ => uses(&entry.value, out),
                }
            }
        }
    }
}

/// The lists of an included file.
pub(super) fn lists<'a>(root: &'a Node, context: &'a Context) -> Vec<(&'a Spanned<String>, &'a Node)> {
    let Some(binder) = Binder::open(root, context) else { return Vec::new() };
    let mut binder = binder.with_extensions();
    binder.hint("steps", "an included file has `step_lists`, each a name and its steps");
    binder.field::<Vec<String>>("include");
    let node = binder.node("step_lists");
    binder.close();
    node.map(|node| named(node, context)).unwrap_or_default()
}

/// `step_lists: { NAME: [step, …] }`
pub(super) fn named<'a>(node: &'a Node, context: &Context) -> Vec<(&'a Spanned<String>, &'a Node)> {
    if Binder::open(node, context).is_none() {
        return Vec::new();
    }
    let Value::Map(entries) = &node.value else { return Vec::new() };
    entries.iter().map(|entry| (&entry.key, &entry.value)).collect()
}
