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
