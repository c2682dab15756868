//! A folder that was deleted or moved away under the relay: its files are open, so they can be written
//! again.

use std::{fs::File, io, path::Path, sync::Arc};

use super::{
    lock,
    segment::{self, is_at},
    writer::Writer,
};

/// Segments that are held open, the newest ones. Older ones are lost with their folder.
pub(super) const HELD: usize = 64;

impl Writer {
    /// Sees to it that what is written is found under its name again. An open file takes what is written
    /// to it long after it was deleted.
    pub(super) fn stay_in_place(&mut self) -> io::Result<()> {
        if self.is_in_place()? { Ok(()) } else { self.restore() }
    }

    pub(super) fn is_in_place(&self) -> io::Result<bool> {
        let folder = &self.shared.folder;
        if !is_at(&folder.join(lock::NAME), &self.lock)? {
            return Ok(false);
        }
        for (first, file) in self.shared.held().iter() {
            if !is_at(&segment::path(folder, *first), file)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Makes the folder again, with all segments that are held open.
    fn restore(&mut self) -> io::Result<()> {
        let folder = self.shared.folder.clone();
        segment::make_folder(&folder)?;
        if !is_at(&folder.join(lock::NAME), &self.lock)? {
            self.lock = lock::lock(&folder).map_err(|error| io::Error::other(error.message))?;
        }
        let held = self.shared.held().clone();
        let found = segment::list(&folder)?;
        for first in &found {
            let path = segment::path(&folder, *first);
            let is_own = match held.get(first) {
                Some(file) => is_at(&path, file)?,
                None => self.segments.contains(first),
            };
            if !is_own {
                return Err(foreign(&path));
            }
        }
        let lost = |first: &u64| !found.contains(first) && !held.contains_key(first);
        // What is left begins after the last one that is lost.
        let kept_from = self.segments.iter().rposition(lost).map_or(0, |last| last + 1);
        if found.iter().any(|first| self.segments[..kept_from].contains(first)) {
            return Err(io::Error::other("files are missing in the middle of it"));
        }
        let mut written = 0;
        for (first, old) in &held {
            if found.contains(first) {
                continue;
            }
            let is_active = *first == self.active.first;
            let length = if is_active { self.active.end() } else { old.metadata()?.len() };
            let file = Arc::new(segment::write_again(&folder, *first, old, length)?);
            if is_active {
                self.active.move_to(Arc::clone(&file))?;
            }
            self.shared.held().insert(*first, file);
            written += 1;
        }
        tracing::warn!(
            "{}: the spool's files were deleted or moved away; {written} of them are written again",
            folder.display()
        );
        self.lose(kept_from);
        Ok(())
    }

    /// Forgets the oldest segments, which nobody can read any more.
    fn lose(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        self.segments.drain(..count);
        let Some(first) = self.segments.first() else { return };
        for (robot, seqs) in self.shared.index().lose_below(*first) {
            if let [oldest, .., newest] | [oldest @ newest] = seqs[..] {
                tracing::error!(
                    "{robot}: {} messages that waited for the robot are lost with the spool's files, the first number {oldest}, the last number {newest}",
                    seqs.len()
                );
            }
        }
    }

    /// Holds a segment open, and lets go of those that are too many.
    pub(super) fn hold(&self, first: u64, file: Arc<File>) {
        let mut held = self.shared.held();
        held.insert(first, file);
        while held.len() > HELD {
            held.pop_first();
        }
    }
}

fn foreign(path: &Path) -> io::Error {
    io::Error::other(format!(
        "{} is of another spool: move that folder away, or start the relay again to take it",
        path.display()
    ))
}
