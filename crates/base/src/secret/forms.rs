//! The forms in which a secret may come back.

use std::collections::BTreeSet;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// How a value may be written: as it is, percent-encoded (once and twice, in either case), escaped in
/// JSON (also as HTML-safe writers do it), in hex, and in base64, also in the middle of a longer text.
pub(crate) fn forms(value: &str) -> BTreeSet<String> {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let once = encoded(value);
    let json = serde_json::Value::from(value).to_string();
    let json = json.get(1..json.len() - 1).unwrap_or_default().to_owned();
    let mut safe = String::new();
    for c in value.chars() {
        match c {
            '<' | '>' | '&' | '=' | '\'' | '@' | '+' => safe.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => safe.push(c),
        }
    }
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = BTreeSet::from([
        value.to_owned(),
        lower_escapes(&once),
        encoded(&once),
        once,
        json.replace('/', "\\/"),
        json,
        safe,
        hex.to_ascii_uppercase(),
        hex,
        STANDARD.encode(value),
    ]);
    for before in 0..3 {
        let inner = base64_within(value, before);
        forms.insert(inner.replace('+', "-").replace('/', "_"));
        forms.insert(inner);
    }
    forms
}

/// `%2F` as `%2f`: nothing but letters and digits stands between escapes.
fn lower_escapes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escape, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        out.push('%');
        out.push_str(&escape.to_ascii_lowercase());
        out.push_str(rest);
    }
    out
}

/// What base64 makes of a value that stands behind so many other bytes of its group of three, without the
/// characters that depend on what is around it.
fn base64_within(value: &str, before: usize) -> String {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(value.as_bytes());
    let text = STANDARD_NO_PAD.encode(&bytes);
    let first = (before * 8).div_ceil(6);
    let last = bytes.len() * 8 / 6;
    text.get(first..last).unwrap_or_default().to_owned()
}
