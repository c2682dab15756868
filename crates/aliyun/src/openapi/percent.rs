//! The service's percent-encoding: RFC 3986, everything but `A-Z a-z 0-9 - _ . ~` encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Encodes for canonical strings and for the wire: a space is `%20`, never `+`.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Splits and decodes a raw query string or form body; `+` is a space, as two of the official SDKs
/// write it.
///
/// # Errors
/// The offending piece, when it is not UTF-8 or has a `%` without two hex digits.
pub fn decode_form(raw: &str) -> Result<Vec<(String, String)>, String> {
    raw.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

fn decode(text: &str) -> Result<String, String> {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('%') {
        let hex = bytes.get(at + 1..at + 3).unwrap_or_default();
        if hex.len() != 2 || !hex.iter().all(u8::is_ascii_hexdigit) {
            return Err(text.to_owned());
        }
    }
    let plus = text.replace('+', " ");
    percent_decode_str(&plus).decode_utf8().map(|text| text.into_owned()).map_err(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_is_the_services() {
        assert_eq!(encode("a b*~+/值"), "a%20b%2A~%2B%2F%E5%80%BC");
    }

    #[test]
    fn decoding_takes_all_that_sdks_send() {
        let pairs = decode_form("a=1+2&b=%2A&c=&d&e=%E5%80%BC").unwrap();
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("a", "1 2"), ("b", "*"), ("c", ""), ("d", ""), ("e", "值")]);
        for broken in ["a=%", "a=%4", "a=%zz", "a=%ff"] {
            assert!(decode_form(broken).is_err(), "{broken}");
        }
    }
}
