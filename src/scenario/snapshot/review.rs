//! Settles proposals.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use regex::Regex;

use super::{
    blanks::difference,
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

/// A snapshot's name, in which `*` may stand for any characters.
#[derive(Debug, Clone)]
pub struct Name(Option<Regex>);

impl Name {
    /// As it was given.
    #[must_use]
    pub fn new(given: &str) -> Self {
        // One that is too large is no snapshot's name.
        Self(files::wildcard(given).ok())
    }

    /// Whether a file `NAME.snap` has this name.
    #[must_use]
    pub fn fits(&self, file: &Path) -> bool {
        let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let name = name.strip_suffix(".snap");
        name.zip(self.0.as_ref()).is_some_and(|(name, pattern)| pattern.is_match(name))
    }
}

/// The snapshots under `roots` that are not among those that are used, and whose names no YAML file
/// there has: a file that is no scenario for a slip of the pen still says what it wants.
///
/// # Errors
/// Those of the file system.
pub fn unused(roots: &[PathBuf], used: &[PathBuf]) -> Result<Vec<PathBuf>, SnapshotError> {
    let used: HashSet<PathBuf> = used.iter().map(|path| files::identity(path)).collect();
    let (mut found, mut texts) = (Vec::new(), Vec::new());
    for root in roots {
        found.extend(files::find(root, ".snap")?);
        for suffix in [".yaml", ".yml"] {
            for file in files::find(root, suffix)? {
                texts.push(files::read_text(&file)?);
            }
        }
    }
    found.retain(|path| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        !used.contains(&files::identity(path)) && !texts.iter().any(|text| text.contains(name.as_ref()))
    });
    Ok(found)
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

    /// What of that which made the message has changed, in words.
    #[must_use]
    pub fn causes(&self) -> Vec<String> {
        self.old.as_ref().map(|old| old.header.changes(&self.new.header)).unwrap_or_default()
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
    use super::super::{Comparison, Header, Request, Settled, WriteMode, check, settle};
    use super::*;

    fn header(provenance: Provenance) -> Header {
        Header {
            scenario: "s".to_owned(),
            step: "expect ops".to_owned(),
            backend: "emulator".to_owned(),
            provenance,
            date: "2026-11-22".to_owned(),
            tool: "bellcheck 0.1.0".to_owned(),
            rule: None,
            template: None,
        }
    }

    fn compare(directory: &Path, body: &str, provenance: Provenance) -> Comparison {
        let header = header(provenance);
        check(Request { directory, name: "a.b", body: body.to_owned(), header }).unwrap()
    }

    /// What a run of scenarios comes to whose messages are these.
    fn run(directory: &Path, bodies: &[&str], mode: WriteMode, provenance: Provenance) -> Vec<Settled> {
        let all: Vec<Comparison> = bodies.iter().map(|body| compare(directory, body, provenance)).collect();
        settle(&all, mode).each
    }

    #[test]
    fn a_difference_is_proposed_reviewed_and_then_gone() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let propose = |body: &str| run(folder, &[body], WriteMode::Propose, Provenance::Synthetic);
        assert_eq!(propose("one\n"), [Settled::Proposed]);
        assert!(!folder.join("a.b.snap").exists());
        pending(folder).unwrap()[0].accept().unwrap();
        assert_eq!(propose("one\n"), [Settled::Nothing]);

        let before = fs::read(folder.join("a.b.snap")).unwrap();
        assert_eq!(propose("two\n"), [Settled::Proposed]);
        assert_eq!(fs::read(folder.join("a.b.snap")).unwrap(), before);
        let waiting = pending(folder).unwrap();
        assert_eq!(waiting[0].path, folder.join("a.b.snap.new"));
        assert!(waiting[0].difference().contains("-one\n+two\n"), "{}", waiting[0].difference());
        waiting[0].reject().unwrap();
        assert!(pending(folder).unwrap().is_empty());

        propose("two\n");
        assert_eq!(propose("one\n"), [Settled::Nothing]);
        assert!(pending(folder).unwrap().is_empty(), "a proposal that no longer differs is gone");
    }

    #[test]
    fn of_several_texts_the_first_scenario_proposes() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let propose = |bodies: &[&str]| run(folder, bodies, WriteMode::Propose, Provenance::Synthetic);
        let other = Settled::Other(0);
        assert_eq!(propose(&["one", "two", "one\r\n"]), [Settled::Proposed, other, Settled::Proposed]);
        let waiting = pending(folder).unwrap();
        assert_eq!((waiting.len(), waiting[0].new.body.as_str()), (1, "one"));
        waiting[0].accept().unwrap();
        // One that is equal does not take away what another proposes, whichever comes first.
        assert_eq!(propose(&["one", "two"]), [Settled::Nothing, Settled::Proposed]);
        assert_eq!(propose(&["two", "one"]), [Settled::Proposed, Settled::Nothing]);
        assert_eq!(pending(folder).unwrap()[0].new.body, "two");
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let fixtures = folder.path().join("fixtures");
        fs::write(&fixtures, "a file").unwrap();
        let settled = run(&fixtures, &["one"], WriteMode::Propose, Provenance::Synthetic);
        assert!(matches!(&settled[..], [Settled::Failed(why)] if why.contains("fixtures")), "{settled:?}");
    }

    #[test]
    fn ci_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let settled = run(folder.path(), &["one\n"], WriteMode::Never, Provenance::Synthetic);
        assert_eq!(settled, [Settled::NotAsked]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_live_capture_is_not_replaced_by_a_synthetic_message() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &["one\n"], WriteMode::Propose, Provenance::Live);
        pending(folder.path()).unwrap()[0].accept().unwrap();
        run(folder.path(), &["two\n"], WriteMode::Propose, Provenance::Synthetic);
        let fault = pending(folder.path()).unwrap()[0].accept().unwrap_err();
        assert!(fault.to_string().contains("captured live"), "{fault}");
        assert_eq!(Snapshot::read(&folder.path().join("a.b.snap")).unwrap().unwrap().body, "one\n");
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        let fits = |name: &str, file: &str| Name::new(name).fits(Path::new(file));
        for (name, file, fit) in [
            ("a.b", "x/a.b.snap", true),
            ("a.b", "x/a.bc.snap", false),
            ("a.b", "a.b.snap.new", false),
            ("a*", "a.b.snap", true),
            ("*b", "a.b.snap", true),
            ("a*b*c", "a-b-c.snap", true),
            ("a*b*c", "a-c.snap", false),
            ("aa*aa", "aaa.snap", false),
            ("*", "anything.snap", true),
        ] {
            assert_eq!(fits(name, file), fit, "{name} {file}");
        }
    }

    #[test]
    fn names_stay_in_their_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["", "../x", "a/b", ".hidden", "a b"] {
            let header = header(Provenance::Synthetic);
            let request = Request { directory: folder.path(), name, body: String::new(), header };
            assert!(check(request).is_err(), "{name}");
        }
    }
}
