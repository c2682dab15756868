//! The one thread that writes: what many callers want to be kept goes to the disk together.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, TryRecvError},
    },
    time::Duration,
};

use tokio::sync::{oneshot, watch};

use super::{
    index::{Entry, Index, Place},
    line::{Line, MessageLine, Outcome, OutcomeLine, Provenance},
    restore::HELD,
    segment::{self, Active},
};
use crate::{clock::Timestamp, dingtalk::Reply, relay::Forwarded};

/// What is written at once, at most.
const BATCH: usize = 512;
/// How long nothing comes until the writer looks whether something could be kept.
const IDLE: Duration = Duration::from_secs(5);

/// A message to keep.
#[derive(Debug)]
pub(in crate::relay) struct New {
    pub(in crate::relay) robot: String,
    pub(in crate::relay) received_at: Timestamp,
    pub(in crate::relay) body: String,
    pub(in crate::relay) digest: [u8; 32],
    /// The answer, for one that is not forwarded.
    pub(in crate::relay) answer: Option<Reply>,
    /// Gets the robot's answer, for one that is.
    pub(in crate::relay) waiter: Option<oneshot::Sender<Reply>>,
}

/// What came of a call.
#[derive(Debug)]
pub(in crate::relay) struct Settled {
    pub(in crate::relay) seq: u64,
    pub(in crate::relay) at: Timestamp,
    pub(in crate::relay) outcome: Outcome,
    pub(in crate::relay) reply: Reply,
}

/// Something to write, and who waits for it.
pub(super) enum Work {
    Message(New, oneshot::Sender<Result<u64, String>>),
    Outcome(Settled, oneshot::Sender<Result<(), String>>),
}

/// What the writer and the rest of the relay share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) folder: PathBuf,
    index: Mutex<Index>,
    /// The newest segments, by their first numbers.
    held: Mutex<BTreeMap<u64, Arc<File>>>,
    /// The highest number.
    pub(super) last: watch::Sender<u64>,
}

impl Shared {
    pub(super) fn new(folder: PathBuf, index: Index) -> Self {
        let last = watch::channel(index.last).0;
        Self { folder, index: Mutex::new(index), held: Mutex::default(), last }
    }

    pub(super) fn held(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<File>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread's own.
pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) active: Active,
    pub(super) segments: Vec<u64>,
    pub(super) id: String,
    /// How many messages stay, at least.
    pub(super) keep: usize,
    pub(super) lock: File,
    /// Whether it is told that nothing can be kept.
    pub(super) is_failing: bool,
}

/// What is told when a batch is on the disk.
enum Done {
    Message(Entry, oneshot::Sender<Result<u64, String>>),
    Outcome(Settled, bool, Option<oneshot::Sender<Reply>>, oneshot::Sender<Result<(), String>>),
}

impl Writer {
    /// Writes until nobody can ask for more.
    pub(super) fn run(mut self, work: &Receiver<Work>) {
        loop {
            let first = match work.recv_timeout(IDLE) {
                Ok(first) => first,
                Err(RecvTimeoutError::Timeout) => {
                    self.look();
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let mut batch = vec![first];
            while batch.len() < BATCH {
                match work.try_recv() {
                    Ok(more) => batch.push(more),
                    Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
                }
            }
            self.write(batch);
        }
    }

    /// Holds what an earlier relay left.
    pub(super) fn hold_all(&self) -> io::Result<()> {
        for first in self.segments.iter().rev().take(HELD) {
            let file = match *first == self.active.first {
                true => Arc::clone(&self.active.file),
                false => Arc::new(File::open(segment::path(&self.shared.folder, *first))?),
            };
            self.hold(*first, file);
        }
        Ok(())
    }

    /// Nobody wants anything: finds out whether something could be kept, before somebody does.
    fn look(&mut self) {
        let mut found = self.stay_in_place();
        if self.is_failing {
            found = found.and_then(|()| self.active.try_room());
        }
        let fault = self.words(found);
        self.note(fault);
    }

    /// What is wrong, in words.
    fn words(&self, written: io::Result<()>) -> Option<String> {
        written.err().map(|fault| format!("{}: {fault}", self.shared.folder.display()))
    }

    /// Keeps in mind whether something can be kept; tells when that begins and when it ends.
    fn note(&mut self, fault: Option<String>) {
        match &fault {
            Some(fault) if !self.is_failing => tracing::error!(
                "the spool cannot be written, and senders are told to try again (HTTP 503) until it can: {fault}; make room on the disk, or put the folder back where it was"
            ),
            None if self.is_failing => tracing::warn!("the spool can be written again"),
            _ => {}
        }
        self.is_failing = fault.is_some();
        self.shared.index().fault = fault;
    }

    fn write(&mut self, batch: Vec<Work>) {
        let rotated = self.stay_in_place().and_then(|()| self.rotate());
        let mut bytes = Vec::new();
        let mut done = Vec::new();
        let mut next = self.shared.index().last + 1;
        let mut written = rotated;
        for work in batch {
            let line = match &work {
                Work::Message(new, _) => Line::Message(MessageLine {
                    seq: next,
                    robot: new.robot.clone(),
                    received_at: new.received_at,
                    provenance: Provenance::Live,
                    body: new.body.clone(),
                    answer: new.answer.as_ref().map(Into::into),
                }),
                Work::Outcome(settled, _) => {
                    // From here on the sender is promised the robot's own answer.
                    let waiter =
                        self.shared.index().get_mut(settled.seq).and_then(|entry| entry.waiter.take());
                    let late = waiter.as_ref().is_none_or(oneshot::Sender::is_closed);
                    let line = Line::Outcome(OutcomeLine {
                        seq: settled.seq,
                        at: settled.at,
                        is: settled.outcome,
                        reply: (&settled.reply).into(),
                        late,
                    });
                    if let Work::Outcome(settled, told) = work {
                        done.push(Done::Outcome(settled, late, waiter, told));
                    }
                    written = written.and_then(|()| add(&mut bytes, &line).map(|_| ()));
                    continue;
                }
            };
            let offset = self.active.end() + bytes.len() as u64;
            match add(&mut bytes, &line) {
                Ok(length) => {
                    let place = Place { segment: self.active.first, offset, length };
                    if let Work::Message(new, told) = work {
                        done.push(Done::Message(entry(next, new, place), told));
                        next += 1;
                    }
                }
                Err(fault) => written = Err(fault),
            }
        }
        let written = written.and_then(|()| self.append(&bytes, done.len()));
        self.tell(done, written);
    }

    /// Writes lines where they are found again.
    fn append(&mut self, bytes: &[u8], lines: usize) -> io::Result<()> {
        self.active.append(bytes, lines)?;
        match self.is_in_place() {
            Ok(true) => Ok(()),
            // The folder went away just now.
            found => {
                self.active.take_back(bytes.len(), lines);
                Err(found.err().unwrap_or_else(|| io::ErrorKind::NotFound.into()))
            }
        }
    }

    fn tell(&mut self, done: Vec<Done>, written: io::Result<()>) {
        let fault = self.words(written);
        let has_messages = done.iter().any(|done| matches!(done, Done::Message(..)));
        self.note(match fault {
            // Where no message had room, what came of another may have: that proves nothing.
            None if self.is_failing && !has_messages => self.words(self.active.try_room()),
            _ => fault.clone(),
        });
        let mut index = self.shared.index();
        let mut tellings: Vec<Box<dyn FnOnce()>> = Vec::new();
        for done in done {
            match (done, &fault) {
                (Done::Message(entry, told), None) => {
                    let seq = entry.seq;
                    index.push(entry);
                    tellings.push(Box::new(move || drop(told.send(Ok(seq)))));
                }
                (Done::Message(_, told), Some(fault)) => {
                    let fault = fault.clone();
                    tellings.push(Box::new(move || drop(told.send(Err(fault)))));
                }
                (Done::Outcome(settled, late, waiter, told), None) => {
                    index.settle(settled.seq, settled.at, settled.outcome, settled.reply.clone(), late);
                    tellings.push(Box::new(move || {
                        waiter.map(|waiter| waiter.send(settled.reply));
                        drop(told.send(Ok(())));
                    }));
                }
                (Done::Outcome(settled, _, waiter, told), Some(fault)) => {
                    // It is asked again, and the sender with it.
                    if let Some(entry) = index.get_mut(settled.seq) {
                        entry.waiter = waiter;
                    }
                    let fault = fault.clone();
                    tellings.push(Box::new(move || drop(told.send(Err(fault)))));
                }
            }
        }
        let last = index.last;
        drop(index);
        self.shared.last.send_if_modified(|told| std::mem::replace(told, last) != last);
        tellings.into_iter().for_each(|tell| tell());
    }

    /// Begins a new segment when this one is full, and deletes old ones that nobody needs.
    fn rotate(&mut self) -> io::Result<()> {
        let most = (self.keep / 8).clamp(1, 1000);
        let (last, held) = {
            let index = self.shared.index();
            (index.last, index.count_from(self.active.first))
        };
        // Outcomes of a long queue fill a segment too.
        if held < most && self.active.lines < most * 4 || last < self.active.first {
            return Ok(());
        }
        self.active = Active::create(&self.shared.folder, last + 1, &self.id)?;
        self.segments.push(last + 1);
        self.hold(last + 1, Arc::clone(&self.active.file));
        while let [oldest, second, ..] = self.segments[..] {
            let is_needed = {
                let index = self.shared.index();
                !index.settled_below(second) || index.count_from(second) < self.keep
            };
            if is_needed {
                break;
            }
            let path = segment::path(&self.shared.folder, oldest);
            if let Err(fault) = fs::remove_file(&path)
                && fault.kind() != io::ErrorKind::NotFound
            {
                // That is no reason to keep nothing new.
                tracing::warn!("{}: cannot be deleted: {fault}", path.display());
                break;
            }
            self.shared.index().forget_below(second);
            self.shared.held().remove(&oldest);
            self.segments.remove(0);
        }
        Ok(())
    }
}

fn add(bytes: &mut Vec<u8>, line: &Line) -> io::Result<usize> {
    let line = line.to_bytes()?;
    bytes.extend_from_slice(&line);
    Ok(line.len())
}

fn entry(seq: u64, new: New, place: Place) -> Entry {
    Entry {
        seq,
        robot: new.robot,
        received_at: new.received_at,
        digest: new.digest,
        place,
        fate: if new.answer.is_some() { Forwarded::Captured } else { Forwarded::Pending },
        answer: new.answer,
        robot_answer: None,
        answered_at: None,
        waiter: new.waiter,
    }
}
