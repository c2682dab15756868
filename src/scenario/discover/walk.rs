//! The files that a path stands for.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use regex::Regex;

use crate::files;

/// How often a folder is looked into that several links lead to.
const MOST_VISITS: usize = 16;

/// What a path stands for.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Files, sorted.
    pub(super) files: Vec<PathBuf>,
    /// Folders that were not looked into.
    pub(super) passed: Vec<PathBuf>,
    /// Whether the path is that of a file.
    pub(super) is_file: bool,
}

/// The files under a folder, or those that fit a pattern, or the one file that the path names. Links are
/// followed, each folder once. Hidden folders are passed over, and those that other programs fill.
///
/// # Errors
/// A path that is not there or cannot be read, and a pattern that nothing fits.
pub(super) fn walk(path: &Path) -> io::Result<Walked> {
    let pattern = match fs::metadata(path) {
        Ok(metadata) if !metadata.is_dir() => {
            return Ok(Walked { files: vec![path.to_owned()], is_file: true, ..Walked::default() });
        }
        Ok(_) => None,
        Err(error) => Some(pattern(path).ok_or_else(|| within(path, &error))?),
    };
    let Some((root, pattern)) = pattern else { return below(path) };
    let mut found = below(&root)?;
    found.files.retain(|file| pattern.is_match(&file.to_string_lossy()));
    // What lies elsewhere is not meant.
    found.passed.clear();
    if found.files.is_empty() {
        let what = "no file fits this pattern";
        return Err(within(path, &io::Error::new(io::ErrorKind::NotFound, what)));
    }
    Ok(found)
}

fn below(root: &Path) -> io::Result<Walked> {
    let mut found = Walked::default();
    // Each folder with those above it, by their real paths.
    let mut open = vec![(root.to_owned(), vec![files::identity(root)])];
    let mut visits: HashMap<PathBuf, usize> = HashMap::new();
    while let Some((folder, chain)) = open.pop() {
        let within = |error| within(&folder, &error);
        for entry in fs::read_dir(&folder).map_err(within)? {
            let entry = entry.map_err(within)?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(within)?);
            let is_folder = kind.is_dir() || kind.is_symlink() && path.is_dir();
            if !is_folder {
                found.files.push(path);
                continue;
            }
            let real = files::identity(&path);
            let visits = visits.entry(real.clone()).or_default();
            *visits += 1;
            if is_passed(&path) || leads_up(&real, &chain) || *visits > MOST_VISITS {
                found.passed.push(path);
            } else {
                open.push((path, chain.iter().cloned().chain([real]).collect()));
            }
        }
    }
    found.files.sort();
    found.passed.sort();
    Ok(found)
}

/// Whether a link leads to a folder that it stands in: there is no end to it.
fn leads_up(target: &Path, chain: &[PathBuf]) -> bool {
    chain.iter().any(|folder| folder.starts_with(target))
}

/// Whether a folder is hidden, or full of what other programs put there.
fn is_passed(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || name == "node_modules" || folder.join("CACHEDIR.TAG").is_file()
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

pub(super) fn within(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
