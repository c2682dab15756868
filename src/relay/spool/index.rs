//! What the spool holds, in memory: everything but the bodies, which stay in their files.

use std::collections::{BTreeMap, VecDeque};

use tokio::sync::oneshot;

use super::line::Outcome;
use crate::{clock::Timestamp, dingtalk::Reply, relay::Forwarded};

/// Where a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The first number of the segment.
    pub(super) segment: u64,
    pub(super) offset: u64,
    pub(super) length: usize,
}

/// A message without its body.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) seq: u64,
    pub(super) robot: String,
    pub(super) received_at: Timestamp,
    pub(super) digest: [u8; 32],
    pub(super) place: Place,
    pub(super) fate: Forwarded,
    /// What the sender was answered, once that is settled.
    pub(super) answer: Option<Reply>,
    /// What the robot said last, if it was asked.
    pub(super) robot_answer: Option<Reply>,
    /// When the robot said it.
    pub(super) answered_at: Option<Timestamp>,
    /// The sender, while it waits for the robot's answer.
    pub(super) waiter: Option<oneshot::Sender<Reply>>,
}

/// The messages, by number without a gap.
#[derive(Debug, Default)]
pub(super) struct Index {
    entries: VecDeque<Entry>,
    pending: BTreeMap<String, VecDeque<u64>>,
    /// The highest number that was ever given.
    pub(super) last: u64,
    /// Why the last write failed.
    pub(super) fault: Option<String>,
}

impl Index {
    pub(super) fn push(&mut self, entry: Entry) {
        self.last = entry.seq;
        if entry.fate == Forwarded::Pending {
            self.pending.entry(entry.robot.clone()).or_default().push_back(entry.seq);
        }
        self.entries.push_back(entry);
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn get(&self, seq: u64) -> Option<&Entry> {
        self.entries.get(self.position(seq)?)
    }

    pub(super) fn get_mut(&mut self, seq: u64) -> Option<&mut Entry> {
        let position = self.position(seq)?;
        self.entries.get_mut(position)
    }

    fn position(&self, seq: u64) -> Option<usize> {
        let first = self.entries.front()?.seq;
        usize::try_from(seq.checked_sub(first)?).ok()
    }

    /// Those with a higher number, oldest first.
    pub(super) fn after(&self, seq: u64) -> impl Iterator<Item = &Entry> {
        let first = self.entries.front().map_or(0, |entry| entry.seq);
        let skipped = seq.saturating_add(1).saturating_sub(first);
        self.entries.iter().skip(usize::try_from(skipped).unwrap_or(usize::MAX))
    }

    /// What came of a call of the robot. The sender was answered with the same unless that was `late`.
    pub(super) fn settle(&mut self, seq: u64, at: Timestamp, outcome: Outcome, reply: Reply, late: bool) {
        let Some(entry) = self.get_mut(seq) else { return };
        if entry.answer.is_none() {
            entry.answer = Some(if late { Reply::ok() } else { reply.clone() });
        }
        entry.robot_answer = Some(reply);
        entry.answered_at = Some(at);
        entry.fate = match outcome {
            Outcome::Delivered => Forwarded::Delivered,
            Outcome::Refused => Forwarded::Refused,
            Outcome::Held => return,
        };
        let robot = entry.robot.clone();
        if let Some(pending) = self.pending.get_mut(&robot) {
            pending.retain(|waiting| *waiting != seq);
        }
    }

    pub(super) fn next_pending(&self, robot: &str) -> Option<&Entry> {
        self.get(*self.pending.get(robot)?.front()?)
    }

    pub(super) fn pending(&self, robot: &str) -> usize {
        self.pending.get(robot).map_or(0, VecDeque::len)
    }

    /// The robots that have pending messages.
    pub(super) fn robots_with_pending(&self) -> impl Iterator<Item = (&str, usize)> {
        self.pending.iter().map(|(robot, seqs)| (robot.as_str(), seqs.len())).filter(|(_, count)| *count > 0)
    }

    /// Whether all messages below a number are settled, so that they may go.
    pub(super) fn settled_below(&self, seq: u64) -> bool {
        self.pending.values().all(|pending| pending.front().is_none_or(|oldest| *oldest >= seq))
    }

    /// How many messages have this number or a higher one.
    pub(super) fn count_from(&self, seq: u64) -> usize {
        usize::try_from((self.last + 1).saturating_sub(seq)).unwrap_or(usize::MAX).min(self.len())
    }

    /// Forgets all messages below a number, whatever they wait for; those that waited, by robot.
    pub(super) fn lose_below(&mut self, seq: u64) -> Vec<(String, Vec<u64>)> {
        self.forget_below(seq);
        let lost = self.pending.iter_mut().map(|(robot, pending)| {
            let kept = pending.partition_point(|waiting| *waiting < seq);
            (robot.clone(), pending.drain(..kept).collect::<Vec<u64>>())
        });
        lost.filter(|(_, seqs)| !seqs.is_empty()).collect()
    }

    /// Forgets all messages below a number.
    pub(super) fn forget_below(&mut self, seq: u64) {
        while self.entries.front().is_some_and(|entry| entry.seq < seq) {
            self.entries.pop_front();
        }
    }
}
