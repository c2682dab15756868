//! Finds files, and says of each what it is. No YAML file goes unsaid: what is neither ours nor named by
//! one of ours is a finding.

mod kind;
mod peek;
mod reference;
#[cfg(test)]
mod tests;
mod vocabulary;
mod walk;

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

pub use self::kind::{FileKind, Like};
use crate::{
    diagnostic::{Diagnostic, Source, Span},
    files,
};

/// Bytes of a file that is looked at although its name is not that of a YAML file.
const SMALL: u64 = 64 * 1024;

/// A file that was met.
#[derive(Debug, Clone, PartialEq)]
pub struct Met {
    /// Its path, as it follows from what was typed.
    pub path: PathBuf,
    /// Whether the path itself was typed.
    pub is_typed: bool,
    /// What it is.
    pub kind: FileKind,
}

/// What was met under some paths.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Looked {
    /// Each file once, in the order of the paths.
    pub files: Vec<Met>,
    /// Folders that were not looked into: hidden ones, and those that other programs fill.
    pub passed: Vec<PathBuf>,
    /// Hidden files that are nothing.
    pub hidden: Vec<PathBuf>,
    /// Files of ours that are put aside by their names, such as `a.yaml.off`.
    pub aside: Vec<PathBuf>,
    /// Files of ours whose names are not those of YAML files.
    misnamed: Vec<Diagnostic>,
}

/// Why a path cannot be looked at.
#[derive(Debug)]
pub struct Unseen {
    /// The path, as it was typed.
    pub path: PathBuf,
    /// What happened.
    pub error: io::Error,
}

/// Looks at files, folders and patterns: `*` and `?` stand for characters of one name, `**` for any
/// folders between. A file that is named twice, or named and found, is met once. Files that `options`
/// name are known.
///
/// # Errors
/// A path that is not there or cannot be read, and a pattern that nothing fits.
pub fn discover(paths: &[PathBuf], options: &[&Path]) -> Result<Looked, Unseen> {
    let mut looked = Looked::default();
    let mut places = BTreeSet::new();
    for path in paths {
        let unseen = |error| Unseen { path: path.clone(), error };
        let walked = walk::walk(path).map_err(unseen)?;
        looked.passed.extend(walked.passed);
        let mut files = Vec::new();
        for file in walked.files {
            if places.insert(files::place(&file)) {
                files.push(file);
            }
        }
        for file in files {
            let kind = if walked.is_file || is_yaml(&file) {
                Some(of_file(&file, walked.is_file).map_err(unseen)?)
            } else {
                looked.put_aside(&file);
                None
            };
            match kind {
                Some(FileKind::Unknown(_)) if !walked.is_file && is_hidden(&file) => looked.hidden.push(file),
                Some(kind) => looked.files.push(Met { path: file, is_typed: walked.is_file, kind }),
                None => {}
            }
        }
    }
    if looked.only().is_none() {
        reference::settle(&mut looked.files, options);
    }
    Ok(looked)
}

impl Looked {
    /// What is to be said about files that are none of ours, or not as they should be. What was typed may
    /// be left to whoever reads it.
    #[must_use]
    pub fn findings(&self, also_typed: bool) -> Vec<Diagnostic> {
        let files = self.files.iter().filter(|met| also_typed || !met.is_typed);
        let of_kind = files.filter_map(|met| match &met.kind {
            FileKind::Part => Some(reference::loose(&met.path)),
            FileKind::Mistaken(_, finding) | FileKind::Unknown(finding) => Some((**finding).clone()),
            _ => None,
        });
        of_kind.chain(self.misnamed.iter().cloned()).collect()
    }

    /// The only file, where it was typed: whoever typed it means it, whatever is in it.
    #[must_use]
    pub fn only(&self) -> Option<&Met> {
        self.files.first().filter(|met| met.is_typed && self.files.len() == 1)
    }

    /// Notes a file whose name is not that of a YAML file, where it is one of ours by what is in it.
    fn put_aside(&mut self, file: &Path) {
        let is_small = fs::metadata(file).is_ok_and(|found| found.is_file() && found.len() <= SMALL);
        let Some(text) = is_small.then(|| files::read_text(file).ok()).flatten() else { return };
        let shown = file.display().to_string();
        let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with(['#', '-']));
        let word =
            first.and_then(|line| line.split_once(':')).map(|(word, _)| word.trim_matches(['"', '\'']));
        if !word.is_some_and(|word| ["name", "spec", "steps", "stack", "fleet", "tags"].contains(&word)) {
            return;
        }
        if !matches!(FileKind::of(&shown, &text), FileKind::Scenario | FileKind::Spec | FileKind::Fleet) {
            return;
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if name.contains(".yaml") || name.contains(".yml") {
            self.aside.push(file.to_owned());
            return;
        }
        let what = "this reads like a file of bellcheck, and its name does not end in `.yaml` or `.yml`: it is left out";
        let source = Source::new(shown, "");
        let finding = Diagnostic::warning("files::name", what).at(&source, Span::default(), "");
        self.misnamed
            .push(finding.help("rename it; `.off` behind `.yaml` puts a file aside without a finding"));
    }
}

/// Whether a name ends as those of YAML files do.
fn is_yaml(path: &Path) -> bool {
    let end = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    end == "yaml" || end == "yml"
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().unwrap_or_default().to_string_lossy().starts_with('.')
}

/// What a file is. What cannot be a text is a finding, where it was not named.
fn of_file(path: &Path, is_typed: bool) -> io::Result<FileKind> {
    let shown = path.display().to_string();
    let not_there = || {
        FileKind::unreadable(
            &shown,
            "this is a link that leads nowhere",
            "remove it, or let it lead to a file",
        )
    };
    match fs::metadata(path) {
        Err(_) if fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) => {
            return Ok(if is_hidden(path) { FileKind::Ignored } else { not_there() });
        }
        Ok(found) if !found.is_file() && !is_typed => {
            return Ok(FileKind::unreadable(&shown, "this is no regular file", "remove it"));
        }
        _ => {}
    }
    match files::read_text(path) {
        Ok(text) => Ok(FileKind::of(&shown, &text)),
        Err(_) if is_typed => Ok(FileKind::Named),
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::FileTooLarge) => {
            let (why, help) = match error.kind() {
                io::ErrorKind::InvalidData => ("this file is not UTF-8".to_owned(), "save it as UTF-8"),
                _ => (format!("this file is too large: {error}"), "split it"),
            };
            let first = files::read_start(path).map_err(|error| walk::within(path, &error))?;
            let is_ignored = kind::is_ignored(&first);
            Ok(if is_ignored { FileKind::Ignored } else { FileKind::unreadable(&shown, &why, help) })
        }
        Err(error) => Err(walk::within(path, &error)),
    }
}
