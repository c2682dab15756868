//! The journal of acts: what a run on the real cloud is about to do, on disk before it is done, with
//! how it is undone.
//!
//! A file for each run, JSON lines, only appended to. A line is synced before its call goes out, so that
//! whatever ends the process, [`super::sweep`] knows what may have happened.

mod debts;
mod read;

use std::{
    io,
    path::Path,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

pub use self::debts::{Debt, Release, Simulated};
pub(super) use self::{
    debts::debts,
    read::{Found, Held, hold, read},
};
use super::restore::{Check, Restored, restore};
use crate::{
    clock::Timestamp,
    journal::{Journal, Unreadable},
    openapi::Client,
};

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
    /// An instance that was to be released is not there any more.
    Gone {
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
    /// Whether it releases the instance.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub releases: bool,
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
    /// `Running` or `Stopped`. Version 0.1.0 left it out for an act that releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// How it was stopped, where it was: `KeepCharging` or `StopCharging`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_mode: Option<String>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The act.
    pub number: u64,
    /// `RequestId`, or the error's code.
    pub said: String,
    /// Whether the service says that it does what was asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
    /// Simulated events that it made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
}

/// The journal of a run that is under way; it is locked as long as this lives.
#[derive(Debug)]
pub struct Ledger {
    journal: Journal,
    /// How many acts it has.
    acts: Mutex<u64>,
}

impl Ledger {
    /// Begins the journal of a run in `folder`.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text.
    pub fn create(folder: &Path, tool: &str, account: &str, at: Timestamp) -> io::Result<Self> {
        let stamp = at.strftime("%Y%m%dT%H%M%S%.3fZ").to_string();
        let journal = Journal::create(folder, &format!("{stamp}-{}", std::process::id()))?;
        let ledger = Self { journal, acts: Mutex::new(0) };
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
        self.journal.path()
    }

    /// Notes an act that is about to be done; its number is given here.
    ///
    /// # Errors
    /// Those of the file system: then the act must not be done.
    pub fn intend(&self, mut act: Act) -> io::Result<u64> {
        let mut acts = self.acts.lock().unwrap_or_else(PoisonError::into_inner);
        act.number = *acts + 1;
        self.write(&Line::Act(act))?;
        *acts += 1;
        Ok(*acts)
    }

    /// Adds a line.
    ///
    /// # Errors
    /// Those of the file system, with the path in the text.
    pub fn write(&self, line: &Line) -> io::Result<()> {
        self.journal.append(line)
    }

    /// Undoes what is owed, debt by debt, and notes what is undone. What fails at one instance does not keep
    /// the others from being restored.
    pub async fn settle(
        &self,
        client: &Client,
        debts: &[Debt],
        may: Check<'_>,
        say: &mut (dyn FnMut(String) + Send),
    ) -> Settled {
        let mut settled = Settled::default();
        for debt in debts {
            let restored = restore(client, debt, may, say).await;
            let (instance, at) = (debt.touched.instance.clone(), client.clock().now());
            let line = match restored {
                Ok(Restored::Back) => {
                    settled.back += 1;
                    Line::Restored { instance, at }
                }
                Ok(Restored::Gone) => {
                    settled.gone += 1;
                    Line::Gone { instance, at }
                }
                Err(why) => {
                    settled.may_heal |= !why.is_final();
                    settled.failed.push(why.to_string());
                    continue;
                }
            };
            if let Err(error) = self.write(&line) {
                settled.may_heal = true;
                settled.failed.push(error.to_string());
            }
        }
        settled
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
        Ok(debts(&read::lines(&self.journal)?))
    }
}

/// What came of undoing what is owed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// How many instances are as they were.
    pub back: usize,
    /// How many are not there any more, as the run wanted.
    pub gone: usize,
    /// What is left, and why.
    pub failed: Vec<String>,
    /// Whether trying again may help with something of it.
    pub may_heal: bool,
}

#[cfg(test)]
mod tests {
    use std::{fs, fs::OpenOptions, io::Write as _};

    use super::*;
    use crate::journal::journals;

    /// Takes a journal that no run has any more. A process that another test begins has its lock, too, from
    /// its fork to its exec.
    #[expect(clippy::disallowed_methods, reason = "another process is waited for, not a clock")]
    fn take(path: &Path) -> Found {
        for _ in 0..1000 {
            match hold(path, false).unwrap() {
                Found::UnderWay(_) => std::thread::sleep(std::time::Duration::from_millis(5)),
                found => return found,
            }
        }
        panic!("somebody has it")
    }

    fn touched(instance: &str, was: Option<&str>) -> Option<Touched> {
        Some(Touched {
            instance: instance.to_owned(),
            name: "web-1".to_owned(),
            region: "cn-hangzhou".to_owned(),
            was: was.map(str::to_owned),
            stopped_mode: None,
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
            releases: false,
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
        ledger
            .write(&Line::Answered(Answered { number: 2, said: "ok".to_owned(), accepted: true, events }))
            .unwrap();
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
    fn what_a_release_left_is_brought_back_to_where_it_began() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(folder.path());
        let release = |was: Option<&str>| Act { releases: true, ..act("i-1", was, None) };
        ledger.intend(act("i-1", Some("Running"), None)).unwrap();
        // As version 0.1.0 wrote it.
        ledger.intend(act("i-1", None, None)).unwrap();
        let debt = ledger.debts().unwrap().remove(0);
        assert_eq!((debt.touched.was.as_deref(), debt.release), (Some("Running"), Release::Asked));
        ledger.write(&Line::Gone { instance: "i-1".to_owned(), at: Timestamp::UNIX_EPOCH }).unwrap();
        assert_eq!(ledger.debts().unwrap(), []);
        for (accepted, release_) in [(false, Release::Asked), (true, Release::Accepted)] {
            let number = ledger.intend(release(Some("Stopped"))).unwrap();
            let said = "OperationDenied".to_owned();
            ledger.write(&Line::Answered(Answered { number, said, accepted, events: Vec::new() })).unwrap();
            let debt = ledger.debts().unwrap().remove(0);
            assert_eq!((debt.touched.was.as_deref(), debt.release), (Some("Stopped"), release_));
        }
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
        let Found::Open(held) = take(&path) else { panic!("something is left to undo") };
        assert_eq!(held.debts.len(), 1);
        held.ledger.write(&Line::End { at: Timestamp::UNIX_EPOCH }).unwrap();
        drop(held);
        assert!(matches!(take(&path), Found::Settled));
        assert_eq!(journals(folder.path()).unwrap(), [path]);
    }

    #[test]
    fn a_journal_that_was_cut_owes_what_its_whole_lines_say() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(folder.path());
        // What may stand in a name takes more than a byte.
        let mut first = act("i-1", Some("Running"), Some("SystemFailure.Stop"));
        first.scenario = "定时任务.yaml: 停机".to_owned();
        ledger.intend(first).unwrap();
        ledger.intend(act("i-2", Some("Stopped"), None)).unwrap();
        ledger.write(&Line::Restored { instance: "i-1".to_owned(), at: Timestamp::UNIX_EPOCH }).unwrap();
        ledger.write(&Line::Restored { instance: "i-2".to_owned(), at: Timestamp::UNIX_EPOCH }).unwrap();
        ledger.write(&Line::End { at: Timestamp::UNIX_EPOCH }).unwrap();
        let whole = fs::read(ledger.path()).unwrap();
        drop(ledger);
        let cut = folder.path().join("cut.jsonl");
        for end in 0..=whole.len() {
            fs::write(&cut, &whole[..end]).unwrap();
            let lines = whole[..end].iter().filter(|byte| **byte == b'\n').count();
            let expected: &[&str] = [&[][..], &[], &["i-1"], &["i-1", "i-2"], &["i-2"], &[], &[]][lines];
            let debts = debts(&read(&cut).unwrap());
            let owed: Vec<&str> = debts.iter().map(|debt| debt.touched.instance.as_str()).collect();
            assert_eq!(owed, expected, "cut at byte {end}");
            match take(&cut) {
                Found::Settled => assert!(expected.is_empty(), "cut at byte {end}"),
                Found::Open(held) => {
                    // It is gone on with where it was cut.
                    held.ledger.write(&Line::End { at: Timestamp::UNIX_EPOCH }).unwrap();
                    drop(held);
                    assert!(matches!(take(&cut), Found::Settled), "cut at byte {end}");
                }
                Found::UnderWay(_) => panic!("nobody holds it"),
            }
        }
        // A byte that was spoilt anywhere is no end of the matter: it is named, or owed all the same.
        for place in 0..whole.len() {
            let mut spoilt =
                whole[..whole.len() - br#"{"end":{"at":"1970-01-01T00:00:00Z"}}"#.len() - 1].to_vec();
            let Some(byte) = spoilt.get_mut(place) else { break };
            *byte = if *byte == b'\n' { b' ' } else { b'\x01' };
            fs::write(&cut, &spoilt).unwrap();
            let found = read(&cut);
            let cut_last = whole[..place].iter().filter(|byte| **byte == b'\n').count() == 4;
            assert!(found.is_err() || cut_last, "byte {place}: {found:?}");
        }
    }

    #[test]
    fn a_line_that_is_none_is_named_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        for (text, said) in [
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
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn what_no_run_writes_is_no_line() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(folder.path());
        ledger.intend(act("i-1", Some("Running"), Some("SystemFailure.Stop"))).unwrap();
        let events = vec!["e-1".to_owned()];
        ledger
            .write(&Line::Answered(Answered { number: 1, said: "ok".to_owned(), accepted: true, events }))
            .unwrap();
        let text = fs::read_to_string(ledger.path()).unwrap();
        let path = folder.path().join("forged.jsonl");
        for (from, to, line) in [
            (r#""instance":"i-1""#, r#""instance":"i-1\u001b[2J""#, 2),
            (r#""instance":"i-1""#, r#""instance":"*""#, 2),
            (r#""region":"cn-hangzhou""#, r#""region":"evil.example.com""#, 2),
            (r#""was":"Running""#, r#""was":"Deleted""#, 2),
            (r#""was":"Running""#, r#""was":"Running","stopped_mode":"Forever""#, 2),
            (r#""simulates":"SystemFailure.Stop""#, r#""simulates":"a b""#, 2),
            ("e-1", "e-1,e-2", 3),
            (
                r#"{"answered""#,
                r#"{"begin":{"format":1,"tool":"b","at":"1970-01-01T00:00:00Z","account":"2"}}
{"answered""#,
                3,
            ),
        ] {
            assert!(text.contains(from), "{from}");
            fs::write(&path, text.replacen(from, to, 1)).unwrap();
            match read(&path) {
                Err(Unreadable::Line(_, found, _)) => assert_eq!(found, line, "{to}"),
                other => panic!("{to}: {other:?}"),
            }
        }
    }
}
