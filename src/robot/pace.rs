//! Keeps to what a robot takes in a minute.

use std::{collections::VecDeque, time::Duration};

use crate::clock::{Clock, Timestamp};

/// Source: the vendor's page on custom robots. One more, and the robot is mute for ten minutes.
const LIMIT: usize = 20;
const MINUTE: Duration = Duration::from_secs(60);

/// When the last calls ended. A call that ended a minute ago reached the robot earlier still, so
/// whatever window the robot counts in, it never sees more than the limit.
#[derive(Debug, Default)]
pub(super) struct Pace {
    ended: VecDeque<Timestamp>,
}

impl Pace {
    /// Waits until one more call fits.
    pub(super) async fn wait(&mut self, clock: &dyn Clock) {
        while self.ended.len() >= LIMIT {
            let Some(oldest) = self.ended.front() else { return };
            let passed = Duration::try_from(clock.now().duration_since(*oldest)).unwrap_or_default();
            if passed >= MINUTE {
                self.ended.pop_front();
            } else {
                clock.sleep(MINUTE.saturating_sub(passed)).await;
            }
        }
    }

    /// A call ended, whatever came of it.
    pub(super) fn ended(&mut self, now: Timestamp) {
        self.ended.push_back(now);
    }
}
