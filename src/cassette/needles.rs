//! Many values, found in a text in whatever form they stand there, in one pass over it.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Bytes by which forms are found; shorter forms are not looked for.
const START: usize = 6;

/// Values in all their forms, with what stands for each.
#[derive(Default)]
pub(super) struct Needles {
    /// What stands for a form.
    masks: HashMap<String, String>,
    /// The lengths of the forms that begin like this.
    lengths: HashMap<[u8; START], BTreeSet<usize>>,
}

impl Needles {
    /// Learns a value; what was learned first for a form stays.
    pub(super) fn add(&mut self, value: &str, mask: &str) {
        for form in forms(value) {
            if let Some(start) = start(form.as_bytes()) {
                self.lengths.entry(start).or_default().insert(form.len());
                self.masks.entry(form).or_insert_with(|| mask.to_owned());
            }
        }
    }

    /// The text with what stands for each value; where several begin, the longest counts.
    pub(super) fn replace(&self, text: &str) -> String {
        let mut out = String::new();
        let mut kept = 0;
        let mut at = 0;
        while at + START <= text.len() {
            match self.begins_at(text, at) {
                Some((length, mask)) => {
                    out.push_str(&text[kept..at]);
                    out.push_str(mask);
                    at += length;
                    kept = at;
                }
                None => at += 1,
            }
        }
        out.push_str(&text[kept..]);
        out
    }

    /// Whether the text holds one of them.
    pub(super) fn finds_any(&self, text: &str) -> bool {
        (0..text.len()).any(|at| self.begins_at(text, at).is_some())
    }

    fn begins_at(&self, text: &str, at: usize) -> Option<(usize, &str)> {
        let lengths = self.lengths.get(&start(&text.as_bytes()[at..])?)?;
        lengths.iter().rev().find_map(|length| {
            let mask = self.masks.get(text.get(at..at + length)?)?;
            Some((*length, mask.as_str()))
        })
    }
}

impl fmt::Debug for Needles {
    /// Their number alone: they are secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Needles").field("forms", &self.masks.len()).finish_non_exhaustive()
    }
}

fn start(bytes: &[u8]) -> Option<[u8; START]> {
    bytes.get(..START)?.try_into().ok()
}

/// How a value may be written: as it is, percent-encoded (once and twice, in either case), escaped in
/// JSON (also as HTML-safe writers do it), in hex, and in base64, also in the middle of a longer text.
fn forms(value: &str) -> BTreeSet<String> {
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

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;

    const SECRET: &str = "c4n4ry/+&=@~tökén";

    #[test]
    fn a_value_is_found_in_every_form() {
        let mut needles = Needles::default();
        needles.add(SECRET, "{secret-1}");
        let once = utf8_percent_encode(SECRET, NON_ALPHANUMERIC).to_string();
        let hex: String = SECRET.bytes().map(|byte| format!("{byte:02X}")).collect();
        for form in [
            SECRET.to_owned(),
            once.replace("%2F%2B", "%2f%2b")
                .replace("%3D", "%3d")
                .replace("%C3%B6", "%c3%b6")
                .replace("%C3%A9", "%c3%a9")
                .replace("%7E", "%7e"),
            utf8_percent_encode(&once, NON_ALPHANUMERIC).to_string(),
            once,
            hex.to_lowercase(),
            hex,
            "c4n4ry\\/+&=@~tökén".to_owned(),
            "c4n4ry/\\u002b\\u0026\\u003d\\u0040~tökén".to_owned(),
            STANDARD.encode(SECRET),
            STANDARD.encode(format!("a:{SECRET}")),
            STANDARD.encode(format!("ab:{SECRET}!")),
            URL_SAFE_NO_PAD.encode(format!("abc:{SECRET}--")),
        ] {
            let text = format!("é {form} é");
            assert!(needles.finds_any(&text), "{form}");
            assert!(needles.replace(&text).contains("{secret-1}"), "{form}");
        }
        assert!(!needles.finds_any("c4n4ry and the like, é"));
        assert!(!format!("{needles:?}").contains("c4n4ry"));
    }

    #[test]
    fn the_longest_counts_and_what_is_around_stays() {
        let mut needles = Needles::default();
        for (value, mask) in [("abcdef", "{1}"), ("abcdefgh", "{2}"), ("short", "{3}")] {
            needles.add(value, mask);
        }
        assert_eq!(needles.replace("x abcdefgh abcdefg short"), "x {2} {1}g short");
        assert_eq!(needles.replace(""), "");
    }
}
