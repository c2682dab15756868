//! Secrets that cannot print, and the masks for text that may carry one.

mod address;
mod forms;
mod names;

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer};
use sha2::{Digest as _, Sha256};

pub use address::{show_address, show_addresses, show_url};
pub(crate) use forms::forms;
pub use names::is_secret_name;

/// What stands in place of a secret in anything that a person or a program reads.
pub const MASK: &str = "[secret]";

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

/// Query parameters whose values are secrets wherever a URL is shown.
const SECRET_PARAMETERS: [&str; 5] =
    ["access_token", "sign", "Signature", "SecurityToken", "AccessKeySecret"];

/// A URL as it may be shown: the value of each secret parameter becomes its fingerprint, so that a
/// change of token is visible and the token is not.
#[must_use]
pub fn mask_url(url: &str) -> String {
    let Some((head, query)) = url.split_once('?') else {
        return url.to_owned();
    };
    let masked: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if !value.is_empty() && is_secret_parameter(name) => {
                format!("{name}=[{}]", fingerprint(value))
            }
            _ => pair.to_owned(),
        })
        .collect();
    format!("{head}?{}", masked.join("&"))
}

fn is_secret_parameter(name: &str) -> bool {
    SECRET_PARAMETERS.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

/// A YAML source as it may be echoed in a diagnostic: values behind `access_token=` and behind keys
/// such as `secret:` become asterisks of the same byte length, so that spans still point right.
#[must_use]
pub fn mask_source(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        out.push_str(&mask_line(line));
    }
    out
}

fn mask_line(line: &str) -> String {
    let mut masked = line.as_bytes().to_vec();
    for marker in ["access_token=", "sign=", "secret:", "\"secret\":", "password:", "token:"] {
        let mut from = 0;
        while let Some(found) = line[from..].find(marker) {
            let start = from + found + marker.len();
            // What follows begins behind the value, or a long line would be gone over again and again.
            from = mask_value(line, start, &mut masked);
        }
    }
    // Only whole values are replaced, by ASCII: the result is valid UTF-8.
    String::from_utf8(masked).unwrap_or_else(|_| "*".repeat(line.len()))
}

/// Masks one value that starts at or after `start`, and returns where it ends; `${NAME` and `:-` stay
/// readable, since only the default behind them can be secret.
fn mask_value(line: &str, start: usize, masked: &mut [u8]) -> usize {
    let bytes = line.as_bytes();
    let mut at = start;
    while at < bytes.len() && matches!(bytes[at], b' ' | b'"' | b'\'') {
        at += 1;
    }
    if line[at..].starts_with("${") {
        let end = line[at..].find('}').map_or(line.len(), |end| at + end);
        match line[at..end].find(":-") {
            Some(default) => at += default + 2,
            None => return end,
        }
    }
    while at < bytes.len()
        && !matches!(bytes[at], b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b'&' | b'}' | b',' | b'#')
    {
        masked[at] = b'*';
        at += 1;
    }
    at
}

/// Removes known secrets from text that was made elsewhere (a server's error, a child's output).
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    needles: Vec<Secret>,
}

impl Redactor {
    /// Learns a secret, in each form in which it may come back.
    pub fn add(&mut self, secret: &Secret) {
        let plain = secret.expose();
        // Shorter values would tear holes into ordinary words.
        if plain.len() < 4 {
            return;
        }
        for form in forms(plain) {
            let form = Secret::new(form);
            if !self.needles.contains(&form) {
                self.needles.push(form);
            }
        }
        self.needles.sort_by_key(|needle| std::cmp::Reverse(needle.expose().len()));
    }

    /// The text without any known secret.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.replace(text, MASK)
    }

    /// The text with `mask` in place of each known secret.
    #[must_use]
    pub fn replace(&self, text: &str, mask: &str) -> String {
        let mut out = text.to_owned();
        for needle in &self.needles {
            if out.contains(needle.expose()) {
                out = out.replace(needle.expose(), mask);
            }
        }
        out
    }

    /// Whether the text holds a known secret.
    #[must_use]
    pub fn finds_any(&self, text: &str) -> bool {
        self.needles.iter().any(|needle| text.contains(needle.expose()))
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
    fn a_url_shows_that_the_token_changed_and_not_the_token() {
        let one = mask_url("https://oapi.dingtalk.com/robot/send?access_token=abc&x=1");
        let two = mask_url("https://oapi.dingtalk.com/robot/send?access_token=abd&x=1");
        assert!(one.starts_with("https://oapi.dingtalk.com/robot/send?access_token=[sha256:"), "{one}");
        assert!(one.ends_with("]&x=1"), "{one}");
        assert_ne!(one, two);
        assert_eq!(mask_url("http://127.0.0.1/hook"), "http://127.0.0.1/hook");
    }

    #[test]
    fn a_source_keeps_its_shape_and_loses_its_secrets() {
        let source = "webhook: https://d/robot/send?access_token=值abc&x=1\n  secret: SECx # why\n  t: ?access_token=${A:-dflt} ${B}\n  webhook: https://d?access_token=${C}\n";
        let masked = mask_source(source);
        assert_eq!(masked.len(), source.len());
        assert_eq!(
            masked,
            "webhook: https://d/robot/send?access_token=******&x=1\n  secret: **** # why\n  t: ?access_token=${A:-****} ${B}\n  webhook: https://d?access_token=${C}\n"
        );
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
