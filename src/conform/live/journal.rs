//! The record of a run: what it is about to make, on disk before it is made.
//!
//! A journal for each run. Only names of the run that the first line names are taken from it.

use std::{io, path::Path};

use serde::{Deserialize, Serialize};

use super::leavings::{Kind, Thing};
use crate::{clock::Timestamp, journal};

/// The form of the file.
pub(super) const FORMAT: u32 = 1;

/// The start of every name that is made.
const PREFIX: &str = "bellcheck-conform";

/// A line of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    /// A run begins.
    Begin(Begin),
    /// Something is about to be made.
    Make(Thing),
    /// It was looked for, and it is not there.
    Gone(Thing),
    /// Nothing of the run is there.
    End {
        /// When.
        at: Timestamp,
    },
}

/// Whose run it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// The form of the file.
    pub format: u32,
    /// The program and its version.
    pub tool: String,
    /// When.
    pub at: Timestamp,
    /// The account.
    pub account: String,
    /// The region that was called.
    pub region: String,
    /// The part of all names that is the run's own.
    pub run: String,
}

/// The record of one run; it is locked as long as this lives.
#[derive(Debug)]
pub struct Journal {
    lines: journal::Journal,
    begin: Begin,
}

impl Journal {
    /// Begins the record of a run in `folder`. `run` is the part of all names that is its own.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text.
    pub fn create(folder: &Path, run: &str, account: &str, region: &str, at: Timestamp) -> io::Result<Self> {
        let lines = journal::Journal::create(folder, &format!("{}-{run}", at.strftime("%Y%m%dT%H%M%SZ")))?;
        let begin = Begin {
            format: FORMAT,
            tool: concat!("bellcheck ", env!("CARGO_PKG_VERSION")).to_owned(),
            at,
            account: account.to_owned(),
            region: region.to_owned(),
            run: run.to_owned(),
        };
        let journal = Self::held(lines, begin.clone());
        journal.write(&Line::Begin(begin))?;
        Ok(journal)
    }

    /// The record of an earlier run.
    pub(super) const fn held(lines: journal::Journal, begin: Begin) -> Self {
        Self { lines, begin }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.lines.path()
    }

    /// Whose run it is.
    #[must_use]
    pub const fn begin(&self) -> &Begin {
        &self.begin
    }

    /// A name of this run.
    pub(super) fn name(&self, what: &str) -> String {
        format!("{}{what}", prefix(&self.begin.run))
    }

    /// Notes what is about to be made.
    ///
    /// # Errors
    /// Those of the file system: then it must not be made.
    pub(super) fn will_make(&self, kind: Kind, name: &str) -> io::Result<()> {
        self.write(&Line::Make(Thing { kind, name: name.to_owned() }))
    }

    /// Adds a line.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text.
    pub(super) fn write(&self, line: &Line) -> io::Result<()> {
        self.lines.append(line)
    }
}

/// The start of all names of a run.
pub(super) fn prefix(run: &str) -> String {
    format!("{PREFIX}-{run}-")
}
