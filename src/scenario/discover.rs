//! Finds files by what is in them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use regex::Regex;

use crate::files;

/// What a YAML file is, by its top-level keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// It has `steps:`.
    Scenario,
    /// It has `stack:`.
    Spec,
    /// It has `fleet:`.
    Fleet,
    /// It is something else.
    Other,
}

impl FileKind {
    /// Looks for the key that only this kind of file has. A file written in flow style (`{…}`) is
    /// not recognised; it can still be named.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let has = |key: &str| text.lines().any(|line| line.starts_with(key));
        match (has("steps:"), has("stack:"), has("fleet:")) {
            (true, _, _) => Self::Scenario,
            (_, true, _) => Self::Spec,
            (_, _, true) => Self::Fleet,
            _ => Self::Other,
        }
    }
}

/// The YAML files under a folder, sorted by path, each with its kind; of a file, that file itself. A
/// path that does not exist may be a pattern: `*` and `?` stand for characters of one name, `**` for
/// any folders between. Files of other kinds are left out, unless they are named. Files that are not UTF-8, or too large, are left out.
///
/// # Errors
/// A path that does not exist or cannot be read.
pub fn discover(path: &Path) -> io::Result<Vec<(PathBuf, FileKind)>> {
    let metadata = fs::metadata(path).map_err(|error| within(path, &error));
    let pattern = if metadata.is_err() { pattern(path) } else { None };
    let (root, pattern) = match &pattern {
        Some((root, pattern)) => (root.as_path(), Some(pattern)),
        None => (path, None),
    };
    if pattern.is_none() && !metadata?.is_dir() {
        let text = files::read_text(path).map_err(|error| within(path, &error))?;
        return Ok(vec![(path.to_owned(), FileKind::of(&text))]);
    }
    let mut found = Vec::new();
    for file in files::find(root, "")? {
        if pattern.is_some_and(|pattern| !pattern.is_match(&file.to_string_lossy())) {
            continue;
        }
        if !file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            continue;
        }
        let kind = match files::read_text(&file) {
            Ok(text) => FileKind::of(&text),
            Err(error) if is_no_text(&error) => FileKind::Other,
            Err(error) => return Err(within(&file, &error)),
        };
        if kind != FileKind::Other {
            found.push((file, kind));
        }
    }
    Ok(found)
}

fn is_no_text(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::FileTooLarge)
}

/// The folder in which a pattern begins, and what a path in it must match; none for a plain path.
fn pattern(path: &Path) -> Option<(PathBuf, Regex)> {
    let text = path.to_string_lossy();
    let first = text.find(['*', '?'])?;
    let root = text[..first].rsplit_once('/').map_or("", |(root, _)| root);
    // Paths below the working directory begin with its name.
    let (root, text) = match root {
        "" if text.starts_with('/') => ("/", text.to_string()),
        "" => (".", format!("./{text}")),
        root => (root, text.to_string()),
    };
    Some((PathBuf::from(root), files::wildcard(&text).ok()?))
}

fn within(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_keys() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("b/spec.yaml", "# who\nstack: x\n"),
            ("a.yml", "name: x\nsteps: []\n"),
            ("compose.yaml", "services: {}\nx:\n  steps: []\n"),
            ("steps.txt", "steps: []\n"),
        ] {
            files::write_whole(&folder.path().join(name), text.as_bytes()).unwrap();
        }
        let found = discover(folder.path()).unwrap();
        assert_eq!(
            found,
            [
                (folder.path().join("a.yml"), FileKind::Scenario),
                (folder.path().join("b/spec.yaml"), FileKind::Spec)
            ]
        );
        let named = folder.path().join("compose.yaml");
        assert_eq!(discover(&named).unwrap(), vec![(named, FileKind::Other)]);
        assert!(discover(&folder.path().join("none")).is_err());
    }

    #[test]
    fn a_pattern_stands_for_the_files_that_fit() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.yaml", "b/a.yaml", "b/c/a.yml", "b/c/ab.yaml", "b/note.txt"] {
            files::write_whole(&folder.path().join(name), b"steps: []\n").unwrap();
        }
        let found = |pattern: &str| -> Vec<String> {
            let found = discover(&folder.path().join(pattern)).unwrap();
            let short = |path: &Path| path.strip_prefix(folder.path()).unwrap().display().to_string();
            found.iter().map(|(path, _)| short(path)).collect()
        };
        assert_eq!(found("*.yaml"), ["a.yaml"]);
        assert_eq!(found("**/a*.yaml"), ["a.yaml", "b/a.yaml", "b/c/ab.yaml"]);
        assert_eq!(found("b/**/a.y?l"), ["b/c/a.yml"]);
        assert_eq!(found("*/a.yaml"), ["b/a.yaml"]);
        assert_eq!(found("b/*.md"), Vec::<String>::new());
        assert!(discover(&folder.path().join("none.yaml")).is_err());
    }
}
