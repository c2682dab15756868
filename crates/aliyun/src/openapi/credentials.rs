//! What signs a request.

use crate::secret::Secret;

/// A key pair, and a token when it is a temporary one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Names the key; not secret.
    pub access_key_id: String,
    /// Signs.
    pub access_key_secret: Secret,
    /// Travels with each request of a temporary (STS) key pair.
    pub security_token: Option<Secret>,
}

impl Credentials {
    /// No key pair, for calls that are not signed.
    #[must_use]
    pub fn nobody() -> Self {
        Self { access_key_id: String::new(), access_key_secret: Secret::new(""), security_token: None }
    }
}
