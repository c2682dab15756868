//! What a source gives, each time it is asked.

use std::fmt;

use serde_json::{Map, Value};

use super::{
    error::Fault,
    pair::{ANSWER, PairInput, complete},
};
use crate::{
    clock::{BoxFuture, Timestamp},
    openapi::Credentials,
    secret::Secret,
};

/// A source that can be asked again and again.
pub(super) trait Fetch: Send + Sync + fmt::Debug {
    /// Asks for a key pair. What is not urgent is asked for once, without patience for a service that
    /// is away: there is a key pair to go on with.
    fn fetch(&self, is_urgent: bool) -> BoxFuture<'_, Result<Fetched, Fault>>;
}

/// A key pair, and until when it is valid.
#[derive(Debug, Clone)]
pub(super) struct Fetched {
    pub(super) credentials: Credentials,
    /// None for one that does not expire.
    pub(super) expires: Option<Timestamp>,
    /// What the source said besides, without secrets.
    pub(super) talk: Option<String>,
}

/// How a source makes key pairs.
#[derive(Debug, Clone)]
pub(super) enum Made {
    /// They are written down.
    Fixed(Credentials),
    /// They are asked for.
    Asked(std::sync::Arc<dyn Fetch>),
}

/// Reads the temporary key pair that metadata services, credentials URIs and CloudSSO answer with:
/// `AccessKeyId`, `AccessKeySecret`, `SecurityToken`, `Expiration`.
pub(super) fn temporary(answer: &Map<String, Value>) -> Result<Fetched, Fault> {
    let text = |name: &str| match answer.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    let missing: Vec<&str> = [ANSWER.id, ANSWER.secret, ANSWER.token, "Expiration"]
        .into_iter()
        .filter(|name| text(name).is_none())
        .collect();
    if !missing.is_empty() {
        return Err(nonsense(&format!("it lacks {}", super::pair::list(&missing))));
    }
    let expires = text("Expiration").unwrap_or_default();
    let input = PairInput {
        access_key_id: text(ANSWER.id),
        access_key_secret: text(ANSWER.secret).map(Secret::new),
        security_token: text(ANSWER.token).map(Secret::new),
    };
    let pair = complete(input, &ANSWER).map_err(|fault| nonsense(&fault.message))?;
    let credentials = pair.ok_or_else(|| nonsense("it has no key pair"))?;
    Ok(Fetched { credentials, expires: Some(expiry("Expiration", &expires)?), talk: None })
}

/// An instant such as `2026-01-01T00:00:00Z`.
pub(super) fn expiry(name: &str, text: &str) -> Result<Timestamp, Fault> {
    text.parse().map_err(|_| nonsense(&format!("`{name}` is not a time such as 2026-01-01T00:00:00Z")))
}

/// An answer that is not what it should be; it is not quoted, since it may hold keys.
pub(super) fn nonsense(why: &str) -> Fault {
    Fault::refused(
        format!("the answer is not a temporary key pair: {why}"),
        "check that the address is that of the service that gives keys, and that no proxy answers in its place",
    )
}
