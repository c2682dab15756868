//! The record of a run: what it is about to make, on disk before it is made.
//!
//! A file for each run, JSON lines, only appended to. A line is synced before the call that it tells of
//! goes out, so that whatever ends the process, the next one knows what may be there. Only names of
//! the run that the first line names are taken from it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::leavings::{Kind, Thing};
use crate::clock::Timestamp;

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
    path: PathBuf,
    begin: Begin,
    file: Mutex<File>,
}

impl Journal {
    /// Begins the record of a run in `folder`. `run` is the part of all names that is its own.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text.
    pub fn create(folder: &Path, run: &str, account: &str, region: &str, at: Timestamp) -> io::Result<Self> {
        let path = folder.join(format!("{}-{run}.jsonl", at.strftime("%Y%m%dT%H%M%SZ")));
        let make = || {
            fs::create_dir_all(folder)?;
            let file = OpenOptions::new().create_new(true).append(true).open(&path)?;
            file.lock()?;
            // The name of a file is kept by its folder.
            File::open(folder)?.sync_all()?;
            Ok(file)
        };
        let file = make().map_err(|error| within(&path, &error))?;
        let begin = Begin {
            format: FORMAT,
            tool: concat!("bellcheck ", env!("CARGO_PKG_VERSION")).to_owned(),
            at,
            account: account.to_owned(),
            region: region.to_owned(),
            run: run.to_owned(),
        };
        let journal = Self::held(path, begin.clone(), file);
        journal.write(&Line::Begin(begin))?;
        Ok(journal)
    }

    /// The record of an earlier run, whose file is locked.
    pub(super) const fn held(path: PathBuf, begin: Begin, file: File) -> Self {
        Self { path, begin, file: Mutex::new(file) }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
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
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        append(&mut file, line).map_err(|error| within(&self.path, &error))
    }
}

/// The start of all names of a run.
pub(super) fn prefix(run: &str) -> String {
    format!("{PREFIX}-{run}-")
}

fn append(file: &mut File, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_string(line).map_err(io::Error::other)?;
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_data()
}

pub(super) fn within(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
