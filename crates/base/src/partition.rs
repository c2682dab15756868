//! Which part of a long list one machine does. Every name belongs to exactly one part, whatever else
//! is in the list, so that a list may grow without moving what is there.

use std::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};

/// One of several parts: `3/8` is the third of eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Partition {
    index: u32,
    of: u32,
}

impl Partition {
    /// The only part: everything.
    pub const WHOLE: Self = Self { index: 1, of: 1 };

    /// Which part, from 1 on.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// Of how many.
    #[must_use]
    pub const fn of(self) -> u32 {
        self.of
    }

    /// Whether `name` is in this part: the first eight bytes of its SHA-256, modulo the number of parts.
    #[must_use]
    pub fn holds(self, name: &str) -> bool {
        let digest = Sha256::digest(name.as_bytes());
        let number = digest[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        number % u64::from(self.of) == u64::from(self.index - 1)
    }
}

/// `3/8` and `hash:3/8` count from 1; `index:2/8` is the same part counted from 0, as the indexed
/// jobs of Kubernetes and the matrices of CI systems count.
impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!("`{text}` is no part: write `3/8` for the third of eight, or `index:2/8` counted from 0")
        };
        let (first, rest) = match text.split_once(':') {
            Some(("hash", rest)) => (1, rest),
            Some(("index", rest)) => (0, rest),
            Some(_) => return Err(wrong()),
            None => (1, text),
        };
        let (index, of) = rest.split_once('/').ok_or_else(wrong)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| wrong());
        let (index, of) = (number(index)?, number(of)?);
        let index = index.checked_sub(first).and_then(|index| index.checked_add(1)).ok_or_else(wrong)?;
        if index > of {
            return Err(wrong());
        }
        Ok(Self { index, of })
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_written_in_three_ways() {
        for (text, part) in [("3/8", "3/8"), ("hash:3/8", "3/8"), ("index:2/8", "3/8"), ("1/1", "1/1")] {
            assert_eq!(text.parse::<Partition>().unwrap().to_string(), part);
        }
        for text in
            ["0/8", "9/8", "index:8/8", "3", "3/0", "0/0", "index:0/0", "a/8", "-1/8", "slice:1/2", ""]
        {
            let error = text.parse::<Partition>().unwrap_err();
            assert!(error.contains("third of eight"), "{error}");
        }
    }

    #[test]
    fn every_name_is_in_exactly_one_part_and_stays_there() {
        for number in 0..500 {
            let name = format!("account-{number}/cn-hangzhou");
            let parts = (1..=8).filter(|index| Partition { index: *index, of: 8 }.holds(&name)).count();
            assert_eq!(parts, 1, "{name}");
            assert!(Partition::WHOLE.holds(&name));
        }
        // Part of the interface: a new version must not move members between machines.
        let part = |name: &str| (1..=8).find(|index| Partition { index: *index, of: 8 }.holds(name)).unwrap();
        assert_eq!(["shop/cn-hangzhou", "shop/cn-beijing", "games/ap-southeast-1"].map(part), [7, 3, 3]);
    }
}
