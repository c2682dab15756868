//! Flow control: so many calls a second for each operation and account.

use std::{collections::BTreeMap, time::Duration};

use super::Refusal;
use crate::{clock::Timestamp, emulator::queue::later};

/// Calls a second (the documents of the operations: 20 for each account).
const RATE: u32 = 20;
/// A bucket of [`RATE`] tokens gets one back in this time.
pub(in crate::emulator) const INTERVAL: Duration = Duration::from_millis(1000 / RATE as u64);

/// A bucket of tokens for each account and operation, kept as the instant at which it is full again.
#[derive(Debug, Default)]
pub(in crate::emulator) struct Pace {
    full_at: BTreeMap<(String, String), Timestamp>,
}

impl Pace {
    /// Takes a token.
    ///
    /// # Errors
    /// `Throttling.User`, with the time until there is a token.
    pub(super) fn take(&mut self, account: &str, action: &str, now: Timestamp) -> Result<(), Refusal> {
        let full_at = self.full_at.entry((account.to_owned(), action.to_owned())).or_insert(now);
        let then = later((*full_at).max(now), INTERVAL);
        let room = later(now, INTERVAL * RATE);
        if then > room {
            let wait = Duration::try_from(then.duration_since(room)).unwrap_or_default();
            return Err(Refusal {
                retry_after: Some(wait),
                ..Refusal::new(400, "Throttling.User", "Request was denied due to user flow control.")
            });
        }
        *full_at = then;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn a_full_bucket_has_twenty_and_refills_one_by_one() {
        let mut pace = Pace::default();
        for _ in 0..20 {
            pace.take("a", "x", at(0)).unwrap();
        }
        let refused = |pace: &mut Pace, now| pace.take("a", "x", at(now)).unwrap_err().retry_after.unwrap();
        assert_eq!(refused(&mut pace, 0), Duration::from_millis(50));
        assert_eq!(refused(&mut pace, 30), Duration::from_millis(20));
        pace.take("a", "x", at(50)).unwrap();
        assert_eq!(refused(&mut pace, 50), Duration::from_millis(50));
        // Long idle fills it, and no further.
        let accepted = (0..100).filter(|_| pace.take("a", "x", at(1_000_000)).is_ok()).count();
        assert_eq!(accepted, 20);
    }

    #[test]
    fn operations_and_accounts_have_buckets_of_their_own() {
        let mut pace = Pace::default();
        for (account, action) in [("a", "x"), ("a", "y"), ("b", "x")] {
            let accepted = (0..30).filter(|_| pace.take(account, action, at(0)).is_ok()).count();
            assert_eq!(accepted, 20, "{account} {action}");
        }
    }
}
