//! Secrets that cannot print, and the masks for text that may carry one.

mod address;
mod cover;
mod forms;
mod names;
mod needles;
mod parameters;

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer};
use sha2::{Digest as _, Sha256};

pub use address::{show_address, show_addresses, show_url};
pub use cover::{Cover, asterisks, mask_source};
pub(crate) use forms::forms;
pub use names::is_secret_name;
pub use needles::Needles;
pub use parameters::show_parameters;

/// What stands in place of a secret in anything that a person or a program reads.
pub const MASK: &str = "[secret]";

/// Bytes of the shortest value that is looked for in other texts.
const SHORTEST: usize = 4;

/// A value that must never be shown: an access key secret, an `access_token`, a robot's signing
/// secret, an STS token. `Debug` and `Display` print [`MASK`]; it does not serialise.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a value into custody.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(SecretString::from(value.into()))
    }

    /// The value itself, for the wire and for signing only.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// A short name for the value, equal for equal values: `sha256:` and eight hex digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(self.expose())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self::new(value)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// A short name for a text, equal for equal texts: `sha256:` and eight hex digits.
#[must_use]
pub fn fingerprint(value: &str) -> String {
    let digest = Sha256::digest(value.as_bytes());
    format!("sha256:{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3])
}

/// Removes known secrets from text that was made elsewhere (a server's error, a child's output).
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    needles: Needles,
}

impl Redactor {
    /// Learns a secret, in each form in which it may come back.
    pub fn add(&mut self, secret: &Secret) {
        let plain = secret.expose();
        // Shorter values would tear holes into ordinary words.
        if plain.len() >= SHORTEST {
            self.needles.add(plain, MASK);
        }
    }

    /// Learns what is secret in a variable, by its name: its value, or a part of an address. Values of
    /// others' variables count where they do not look like an ordinary word.
    pub fn add_variable(&mut self, name: &str, value: &str) {
        let lower = name.to_ascii_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
        let is_ours = has(&["alibaba", "alicloud", "aliyun", "bellcheck"]);
        let is_address = is_secret_name(name) || is_ours || has(&["webhook", "hook", "proxy"]);
        if value.contains("://") {
            if is_address {
                self.add_address(value);
            }
        } else if is_secret_name(name) && (is_ours || value.len() >= 8 && address::is_key(value)) {
            self.add(&Secret::new(value));
        }
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    /// The text without any known secret.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.needles.replace(text)
    }

    /// The text with asterisks over each known secret, byte for byte as long.
    #[must_use]
    pub fn cover(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut kept = 0;
        for (start, end) in self.needles.places(text) {
            out.push_str(&text[kept..start]);
            out.extend(std::iter::repeat_n('*', end - start));
            kept = end;
        }
        out.push_str(&text[kept..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    use super::*;

    const TOKEN: &str = "c4n4ry/+&token";

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::new(TOKEN);
        assert_eq!(
            format!("{secret} {secret:?} {:#?}", Some(&secret)),
            "[secret] [secret] Some(\n    [secret],\n)"
        );
        assert_eq!(secret.fingerprint(), Secret::new(TOKEN).fingerprint());
        assert_ne!(secret.fingerprint(), Secret::new("other").fingerprint());
    }

    #[test]
    fn every_encoding_is_redacted() {
        let secret = Secret::new(TOKEN);
        let mut redactor = Redactor::default();
        redactor.add(&secret);
        let percent =
            percent_encoding::utf8_percent_encode(TOKEN, percent_encoding::NON_ALPHANUMERIC).to_string();
        let text = format!("{TOKEN} {percent} {} {}", STANDARD.encode(TOKEN), serde_json::Value::from(TOKEN));
        assert_eq!(redactor.redact(&text), "[secret] [secret] [secret] \"[secret]\"");
    }
}
