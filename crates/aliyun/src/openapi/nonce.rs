//! Unique values as an input.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

/// A source of values that are never the same twice.
pub trait Nonce: Send + Sync + fmt::Debug {
    /// The next value.
    fn next(&self) -> String;
}

/// Random UUIDs.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomNonce;

impl Nonce for RandomNonce {
    #[expect(clippy::disallowed_methods, reason = "the one place that draws randomness")]
    fn next(&self) -> String {
        uuid::Uuid::new_v4().simple().to_string()
    }
}

/// `prefix-1`, `prefix-2`, …: the same in each run, for emulated worlds and tests.
#[derive(Debug, Default)]
pub struct SequenceNonce {
    prefix: String,
    next: AtomicU64,
}

impl SequenceNonce {
    /// Starts at 1.
    #[must_use]
    pub fn new(prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), next: AtomicU64::new(1) }
    }
}

impl Nonce for SequenceNonce {
    fn next(&self) -> String {
        format!("{}-{}", self.prefix, self.next.fetch_add(1, Ordering::Relaxed))
    }
}
