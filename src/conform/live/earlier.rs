//! What earlier runs left behind that did not come to their end.

use std::{
    fs::{OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::{
    journal::{Begin, FORMAT, Journal, Line, prefix, within},
    leavings::{Leavings, Thing},
};
use crate::{files, openapi::Client};

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
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let paths = files::find(folder, ".jsonl")?;
    Ok(paths
        .into_iter()
        .filter_map(|path| hold(&path).transpose())
        .map(|found| match found {
            Ok(found) => found,
            Err((path, why)) => Earlier::Unreadable(path, why),
        })
        .collect())
}

/// Opens a record to finish it; none where nothing is left.
fn hold(path: &Path) -> Result<Option<Earlier>, (PathBuf, String)> {
    let unreadable = |why: String| (path.to_owned(), why);
    let io = |error: io::Error| unreadable(within(path, &error).to_string());
    let file = OpenOptions::new().append(true).read(true).open(path).map_err(io)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Some(Earlier::UnderWay(path.to_owned()))),
        Err(TryLockError::Error(error)) => return Err(io(error)),
    }
    let text = files::read_text(path).map_err(io)?;
    // A last line that was cut short is none: what it tells of was not begun.
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let (begin, things) = read(&text[..whole])
        .map_err(|(line, why)| unreadable(format!("{}:{line}: {why}", path.display())))?;
    let Some(begin) = begin.filter(|_| !things.is_empty()) else { return Ok(None) };
    if whole < text.len() {
        file.set_len(whole as u64).map_err(io)?;
    }
    Ok(Some(Earlier::Left(LeftBehind { journal: Journal::held(path.to_owned(), begin, file), things })))
}

/// Whose run it was, and what may be there; or the number of a line that is none, and why.
fn read(text: &str) -> Result<(Option<Begin>, Vec<Thing>), (usize, String)> {
    let mut begin: Option<Begin> = None;
    let mut things = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let bad = |why: String| (place + 1, why);
        let line: Line = serde_json::from_str(line).map_err(|error| bad(error.to_string()))?;
        match (line, &begin) {
            (Line::Begin(head), None) if head.format != FORMAT => {
                return Err(bad(format!("form {} is of another version of bellcheck", head.format)));
            }
            (Line::Begin(head), None) => {
                if ![&head.run, &head.account, &head.region].into_iter().all(|word| is_plain(word)) {
                    return Err(bad("run, account and region are words".to_owned()));
                }
                begin = Some(head);
            }
            (_, None) | (Line::Begin(_), Some(_)) => {
                return Err(bad("a record begins with `begin`, once".to_owned()));
            }
            (Line::Make(thing), Some(head)) => {
                // Whatever wrote this line, nothing but the run's own things is ever deleted.
                if !thing.name.strip_prefix(&prefix(&head.run)).is_some_and(is_plain) {
                    return Err(bad(format!("`{}` is no name of this run", thing.name.escape_debug())));
                }
                if !things.contains(&thing) {
                    things.push(thing);
                }
            }
            (Line::Gone(gone), Some(_)) => things.retain(|thing| *thing != gone),
            (Line::End { .. }, Some(_)) => things.clear(),
        }
    }
    Ok((begin, things))
}

/// Whether a text is one word, of which a name can be made.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
