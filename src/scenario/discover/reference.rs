//! Files that others name: what a spec or a scenario includes, and what an option is given.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{FileKind, Met};
use crate::{
    diagnostic::{Diagnostic, Source, Span},
    files,
    spec::yaml::{Node, Shown, Value, read_at},
};

/// Files that are followed.
const MOST: usize = 10_000;

/// Marks the files that others name, or options.
pub(super) fn settle(met: &mut [Met], options: &[&Path]) {
    let mut named: BTreeSet<PathBuf> = options.iter().map(|path| files::identity(path)).collect();
    let mut known = BTreeSet::new();
    let roots = met.iter().filter(|file| matches!(file.kind, FileKind::Scenario | FileKind::Spec));
    let mut open: Vec<PathBuf> = roots.map(|file| file.path.clone()).collect();
    while let Some(path) = open.pop() {
        if known.len() >= MOST || !known.insert(files::place(&path)) {
            continue;
        }
        for (is_include, file) in names(&path) {
            if is_include {
                named.insert(files::identity(&file));
            }
            open.push(file);
        }
    }
    for file in met {
        let is_own =
            matches!(file.kind, FileKind::Scenario | FileKind::Spec | FileKind::Fleet | FileKind::Ignored);
        if !is_own && named.contains(&files::identity(&file.path)) {
            file.kind = FileKind::Named;
        }
    }
}

/// The files that one names: its spec, and what it includes.
fn names(path: &Path) -> Vec<(bool, PathBuf)> {
    let shown = path.display().to_string();
    let Ok(text) = files::read_text(path) else { return Vec::new() };
    let Ok(document) = read_at(0, &shown, &text, Shown::KeysOnly) else { return Vec::new() };
    let from = |node: &Node| node.text().map(|name| files::beside(path, name));
    let mut out = Vec::new();
    if let Some(Value::List(items)) = document.root.get("include").map(|node| &node.value) {
        out.extend(items.iter().filter_map(from).map(|file| (true, file)));
    }
    out.extend(document.root.get("spec").and_then(from).map(|file| (false, file)));
    out
}

/// A part of a spec that no spec includes.
pub(super) fn loose(path: &Path) -> Diagnostic {
    let source = Source::new(path.display().to_string(), "");
    Diagnostic::warning(
        "files::loose",
        "this is a part of a spec, and no file here includes it: it is not checked",
    )
    .at(&source, Span::default(), "")
    .help("name it under `include` of a spec, name that spec too, or give it a `stack` of its own")
}
