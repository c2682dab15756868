//! Tokens, compared in a time that says nothing about them.

use std::fmt;

use axum::http::{HeaderMap, header::AUTHORIZATION};
use hmac::{Hmac, KeyInit as _, Mac as _, digest::CtOutput};
use sha2::Sha256;

use crate::secret::Secret;

type Tag = CtOutput<Hmac<Sha256>>;

/// Secrets of which a caller has to know one. What is compared are their tags under a key of this
/// process, all of them each time, so that neither a beginning nor a place in the list can be measured.
pub struct Tokens {
    key: Hmac<Sha256>,
    tags: Vec<Tag>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokens({})", self.tags.len())
    }
}

impl Tokens {
    /// `random` is new for each process.
    #[must_use]
    pub fn new<'a>(random: &str, tokens: impl Iterator<Item = &'a Secret>) -> Option<Self> {
        let key = Hmac::<Sha256>::new_from_slice(random.as_bytes()).ok()?;
        let tags = tokens.map(|token| tag(&key, token.expose())).collect();
        Some(Self { key, tags })
    }

    /// The place of the token in the list.
    #[must_use]
    pub fn find(&self, given: &str) -> Option<usize> {
        let given = tag(&self.key, given);
        let mut found = None;
        for (place, tag) in self.tags.iter().enumerate() {
            if *tag == given {
                found = Some(place);
            }
        }
        found
    }
}

/// The token that a request brings in `Authorization: Bearer TOKEN`.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn tag(key: &Hmac<Sha256>, token: &str) -> Tag {
    let mut mac = key.clone();
    mac.update(token.as_bytes());
    mac.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_whole_or_not_at_all() {
        let tokens = [Secret::new("alpha"), Secret::new("beta"), Secret::new("alphabet")];
        let tokens = Tokens::new("key", tokens.iter()).unwrap();
        for (given, place) in [("alpha", 0), ("beta", 1), ("alphabet", 2)] {
            assert_eq!(tokens.find(given), Some(place), "{given}");
        }
        for given in ["", "alph", "Alpha", "alpha ", "gamma"] {
            assert_eq!(tokens.find(given), None, "{given}");
        }
        assert_eq!(format!("{tokens:?}"), "Tokens(3)");
    }
}
