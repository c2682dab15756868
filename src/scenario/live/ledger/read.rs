//! Journals of earlier runs: finding, reading and holding them.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
};

use super::{Begin, Debt, FORMAT, Ledger, Line, debts};
use crate::journal::{self, Journal, Unreadable};

/// The lines of a journal. A last line that was cut short is left out: its act was not begun.
///
/// # Errors
/// Those of the file system, and lines that are not of this form.
pub(in crate::scenario::live) fn read(path: &Path) -> Result<Vec<Line>, Unreadable> {
    let mut lines = Vec::new();
    journal::read(path, |line| {
        match &line {
            Line::Begin(begin) if begin.format != FORMAT => {
                return Err(format!("form {} is of another version of bellcheck", begin.format));
            }
            Line::Begin(_) => {}
            _ if lines.is_empty() => return Err("a journal begins with `begin`".to_owned()),
            _ => {}
        }
        lines.push(line);
        Ok(())
    })?;
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

/// Opens a journal to finish it. With `by_force` also that of a run that still lives.
///
/// # Errors
/// Those of the file system, and lines that are not of this form.
pub(in crate::scenario::live) fn hold(path: &Path, by_force: bool) -> Result<Found, Unreadable> {
    let Some(journal) = Journal::hold(path, by_force)? else {
        return Ok(Found::UnderWay(path.to_owned()));
    };
    let lines = read(path)?;
    let debts = debts(&lines);
    // A file that was cut before its first line: nothing was done.
    let Some(Line::Begin(begin)) = lines.first() else { return Ok(Found::Settled) };
    if debts.is_empty() {
        return Ok(Found::Settled);
    }
    let acts = lines.iter().filter(|line| matches!(line, Line::Act(_))).count();
    journal.trim()?;
    let ledger = Ledger { journal, acts: Mutex::new(acts as u64) };
    Ok(Found::Open(Box::new(Held { begin: begin.clone(), debts, ledger })))
}
