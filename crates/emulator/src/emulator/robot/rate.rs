//! Twenty messages a minute, then silence for ten minutes.

use std::{collections::VecDeque, time::Duration};

use crate::{
    clock::Timestamp,
    emulator::{
        queue::later,
        switches::{RobotMuteCalls, RobotRateCounts, RobotRateWindow, Switches},
    },
};

const MINUTE: Duration = Duration::from_secs(60);

/// What one robot counted.
#[derive(Debug, Default)]
pub(super) struct Rate {
    /// When calls that count came in, oldest first; never more than one above the limit.
    counted: VecDeque<Timestamp>,
    muted_until: Option<Timestamp>,
}

impl Rate {
    /// Whether a call may go on; one too many begins the mute.
    pub(super) fn admit(&mut self, now: Timestamp, switches: &Switches) -> bool {
        if let Some(until) = self.muted_until {
            if now < until {
                if let (RobotMuteCalls::Lengthen, Some(mute)) =
                    (switches.robot_mute_calls, switches.robot_mute)
                {
                    self.muted_until = Some(later(now, mute));
                }
                return false;
            }
            *self = Self::default();
        }
        while self.counted.front().is_some_and(|at| !same_minute(*at, now, switches.robot_rate_window)) {
            self.counted.pop_front();
        }
        let limit = usize::try_from(switches.robot_rate).unwrap_or(usize::MAX);
        let admitted = self.counted.len() < limit;
        if switches.robot_rate_counts == RobotRateCounts::All {
            self.count(now, limit);
        }
        if !admitted {
            self.muted_until = switches.robot_mute.map(|mute| later(now, mute));
        }
        admitted
    }

    /// A message was accepted.
    pub(super) fn accepted(&mut self, now: Timestamp, switches: &Switches) {
        if switches.robot_rate_counts == RobotRateCounts::Accepted {
            self.count(now, usize::try_from(switches.robot_rate).unwrap_or(usize::MAX));
        }
    }

    fn count(&mut self, now: Timestamp, limit: usize) {
        if self.counted.len() >= limit {
            self.counted.pop_front();
        }
        self.counted.push_back(now);
    }
}

fn same_minute(earlier: Timestamp, now: Timestamp, window: RobotRateWindow) -> bool {
    match window {
        RobotRateWindow::Sliding => later(earlier, MINUTE) > now,
        RobotRateWindow::Fixed => earlier.as_second().div_euclid(60) == now.as_second().div_euclid(60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_767_196_800 + second).unwrap()
    }

    /// The seconds, of those given, in which a message is accepted.
    fn accepted(settings: &[(&str, &str)], seconds: impl IntoIterator<Item = i64>) -> Vec<i64> {
        let mut switches = Switches::default();
        switches.set("robot_rate", "2").unwrap();
        for (name, value) in settings {
            switches.set(name, value).unwrap();
        }
        let mut rate = Rate::default();
        let mut accepted = Vec::new();
        for second in seconds {
            if rate.admit(at(second), &switches) {
                rate.accepted(at(second), &switches);
                accepted.push(second);
            }
        }
        accepted
    }

    #[test]
    fn one_too_many_is_followed_by_ten_minutes() {
        assert_eq!(accepted(&[], [0, 1, 2, 601, 602, 603, 604]), [0, 1, 602, 603]);
        assert_eq!(accepted(&[], [0, 59, 60, 119]), [0, 59, 60, 119]);
    }

    #[test]
    fn the_minute_can_be_that_of_the_wall() {
        let sliding = [("robot_mute", "off"), ("robot_rate_window", "sliding")];
        let fixed = [("robot_mute", "off"), ("robot_rate_window", "fixed")];
        assert_eq!(accepted(&sliding, [58, 59, 60, 61, 118]), [58, 59, 118]);
        assert_eq!(accepted(&fixed, [58, 59, 60, 61, 62]), [58, 59, 60, 61]);
    }

    #[test]
    fn refused_calls_can_count_and_lengthen() {
        let all = [("robot_mute", "off"), ("robot_rate_counts", "all")];
        assert_eq!(accepted(&all, [0, 1, 30, 59, 70]), [0, 1]);
        assert_eq!(accepted(&[("robot_mute", "off")], [0, 1, 30, 59, 70]), [0, 1, 70]);
        let lengthen = [("robot_mute_calls", "lengthen")];
        assert_eq!(accepted(&lengthen, [0, 1, 2, 300, 602, 1202]), [0, 1, 1202]);
        assert_eq!(accepted(&[], [0, 1, 2, 300, 602, 1202]), [0, 1, 602, 1202]);
    }
}
