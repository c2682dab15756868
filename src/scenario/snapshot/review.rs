//! Settles proposals.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    check::difference,
    file::{Provenance, Snapshot, SnapshotError},
};
use crate::files;

/// A proposal beside the snapshot that it would replace.
#[derive(Debug)]
pub struct Pending {
    /// The proposal, `NAME.snap.new`.
    pub path: PathBuf,
    /// The snapshot, `NAME.snap`.
    pub target: PathBuf,
    /// The snapshot as it is, if there is one.
    pub old: Option<Snapshot>,
    /// The snapshot as proposed.
    pub new: Snapshot,
}

/// All proposals under `root`.
///
/// # Errors
/// [`SnapshotError`], also for a proposal that is not a snapshot.
pub fn pending(root: &Path) -> Result<Vec<Pending>, SnapshotError> {
    let mut all = Vec::new();
    for path in files::find(root, ".snap.new")? {
        let target = path.with_extension("");
        if let Some(new) = Snapshot::read(&path)? {
            all.push(Pending { old: Snapshot::read(&target)?, new, path, target });
        }
    }
    Ok(all)
}

impl Pending {
    /// What would change.
    #[must_use]
    pub fn difference(&self) -> String {
        difference(self.old.as_ref().map_or("", |old| &old.body), &self.new.body)
    }

    /// Makes the proposal the snapshot.
    ///
    /// # Errors
    /// [`SnapshotError::LiveKept`] when a synthetic message would replace one captured live.
    pub fn accept(&self) -> Result<(), SnapshotError> {
        let was_live = self.old.as_ref().is_some_and(|old| old.header.provenance == Provenance::Live);
        if was_live && self.new.header.provenance == Provenance::Synthetic {
            return Err(SnapshotError::LiveKept(self.target.display().to_string()));
        }
        fs::rename(&self.path, &self.target).map_err(|error| self.within(error))
    }

    /// Throws the proposal away.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn reject(&self) -> Result<(), SnapshotError> {
        fs::remove_file(&self.path).map_err(|error| self.within(error))
    }

    fn within(&self, error: io::Error) -> SnapshotError {
        io::Error::new(error.kind(), format!("{}: {error}", self.path.display())).into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Header, Request, SnapshotVerdict, WriteMode, check};
    use super::*;

    fn run(directory: &Path, body: &str, mode: WriteMode, provenance: Provenance) -> SnapshotVerdict {
        let header = Header {
            scenario: "s".to_owned(),
            step: "expect ops".to_owned(),
            backend: "emulator".to_owned(),
            provenance,
            date: "2026-11-22".to_owned(),
            tool: "bellcheck 0.1.0".to_owned(),
        };
        check(Request { directory, name: "a.b", body: body.to_owned(), header, mode }).unwrap()
    }

    #[test]
    fn a_difference_is_proposed_reviewed_and_then_gone() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let propose = |body: &str| run(folder, body, WriteMode::Propose, Provenance::Synthetic);
        assert!(matches!(propose("one\n"), SnapshotVerdict::Missing { pending: Some(_), .. }));
        assert!(!folder.join("a.b.snap").exists());
        pending(folder).unwrap()[0].accept().unwrap();
        assert_eq!(propose("one\n"), SnapshotVerdict::Match);

        let before = fs::read(folder.join("a.b.snap")).unwrap();
        match propose("two\n") {
            SnapshotVerdict::Mismatch { diff, pending: Some(path), .. } => {
                assert!(diff.contains("-one\n+two\n"), "{diff}");
                assert_eq!(path, folder.join("a.b.snap.new"));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(fs::read(folder.join("a.b.snap")).unwrap(), before);
        pending(folder).unwrap()[0].reject().unwrap();
        assert!(pending(folder).unwrap().is_empty());

        propose("two\n");
        assert_eq!(propose("one\n"), SnapshotVerdict::Match);
        assert!(pending(folder).unwrap().is_empty(), "a proposal that no longer differs is gone");
    }

    #[test]
    fn ci_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let verdict = run(folder.path(), "one\n", WriteMode::Never, Provenance::Synthetic);
        assert!(matches!(verdict, SnapshotVerdict::Missing { pending: None, .. }));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_live_capture_is_not_replaced_by_a_synthetic_message() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), "one\n", WriteMode::Propose, Provenance::Live);
        pending(folder.path()).unwrap()[0].accept().unwrap();
        run(folder.path(), "two\n", WriteMode::Propose, Provenance::Synthetic);
        let fault = pending(folder.path()).unwrap()[0].accept().unwrap_err();
        assert!(fault.to_string().contains("captured live"), "{fault}");
        assert_eq!(Snapshot::read(&folder.path().join("a.b.snap")).unwrap().unwrap().body, "one\n");
    }

    #[test]
    fn names_stay_in_their_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["", "../x", "a/b", ".hidden", "a b"] {
            let header = Header {
                scenario: String::new(),
                step: String::new(),
                backend: String::new(),
                provenance: Provenance::Synthetic,
                date: String::new(),
                tool: String::new(),
            };
            let request = Request {
                directory: folder.path(),
                name,
                body: String::new(),
                header,
                mode: WriteMode::Propose,
            };
            assert!(check(request).is_err(), "{name}");
        }
    }
}
