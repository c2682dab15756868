//! Many values, found in a text in whatever form they stand there, in one pass over it.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

use super::forms;

/// Bytes by which forms are found; shorter forms are not looked for.
const START: usize = 4;

/// Values in all their forms, with what stands for each.
#[derive(Clone, Default)]
pub struct Needles {
    /// What stands for a form.
    masks: HashMap<String, String>,
    /// The lengths of the forms that begin like this.
    lengths: HashMap<[u8; START], BTreeSet<usize>>,
}

impl Needles {
    /// Learns a value; what was learned first for a form stays.
    pub fn add(&mut self, value: &str, mask: &str) {
        for form in forms(value) {
            if let Some(start) = start(form.as_bytes()) {
                self.lengths.entry(start).or_default().insert(form.len());
                self.masks.entry(form).or_insert_with(|| mask.to_owned());
            }
        }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.masks.is_empty()
    }

    /// The text with what stands for each value; where several begin, the longest counts.
    pub fn replace(&self, text: &str) -> String {
        if self.is_empty() {
            return text.to_owned();
        }
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

    /// Where values are in a text, in order: the first byte of each, and the one behind it.
    pub fn places(&self, text: &str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at + START <= text.len() {
            match self.begins_at(text, at) {
                Some((length, _)) => {
                    found.push((at, at + length));
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    /// Whether the text holds one of them.
    pub fn finds_any(&self, text: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use base64::{
        Engine as _,
        engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
    };
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

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
        for (value, mask) in [("abcdef", "{1}"), ("abcdefgh", "{2}"), ("abc", "{3}")] {
            needles.add(value, mask);
        }
        assert_eq!(needles.replace("x abcdefgh abcdefg abc"), "x {2} {1}g abc");
        assert_eq!(needles.replace(""), "");
    }
}
