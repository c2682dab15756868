//! Bodies as shell scripts write them: JSON, but for line ends and tabs that stand in texts as they are.

use std::borrow::Cow;

use serde_json::Value;

/// The JSON of a body, whose texts may have raw line ends and tabs. Strict JSON is read as it stands.
#[must_use]
pub fn read_body(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok().or_else(|| serde_json::from_slice(&escaped(body)).ok())
}

/// Whether a body is JSON only when its raw line ends and tabs are taken for what they are.
pub(super) fn has_raw_line_ends(body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body).is_err() && read_body(body).is_some()
}

/// The same body with those characters as JSON writes them. Outside of texts they are white space, and stay.
fn escaped(body: &[u8]) -> Cow<'_, [u8]> {
    if !body.iter().any(|byte| written(*byte).is_some()) {
        return Cow::Borrowed(body);
    }
    let mut bytes = Vec::with_capacity(body.len() + 16);
    let (mut in_text, mut is_escaped) = (false, false);
    for byte in body.iter().copied() {
        match written(byte).filter(|_| in_text && !is_escaped) {
            Some(letter) => bytes.extend([b'\\', letter]),
            None => bytes.push(byte),
        }
        in_text ^= byte == b'"' && !is_escaped;
        is_escaped = in_text && byte == b'\\' && !is_escaped;
    }
    Cow::Owned(bytes)
}

/// The letter by which JSON writes a character.
const fn written(byte: u8) -> Option<u8> {
    match byte {
        b'\n' => Some(b'n'),
        b'\r' => Some(b'r'),
        b'\t' => Some(b't'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn raw_line_ends_are_read_where_they_stand_in_texts() {
        for (body, read) in [
            ("{\"a\":\"1\n2\"}", Some(json!({"a": "1\n2"}))),
            ("{\r\n\t\"a\":\t\"1\r\n\t2\"\n}\n", Some(json!({"a": "1\r\n\t2"}))),
            ("{\"a\":\"\\\"\n\"}", Some(json!({"a": "\"\n"}))),
            ("{\"a\":\"\\\\\n\"}", Some(json!({"a": "\\\n"}))),
            ("{\"a\n\":1}", Some(json!({"a\n": 1}))),
            ("{\"a\":\"1\\n2\"}", Some(json!({"a": "1\n2"}))),
            ("{\"a\":\"\u{1}\"}", None),
            ("{\"a\":\"\\\n\"}", None),
            ("{\"a\":\"\n", None),
            ("", None),
        ] {
            assert_eq!(read_body(body.as_bytes()), read, "{body:?}");
        }
        assert!(has_raw_line_ends(b"{\"a\":\"1\n2\"}"));
        assert!(!has_raw_line_ends(b"{\n\"a\":\"1\"}"));
        assert!(!has_raw_line_ends(b"{"));
    }
}
