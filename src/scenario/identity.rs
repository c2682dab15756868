//! Which scenario it is, whatever was typed to reach it.

use std::{
    collections::HashMap,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use super::Scenario;
use crate::files;

/// A scenario's file. It is the same for `scenarios/a.yaml`, `./scenarios/a.yaml`, the absolute path, a
/// link beside it and another checkout of the same project: parts, records and reports go by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The real path.
    path: PathBuf,
    /// The project's folder.
    root: PathBuf,
}

impl Identity {
    /// Of the file that was typed as `typed` and names other files by `references` (its spec, its
    /// includes), relative to its own folder; `spec` is the path of its spec.
    ///
    /// The project is the nearest folder above with a `.git`; where there is none, the deepest folder
    /// that has both the scenario and its spec in it.
    pub(super) fn new(typed: &Path, references: impl Iterator<Item = String>, spec: &Path) -> Self {
        let path = mounted(real(typed, references));
        let folder = path.parent().unwrap_or(Path::new(""));
        let repository = folder.ancestors().find(|folder| folder.join(".git").exists());
        let root = match repository {
            Some(root) => root.to_owned(),
            None => common(folder, &mounted(files::identity(files::folder(spec)))),
        };
        Self { path, root }
    }

    /// The path below the project's folder, with `/` between names.
    #[must_use]
    pub fn file(&self) -> String {
        below(&self.path, &self.root)
    }

    /// The project's folder.
    #[must_use]
    pub fn project(&self) -> String {
        self.root.display().to_string()
    }

    /// The path below the working directory, or the whole path.
    #[must_use]
    pub fn local(&self) -> String {
        below(&self.path, &files::identity(Path::new(".")))
    }

    /// Whether both are one file.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

/// The folder of the project that a typed path is in, as far as that can be said without its scenarios:
/// the nearest one above with a `.git` or a `bellcheck.yaml`, or else its own.
#[must_use]
pub fn project_of(typed: &Path) -> String {
    let path = mounted(files::identity(typed));
    let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(&path) };
    let has = |name: &'static str| move |folder: &&Path| folder.join(name).exists();
    let root =
        folder.ancestors().find(has(".git")).or_else(|| folder.ancestors().find(has("bellcheck.yaml")));
    root.unwrap_or(folder).display().to_string()
}

/// Names the files of different projects apart that are called alike in each: from the deepest folder
/// that has them all. Within one repository there is nothing to do.
pub fn tell_apart(scenarios: &mut [Scenario]) {
    loop {
        let mut by_file: HashMap<String, Vec<&Identity>> = HashMap::new();
        for identity in scenarios.iter().map(|scenario| &scenario.identity) {
            let alike = by_file.entry(identity.file()).or_default();
            if !alike.iter().any(|known| known.is(identity)) {
                alike.push(identity);
            }
        }
        let roots: HashMap<PathBuf, PathBuf> = by_file
            .into_values()
            .filter(|alike| alike.len() > 1)
            .flat_map(|alike| {
                let roots = alike.iter().map(|identity| identity.root.clone());
                let root = roots.reduce(|root, other| common(&root, &other)).unwrap_or_default();
                alike.into_iter().map(move |identity| (identity.path.clone(), root.clone()))
            })
            .collect();
        if roots.is_empty() {
            return;
        }
        for scenario in &mut *scenarios {
            if let Some(root) = roots.get(&scenario.identity.path) {
                scenario.identity.root.clone_from(root);
            }
        }
    }
}

/// The real path of a scenario's file. A link is the file that it leads to only where it means the same
/// there: relative to another folder, it may be a scenario for another spec.
fn real(typed: &Path, mut references: impl Iterator<Item = String>) -> PathBuf {
    let (target, place) = (files::identity(typed), files::place(typed));
    let means_the_same = |reference: String| {
        let from = |path: &Path| files::identity(&files::beside(path, &reference));
        from(&target) == from(typed)
    };
    if references.all(means_the_same) { target } else { place }
}

/// The path by which a file of a mounted volume is seen, which stays when the volume gets new content.
///
/// Kubernetes writes what a ConfigMap, a Secret or a projected volume holds into a new folder each time,
/// `..2026_12_01_09_00_00.123`, and leads to it by the link `..data`, and by a link for each file beside it.
fn mounted(path: PathBuf) -> PathBuf {
    let is_version = |name: &OsStr| name.as_encoded_bytes().starts_with(b"..");
    let mut versions = path.ancestors().filter(|folder| folder.file_name().is_some_and(is_version));
    let seen = versions.find_map(|version| {
        let seen = version.parent()?.join(path.strip_prefix(version).ok()?);
        (files::identity(&seen) == path).then_some(seen)
    });
    seen.unwrap_or(path)
}

/// The deepest folder that is above both, or one of them.
fn common(one: &Path, other: &Path) -> PathBuf {
    let is_alike = |(one, other): &(_, _)| one == other;
    one.components().zip(other.components()).take_while(is_alike).map(|(part, _)| part).collect()
}

fn below(path: &Path, root: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    if inside.is_absolute() {
        return inside.display().to_string();
    }
    let names: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    names.join("/")
}
