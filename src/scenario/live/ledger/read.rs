//! Journals of earlier runs: finding, reading and holding them.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::{Begin, Debt, FORMAT, Ledger, Line, State, debts, within};

/// Why a journal cannot be used.
#[derive(Debug)]
pub enum Unreadable {
    /// The file system refuses.
    Io(io::Error),
    /// A line is none: its number, counted from 1, and why.
    Line(PathBuf, usize, String),
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Line(path, line, why) => write!(f, "{}:{line}: {why}", path.display()),
        }
    }
}

/// The lines of a journal. A last line that was cut short is left out: its act was not begun.
///
/// # Errors
/// Those of the file system, and lines that are not of this form.
pub(in crate::scenario::live) fn read(path: &Path) -> Result<Vec<Line>, Unreadable> {
    let mut text = String::new();
    let mut open = File::open(path).map_err(|error| Unreadable::Io(within(path, &error)))?;
    open.read_to_string(&mut text).map_err(|error| Unreadable::Io(within(path, &error)))?;
    let mut lines = Vec::new();
    for (place, line) in text.split_inclusive('\n').enumerate() {
        let Some(whole) = line.strip_suffix('\n') else { break };
        let bad = |why: String| Unreadable::Line(path.to_owned(), place + 1, why);
        let line = serde_json::from_str(whole).map_err(|error| bad(error.to_string()))?;
        match (place, &line) {
            (0, Line::Begin(begin)) if begin.format == FORMAT => {}
            (0, Line::Begin(begin)) => {
                let why = format!("form {} is of another version of bellcheck", begin.format);
                return Err(bad(why));
            }
            (0, _) => return Err(bad("a journal begins with `begin`".to_owned())),
            _ => {}
        }
        lines.push(line);
    }
    Ok(lines)
}

/// A journal of an earlier run, held so that nobody else works on it.
#[derive(Debug)]
pub(in crate::scenario::live) struct Held {
    /// The account that it touched.
    pub begin: Begin,
    /// What is left to undo.
    pub debts: Vec<Debt>,
    /// The journal, to be written on.
    pub ledger: Ledger,
}

/// What a journal in the folder is.
#[derive(Debug)]
pub(in crate::scenario::live) enum Found {
    /// Its run has ended, and nothing is left to undo.
    Settled,
    /// Its run is still under way.
    UnderWay(PathBuf),
    /// Something is left to undo.
    Open(Box<Held>),
}

/// The journals of a folder, oldest first; none where there is no folder.
///
/// # Errors
/// Those of the file system.
pub fn journals(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| within(folder, &error))?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| within(folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Opens a journal to finish it. With `by_force` also that of a run that still lives.
///
/// # Errors
/// Those of the file system, and lines that are not of this form.
pub(in crate::scenario::live) fn hold(path: &Path, by_force: bool) -> Result<Found, Unreadable> {
    let io = |error: io::Error| Unreadable::Io(within(path, &error));
    let file = OpenOptions::new().append(true).read(true).open(path).map_err(io)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) if by_force => {}
        Err(TryLockError::WouldBlock) => return Ok(Found::UnderWay(path.to_owned())),
        Err(TryLockError::Error(error)) => return Err(io(error)),
    }
    let lines = read(path)?;
    let debts = debts(&lines);
    // A file that was cut before its first line: nothing was done.
    let Some(Line::Begin(begin)) = lines.first() else { return Ok(Found::Settled) };
    if debts.is_empty() {
        return Ok(Found::Settled);
    }
    let acts = lines.iter().filter(|line| matches!(line, Line::Act(_))).count();
    let state = Mutex::new(State { file, acts: acts as u64 });
    let ledger = Ledger { path: path.to_owned(), state };
    trim(&ledger).map_err(io)?;
    Ok(Found::Open(Box::new(Held { begin: begin.clone(), debts, ledger })))
}

/// Takes a last line away that was cut short, so that the next one begins at the beginning of a line.
fn trim(ledger: &Ledger) -> io::Result<()> {
    let text = fs::read(&ledger.path)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    if whole < text.len() {
        ledger.state.lock().unwrap_or_else(PoisonError::into_inner).file.set_len(whole as u64)?;
    }
    Ok(())
}
