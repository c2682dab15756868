//! Finds files by what is in them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

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

/// The YAML files under a folder, sorted by path, each with its kind; of a file, that file itself.
/// Files of other kinds are left out, unless they are named. Files that are not UTF-8, or too large, are left out.
///
/// # Errors
/// A path that does not exist or cannot be read.
pub fn discover(path: &Path) -> io::Result<Vec<(PathBuf, FileKind)>> {
    if !fs::metadata(path).map_err(|error| within(path, &error))?.is_dir() {
        let text = files::read_text(path).map_err(|error| within(path, &error))?;
        return Ok(vec![(path.to_owned(), FileKind::of(&text))]);
    }
    let mut found = Vec::new();
    for file in files::find(path, "")? {
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
}
