//! The journal of acts: what a run on the real cloud is about to do, on disk before it is done, with
//! how it is undone.
//!
//! A file for each run, JSON lines, only appended to. A line is synced before the call that it tells of
//! goes out, so that whatever ends the process, [`super::sweep`] knows what may have happened.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::restore::restore;
use crate::{clock::Timestamp, openapi::Client};

/// The form of the file.
const FORMAT: u32 = 1;

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A run begins.
    Begin(Begin),
    /// An act is about to be done.
    Act(Act),
    /// Its call was answered.
    Answered(Answered),
    /// An instance is as it was before the scenario, and nothing simulated is open at it.
    Restored {
        /// The instance.
        instance: String,
        /// When.
        at: Timestamp,
    },
    /// Nothing is left to undo.
    End {
        /// When.
        at: Timestamp,
    },
}

/// The head of a run's journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// The form of the file.
    pub format: u32,
    /// The program and its version.
    pub tool: String,
    /// When.
    pub at: Timestamp,
    /// The account that is touched.
    pub account: String,
}

/// An act, and the state that undoes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Its number in the run, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// The scenario's file and name.
    pub scenario: String,
    /// The line of the step.
    pub line: usize,
    /// The step in words.
    pub act: String,
    /// The instance; none for an act that leaves nothing behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<Touched>,
    /// The type of the simulated event that it makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simulates: Option<String>,
}

/// An instance, and how it was before the scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// Its id.
    pub instance: String,
    /// Its name in the scenario.
    pub name: String,
    /// Its region.
    pub region: String,
    /// `Running` or `Stopped`; none for one that the act releases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The act.
    pub number: u64,
    /// `RequestId`, or the error's code.
    pub said: String,
    /// Simulated events that it made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
}

/// The journal of a run that is under way; it is locked as long as this lives.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    acts: u64,
}

impl Ledger {
    /// Begins the journal of a run in `folder`.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text.
    pub fn create(folder: &Path, tool: &str, account: &str, at: Timestamp) -> io::Result<Self> {
        let stamp = at.strftime("%Y%m%dT%H%M%S%.3fZ").to_string();
        let path = folder.join(format!("{stamp}-{}.jsonl", std::process::id()));
        let make = || {
            fs::create_dir_all(folder)?;
            let file = OpenOptions::new().create_new(true).append(true).read(true).open(&path)?;
            file.lock()?;
            // The name of a file is kept by its folder.
            File::open(folder)?.sync_all()?;
            Ok(file)
        };
        let file = make().map_err(|error| within(&path, &error))?;
        let ledger = Self { path: path.clone(), state: Mutex::new(State { file, acts: 0 }) };
        ledger.write(&Line::Begin(Begin {
            format: FORMAT,
            tool: tool.to_owned(),
            at,
            account: account.to_owned(),
        }))?;
        Ok(ledger)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes an act that is about to be done; its number is given here.
    ///
    /// # Errors
    /// Those of the file system: then the act must not be done.
    pub fn intend(&self, mut act: Act) -> io::Result<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        act.number = state.acts + 1;
        append(&mut state.file, &Line::Act(act)).map_err(|error| within(&self.path, &error))?;
        state.acts += 1;
        Ok(state.acts)
    }

    /// Adds a line.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text.
    pub fn write(&self, line: &Line) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        append(&mut state.file, line).map_err(|error| within(&self.path, &error))
    }

    /// Undoes what is owed, debt by debt, and notes what is undone. The first thing that fails at one
    /// instance does not keep the others from being restored.
    ///
    /// # Errors
    /// What is still to be undone, and why.
    pub async fn settle(
        &self,
        client: &Client,
        debts: &[Debt],
        tell: &mut (dyn FnMut(String) + Send),
    ) -> Result<(), Vec<String>> {
        let mut failed = Vec::new();
        for debt in debts {
            let at = client.clock().now();
            let noted = match restore(client, debt, tell).await {
                Ok(()) => self.write(&Line::Restored { instance: debt.touched.instance.clone(), at }),
                Err(why) => {
                    failed.push(why.to_string());
                    continue;
                }
            };
            failed.extend(noted.err().map(|error| error.to_string()));
        }
        if failed.is_empty() { Ok(()) } else { Err(failed) }
    }

    /// Notes that the run has come to its end, unless something is left to undo.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn end(&self, at: Timestamp) -> Result<bool, Unreadable> {
        let is_settled = self.debts()?.is_empty();
        if is_settled {
            self.write(&Line::End { at }).map_err(Unreadable::Io)?;
        }
        Ok(is_settled)
    }

    /// What is still to be undone.
    ///
    /// # Errors
    /// Those of reading the file.
    pub fn debts(&self) -> Result<Vec<Debt>, Unreadable> {
        Ok(debts(&read(&self.path)?))
    }
}

fn append(file: &mut File, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_string(line).map_err(io::Error::other)?;
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_data()
}

fn within(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// What a run left to be undone at one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debt {
    /// The instance, and how it was.
    pub touched: Touched,
    /// What was done to it, in words.
    pub acts: Vec<String>,
    /// Simulated events that may be open.
    pub simulated: Vec<Simulated>,
}

/// A simulated event that a run made or was about to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// Its type.
    pub event_type: String,
    /// When its call went out at the earliest.
    pub since: Timestamp,
    /// Its ids, as far as an answer told them.
    pub ids: Vec<String>,
}

/// What is to be undone after these lines, in the order of the first acts.
#[must_use]
pub(super) fn debts(lines: &[Line]) -> Vec<Debt> {
    let mut debts: Vec<(Debt, Vec<u64>)> = Vec::new();
    for line in lines {
        match line {
            Line::Begin(_) => {}
            Line::Act(act) => {
                let Some(touched) = &act.on else { continue };
                let known = debts.iter().position(|(debt, _)| debt.touched.instance == touched.instance);
                let place = known.unwrap_or_else(|| {
                    let new = Debt { touched: touched.clone(), acts: Vec::new(), simulated: Vec::new() };
                    debts.push((new, Vec::new()));
                    debts.len() - 1
                });
                let Some((debt, numbers)) = debts.get_mut(place) else { continue };
                debt.acts.push(act.act.clone());
                if touched.was.is_none() {
                    // Once it may be released, there is no state to bring it back to.
                    debt.touched.was = None;
                }
                if let Some(event_type) = &act.simulates {
                    numbers.push(act.number);
                    debt.simulated.push(Simulated {
                        event_type: event_type.clone(),
                        since: act.at,
                        ids: Vec::new(),
                    });
                }
            }
            Line::Answered(answered) => {
                for (debt, numbers) in &mut debts {
                    let place = numbers.iter().position(|number| *number == answered.number);
                    if let Some(simulated) = place.and_then(|place| debt.simulated.get_mut(place)) {
                        simulated.ids.clone_from(&answered.events);
                    }
                }
            }
            Line::Restored { instance, .. } => debts.retain(|(debt, _)| debt.touched.instance != *instance),
            Line::End { .. } => debts.clear(),
        }
    }
    debts.into_iter().map(|(debt, _)| debt).collect()
}

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
pub(super) fn read(path: &Path) -> Result<Vec<Line>, Unreadable> {
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
pub(super) struct Held {
    /// The account that it touched.
    pub begin: Begin,
    /// What is left to undo.
    pub debts: Vec<Debt>,
    /// The journal, to be written on.
    pub ledger: Ledger,
}

/// What a journal in the folder is.
#[derive(Debug)]
pub(super) enum Found {
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
pub(super) fn hold(path: &Path, by_force: bool) -> Result<Found, Unreadable> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn touched(instance: &str, was: Option<&str>) -> Option<Touched> {
        Some(Touched {
            instance: instance.to_owned(),
            name: "web-1".to_owned(),
            region: "cn-hangzhou".to_owned(),
            was: was.map(str::to_owned),
        })
    }

    fn act(instance: &str, was: Option<&str>, simulates: Option<&str>) -> Act {
        Act {
            number: 0,
            at: Timestamp::UNIX_EPOCH,
            scenario: "a.yaml: A".to_owned(),
            line: 3,
            act: "stop web-1".to_owned(),
            on: touched(instance, was),
            simulates: simulates.map(str::to_owned),
        }
    }

    fn ledger(folder: &Path) -> Ledger {
        Ledger::create(folder, "bellcheck 0", "1000000000000001", Timestamp::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn what_was_done_is_owed_until_it_is_restored() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(folder.path());
        assert_eq!(ledger.debts().unwrap(), []);
        assert_eq!(ledger.intend(act("i-1", Some("Running"), None)).unwrap(), 1);
        assert_eq!(ledger.intend(act("i-2", Some("Stopped"), Some("SystemFailure.Stop"))).unwrap(), 2);
        let events = vec!["e-1".to_owned()];
        ledger.write(&Line::Answered(Answered { number: 2, said: "ok".to_owned(), events })).unwrap();
        let owed = ledger.debts().unwrap();
        assert_eq!(
            owed.iter().map(|debt| debt.touched.instance.as_str()).collect::<Vec<_>>(),
            ["i-1", "i-2"]
        );
        assert_eq!(owed[1].simulated[0].ids, ["e-1"]);
        ledger.write(&Line::Restored { instance: "i-1".to_owned(), at: Timestamp::UNIX_EPOCH }).unwrap();
        assert_eq!(ledger.debts().unwrap().len(), 1);
        ledger.write(&Line::End { at: Timestamp::UNIX_EPOCH }).unwrap();
        assert_eq!(ledger.debts().unwrap(), []);
    }

    #[test]
    fn a_run_that_lives_is_left_alone_and_one_that_was_killed_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let running = ledger(folder.path());
        running.intend(act("i-1", Some("Running"), None)).unwrap();
        let path = running.path().to_owned();
        assert!(matches!(hold(&path, false).unwrap(), Found::UnderWay(_)));
        drop(running);
        // The process ended in the middle of a line.
        let cut =
            OpenOptions::new().append(true).open(&path).unwrap().write(b"{\"restored\":{\"inst").unwrap();
        assert!(cut > 0);
        let Found::Open(held) = hold(&path, false).unwrap() else { panic!("something is left to undo") };
        assert_eq!(held.debts.len(), 1);
        held.ledger.write(&Line::End { at: Timestamp::UNIX_EPOCH }).unwrap();
        drop(held);
        assert!(matches!(hold(&path, false).unwrap(), Found::Settled));
        assert_eq!(journals(folder.path()).unwrap(), [path]);
    }

    #[test]
    fn a_line_that_is_none_is_told_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        for (text, told) in [
            (
                "{\"begin\":{\"format\":2,\"tool\":\"b\",\"at\":\"1970-01-01T00:00:00Z\",\"account\":\"1\"}}\n",
                "a.jsonl:1: form 2",
            ),
            ("{\"end\":{\"at\":\"1970-01-01T00:00:00Z\"}}\n", "a.jsonl:1: a journal begins"),
            (
                "{\"begin\":{\"format\":1,\"tool\":\"b\",\"at\":\"1970-01-01T00:00:00Z\",\"account\":\"1\"}}\nnonsense\n",
                "a.jsonl:2: ",
            ),
        ] {
            fs::write(&path, text).unwrap();
            let error = hold(&path, false).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
