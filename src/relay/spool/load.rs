//! What an earlier relay left.

use std::{io, io::Write as _, path::Path};

use sha2::{Digest as _, Sha256};

use super::{
    SpoolError,
    index::{Entry, Index, Place},
    line::{BadLine, FORMAT, Line, MessageLine},
    segment::{self, Active},
};
use crate::{dingtalk::Reply, files, relay::Forwarded};

/// What was found.
pub(super) struct Loaded {
    pub(super) index: Index,
    pub(super) id: String,
    pub(super) active: Active,
    pub(super) segments: Vec<u64>,
    pub(super) warnings: Vec<String>,
}

/// Reads all segments; begins a spool with a new id where there is none.
pub(super) fn load(folder: &Path, new_id: &str) -> Result<Loaded, SpoolError> {
    let failed = |fault: io::Error| SpoolError::file(folder, &fault);
    let mut segments = segment::list(folder).map_err(failed)?;
    let mut index = Index::default();
    index.last = segments.first().map_or(0, |first| first.saturating_sub(1));
    let mut id: Option<String> = None;
    let mut warnings = Vec::new();
    let mut end = (0, 0);
    let count = segments.len();
    for (number, first) in segments.iter().copied().enumerate() {
        let path = segment::path(folder, first);
        let bytes = files::read_whole(&path).map_err(|fault| SpoolError::file(&path, &fault))?;
        let mut reader = Reader { path: &path, first, index: &mut index, id: &mut id };
        let (length, lines, torn) = reader.segment(&bytes, number + 1 == count)?;
        if let Some(torn) = torn {
            warnings.push(torn);
        }
        end = (length, lines);
    }
    let id = id.unwrap_or_else(|| new_id.to_owned());
    let active = match segments.last() {
        // Without a first line there is nothing in it.
        Some(first) if end.1 > 0 => Active::reopen(folder, *first, end.0, end.1),
        Some(first) => Active::create(folder, *first, &id),
        None => {
            segments.push(1);
            Active::create(folder, 1, &id)
        }
    };
    let active = active.map_err(failed)?;
    Ok(Loaded { index, id, active, segments, warnings })
}

struct Reader<'a> {
    path: &'a Path,
    first: u64,
    index: &'a mut Index,
    id: &'a mut Option<String>,
}

impl Reader<'_> {
    /// Bytes and lines that are whole, and what was wrong with a torn line at the end of the spool.
    fn segment(&mut self, bytes: &[u8], is_last: bool) -> Result<(u64, usize, Option<String>), SpoolError> {
        let (mut offset, mut lines) = (0, 0);
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let number = lines + 1;
            match Line::read(piece) {
                Ok(line) => {
                    let place = Place { segment: self.first, offset, length: piece.len() };
                    self.line(line, number, place)?;
                }
                // A write that the end of the machine or of the disk cut short: no sender was answered that
                // it is kept. Whatever has its line end was whole on the disk, and its sender may be.
                Err(BadLine::Torn) if is_last => {
                    let aside = self.path.with_extension(format!("{offset}.torn"));
                    put_aside(&aside, piece).map_err(|fault| SpoolError::file(&aside, &fault))?;
                    let torn = format!(
                        "{}:{number}: the last line is torn, by a crash in the middle of a write; its {} bytes are cut off, and kept in {}",
                        self.path.display(),
                        piece.len(),
                        aside.display()
                    );
                    return Ok((offset, lines, Some(torn)));
                }
                Err(fault) => return Err(self.corrupt(number, &fault.to_string())),
            }
            offset += piece.len() as u64;
            lines += 1;
        }
        Ok((offset, lines, None))
    }

    fn line(&mut self, line: Line, number: usize, place: Place) -> Result<(), SpoolError> {
        if (number == 1) != matches!(line, Line::Spool(_)) {
            return Err(self.corrupt(number, "each segment begins with a line `spool`, and has one only"));
        }
        match line {
            Line::Spool(header) if header.format != FORMAT => {
                Err(self.corrupt(number, &format!("format {} is not known here", header.format)))
            }
            Line::Spool(header) => match self.id {
                Some(id) if *id != header.id => Err(self.corrupt(number, "it is of another relay's spool")),
                _ => {
                    *self.id = Some(header.id);
                    Ok(())
                }
            },
            Line::Message(message) => {
                if message.seq != self.index.last + 1 {
                    return Err(self.corrupt(number, &format!("message {} is out of order", message.seq)));
                }
                self.index.push(entry(message, place));
                Ok(())
            }
            Line::Outcome(outcome) => {
                if outcome.seq > self.index.last {
                    return Err(
                        self.corrupt(number, &format!("message {} comes after its outcome", outcome.seq))
                    );
                }
                self.index.settle(outcome.seq, outcome.at, outcome.is, outcome.reply.into(), outcome.late);
                Ok(())
            }
        }
    }

    fn corrupt(&self, number: usize, what: &str) -> SpoolError {
        SpoolError {
            message: format!("{}:{number}: the spool is damaged: {what}", self.path.display()),
            remedy: "move the folder away, and the relay begins with an empty one; the messages in it are JSON lines, and what is pending there is not forwarded: read it, and see to it by hand".to_owned(),
        }
    }
}

/// Nothing of a spool is thrown away unread.
fn put_aside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = segment::private().write(true).truncate(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn entry(message: MessageLine, place: Place) -> Entry {
    let answer: Option<Reply> = message.answer.map(Into::into);
    Entry {
        seq: message.seq,
        digest: Sha256::digest(message.body.as_bytes()).into(),
        robot: message.robot,
        received_at: message.received_at,
        place,
        fate: if answer.is_some() { Forwarded::Captured } else { Forwarded::Pending },
        answer,
        robot_answer: None,
        answered_at: None,
        waiter: None,
    }
}
