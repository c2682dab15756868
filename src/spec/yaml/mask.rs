//! Masks the secrets that a tree shows and a line of text does not: a secret in a block or on the
//! line below its key, and addresses whose path is the secret.

use super::{
    interpolate::is_name,
    node::{Node, Value},
};

/// Keys whose whole value is a secret.
const SECRET_KEYS: [&str; 4] = ["secret", "token", "access_token", "password"];
/// The key of an OpenAPI call's parameters, any of which may be a secret.
const PARAMETERS: &str = "parameters";
/// Keys whose value is an address that may carry a secret.
const ADDRESS_KEYS: [&str; 2] = ["webhook", "url"];
/// A path segment from this length on is taken for a key, as chat services put it into addresses.
const LONG_SEGMENT: usize = 16;

/// `text` with asterisks over the secrets of its tree, whose offsets begin at `base`, byte for byte as
/// long.
pub(super) fn mask_secrets(text: &str, root: &Node, base: usize) -> String {
    let mut masked = text.as_bytes().to_vec();
    walk(root, "", text, base, &mut masked);
    // Only ASCII replaces whole ranges of bytes, so this is UTF-8; should it ever not be, show nothing.
    String::from_utf8(masked).unwrap_or_else(|_| "*".repeat(text.len()))
}

/// `text` with asterisks over what may be a secret, for a text that is not a tree: it stops at
/// nothing but the end of a line, or of the deeper lines below a key that has no value beside it.
pub(super) fn mask_lines(text: &str) -> String {
    let mut masked = text.as_bytes().to_vec();
    let mut start = 0;
    // How deep a line must be to belong to the secret above it.
    let mut block: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        if block.is_some_and(|depth| !line.trim().is_empty() && indent < depth) {
            block = None;
        }
        let secret = SECRET_KEYS.iter().filter_map(|key| after_key(line, key)).min();
        let parameters = after_key(line, PARAMETERS);
        let key = secret.into_iter().chain(parameters).min();
        if block.is_some() {
            hide(line, &mut masked[start..start + line.len()]);
        } else if let Some(at) = key {
            hide(&line[at..], &mut masked[start + at..start + line.len()]);
            // A line that slipped in between does not end the parameters.
            block = Some(if parameters.is_some() { indent } else { indent + 1 });
        } else if let Some(at) = line.find("://") {
            hide_address(&line[at..], &mut masked[start + at..start + line.len()]);
        }
        start += line.len();
    }
    String::from_utf8(masked).unwrap_or_else(|_| "*".repeat(text.len()))
}

/// Where the value begins on a line that holds `key:`, plain or in quotes.
fn after_key(line: &str, key: &str) -> Option<usize> {
    line.to_ascii_lowercase().match_indices(key).find_map(|(at, _)| {
        let rest = line[at + key.len()..].trim_start_matches(['"', '\'', ' ']);
        rest.starts_with(':').then(|| line.len() - rest.len() + 1)
    })
}

/// `text` with asterisks over all but the names at the beginning of its lines.
pub(super) fn mask_values(text: &str) -> String {
    let mut masked = text.as_bytes().to_vec();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let name = line.split_once(':').map(|(name, _)| name).filter(|name| is_name(name));
        let name = name.map_or(0, |name| name.len() + 1);
        for byte in &mut masked[start + name..start + line.len()] {
            if !byte.is_ascii_whitespace() {
                *byte = b'*';
            }
        }
        start += line.len();
    }
    // Every byte of a masked range was replaced or is ASCII, so this is UTF-8.
    String::from_utf8(masked).unwrap_or_else(|_| "*".repeat(text.len()))
}

/// Whether what is behind a key is a secret, as `secret` is, or `AccessKeySecret`.
fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key == PARAMETERS || SECRET_KEYS.iter().any(|secret| key.ends_with(secret))
}

fn walk(node: &Node, key: &str, text: &str, base: usize, masked: &mut [u8]) {
    match &node.value {
        Value::Null => {}
        Value::Scalar(_) => {
            let start = node.span.offset - base;
            let range = start..start + node.span.len;
            let (Some(written), Some(out)) = (text.get(range.clone()), masked.get_mut(range)) else { return };
            if is_secret(key) {
                hide(written, out);
            } else if ADDRESS_KEYS.contains(&key) {
                hide_address(written, out);
            } else {
                hide_addresses(written, out);
            }
        }
        Value::List(items) => items.iter().for_each(|item| walk(item, key, text, base, masked)),
        Value::Map(entries) => {
            for entry in entries {
                // Whatever is below is a parameter, too.
                let below = if key == PARAMETERS { key } else { &entry.key.value };
                walk(&entry.value, below, text, base, masked);
            }
        }
    }
}

/// Hides all but quotes, blanks, the names of variables and the signs of a block.
fn hide(written: &str, out: &mut [u8]) {
    let mut at = 0;
    while at < written.len() {
        if let Some(inside) = written.get(at..).and_then(|rest| rest.strip_prefix("${")) {
            let name =
                inside.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            if inside[name..].starts_with([':', '}']) {
                at += 2 + name + if inside[name..].starts_with(":-") { 2 } else { 0 };
                continue;
            }
        }
        let byte = out[at];
        if !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'}' | b'|' | b'>') {
            out[at] = b'*';
        }
        at += 1;
    }
}

/// Hides what may be secret in the addresses of a text: one may stand behind a key that is misspelt.
fn hide_addresses(written: &str, out: &mut [u8]) {
    let mut at = 0;
    while let Some(found) = written[at..].find("://") {
        let end =
            written[at + found..].find(char::is_whitespace).map_or(written.len(), |end| at + found + end);
        hide_address(&written[at..end], &mut out[at..end]);
        at = end;
    }
}

fn hide_address(written: &str, out: &mut [u8]) {
    let Some(scheme) = written.find("://") else { return };
    let host = scheme + 3;
    let path = written[host..].find(['/', '?', '#']).map_or(written.len(), |end| host + end);
    if let Some(user) = written[host..path].rfind('@') {
        hide(&written[host..host + user], &mut out[host..host + user]);
    }
    let query = written[path..].find('?').map_or(written.len(), |end| path + end);
    let mut start = path;
    for segment in written[path..query].split('/') {
        if segment.len() >= LONG_SEGMENT {
            hide(segment, &mut out[start..start + segment.len()]);
        }
        start += segment.len() + 1;
    }
    let mut start = query;
    for pair in written[query..].split('&') {
        if let Some(equals) = pair.find('=') {
            hide(&pair[equals + 1..], &mut out[start + equals + 1..start + pair.len()]);
        }
        start += pair.len() + 1;
    }
}
