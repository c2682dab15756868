//! Compares a message with its snapshot.

use std::path::{Path, PathBuf};

use super::{
    blanks::difference,
    file::{Header, Snapshot, SnapshotError},
};
use crate::files::plain_lines;

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
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The file that the message was compared with.
    pub path: PathBuf,
    /// What was found.
    pub verdict: SnapshotVerdict,
}

/// What a comparison found. None writes anything: `snapshot::settle` does, when the run is over.
#[derive(Debug, PartialEq, Eq)]
pub enum SnapshotVerdict {
    /// The message is the snapshot.
    Match,
    /// The message differs.
    Mismatch {
        /// Lines with `-` (snapshot) and `+` (message).
        diff: String,
        /// What of that which made the message has changed since, in words.
        causes: Vec<String>,
        /// What the snapshot would be now.
        new: Box<Snapshot>,
    },
    /// There is no snapshot of that name yet.
    Missing {
        /// What it would be.
        new: Box<Snapshot>,
    },
}

/// Compares a message with its snapshot.
///
/// # Errors
/// [`SnapshotError`] for names that are no file names, and for files that cannot be read.
pub fn check(request: Request<'_>) -> Result<Comparison, SnapshotError> {
    let path = file(request.directory, request.name)?;
    let stored = Snapshot::read(&path)?;
    let new = Box::new(Snapshot { header: request.header, body: request.body });
    let verdict = match stored {
        Some(stored) if is_same_text(&stored.body, &new.body) => SnapshotVerdict::Match,
        Some(stored) => SnapshotVerdict::Mismatch {
            diff: difference(&stored.body, &new.body),
            causes: stored.header.changes(&new.header),
            new,
        },
        None => SnapshotVerdict::Missing { new },
    };
    Ok(Comparison { path, verdict })
}

fn file(directory: &Path, name: &str) -> Result<PathBuf, SnapshotError> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(fits) {
        return Err(SnapshotError::Name(name.to_owned()));
    }
    Ok(directory.join(format!("{name}.snap")))
}

/// Whether two texts are the same but for the kind of their line ends, and for line ends and a byte order
/// mark at the ends of the text.
pub(super) fn is_same_text(one: &str, other: &str) -> bool {
    let compared = |text| plain_lines(text).trim_end_matches('\n').to_owned();
    compared(one) == compared(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_line_ends_make_no_difference() {
        assert!(is_same_text("a\nb", "\u{feff}a\r\nb\r\n"));
        for other in ["a\rb\n", "a\n\nb\n", "a\nb \n", "a\nb\u{85}", "\na\nb"] {
            assert!(!is_same_text("a\nb\n", other), "{other:?}");
        }
    }
}
