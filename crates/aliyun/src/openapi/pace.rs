//! Keeps to what the service takes of one operation, over all clones of a client.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::clock::Timestamp;

/// Calls of one operation in a second, for an account and all of its RAM users. Source: CloudMonitor
/// documents, "List of operations by function".
const LIMIT: usize = 20;
const SECOND: Duration = Duration::from_secs(1);

/// What is known of each operation by its wire name.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<HashMap<&'static str, Lane>>);

#[derive(Debug, Default)]
struct Lane {
    /// When the last calls begin, the next ones included that wait for their turn.
    turns: VecDeque<Timestamp>,
    /// The last call was made again until its time was over, and failed.
    is_down: bool,
}

impl Pace {
    /// Takes the next turn of an operation, and says how long it is until then.
    ///
    /// No second has more turns than the limit, wherever it begins. So the service never sees too
    /// many, whether it counts by the clock's seconds or by a bucket that fills up again.
    pub(super) fn turn(&self, operation: &'static str, now: Timestamp) -> Duration {
        let mut lanes = self.lanes();
        let turns = &mut lanes.entry(operation).or_default().turns;
        while turns.len() > LIMIT {
            turns.pop_front();
        }
        let mut turn = now;
        if turns.len() == LIMIT
            && let Some(oldest) = turns.pop_front()
        {
            turn = turn.max(oldest.checked_add(SECOND).unwrap_or(oldest));
        }
        // A clock that was set back must not let two turns change places.
        turn = turns.back().map_or(turn, |last| turn.max(*last));
        turns.push_back(turn);
        Duration::try_from(turn.duration_since(now)).unwrap_or_default()
    }

    /// Whether the last call of an operation failed after all its attempts. The next ones are then
    /// made once: hundreds of calls that each wait for a minute would help nobody.
    pub(super) fn is_down(&self, operation: &'static str) -> bool {
        self.lanes().get(operation).is_some_and(|lane| lane.is_down)
    }

    /// Notes whether an operation is down.
    pub(super) fn note(&self, operation: &'static str, is_down: bool) {
        self.lanes().entry(operation).or_default().is_down = is_down;
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<&'static str, Lane>> {
        // No code under the lock can leave it half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn no_second_has_more_turns_than_the_limit() {
        let pace = Pace::default();
        let mut turns: Vec<i64> = Vec::new();
        // Callers come in bunches, some while others still wait.
        for now in [0, 0, 300, 300, 1_500, 9_000] {
            for _ in 0..17 {
                let wait = i64::try_from(pace.turn("x", at(now)).as_millis()).unwrap();
                turns.push(now + wait);
            }
        }
        assert!(turns.is_sorted(), "{turns:?}");
        for (first, beyond) in turns.iter().zip(&turns[LIMIT..]) {
            assert!(beyond - first >= 1_000, "{turns:?}");
        }
        // Nobody waits without need.
        assert_eq!(turns[..20], [0; 20]);
        assert_eq!(turns[85], 9_000);
        assert_eq!(pace.turn("y", at(0)), Duration::ZERO);
    }

    #[test]
    fn an_operation_that_is_down_is_known_until_it_is_up() {
        let pace = Pace::default();
        assert!(!pace.is_down("x"));
        pace.note("x", true);
        assert!(pace.is_down("x") && !pace.is_down("y"));
        pace.note("x", false);
        assert!(!pace.is_down("x"));
    }
}
