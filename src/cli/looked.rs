//! What was met under the paths that were typed, and what of it is left out.

use std::path::{Path, PathBuf};

use super::{exit::Failure, input};
use crate::{
    report::{counted, visible},
    scenario::{FileKind, Looked, discover},
};

/// Names that are shown of one kind.
const SHOWN: usize = 5;

/// Looks at files, folders and patterns.
///
/// # Errors
/// Exit code 2 for a path that cannot be looked at.
pub(super) fn at(paths: &[PathBuf], options: &[PathBuf]) -> Result<Looked, Failure> {
    let options: Vec<&Path> = options.iter().map(PathBuf::as_path).collect();
    discover(paths, &options).map_err(|unseen| input::unreadable(&unseen.path, &unseen.error))
}

/// How many files were looked at, and what is left out and why; `taken` are those that are not left out,
/// and `what` they are.
pub(super) fn sum_up(looked: &Looked, taken: &dyn Fn(&FileKind) -> bool, what: &str) -> String {
    let count = looked.files.len() + looked.hidden.len() + looked.aside.len();
    // Whoever types one file alone means it, whatever it seems to be.
    let taken = |kind: &FileKind| taken(kind) || looked.only().is_some();
    let used = looked.files.iter().filter(|met| taken(&met.kind)).count();
    let mut groups: Vec<(&str, Vec<&Path>)> = Vec::new();
    let mut add = |word: &'static str, path| match groups.iter_mut().find(|(known, _)| *known == word) {
        Some((_, paths)) => paths.push(path),
        None => groups.push((word, vec![path])),
    };
    for met in looked.files.iter().filter(|met| !taken(&met.kind)) {
        add(word(&met.kind), met.path.as_path());
    }
    looked.hidden.iter().for_each(|path| add("hidden", path));
    looked.aside.iter().for_each(|path| add("put aside by the name", path));
    looked.passed.iter().filter(|path| !is_quiet(path)).for_each(|path| add("folder passed over", path));
    let left: Vec<String> = groups.iter().map(|(word, paths)| format!("{word}: {}", names(paths))).collect();
    let left = if left.is_empty() { String::new() } else { format!("; left out: {}", left.join("; ")) };
    format!("looked at {}: {used} {what}{left}", counted(count, "file"))
}

fn names(paths: &[&Path]) -> String {
    let shown: Vec<String> =
        paths.iter().take(SHOWN).map(|path| visible(&path.display().to_string())).collect();
    match paths.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

const fn word(kind: &FileKind) -> &'static str {
    match kind {
        FileKind::Scenario => "scenario",
        FileKind::Spec => "spec",
        FileKind::Fleet => "fleet",
        FileKind::Part => "part of a spec",
        FileKind::Lists => "lists of steps",
        FileKind::Binds => "binds",
        FileKind::Variables => "variables",
        FileKind::Switches => "switches",
        FileKind::Named => "named by another file or an option",
        FileKind::Ignored => "ignored by its first line",
        FileKind::Mistaken(..) => "faulty",
        FileKind::Unknown(_) => "unknown",
    }
}

/// Folders that nobody expects to be looked into.
fn is_quiet(path: &Path) -> bool {
    [".git", ".bellcheck"].iter().any(|name| path.ends_with(name))
}
