//! Things due: by time, and in the order in which they were put there.

use std::{collections::BTreeMap, time::Duration};

use crate::clock::Timestamp;

/// A queue of things due.
#[derive(Debug)]
pub(super) struct Queue<T> {
    next: u64,
    due: BTreeMap<(Timestamp, u64), T>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { next: 0, due: BTreeMap::new() }
    }
}

impl<T> Queue<T> {
    pub(super) fn put(&mut self, at: Timestamp, thing: T) {
        self.due.insert((at, self.next), thing);
        self.next += 1;
    }

    /// The time of the first thing due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    /// The first thing that is due at `until` or before.
    pub(super) fn take(&mut self, until: Timestamp) -> Option<(Timestamp, T)> {
        if self.next_due()? > until {
            return None;
        }
        self.due.pop_first().map(|((at, _), thing)| (at, thing))
    }

    pub(super) fn len(&self) -> usize {
        self.due.len()
    }
}

/// `at` plus `delay`, or the end of time.
pub(super) fn later(at: Timestamp, delay: Duration) -> Timestamp {
    at.checked_add(delay).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_rules_and_then_the_order_of_putting() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut queue = Queue::default();
        for (second, name) in [(2, "c"), (1, "a"), (1, "b"), (3, "d")] {
            queue.put(at(second), name);
        }
        assert_eq!((queue.next_due(), queue.len()), (Some(at(1)), 4));
        let mut taken = Vec::new();
        while let Some((_, name)) = queue.take(at(2)) {
            taken.push(name);
        }
        assert_eq!(taken, ["a", "b", "c"]);
        assert_eq!(queue.next_due(), Some(at(3)));
    }

    #[test]
    fn the_end_of_time_is_not_passed() {
        assert_eq!(later(Timestamp::MAX, Duration::from_secs(1)), Timestamp::MAX);
        assert_eq!(later(Timestamp::UNIX_EPOCH, Duration::MAX), Timestamp::MAX);
    }
}
