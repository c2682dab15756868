//! Compares a message with its snapshot.

use std::{
    fs,
    path::{Path, PathBuf},
};

use similar::TextDiff;

use super::file::{Header, Snapshot, SnapshotError};
use crate::files::write_whole;

/// Whether a run may propose snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteMode {
    /// A difference is written beside the snapshot as `.snap.new`.
    Propose,
    /// Nothing is written: CI.
    Never,
}

/// One comparison.
#[derive(Debug)]
pub struct Request<'a> {
    /// The folder of the snapshots.
    pub directory: &'a Path,
    /// The snapshot's name, without `.snap`.
    pub name: &'a str,
    /// The normalised message (`snapshot::body`).
    pub body: String,
    /// What a new file would tell about itself.
    pub header: Header,
    /// Whether a difference may be written.
    pub mode: WriteMode,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum SnapshotVerdict {
    /// The message is the snapshot.
    Match,
    /// The message differs.
    Mismatch {
        /// The file that it was compared with.
        path: PathBuf,
        /// Lines with `-` (snapshot) and `+` (message).
        diff: String,
        /// What of that which made the message has changed since, in words.
        causes: Vec<String>,
        /// The proposal, when it may be written.
        pending: Option<PathBuf>,
    },
    /// There is no snapshot of that name yet.
    Missing {
        /// The file that it would be.
        path: PathBuf,
        /// The proposal, when it may be written.
        pending: Option<PathBuf>,
    },
}

/// Compares a message with its snapshot. A match writes nothing, and removes a proposal that is
/// thereby out of date.
///
/// # Errors
/// [`SnapshotError`] for names that are no file names, and for files that cannot be read or written.
pub fn check(request: Request<'_>) -> Result<SnapshotVerdict, SnapshotError> {
    let path = file(request.directory, request.name)?;
    let pending = pending_of(&path);
    let stored = Snapshot::read(&path)?;
    if stored.as_ref().is_some_and(|stored| stored.body == request.body) {
        if request.mode == WriteMode::Propose && pending.exists() {
            fs::remove_file(&pending)?;
        }
        return Ok(SnapshotVerdict::Match);
    }
    let new = Snapshot { header: request.header, body: request.body };
    let written = match request.mode {
        WriteMode::Propose => {
            write_whole(&pending, new.to_string().as_bytes())?;
            Some(pending)
        }
        WriteMode::Never => None,
    };
    Ok(match stored {
        Some(stored) => SnapshotVerdict::Mismatch {
            path,
            diff: difference(&stored.body, &new.body),
            causes: stored.header.changes(&new.header),
            pending: written,
        },
        None => SnapshotVerdict::Missing { path, pending: written },
    })
}

/// The lines in which two texts differ, with two lines of context.
#[must_use]
pub fn difference(old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(2).missing_newline_hint(false).to_string()
}

fn file(directory: &Path, name: &str) -> Result<PathBuf, SnapshotError> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(fits) {
        return Err(SnapshotError::Name(name.to_owned()));
    }
    Ok(directory.join(format!("{name}.snap")))
}

fn pending_of(path: &Path) -> PathBuf {
    path.with_extension("snap.new")
}
