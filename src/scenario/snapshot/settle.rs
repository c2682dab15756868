//! Writes down what a run proposes. This waits until the run is over: what is proposed then depends on the
//! order of the scenarios alone, and not on which of them was faster.

use std::{
    fs,
    path::{Path, PathBuf},
};

use indexmap::IndexMap;

use super::{
    check::{Comparison, SnapshotVerdict, is_same_text},
    file::Snapshot,
};
use crate::files::{identity, write_whole};

/// Whether a run may propose snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteMode {
    /// A difference is written beside the snapshot as `.snap.new`.
    Propose,
    /// Nothing is written: CI.
    Never,
}

/// What became of a comparison's proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// The message is the snapshot: it proposes nothing.
    Nothing,
    /// Its text is proposed.
    Proposed,
    /// Another text is proposed under this name: that of the comparison at this place.
    Other(usize),
    /// Nothing may be written.
    NotAsked,
    /// It could not be written, and why.
    Failed(String),
}

/// What became of each comparison of a run, and files that are out of date and could not be removed, each
/// with the reason.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// In the order of the comparisons.
    pub each: Vec<Settled>,
    /// Proposals for snapshots that every message was equal to.
    pub stale: Vec<(PathBuf, String)>,
}

/// Settles the comparisons of a run, given in the order of its scenarios. Of several texts for one
/// snapshot the first is proposed. A proposal that no message differs from any more is removed.
#[must_use]
pub fn settle(all: &[Comparison], mode: WriteMode) -> Settlement {
    let mut settlement = Settlement { each: vec![Settled::Nothing; all.len()], stale: Vec::new() };
    let mut files: IndexMap<PathBuf, Vec<usize>> = IndexMap::new();
    for (place, one) in all.iter().enumerate() {
        files.entry(key(&one.path)).or_default().push(place);
    }
    for places in files.values() {
        let new = |place: usize| all.get(place).and_then(|one| one.verdict.proposal());
        let Some(first) = places.iter().copied().find(|place| new(*place).is_some()) else {
            if mode == WriteMode::Propose
                && let Some(one) = places.first().and_then(|place| all.get(*place))
                && let Err(error) = remove(&pending_of(&one.path))
            {
                settlement.stale.push((pending_of(&one.path), error));
            }
            continue;
        };
        let Some((one, proposal)) = all.get(first).zip(new(first)) else { continue };
        let written = match mode {
            WriteMode::Never => Some(Settled::NotAsked),
            WriteMode::Propose => write_whole(&pending_of(&one.path), proposal.to_string().as_bytes())
                .err()
                .map(|error| Settled::Failed(error.to_string())),
        };
        for place in places {
            let Some(text) = new(*place) else { continue };
            let is_same = is_same_text(&text.body, &proposal.body);
            if let Some(slot) = settlement.each.get_mut(*place) {
                *slot = match &written {
                    Some(not) => not.clone(),
                    None if is_same => Settled::Proposed,
                    None => Settled::Other(first),
                };
            }
        }
    }
    settlement
}

impl SnapshotVerdict {
    /// What the snapshot would be, where it is not that already.
    #[must_use]
    pub fn proposal(&self) -> Option<&Snapshot> {
        match self {
            Self::Match => None,
            Self::Mismatch { new, .. } | Self::Missing { new } => Some(new),
        }
    }
}

/// What paths of one snapshot have in common, also of one that does not exist yet.
pub(in crate::scenario) fn key(path: &Path) -> PathBuf {
    let folder = path.parent().unwrap_or(Path::new(""));
    identity(folder).join(path.file_name().unwrap_or_default())
}

fn remove(path: &Path) -> Result<(), String> {
    match fs::remove_file(path) {
        Err(error) if path.exists() => Err(error.to_string()),
        // What is not there, or not below a folder, is gone.
        _ => Ok(()),
    }
}

fn pending_of(path: &Path) -> PathBuf {
    path.with_extension("snap.new")
}
