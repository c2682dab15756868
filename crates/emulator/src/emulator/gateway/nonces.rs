//! Nonces that were used: each is accepted once.

use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

use sha2::{Digest as _, Sha256};

use crate::{clock::Timestamp, emulator::queue::later};

/// More nonces than this are not kept, whatever their age: a world in which no time passes would
/// otherwise grow with every call.
const MOST: usize = 100_000;

/// Longer nonces are kept as their SHA-256.
const LONGEST: usize = 64;

fn hex(nonce: &str) -> String {
    Sha256::digest(nonce).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The nonces that could still be replayed.
#[derive(Debug, Default)]
pub(in crate::emulator) struct Nonces {
    used: HashSet<(String, String)>,
    by_end: BTreeSet<(Timestamp, (String, String))>,
}

impl Nonces {
    /// Takes note of a nonce; false when it was used before. It is forgotten when `window` has
    /// passed since the request's own time or now, whichever is later: from then on the request's
    /// timestamp is too old anyway.
    pub(super) fn take(
        &mut self,
        access_key_id: &str,
        nonce: &str,
        sent: Timestamp,
        now: Timestamp,
        window: Duration,
    ) -> bool {
        while let Some((end, _)) = self.by_end.first()
            && (*end < now || self.by_end.len() >= MOST)
        {
            if let Some((_, forgotten)) = self.by_end.pop_first() {
                self.used.remove(&forgotten);
            }
        }
        let nonce = if nonce.len() > LONGEST { hex(nonce) } else { nonce.to_owned() };
        let key = (access_key_id.to_owned(), nonce);
        if !self.used.insert(key.clone()) {
            return false;
        }
        self.by_end.insert((later(sent.max(now), window), key));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(900);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_nonce_is_accepted_once_by_each_key() {
        let mut nonces = Nonces::default();
        assert!(nonces.take("a", "n", at(0), at(0), WINDOW));
        assert!(!nonces.take("a", "n", at(0), at(900), WINDOW));
        assert!(nonces.take("b", "n", at(0), at(0), WINDOW));
    }

    #[test]
    fn what_cannot_be_replayed_is_forgotten() {
        let mut nonces = Nonces::default();
        // Sent by a clock that is fast: replayable until 900 + 900.
        assert!(nonces.take("a", "fast", at(900), at(0), WINDOW));
        assert!(!nonces.take("a", "fast", at(900), at(1800), WINDOW));
        assert!(nonces.take("a", "fast", at(1801), at(1801), WINDOW));
        assert_eq!(nonces.used.len(), 1);
    }

    #[test]
    fn long_nonces_are_told_apart_without_being_kept() {
        let mut nonces = Nonces::default();
        let long = |end: char| format!("{}{end}", "x".repeat(10_000));
        assert!(nonces.take("a", &long('1'), at(0), at(0), WINDOW));
        assert!(nonces.take("a", &long('2'), at(0), at(0), WINDOW));
        assert!(!nonces.take("a", &long('1'), at(0), at(0), WINDOW));
        assert!(nonces.used.iter().all(|(_, nonce)| nonce.len() == 64));
    }

    #[test]
    fn memory_is_bounded_even_when_no_time_passes() {
        let mut nonces = Nonces::default();
        for number in 0..MOST + 10 {
            assert!(nonces.take("a", &number.to_string(), at(0), at(0), WINDOW));
        }
        assert!(nonces.used.len() <= MOST && nonces.used.len() == nonces.by_end.len());
    }
}
