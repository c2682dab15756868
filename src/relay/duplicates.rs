//! Messages that are sent again because their answer was lost.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use crate::{clock::Timestamp, dingtalk::Reply};

/// A message by the robot's place and the digest of its bytes.
type Key = (usize, [u8; 32]);

/// The answer to a message, once there is one.
pub(super) type Answer = watch::Receiver<Option<Reply>>;

/// Accepted messages of the last while.
#[derive(Debug)]
pub(super) struct Duplicates {
    window: Duration,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    answers: HashMap<Key, (Timestamp, Answer)>,
    /// In the order of their times.
    order: VecDeque<(Timestamp, Key)>,
}

/// What a message is.
pub(super) enum Claim {
    /// The first of its kind; whoever has this tells the answer, or forgets the message.
    First(watch::Sender<Option<Reply>>),
    /// The same as an earlier one, whose answer is its answer too.
    Again(Answer),
}

impl Duplicates {
    pub(super) fn new(window: Duration) -> Self {
        Self { window, seen: Mutex::default() }
    }

    /// Whether a message came before within the window.
    pub(super) fn claim(&self, robot: usize, digest: [u8; 32], now: Timestamp) -> Claim {
        let (answer, known) = watch::channel(None);
        if self.window.is_zero() {
            return Claim::First(answer);
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((at, key)) = seen.order.front().copied()
            && self.is_over(at, now)
        {
            seen.order.pop_front();
            if seen.answers.get(&key).is_some_and(|(first, _)| *first == at) {
                seen.answers.remove(&key);
            }
        }
        let key = (robot, digest);
        if let Some((_, answer)) = seen.answers.get(&key) {
            return Claim::Again(answer.clone());
        }
        seen.answers.insert(key, (now, known));
        seen.order.push_back((now, key));
        Claim::First(answer)
    }

    /// A message that an earlier process accepted.
    pub(super) fn remember(
        &self,
        robot: usize,
        digest: [u8; 32],
        at: Timestamp,
        answer: Reply,
        now: Timestamp,
    ) {
        if !self.is_over(at, now)
            && let Claim::First(first) = self.claim(robot, digest, at)
        {
            first.send_replace(Some(answer));
        }
    }

    /// The message could not be kept, so that the next one is the first.
    pub(super) fn forget(&self, robot: usize, digest: [u8; 32]) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).answers.remove(&(robot, digest));
    }

    fn is_over(&self, at: Timestamp, now: Timestamp) -> bool {
        // Also when the clock was set back, and the first one seems to come yet.
        now.duration_since(at).unsigned_abs() >= self.window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_767_196_800 + second).unwrap()
    }

    fn is_first(duplicates: &Duplicates, robot: usize, digest: u8, second: i64) -> bool {
        matches!(duplicates.claim(robot, [digest; 32], at(second)), Claim::First(_))
    }

    #[test]
    fn the_window_begins_with_the_first() {
        let duplicates = Duplicates::new(Duration::from_secs(60));
        let firsts: Vec<bool> =
            [0, 59, 60, 61, 119, 120].into_iter().map(|second| is_first(&duplicates, 0, 1, second)).collect();
        assert_eq!(firsts, [true, false, true, false, false, true]);
        assert!(is_first(&duplicates, 1, 1, 121), "another robot");
        assert!(is_first(&duplicates, 0, 2, 121), "other bytes");
    }

    #[test]
    fn what_was_not_kept_was_not_seen() {
        let duplicates = Duplicates::new(Duration::from_secs(60));
        assert!(is_first(&duplicates, 0, 1, 0));
        duplicates.forget(0, [1; 32]);
        assert!(is_first(&duplicates, 0, 1, 1));
        assert!(!is_first(&duplicates, 0, 1, 60));
    }

    #[test]
    fn a_window_of_nothing_knows_no_duplicates() {
        let duplicates = Duplicates::new(Duration::ZERO);
        assert!(is_first(&duplicates, 0, 1, 0) && is_first(&duplicates, 0, 1, 0));
    }
}
