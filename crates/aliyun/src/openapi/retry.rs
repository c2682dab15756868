//! When a call that failed is made again.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use sha2::{Digest as _, Sha256};

use super::{ApiError, ErrorKind};

/// The wait before the second attempt; it doubles from there, and each wait is drawn between one
/// and two times its length, so that many callers do not come back together.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// No wait grows beyond this, before it is drawn. A service that asks for more gets it.
const LONGEST_WAIT: Duration = Duration::from_secs(16);
/// Attempts in the usual time, the first one included.
const ATTEMPTS: usize = 8;
/// The time that is usually left to all attempts of one call.
const USUAL_TIME: Duration = Duration::from_secs(60);

/// How long a call that may still succeed is made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    total: Duration,
    /// As `total`, where the service cannot be reached.
    unreached: Duration,
}

impl Retry {
    /// Each call is made once.
    pub const NEVER: Self = Self { total: Duration::ZERO, unreached: Duration::ZERO };

    /// Calls are made again for as long as that: seven times in a minute, and then once for each 16
    /// seconds, at most. Zero means never.
    #[must_use]
    pub const fn within(total: Duration) -> Self {
        Self { total, unreached: total }
    }

    /// The same, for so long at most.
    #[must_use]
    pub fn at_most(self, total: Duration) -> Self {
        Self { total: self.total.min(total), unreached: self.unreached.min(total) }
    }

    /// What is left of the time for an attempt that is made again.
    pub(super) const fn left(self, spent: Duration) -> Duration {
        self.total.saturating_sub(spent)
    }

    /// The waits of one call. `seed` is any text that differs from call to call; the same one gives
    /// the same waits.
    pub(super) fn waits(self, seed: &str) -> Waits {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&Sha256::digest(seed.as_bytes())[..8]);
        // Who has more time than usual has more attempts too.
        let more = usize::try_from(self.total.as_secs() / LONGEST_WAIT.as_secs()).unwrap_or(usize::MAX);
        let times = if self.total.is_zero() { 0 } else { more.max(ATTEMPTS - 1) };
        let backoff = ExponentialBuilder::new()
            .with_min_delay(FIRST_WAIT)
            .with_max_delay(LONGEST_WAIT)
            .with_max_times(times)
            .with_jitter()
            .with_jitter_seed(u64::from_be_bytes(bytes))
            .build();
        Waits { backoff, retry: self }
    }
}

impl Default for Retry {
    /// For a minute; for a quarter of it where the request could not even be sent, since then the address
    /// is more likely wrong than the service ill.
    fn default() -> Self {
        Self { total: USUAL_TIME, unreached: USUAL_TIME / 4 }
    }
}

/// What is left of one call's patience.
#[derive(Debug)]
pub(super) struct Waits {
    backoff: ExponentialBackoff,
    retry: Retry,
}

impl Waits {
    /// How long to wait before the next attempt, after `spent` on those so far; none when it is time
    /// to give up. A wait that the service asks for is kept, and drawn out a little. `reached` says whether
    /// the request could be sent.
    pub(super) fn next(
        &mut self,
        spent: Duration,
        asked: Option<Duration>,
        reached: bool,
    ) -> Option<Duration> {
        let drawn = self.backoff.next()?;
        let wait = asked.map_or(drawn, |asked| asked.saturating_add(drawn / 4));
        let total = if reached { self.retry.total } else { self.retry.unreached };
        (spent.saturating_add(wait) <= total).then_some(wait)
    }
}

/// A failed attempt.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: ApiError,
    /// Whether the request reached the service for all we know.
    pub(super) sent: bool,
}

impl Failed {
    /// Whether another attempt may succeed, and does no harm where the operation is not repeatable.
    pub(super) fn heals(&self, repeatable: bool) -> bool {
        self.error.retryable() && (repeatable || !self.may_have_effect())
    }

    fn may_have_effect(&self) -> bool {
        match self.error.kind {
            // A busy service may have begun; flow control (HTTP 400 or 429) stands before it.
            ErrorKind::Throttled => self.error.status.is_none_or(|status| status >= 500),
            _ => self.sent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(retry: Retry, seed: &str, asked: Option<Duration>) -> Vec<Duration> {
        let mut waits = retry.waits(seed);
        let mut spent = Duration::ZERO;
        std::iter::from_fn(|| {
            let wait = waits.next(spent, asked, true)?;
            spent += wait;
            Some(wait)
        })
        .collect()
    }

    #[test]
    fn waits_double_are_drawn_and_end() {
        let hour = Retry::within(Duration::from_secs(3600));
        let waits = all(hour, "a", None);
        assert!((110..=225).contains(&waits.len()), "{}", waits.len());
        let bases = [500, 1_000, 2_000, 4_000, 8_000].into_iter().chain(std::iter::repeat(16_000));
        for (wait, base) in waits.iter().zip(bases) {
            assert!((base..=2 * base).contains(&wait.as_millis()), "{waits:?}");
        }
        assert_eq!(waits, all(hour, "a", None));
        assert_ne!(waits, all(hour, "b", None));
        let usual: Duration = all(Retry::default(), "a", None).iter().sum();
        assert!(usual <= USUAL_TIME && usual >= USUAL_TIME / 4, "{usual:?}");
        // A clock that stands still ends it too.
        let mut still = Retry::default().waits("a");
        assert_eq!(std::iter::from_fn(|| still.next(Duration::ZERO, None, true)).count(), 7);
        assert_eq!(all(Retry::NEVER, "a", None), []);
        assert_eq!(all(Retry::NEVER, "a", Some(Duration::ZERO)), []);
    }

    #[test]
    fn what_the_service_asks_for_is_kept_or_the_call_given_up() {
        let asked = Duration::from_secs(7);
        let waits = all(Retry::default(), "a", Some(asked));
        assert!(waits.len() > 1 && waits.iter().all(|wait| *wait >= asked && *wait < asked * 3), "{waits:?}");
        assert_eq!(all(Retry::default(), "a", Some(Duration::from_secs(61))), []);
    }

    #[test]
    fn what_may_have_happened_is_not_asked_for_twice() {
        let failed = |kind, status, sent| Failed {
            error: ApiError { status, ..ApiError::local("Test", kind, String::new()) },
            sent,
        };
        for (kind, status, sent, repeatable, once) in [
            (ErrorKind::Transport, None, true, true, false),
            (ErrorKind::Transport, None, false, true, true),
            (ErrorKind::Throttled, Some(400), true, true, true),
            (ErrorKind::Throttled, Some(429), true, true, true),
            (ErrorKind::Throttled, Some(503), true, true, false),
            (ErrorKind::Service, Some(500), true, true, false),
            (ErrorKind::Rejected, Some(400), true, false, false),
            (ErrorKind::Denied, Some(403), true, false, false),
            (ErrorKind::NotFound, Some(404), true, false, false),
            (ErrorKind::Protocol, Some(200), true, false, false),
        ] {
            let failed = failed(kind, status, sent);
            assert_eq!((failed.heals(true), failed.heals(false)), (repeatable, once), "{failed:?}");
        }
    }
}
