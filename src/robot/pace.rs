//! Keeps to what a robot takes in a minute.

use std::{collections::VecDeque, time::Duration};

use crate::clock::{Clock, Timestamp};

/// Messages that a robot takes in a minute. One more, and it is mute for ten minutes. Source: the
/// vendor's page on custom robots.
pub const ROBOT_RATE: usize = 20;
const MINUTE: Duration = Duration::from_secs(60);

/// When the last calls ended. A call that ended a minute ago reached the robot earlier still, so
/// whatever window the robot counts in, it never sees more than the limit.
#[derive(Debug)]
pub struct Pace {
    limit: usize,
    ended: VecDeque<Timestamp>,
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(ROBOT_RATE)
    }
}

impl Pace {
    /// At most `limit` calls a minute.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), ended: VecDeque::new() }
    }

    /// How long it is until one more call fits; zero when it does.
    pub fn due(&mut self, now: Timestamp) -> Duration {
        // The clock was set back: what will not have ended for long did so just now, at the latest.
        if self.ended.back().is_some_and(|last| *last > now) {
            self.ended.iter_mut().for_each(|ended| *ended = (*ended).min(now));
        }
        while self.ended.len() >= self.limit {
            let Some(oldest) = self.ended.front() else { break };
            let passed = Duration::try_from(now.duration_since(*oldest)).unwrap_or_default();
            if passed < MINUTE {
                return MINUTE.saturating_sub(passed);
            }
            self.ended.pop_front();
        }
        Duration::ZERO
    }

    /// Waits until one more call fits.
    pub async fn wait(&mut self, clock: &dyn Clock) {
        loop {
            let due = self.due(clock.now());
            if due.is_zero() {
                return;
            }
            clock.sleep(due).await;
        }
    }

    /// A call ended, whatever came of it.
    pub fn ended(&mut self, now: Timestamp) {
        self.ended.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_holds_nothing_up_for_longer_than_a_minute() {
        let at = |second: i64| Timestamp::from_second(1_767_196_800 + second).unwrap();
        let mut pace = Pace::new(2);
        pace.ended(at(0));
        pace.ended(at(1_000_000));
        pace.ended(at(1_000_001));
        // The first one really ended a minute before 60, the others not after 10.
        assert_eq!(pace.due(at(10)), Duration::from_secs(50));
        assert_eq!(pace.due(at(60)), Duration::from_secs(10));
        assert_eq!([pace.due(at(70)), pace.due(at(70))], [Duration::ZERO; 2]);
    }
}
