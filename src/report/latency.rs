//! How long a bell takes to ring.

use std::time::Duration;

use super::RunOutcome;

/// What an `expect` waited for, each time since the act that caused it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// Until the event reached the event centre; unknown for a message that tells of no event.
    pub event: Option<Duration>,
    /// Until CloudMonitor handed the message over for the contact.
    pub notified: Option<Duration>,
    /// Until the robot accepted the message.
    pub message: Duration,
}

/// The spread of some durations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// How many there are.
    pub count: usize,
    /// Half of them are not longer.
    pub p50: Duration,
    /// 95 of 100 are not longer.
    pub p95: Duration,
    /// None is longer.
    pub max: Duration,
}

/// The spreads of a run's latencies; none for what was not measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latencies {
    /// From act to event.
    pub event: Option<Spread>,
    /// From act to notification.
    pub notified: Option<Spread>,
    /// From act to message.
    pub message: Option<Spread>,
}

/// The percentile by nearest rank: the smallest value that so many of a hundred do not exceed.
/// `None` of nothing.
#[must_use]
pub fn percentile(values: &[Duration], percent: usize) -> Option<Duration> {
    let mut sorted = values.to_vec();
    sorted.sort();
    let rank = (sorted.len() * percent.min(100)).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

impl Spread {
    fn of(values: &[Duration]) -> Option<Self> {
        let at = |percent| percentile(values, percent);
        Some(Self { count: values.len(), p50: at(50)?, p95: at(95)?, max: at(100)? })
    }
}

impl RunOutcome {
    /// The spread of all that its steps measured.
    #[must_use]
    pub fn latencies(&self) -> Latencies {
        let steps = self.scenarios.iter().flat_map(|scenario| &scenario.steps);
        let all: Vec<Latency> = steps.flat_map(|step| step.latencies.iter().copied()).collect();
        let spread =
            |of: fn(&Latency) -> Option<Duration>| Spread::of(&all.iter().filter_map(of).collect::<Vec<_>>());
        Latencies {
            event: spread(|latency| latency.event),
            notified: spread(|latency| latency.notified),
            message: spread(|latency| Some(latency.message)),
        }
    }
}

impl Latencies {
    /// The spreads that there are, with their names.
    pub fn measured(&self) -> impl Iterator<Item = (&'static str, Spread)> {
        let named = [("event", self.event), ("notified", self.notified), ("message", self.message)];
        named.into_iter().filter_map(|(name, spread)| Some((name, spread?)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let seconds = |numbers: &[u64]| -> Vec<Duration> {
            numbers.iter().map(|number| Duration::from_secs(*number)).collect()
        };
        let of = |numbers: &[u64], percent| percentile(&seconds(numbers), percent).map(|at| at.as_secs());
        assert_eq!(of(&[], 50), None);
        assert_eq!([of(&[7], 1), of(&[7], 50), of(&[7], 100)], [Some(7); 3]);
        assert_eq!([of(&[4, 1, 3, 2], 50), of(&[4, 1, 3, 2], 95)], [Some(2), Some(4)]);
        let hundred: Vec<u64> = (1..=100).rev().collect();
        assert_eq!([of(&hundred, 50), of(&hundred, 95), of(&hundred, 100)], [Some(50), Some(95), Some(100)]);
    }

    #[test]
    fn a_run_sums_up_what_its_steps_measured() {
        let latencies = example::run().latencies();
        let names: Vec<&str> = latencies.measured().map(|(name, _)| name).collect();
        assert_eq!(names, ["event", "notified", "message"]);
        assert_eq!(latencies.message.unwrap().count, 1);
        assert_eq!(latencies.message.unwrap().p95, Duration::from_secs(2));
    }
}
