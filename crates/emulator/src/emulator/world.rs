//! The emulated cloud: state and time, nothing else. No sockets, no sleep, no clock but its own.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::Duration,
};

use super::{
    AccessKey, Entry, Keep, Switches, Template, WorldConfig,
    account::Account,
    due::Due,
    faults::Faults,
    gateway::{Nonces, Pace},
    ids::Ids,
    journal::{Journal, What},
    notifier::Webhooks,
    queue::{Queue, later},
    robot::Robot,
    sts::TemporaryKeys,
};
use crate::{clock::Timestamp, secret::Redactor};

/// One emulated cloud. The same configuration and the same calls give the same world, byte for byte.
pub struct World {
    now: Timestamp,
    queue: Queue<Due>,
    pub(super) ids: Ids,
    pub(super) switches: Switches,
    pub(super) template: Template,
    pub(super) access_keys: Vec<AccessKey>,
    pub(super) temporary_keys: TemporaryKeys,
    pub(super) nonces: Nonces,
    pub(super) faults: Faults,
    pub(super) accounts: BTreeMap<String, Account>,
    /// By token.
    pub(super) robots: BTreeMap<String, Robot>,
    pub(super) journal: Journal,
    pub(super) keep: Option<Keep>,
    pub(super) pace: Option<Pace>,
    /// By id.
    pub(super) disabled_keys: BTreeSet<String>,
    /// Secrets that must not come back in anything shown.
    pub(super) masks: Redactor,
    /// Calls of webhooks that are on their way out.
    pub(super) webhooks: Webhooks,
    /// `host:port` under which this world is served; robots there are its own.
    pub(super) own_authorities: Vec<String>,
}

impl World {
    /// A new world.
    #[must_use]
    pub fn new(config: WorldConfig) -> Self {
        let mut masks = Redactor::default();
        let mut accounts = BTreeMap::new();
        for key in &config.access_keys {
            masks.add(&key.secret);
            accounts.entry(key.account.clone()).or_insert_with(Account::default);
        }
        Self {
            now: config.start,
            queue: Queue::default(),
            ids: Ids::new(config.seed),
            switches: config.switches,
            template: config.template.unwrap_or_default(),
            access_keys: config.access_keys,
            temporary_keys: TemporaryKeys::default(),
            nonces: Nonces::default(),
            faults: Faults::default(),
            accounts,
            robots: BTreeMap::new(),
            journal: Journal::default(),
            keep: config.keep,
            pace: config.rate_limit.then(Pace::default),
            disabled_keys: BTreeSet::new(),
            masks,
            webhooks: Webhooks::new(config.allowed_hosts, config.dingtalk_at),
            own_authorities: Vec::new(),
        }
    }

    /// The present instant of this world.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Lets time pass until `to`, and everything happen that is due until then, in order. An instant
    /// that has passed changes nothing.
    pub fn advance_to(&mut self, to: Timestamp) {
        while self.advance_one(to) {}
        self.now = self.now.max(to);
    }

    /// Lets the first thing happen that is due until `to`. Whether there was one.
    pub(super) fn advance_one(&mut self, to: Timestamp) -> bool {
        let Some((at, due)) = self.queue.take(to) else { return false };
        self.now = self.now.max(at);
        self.happen(due);
        true
    }

    /// When the next thing happens by itself.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.queue.next_due()
    }

    /// How many things are due at some time.
    #[must_use]
    pub fn due_count(&self) -> usize {
        self.queue.len()
    }

    /// What happened so far, oldest first; of that, what is kept ([`WorldConfig::keep`]).
    #[must_use]
    pub fn journal(&self) -> &[Entry] {
        self.journal.entries()
    }

    /// How many of the oldest entries of the journal are gone.
    #[must_use]
    pub fn journal_dropped(&self) -> usize {
        self.journal.dropped()
    }

    /// Drops what is not to be kept.
    pub(super) fn forget(&mut self) {
        let Some(keep) = self.keep else { return };
        self.journal.trim(&keep);
        for robot in self.robots.values_mut() {
            robot.forget(keep.messages);
        }
    }

    /// The switches of this world.
    #[must_use]
    pub const fn switches(&self) -> &Switches {
        &self.switches
    }

    /// Tells the world where it is served (`127.0.0.1:8080`), so that a webhook that leads there is
    /// delivered inside.
    pub fn serve_at(&mut self, authority: impl Into<String>) {
        self.own_authorities.push(authority.into());
    }

    /// The account of the first access key, which owns what is declared without naming one.
    pub(super) fn default_account(&self) -> String {
        self.access_keys.first().map_or_else(|| AccessKey::TEST_ACCOUNT.to_owned(), |key| key.account.clone())
    }

    pub(super) fn account(&mut self, id: &str) -> &mut Account {
        self.accounts.entry(id.to_owned()).or_default()
    }

    pub(super) fn note(&mut self, what: What) {
        self.log_alert(&what);
        self.journal.push(Entry { at: self.now, what });
    }

    pub(super) fn put_due(&mut self, delay: Duration, due: Due) {
        self.put_due_at(later(self.now, delay), due);
    }

    pub(super) fn put_due_at(&mut self, at: Timestamp, due: Due) {
        self.queue.put(at, due);
    }

    /// Lets happen what is due now.
    pub(super) fn settle(&mut self) {
        self.advance_to(self.now);
    }
}

impl fmt::Debug for World {
    /// In outline: a world holds webhooks and secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("now", &self.now)
            .field("due", &self.queue.len())
            .field("accounts", &self.accounts.len())
            .field("robots", &self.robots.len())
            .field("journal", &self.journal.len())
            .finish_non_exhaustive()
    }
}
