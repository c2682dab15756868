//! What a world begins with.

use super::{StandIn, Switches, Template};
use crate::{clock::Timestamp, secret::Secret};

/// A key pair and the account it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// The access key id.
    pub id: String,
    /// The access key secret.
    pub secret: Secret,
    /// The account, 16 digits. Accounts are separate: what one holds, another does not see.
    pub account: String,
}

impl AccessKey {
    /// The key pair `testAk` / `testSk` of account [`AccessKey::TEST_ACCOUNT`].
    #[must_use]
    pub fn test() -> Self {
        Self { id: "testAk".to_owned(), secret: "testSk".into(), account: Self::TEST_ACCOUNT.to_owned() }
    }

    /// The account of the default key pair.
    pub const TEST_ACCOUNT: &str = "1000000000000001";
}

/// What a world begins with.
#[derive(Debug, Clone)]
pub struct WorldConfig {
    /// All ids follow from it.
    pub seed: u64,
    /// When the world begins.
    pub start: Timestamp,
    /// Who may call; the first one's account owns what is declared without naming an account.
    pub access_keys: Vec<AccessKey>,
    /// What public facts leave open.
    pub switches: Switches,
    /// Hosts besides this machine that webhooks may reach, in lower case and without a port.
    pub allowed_hosts: Vec<String>,
    /// Where what goes to DingTalk is really posted, once the world is served; the robots of this
    /// world take it without.
    pub dingtalk_at: Option<StandIn>,
    /// Whether calls are limited to 20 a second for each operation and account.
    pub rate_limit: bool,
    /// How much of the past is kept; all of it without.
    pub keep: Option<Keep>,
    /// Replaces the built-in template of messages.
    pub template: Option<Template>,
}

/// How much of the past a world keeps, for one that runs without end. What is oldest goes first,
/// and is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Entries of the journal.
    pub journal: usize,
    /// Bytes of the journal, about.
    pub journal_bytes: usize,
    /// Messages of each robot, of at most 20,000 bytes each.
    pub messages: usize,
}

impl Default for Keep {
    fn default() -> Self {
        Self { journal: 100_000, journal_bytes: 64 << 20, messages: 5_000 }
    }
}

/// 2026-01-01T00:00:00+08:00.
const DEFAULT_START_SECOND: i64 = 1_767_196_800;

impl Default for WorldConfig {
    fn default() -> Self {
        Self {
            seed: 0,
            start: Timestamp::constant(DEFAULT_START_SECOND, 0),
            access_keys: vec![AccessKey::test()],
            switches: Switches::default(),
            allowed_hosts: Vec::new(),
            dingtalk_at: None,
            rate_limit: false,
            keep: None,
            template: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_start_is_new_year_in_china() {
        assert_eq!(WorldConfig::default().start, "2026-01-01T00:00:00+08:00".parse().unwrap());
    }
}
