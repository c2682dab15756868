//! Messages on disk: kept before their sender is answered, until the robot has them and they are no
//! longer wanted.
//!
//! A folder of segments, to whose last one lines are appended: messages, and what the robot said to
//! them. Nothing is written in any other place, so that a crash can only tear the last line.

mod index;
mod line;
mod load;
mod lock;
mod restore;
mod segment;
mod writer;

use std::{
    fmt, io,
    io::Write as _,
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::JoinHandle,
};

use sha2::{Digest as _, Sha256};
use tokio::sync::{oneshot, watch};

use self::{
    line::Line,
    writer::{Shared, Work, Writer},
};
pub(super) use self::{
    line::Outcome,
    writer::{New, Settled},
};
use crate::{clock::Timestamp, dingtalk::Reply, relay::Forwarded};

/// Why a spool cannot be used.
#[derive(Debug)]
pub struct SpoolError {
    /// What is wrong, and in which file and line.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for SpoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SpoolError {}

impl SpoolError {
    fn file(path: &Path, fault: &io::Error) -> Self {
        Self {
            message: format!("{}: {fault}", path.display()),
            remedy: "choose a folder that this user can read and write, on a disk with room".to_owned(),
        }
    }
}

/// A message that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) seq: u64,
    pub(super) robot: String,
    pub(super) received_at: Timestamp,
    pub(super) body: String,
    pub(super) fate: Forwarded,
    pub(super) answer: Option<Reply>,
    pub(super) robot_answer: Option<Reply>,
}

/// What an index says of a message, for those who count and compare.
pub(super) struct Known {
    pub(super) robot: String,
    pub(super) received_at: Timestamp,
    pub(super) digest: [u8; 32],
    pub(super) fate: Forwarded,
    pub(super) answer: Option<Reply>,
    /// When the robot answered last.
    pub(super) answered_at: Option<Timestamp>,
}

/// The messages of a relay. One process at a time has it.
#[derive(Debug)]
pub(super) struct Spool {
    shared: Arc<Shared>,
    work: Mutex<Option<mpsc::Sender<Work>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    id: String,
}

impl Spool {
    /// Takes the folder, and what an earlier relay left in it. `new_id` is for a folder that is new.
    /// What was repaired comes with it, in words.
    pub(super) fn open(folder: &Path, keep: usize, new_id: &str) -> Result<(Self, Vec<String>), SpoolError> {
        segment::make_folder(folder).map_err(|fault| SpoolError::file(folder, &fault))?;
        let lock = lock::lock(folder)?;
        let loaded = load::load(folder, new_id)?;
        let shared = Arc::new(Shared::new(folder.to_owned(), loaded.index));
        let writer = Writer {
            shared: Arc::clone(&shared),
            active: loaded.active,
            segments: loaded.segments,
            id: loaded.id.clone(),
            keep,
            lock,
            is_failing: false,
        };
        writer.hold_all().map_err(|fault| SpoolError::file(folder, &fault))?;
        let (work, queue) = mpsc::channel();
        let thread = std::thread::Builder::new().name("spool".to_owned()).spawn(move || writer.run(&queue));
        let thread = thread.map_err(|fault| SpoolError::file(folder, &fault))?;
        let (work, writer) = (Mutex::new(Some(work)), Mutex::new(Some(thread)));
        Ok((Self { shared, work, writer, id: loaded.id }, loaded.warnings))
    }

    /// Keeps a message; its number, once it is on the disk.
    pub(super) async fn add(&self, new: New) -> Result<u64, String> {
        let (told, answer) = oneshot::channel();
        self.ask(Work::Message(new, told))?;
        answer.await.map_err(|_| CLOSED.to_owned())?
    }

    /// Keeps what came of a call, and then lets the sender know, if it still waits.
    pub(super) async fn settle(&self, settled: Settled) -> Result<(), String> {
        let (told, answer) = oneshot::channel();
        self.ask(Work::Outcome(settled, told))?;
        answer.await.map_err(|_| CLOSED.to_owned())?
    }

    fn ask(&self, work: Work) -> Result<(), String> {
        let queue = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queue.as_ref().ok_or(CLOSED)?;
        queue.send(work).map_err(|_| CLOSED.to_owned())
    }

    /// The sender of a message waits no longer, and is told that it is taken. False when the robot's
    /// answer is there already and about to be told.
    pub(super) fn give_up(&self, seq: u64) -> bool {
        let mut index = self.shared.index();
        let Some(entry) = index.get_mut(seq) else { return false };
        if entry.waiter.take().is_none() {
            return false;
        }
        entry.answer = Some(Reply::ok());
        true
    }

    /// The oldest pending message of a robot: its number, its `msgUuid` and its body.
    ///
    /// # Errors
    /// A line that cannot be read again.
    pub(super) fn next_pending(&self, robot: &str) -> Result<Option<(u64, String, String)>, String> {
        let Some((seq, at, place)) =
            self.shared.index().next_pending(robot).map(|entry| (entry.seq, entry.received_at, entry.place))
        else {
            return Ok(None);
        };
        let body =
            self.body(place).map_err(|fault| format!("message {seq} cannot be read again: {fault}"))?;
        Ok(Some((seq, self.msg_uuid(seq, at, &body), body)))
    }

    /// Those with a higher number, of one robot or of all, oldest first; at most `most`.
    ///
    /// # Errors
    /// A line that cannot be read again.
    pub(super) fn after(&self, robot: Option<&str>, seq: u64, most: usize) -> Result<Vec<Kept>, String> {
        let mut found = Vec::new();
        let mut places = Vec::new();
        for entry in self.shared.index().after(seq) {
            if robot.is_some_and(|robot| robot != entry.robot) {
                continue;
            }
            if found.len() == most {
                break;
            }
            places.push(entry.place);
            found.push(Kept {
                seq: entry.seq,
                robot: entry.robot.clone(),
                received_at: entry.received_at,
                body: String::new(),
                fate: entry.fate,
                answer: entry.answer.clone().or_else(|| entry.waiter.is_none().then(Reply::ok)),
                robot_answer: entry.robot_answer.clone(),
            });
        }
        let mut kept = Vec::new();
        for (mut message, place) in found.into_iter().zip(places) {
            match self.body(place) {
                Ok(body) => {
                    message.body = body;
                    kept.push(message);
                }
                // Its segment has just been deleted.
                Err(fault) if fault.kind() == io::ErrorKind::NotFound => {}
                Err(fault) => return Err(format!("message {} cannot be read again: {fault}", message.seq)),
            }
        }
        Ok(kept)
    }

    fn body(&self, place: index::Place) -> io::Result<String> {
        let held = self.shared.held().get(&place.segment).cloned();
        // Also when the file has no name any more.
        let bytes = match held {
            Some(file) if cfg!(unix) => segment::read_from(&file, place.offset, place.length)?,
            _ => segment::read(&self.shared.folder, place)?,
        };
        match Line::read(&bytes) {
            Ok(Line::Message(message)) => Ok(message.body),
            Ok(Line::Spool(_) | Line::Outcome(_)) => Err(io::ErrorKind::InvalidData.into()),
            Err(fault) => Err(io::Error::new(io::ErrorKind::InvalidData, fault.to_string())),
        }
    }

    /// All messages, oldest first, without their bodies.
    pub(super) fn known(&self) -> Vec<Known> {
        let index = self.shared.index();
        let known = index.after(0).map(|entry| Known {
            robot: entry.robot.clone(),
            received_at: entry.received_at,
            digest: entry.digest,
            fate: entry.fate,
            answer: entry.answer.clone(),
            answered_at: entry.answered_at,
        });
        known.collect()
    }

    /// How many messages of a robot are pending, and since when the oldest one is.
    pub(super) fn pending(&self, robot: &str) -> (usize, Option<Timestamp>) {
        let index = self.shared.index();
        (index.pending(robot), index.next_pending(robot).map(|entry| entry.received_at))
    }

    /// The robots that have pending messages, and how many.
    pub(super) fn robots_with_pending(&self) -> Vec<(String, usize)> {
        let index = self.shared.index();
        index.robots_with_pending().map(|(robot, count)| (robot.to_owned(), count)).collect()
    }

    /// How many messages are kept.
    pub(super) fn len(&self) -> usize {
        self.shared.index().len()
    }

    /// The highest number, whenever it changes.
    pub(super) fn last(&self) -> watch::Receiver<u64> {
        self.shared.last.subscribe()
    }

    /// What keeps a resent message from being delivered twice: the same for the same message of the same
    /// spool, and of no other. A number alone is not enough: where the end of a spool was lost, it is given
    /// again, and the robot would pass over the new message.
    fn msg_uuid(&self, seq: u64, at: Timestamp, body: &str) -> String {
        let digest = Sha256::digest(format!("{}\n{seq}\n{at}\n{body}", self.id).as_bytes());
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether something can be kept: the last write was, and the folder can be written to.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn probe(&self) -> Result<(), String> {
        if let Some(fault) = self.shared.index().fault.clone() {
            return Err(format!("the last write failed: {fault}"));
        }
        let path = self.shared.folder.join("probe");
        let written = segment::private().write(true).truncate(true).open(path);
        written.and_then(|mut file| file.write_all(b"probe\n")).map_err(|fault| fault.to_string())
    }

    /// Ends the writer once all is written.
    pub(super) fn close(&self) {
        drop(self.work.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        thread.map(JoinHandle::join);
    }
}

const CLOSED: &str = "the relay is stopping";
