//! The clock of a rehearsal: some times as fast as the machine's, and with leaps over what nobody need
//! wait for.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{BoxFuture, Clock, SystemClock, Timestamp};

/// Of the machine's time: how often a sleeper looks whether the clock has leapt.
const LOOK: Duration = Duration::from_millis(20);

/// A clock that runs some times as fast as the machine's, so that a rehearsal of minutes takes seconds.
///
/// It says what the machine's clock says at `since`. Two processes of one machine with the same
/// `since` and speed agree; and where they share a file of leaps, one can leap and all others follow.
#[derive(Debug, Clone)]
pub struct FastClock {
    since: Timestamp,
    speed: u32,
    leaps: Option<Arc<Leaps>>,
}

impl FastClock {
    /// The speeds that there are.
    pub const SPEEDS: std::ops::RangeInclusive<u32> = 1..=10_000;

    /// A clock that agrees with the machine's at `since`, and is `speed` times as fast.
    ///
    /// # Errors
    /// A sentence fragment, for a speed that is none of [`FastClock::SPEEDS`].
    pub fn new(since: Timestamp, speed: u32) -> Result<Self, String> {
        if Self::SPEEDS.contains(&speed) {
            Ok(Self { since, speed, leaps: None })
        } else {
            let (first, last) = (Self::SPEEDS.start(), Self::SPEEDS.end());
            Err(format!("{speed} is no speed of a clock; write a whole number from {first} to {last}"))
        }
    }

    /// The same clock, with the leaps that this file tells of: a line for each, `REAL SHOWN`, which says
    /// what the clock shows from which instant of the machine's clock on (both RFC 3339). The file is
    /// made where it is not there; [`Clock::pass`] adds to it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn with_leaps(mut self, file: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(file)?;
        // A pipe would be waited on, and a device keeps nothing.
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
        }
        self.leaps = Some(Arc::new(Leaps(Mutex::new(Known { file, read: 0, leaps: Vec::new() }))));
        Ok(self)
    }

    /// When it agrees with the machine's clock.
    #[must_use]
    pub const fn since(&self) -> Timestamp {
        self.since
    }

    /// How many times as fast as the machine's clock it is.
    #[must_use]
    pub const fn speed(&self) -> u32 {
        self.speed
    }

    /// Whether it leaps where a file says so.
    #[must_use]
    pub const fn may_leap(&self) -> bool {
        self.leaps.is_some()
    }

    /// What this clock says when the machine's says `real`; the last instant that can be told for
    /// what lies beyond it.
    #[must_use]
    pub fn at(&self, real: Timestamp) -> Timestamp {
        let leap = self.leaps.as_ref().and_then(|leaps| leaps.before(real));
        let (from, shown) = leap.unwrap_or((self.since, self.since));
        let passed = real.as_nanosecond() - from.as_nanosecond();
        let now = shown.as_nanosecond().saturating_add(passed.saturating_mul(i128::from(self.speed)));
        let far = if passed < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::from_nanosecond(now).unwrap_or(far)
    }

    /// So much of this clock's time, in the machine's.
    fn real(&self, duration: Duration) -> Duration {
        // `new` takes no speed of 0.
        duration.checked_div(self.speed).unwrap_or(duration)
    }

    fn until(&self, instant: Timestamp) -> Duration {
        instant.duration_since(self.now()).try_into().unwrap_or_default()
    }
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        self.at(SystemClock.now())
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if self.leaps.is_none() {
                return SystemClock.sleep(self.real(duration)).await;
            }
            let end = self.now().checked_add(duration).unwrap_or(Timestamp::MAX);
            loop {
                let left = self.real(self.until(end));
                if left.is_zero() {
                    return;
                }
                SystemClock.sleep(left.min(LOOK)).await;
            }
        })
    }

    fn pass(&self, duration: Duration, first: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let Some(leaps) = self.leaps.as_ref().filter(|_| duration > first) else {
                return self.sleep(duration).await;
            };
            let end = self.now().checked_add(duration).unwrap_or(Timestamp::MAX);
            self.sleep(first).await;
            let now = SystemClock.now();
            // It may have been moved meanwhile, or not be possible: then there is still the long way.
            if self.at(now) < end {
                leaps.add(now, end).ok();
            }
            self.sleep(self.until(end)).await;
        })
    }
}

/// A file of leaps, and what is known of it.
#[derive(Debug)]
struct Leaps(Mutex<Known>);

#[derive(Debug)]
struct Known {
    file: File,
    /// How many bytes of it were read: whole lines.
    read: u64,
    /// What the machine's clock said, and what this one shows from then on.
    leaps: Vec<(Timestamp, Timestamp)>,
}

impl Leaps {
    /// The last one before an instant of the machine's clock.
    fn before(&self, real: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What cannot be read now is read with the next look.
        known.look().ok();
        known.leaps.iter().rev().find(|(from, _)| *from <= real).copied()
    }

    /// Shows `shown` from `real` on.
    fn add(&self, real: Timestamp, shown: Timestamp) -> io::Result<()> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // At once, so that nobody reads half of it.
        known.file.write_all(format!("{real} {shown}\n").as_bytes())
    }
}

impl Known {
    /// Reads what is new.
    fn look(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.read))?;
        let mut new = String::new();
        self.file.read_to_string(&mut new)?;
        for line in new.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            self.read += line.len() as u64;
            let both = line.trim().split_once(' ');
            let both = both.and_then(|(real, shown)| real.parse().ok().zip(shown.parse().ok()));
            self.leaps.extend(both);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Stopwatch;

    #[test]
    fn a_fast_clock_agrees_at_one_instant_and_runs_away_from_it() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let since = at("2026-01-01T00:00:00Z");
        let clock = FastClock::new(since, 60).unwrap();
        assert_eq!(clock.at(since), since);
        assert_eq!(clock.at(at("2026-01-01T00:00:01.5Z")), at("2026-01-01T00:01:30Z"));
        assert_eq!(clock.at(at("2025-12-31T23:59:59Z")), at("2025-12-31T23:59:00Z"));
        let same = FastClock::new(since, 1).unwrap();
        assert_eq!(same.at(at("2030-01-01T00:00:00Z")), at("2030-01-01T00:00:00Z"));
        let quickest = FastClock::new(since, 10_000).unwrap();
        assert_eq!(quickest.at(at("2031-01-01T00:00:00Z")), Timestamp::MAX);
        assert_eq!(quickest.at(at("2021-01-01T00:00:00Z")), Timestamp::MIN);
    }

    #[test]
    fn a_clock_has_a_speed_from_1_to_10000() {
        for speed in [0, 10_001, u32::MAX] {
            assert!(FastClock::new(Timestamp::UNIX_EPOCH, speed).unwrap_err().contains("from 1 to 10000"));
        }
    }

    #[tokio::test]
    async fn a_fast_clock_waits_a_part_of_the_time() {
        let clock = FastClock::new(SystemClock.now(), 1000).unwrap();
        let watch = Stopwatch::start();
        let before = clock.now();
        clock.sleep(Duration::from_secs(60)).await;
        assert!(watch.elapsed() >= Duration::from_millis(60), "it waits");
        assert!(watch.elapsed() < Duration::from_secs(30), "and not all of it");
        assert!(clock.now().duration_since(before) >= jiff::SignedDuration::from_secs(60));
    }

    fn leaping(folder: &Path, speed: u32) -> FastClock {
        FastClock::new(SystemClock.now(), speed).unwrap().with_leaps(&folder.join("leaps")).unwrap()
    }

    #[tokio::test]
    async fn one_leaps_and_who_sleeps_elsewhere_follows() {
        let folder = tempfile::tempdir().unwrap();
        let clock = leaping(folder.path(), 60);
        let other =
            FastClock::new(clock.since(), 60).unwrap().with_leaps(&folder.path().join("leaps")).unwrap();
        let (watch, before) = (Stopwatch::start(), clock.now());
        let month = Duration::from_secs(30 * 86_400);
        let first = Duration::from_secs(6);
        tokio::join!(clock.pass(month, first), other.sleep(month));
        assert!(watch.elapsed() >= Duration::from_millis(100), "the other side has time to come to an end");
        assert!(watch.elapsed() < Duration::from_secs(30), "and nobody waits for a month");
        let passed = other.now().duration_since(before);
        assert!(passed.as_hours() == 30 * 24, "{passed:?}");
        // A short wait is no leap.
        clock.pass(first, first).await;
        assert_eq!(std::fs::read_to_string(folder.path().join("leaps")).unwrap().lines().count(), 1);
    }

    #[tokio::test]
    async fn without_a_file_nothing_is_leapt_over() {
        let clock = FastClock::new(SystemClock.now(), 100).unwrap();
        let watch = Stopwatch::start();
        clock.pass(Duration::from_secs(30), Duration::from_secs(1)).await;
        assert!(watch.elapsed() >= Duration::from_millis(300));
    }

    #[test]
    fn what_was_shown_before_a_leap_stays_and_half_a_line_waits() {
        let folder = tempfile::tempdir().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let path = folder.path().join("leaps");
        let half = "2026-01-01T00:00:20Z 2027-01-01T00:00:00Z";
        std::fs::write(&path, format!("2026-01-01T00:00:10Z 2020-05-05T00:00:00Z\nnonsense\n{half}"))
            .unwrap();
        let clock = FastClock::new(at("2026-01-01T00:00:00Z"), 2).unwrap().with_leaps(&path).unwrap();
        assert_eq!(clock.at(at("2026-01-01T00:00:09Z")), at("2026-01-01T00:00:18Z"));
        assert_eq!(clock.at(at("2026-01-01T00:00:10Z")), at("2020-05-05T00:00:00Z"));
        assert_eq!(clock.at(at("2026-01-01T00:00:21Z")), at("2020-05-05T00:00:22Z"));
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"\n").unwrap();
        assert_eq!(clock.at(at("2026-01-01T00:00:21Z")), at("2027-01-01T00:00:02Z"));
    }
}
