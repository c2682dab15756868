//! Journals of earlier runs: finding, reading and holding them.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
};

use super::{Act, Begin, Debt, FORMAT, Ledger, Line, Touched, debts};
use crate::{
    clock::Timestamp,
    journal::{self, Journal, Unreadable},
    openapi::Endpoints,
    scenario::live::config::is_instance,
};

/// The lines of a journal that nobody need hold.
///
/// # Errors
/// Those of the file system, and lines that are not of this form.
pub(in crate::scenario::live) fn read(path: &Path) -> Result<Vec<Line>, Unreadable> {
    let mut lines = Vec::new();
    journal::read(path, |line| take(&mut lines, line))?;
    Ok(lines)
}

/// The lines of a journal that is held. A last line that was cut is left out: its act was not begun.
///
/// # Errors
/// As [`read`].
pub(super) fn lines(journal: &Journal) -> Result<Vec<Line>, Unreadable> {
    let mut lines = Vec::new();
    journal.read(|line| take(&mut lines, line))?;
    Ok(lines)
}

fn take(lines: &mut Vec<Line>, line: Line) -> Result<(), String> {
    match &line {
        Line::Begin(begin) if begin.format != FORMAT => {
            return Err(format!("form {} is of another version of bellcheck", begin.format));
        }
        Line::Begin(_) if !lines.is_empty() => return Err("a journal begins with `begin`, once".to_owned()),
        _ if lines.is_empty() && !matches!(line, Line::Begin(_)) => {
            return Err("a journal begins with `begin`".to_owned());
        }
        Line::Act(act) => {
            act.on.as_ref().map_or(Ok(()), check)?;
            words("an event's type", act.simulates.as_slice())?;
        }
        Line::Answered(answered) => words("an event's id", &answered.events)?,
        _ => {}
    }
    lines.push(line);
    Ok(())
}

/// What a journal says of an instance becomes parameters of calls: it is what a run writes, or nothing.
fn check(touched: &Touched) -> Result<(), String> {
    let none = |what: &str, value: &str| Err(format!("`{}` is no {what}", value.escape_debug()));
    if !is_instance(&touched.instance) {
        return none("id of an instance", &touched.instance);
    }
    if Endpoints::new(&touched.region, None).is_err() {
        return none("region", &touched.region);
    }
    match touched.was.as_deref() {
        None | Some("Running" | "Stopped") => {}
        Some(was) => return none("state that an instance rests in", was),
    }
    match touched.stopped_mode.as_deref() {
        None | Some("KeepCharging" | "StopCharging") => Ok(()),
        Some(mode) => none("mode of a stop", mode),
    }
}

fn words(what: &str, values: &[String]) -> Result<(), String> {
    let is_word = |value: &String| {
        !value.is_empty()
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'))
    };
    match values.iter().find(|value| !is_word(value)) {
        Some(value) => Err(format!("`{}` is not {what}", value.escape_debug())),
        None => Ok(()),
    }
}

/// A journal of an earlier run, held so that nobody else works on it.
#[derive(Debug)]
pub(in crate::scenario::live) struct Held {
    /// Whose run it was.
    pub begin: Begin,
    /// When it wrote something last.
    pub last: Timestamp,
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
    let lines = lines(&journal)?;
    let debts = debts(&lines);
    // A file that was cut before its first line: nothing was done.
    let Some(Line::Begin(begin)) = lines.first() else { return Ok(Found::Settled) };
    if debts.is_empty() {
        return Ok(Found::Settled);
    }
    let acts = lines.iter().filter(|line| matches!(line, Line::Act(_))).count();
    let last = lines.iter().filter_map(at).max().unwrap_or(begin.at);
    let begin = begin.clone();
    let ledger = Ledger { journal, acts: Mutex::new(acts as u64) };
    Ok(Found::Open(Box::new(Held { begin, last, debts, ledger })))
}

/// When a line was written, where it says so.
fn at(line: &Line) -> Option<Timestamp> {
    match line {
        Line::Begin(Begin { at, .. })
        | Line::Act(Act { at, .. })
        | Line::Restored { at, .. }
        | Line::Gone { at, .. }
        | Line::End { at } => Some(*at),
        Line::Answered(_) => None,
    }
}
