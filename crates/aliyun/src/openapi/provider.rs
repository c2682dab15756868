//! Where a client's key pairs come from, as far as the client needs to know.

use std::{fmt, sync::Arc};

use super::Credentials;
use crate::clock::{BoxFuture, Timestamp};

/// Gives key pairs. A pair of fixed keys ([`Credentials`]) is the simple case; others fetch
/// temporary keys and renew them before they expire.
pub trait CredentialsProvider: Send + Sync + fmt::Debug {
    /// A key pair that is valid at `now`.
    fn current(&self, now: Timestamp) -> BoxFuture<'_, Result<Credentials, ProviderError>>;

    /// Another key pair, after the service has called the token of `refused` expired; none where
    /// there cannot be another.
    fn renewed<'a>(
        &'a self,
        refused: &'a Credentials,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Credentials>, ProviderError>>;
}

/// Why there is no valid key pair. Its text names the source, the cause and the remedy, and holds
/// no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderError {
    /// What to tell.
    pub message: String,
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ProviderError {}

impl CredentialsProvider for Credentials {
    fn current(&self, _now: Timestamp) -> BoxFuture<'_, Result<Credentials, ProviderError>> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }

    fn renewed<'a>(
        &'a self,
        _refused: &'a Credentials,
        _now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Credentials>, ProviderError>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

impl<P: CredentialsProvider + ?Sized> CredentialsProvider for Arc<P> {
    fn current(&self, now: Timestamp) -> BoxFuture<'_, Result<Credentials, ProviderError>> {
        (**self).current(now)
    }

    fn renewed<'a>(
        &'a self,
        refused: &'a Credentials,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Credentials>, ProviderError>> {
        (**self).renewed(refused, now)
    }
}
