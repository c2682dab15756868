//! What earlier runs left behind that did not come to their end.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    journal::{Begin, FORMAT, Journal, Line, prefix},
    leavings::{Leavings, Thing},
};
use crate::{
    journal::{self, Unreadable, journals},
    openapi::Client,
};

/// The record of an earlier run of which something may be there.
#[derive(Debug)]
pub enum Earlier {
    /// The run is still under way.
    UnderWay(PathBuf),
    /// It cannot be read: where, and why.
    Unreadable(PathBuf, String),
    /// It did not come to its end.
    Left(LeftBehind),
}

/// What a run may have left, held so that nobody else works on it.
#[derive(Debug)]
pub struct LeftBehind {
    journal: Journal,
    things: Vec<Thing>,
}

impl LeftBehind {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.journal.path()
    }

    /// Whose run it was.
    #[must_use]
    pub const fn begin(&self) -> &Begin {
        self.journal.begin()
    }

    /// What may be there, in words.
    #[must_use]
    pub fn in_words(&self) -> Vec<String> {
        self.things.iter().map(Thing::in_words).collect()
    }

    /// Deletes it with a client of the same account. Returns what is left, with the cause.
    pub async fn delete(self, client: &Client) -> Vec<String> {
        let client = match client.clone().in_region(&self.journal.begin().region) {
            Ok(client) => client,
            Err(error) => return vec![format!("{}: {error}", self.path().display())],
        };
        Leavings::of(self.journal, self.things).clear(&client).await
    }
}

/// The records in a folder of which something may be there, oldest first; none where there is no folder.
///
/// # Errors
/// Those of the file system.
pub fn earlier(folder: &Path) -> io::Result<Vec<Earlier>> {
    let mut found = Vec::new();
    for path in journals(folder)? {
        match hold(&path) {
            Ok(earlier) => found.extend(earlier),
            Err(why) => found.push(Earlier::Unreadable(path, why.to_string())),
        }
    }
    Ok(found)
}

/// Opens a record to finish it; none where nothing is left.
fn hold(path: &Path) -> Result<Option<Earlier>, Unreadable> {
    let Some(lines) = journal::Journal::hold(path, false)? else {
        return Ok(Some(Earlier::UnderWay(path.to_owned())));
    };
    let (begin, things) = read(path)?;
    let Some(begin) = begin.filter(|_| !things.is_empty()) else { return Ok(None) };
    Ok(Some(Earlier::Left(LeftBehind { journal: Journal::held(lines, begin), things })))
}

/// Whose run it was, and what may be there.
fn read(path: &Path) -> Result<(Option<Begin>, Vec<Thing>), Unreadable> {
    let mut begin: Option<Begin> = None;
    let mut things = Vec::new();
    journal::read(path, |line| {
        match (line, &begin) {
            (Line::Begin(head), None) if head.format != FORMAT => {
                return Err(format!("form {} is of another version of bellcheck", head.format));
            }
            (Line::Begin(head), None) => {
                if ![&head.run, &head.account, &head.region].into_iter().all(|word| is_plain(word)) {
                    return Err("run, account and region are words".to_owned());
                }
                begin = Some(head);
            }
            (_, None) | (Line::Begin(_), Some(_)) => {
                return Err("a record begins with `begin`, once".to_owned());
            }
            (Line::Make(thing), Some(head)) => {
                // Whatever wrote this line, nothing but the run's own things is ever deleted.
                if !thing.name.strip_prefix(&prefix(&head.run)).is_some_and(is_plain) {
                    return Err(format!("`{}` is no name of this run", thing.name.escape_debug()));
                }
                if !things.contains(&thing) {
                    things.push(thing);
                }
            }
            (Line::Gone(gone), Some(_)) => things.retain(|thing| *thing != gone),
            (Line::End { .. }, Some(_)) => things.clear(),
        }
        Ok(())
    })?;
    Ok((begin, things))
}

/// Whether a text is one word, of which a name can be made.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
