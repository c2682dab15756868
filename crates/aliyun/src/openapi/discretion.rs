//! Keeps what a server reflects from carrying secrets into an error.
//!
//! The gateway echoes the string to sign on a bad signature, and services quote parameters that
//! they do not like; both hold tokens.

use super::{ApiError, Credentials, Params, encode, mask::JSON_PARAMETERS, mask_params};
use crate::secret::{Redactor, Secret};

/// Longest text of an error, in characters.
const LONGEST: usize = 600;

/// What one call must not show.
pub(super) struct Discretion(Redactor);

impl Discretion {
    /// The client's secrets, and those that the call itself carries: a URL among the parameters is
    /// a webhook, whose `access_token` (or whole address) lets anyone who reads it post.
    pub(super) fn new(credentials: &Credentials, params: &Params) -> Self {
        let mut redactor = Redactor::default();
        learn(&mut redactor, credentials.access_key_secret.expose());
        if let Some(token) = &credentials.security_token {
            learn(&mut redactor, token.expose());
        }
        // The token of an identity provider proves who calls.
        if let Some(token) = params.get("OIDCToken") {
            learn(&mut redactor, token);
        }
        for (name, value) in params {
            urls(value).for_each(|url| redactor.add_address(url));
            if name.rsplit('.').next() == Some(JSON_PARAMETERS)
                && let Ok(json) = serde_json::from_str(value)
            {
                redactor.add_parameters(&json);
            }
        }
        Self(redactor)
    }

    /// The call's parameters as a log may hold them.
    pub(super) fn masked(&self, params: &Params) -> Params {
        mask_params(params, &self.0)
    }

    /// The error without secrets, and fit for one line of a terminal.
    pub(super) fn applied_to(&self, mut error: ApiError) -> ApiError {
        error.code = self.clean(&error.code);
        error.message = self.clean(&error.message);
        error.request_id = error.request_id.map(|id| self.clean(&id));
        error
    }

    /// Text of the server without secrets, and fit for one line.
    pub(super) fn clean(&self, text: &str) -> String {
        // Redacted before it is cut: a cut secret would no longer be known as one.
        let text = self.0.redact(text);
        let mut out: String =
            text.chars().take(LONGEST).map(|char| if char.is_control() { ' ' } else { char }).collect();
        if text.chars().nth(LONGEST).is_some() {
            out.push('…');
        }
        out
    }
}

/// Teaches the redactor a secret in the forms in which the protocol writes it, besides those that
/// it derives itself: canonical strings are encoded once more when they are signed.
fn learn(redactor: &mut Redactor, secret: &str) {
    let once = encode(secret);
    let twice = encode(&once);
    for form in [secret, &once, &twice] {
        redactor.add(&Secret::new(form));
    }
}

/// The URLs in a parameter, which may be one or hold some (a JSON text).
fn urls(value: &str) -> impl Iterator<Item = &str> {
    value
        .split(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '<' | '>'))
        .filter(|piece| piece.contains("://"))
}
