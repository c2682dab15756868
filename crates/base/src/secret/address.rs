//! The one list of what is secret in an address: a login, a path, and the values of a query.

use std::ops::Range;

use super::{Redactor, Secret, fingerprint};

/// What the addresses of DingTalk's robots have in common, also at a stand-in for it, which is no secret.
const ROBOT_PATH: &str = "/robot/send";

/// Shorter parts would tear holes into ordinary words.
const SHORTEST: usize = 6;
/// From this length on, a part is a secret even if it looks like a word.
const LONG: usize = 12;

/// An address in its parts, as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts<'a> {
    /// Before `://`.
    scheme: &'a str,
    /// Name and password.
    login: Option<&'a str>,
    /// Host and port.
    host: &'a str,
    /// With its slash; empty without one.
    path: &'a str,
    /// Behind the question mark.
    query: Option<&'a str>,
    /// Behind the number sign.
    fragment: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// None for a text that has no `://`.
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, part)| (rest, Some(part)));
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, part)| (rest, Some(part)));
        let (authority, path) = rest.find(['/', '\\']).map_or((rest, ""), |at| rest.split_at(at));
        let (login, host) = match authority.rsplit_once('@') {
            Some((login, host)) => (Some(login), host),
            None => (None, authority),
        };
        Some(Self { scheme, login, host, path, query, fragment })
    }

    fn is_robot(&self) -> bool {
        self.path == ROBOT_PATH
    }

    /// Whether there is nothing but what all robots' addresses have.
    fn is_bare_robot(&self) -> bool {
        self.is_robot() && self.login.is_none() && self.query.is_none() && self.fragment.is_none()
    }

    /// Whether there is nothing but scheme, host and port.
    fn is_bare(&self) -> bool {
        self.login.is_none()
            && matches!(self.path, "" | "/")
            && self.query.is_none()
            && self.fragment.is_none()
    }
}

/// An address as it may be shown: scheme, host and port, and a fingerprint of the whole that stands for
/// all the rest. A robot's keeps its shape, with a fingerprint for each value of its query.
/// What is no address is a fingerprint only.
///
/// Equal addresses are shown alike and different ones are not, so what is shown can be compared.
#[must_use]
pub fn show_address(url: &str) -> String {
    let Some(parts) = Parts::of(url) else { return format!("[{}]", fingerprint(url)) };
    if parts.is_bare() {
        return url.to_owned();
    }
    if parts.is_bare_robot() {
        return url.to_owned();
    }
    if let (true, None, Some(query), None) = (parts.is_robot(), parts.login, parts.query, parts.fragment) {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((_, value)) if is_shown(value) => pair.to_owned(),
            Some((name, value)) if !value.is_empty() => format!("{name}=[{}]", fingerprint(value)),
            None if !pair.is_empty() => format!("[{}]", fingerprint(pair)),
            _ => pair.to_owned(),
        });
        let pairs: Vec<String> = pairs.collect();
        return format!("{}://{}{}?{}", parts.scheme, parts.host, parts.path, pairs.join("&"));
    }
    if is_shown(parts.path.trim_start_matches('/')) && parts.query.is_none() && parts.login.is_none() {
        return url.to_owned();
    }
    format!("{}://{}/[{}]", parts.scheme, parts.host, fingerprint(url))
}

/// Whether a part of an address is a fingerprint, since the address was shown before.
fn is_shown(part: &str) -> bool {
    let digits = part.strip_prefix("[sha256:").and_then(|rest| rest.strip_suffix(']'));
    digits.is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// As [`show_address`], for an address in custody.
#[must_use]
pub fn show_url(url: &Secret) -> String {
    show_address(url.expose())
}

/// A text of somebody else with each address in it as it may be shown.
#[must_use]
pub fn show_addresses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    for found in addresses(text) {
        out.push_str(&text[kept..found.start]);
        out.push_str(&show_address(&text[found.clone()]));
        kept = found.end;
    }
    out.push_str(&text[kept..]);
    out
}

/// Where addresses are in a text.
pub(super) fn addresses(text: &str) -> Vec<Range<usize>> {
    const SIGN: &str = "://";
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(SIGN).map(|at| from + at) {
        let scheme = text[from..at].len() - text[from..at].trim_end_matches(is_scheme).len();
        let behind = at + SIGN.len();
        let end = text[behind..].find(ends).map_or(text.len(), |length| behind + length);
        if scheme > 0 {
            let whole = &text[at - scheme..end];
            let mut address = whole.trim_end_matches([',', '.', ';', ':', ')', ']', '}', '!']);
            // The bracket of a fingerprint belongs to it.
            let with_bracket = &whole[..whole.len().min(address.len() + 1)];
            if with_bracket.rfind('[').is_some_and(|open| is_shown(&with_bracket[open..])) {
                address = with_bracket;
            }
            found.push(at - scheme..at - scheme + address.len());
        }
        from = end;
    }
    found
}

/// Where secrets are in an address: its login, its path, the values of its query, what is behind `#`.
pub(super) fn secrets(url: &str) -> Vec<Range<usize>> {
    let Some(parts) = Parts::of(url) else { return std::iter::once(0..url.len()).collect() };
    let login = parts.scheme.len() + "://".len();
    let host = login + parts.login.map_or(0, |login| login.len() + 1);
    let path = host + parts.host.len();
    let query = path + parts.path.len() + 1;
    let fragment = query + parts.query.map_or(0, |query| query.len() + 1);
    let mut found = Vec::new();
    found.extend(parts.login.map(|text| login..login + text.len()));
    let mut start = path;
    for segment in parts.path.split(['/', '\\']) {
        if parts.path != ROBOT_PATH {
            found.push(start..start + segment.len());
        }
        start += segment.len() + 1;
    }
    let mut start = query;
    for pair in parts.query.into_iter().flat_map(|query| query.split('&')) {
        let value = pair.find('=').map_or(0, |at| at + 1);
        found.push(start + value..start + pair.len());
        start += pair.len() + 1;
    }
    found.extend(parts.fragment.map(|text| fragment..fragment + text.len()));
    found.retain(|range| !range.is_empty());
    found
}

/// Whether an address cannot go on with this.
fn ends(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '|' | '⟩')
}

impl Redactor {
    /// Learns all that is secret in an address: the whole, its login and password, its path and the
    /// parts of it that look like keys, and the values of its query. Nothing of an address that is
    /// nothing but a host.
    pub fn add_address(&mut self, url: &str) {
        let Some(parts) = Parts::of(url) else { return self.add(&Secret::new(url)) };
        // A variable that was not filled in is no secret.
        if parts.is_bare() || parts.is_bare_robot() || url.contains("${") {
            return;
        }
        let mut learn = |part: &str| self.add(&Secret::new(part));
        if let Some(login) = parts.login {
            learn(login);
            login.split(':').skip(1).for_each(&mut learn);
        }
        if !parts.is_robot() {
            let (keys, words): (Vec<&str>, Vec<&str>) = parts.path.split('/').partition(|part| is_key(part));
            keys.into_iter().for_each(&mut learn);
            if words.iter().any(|word| !word.is_empty()) {
                // Its words alone stand in other texts, too.
                learn(if parts.path.len() > SHORTEST { parts.path } else { url });
            }
        }
        for pair in parts.query.into_iter().chain(parts.fragment).flat_map(|part| part.split('&')) {
            let (name, value) = pair.split_once('=').unwrap_or(("", pair));
            let plain = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
            if is_key(value) || super::is_secret_name(name) {
                learn(value);
                learn(&plain);
            }
        }
    }
}

/// Whether a part of an address looks like a key and not like a word.
pub(super) fn is_key(part: &str) -> bool {
    let has = |is: fn(char) -> bool| part.chars().any(is);
    part.len() >= LONG || part.len() >= SHORTEST && (has(char::is_uppercase) || has(char::is_numeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_shown_before_stays_as_it_is() {
        for url in [
            "https://oapi.dingtalk.com/robot/send?access_token=s3cr3t&sign=s3cr3t",
            "https://hooks.example.com/s3cr3t?key=s3cr3t",
        ] {
            let shown = show_address(url);
            assert_eq!(show_address(&shown), shown);
            let text = format!("see {shown}, ({shown}) and [{shown}].");
            assert_eq!(show_addresses(&text), text);
        }
        // What only looks like a fingerprint in part is none.
        assert!(!show_address("https://hooks.example.com/[sha256:12345678]/s3cr3t").contains("s3cr3t"));
    }

    #[test]
    fn nothing_of_an_address_that_may_be_secret_is_shown() {
        for (url, start) in [
            (
                "https://oapi.dingtalk.com/robot/send?access_token=s3cr3t&sign=s3cr3t&x=s3cr3t",
                "https://oapi.dingtalk.com/robot/send?access_token=[sha256:",
            ),
            ("https://oapi.dingtalk.com/robot/send?s3cr3t", "https://oapi.dingtalk.com/robot/send?[sha256:"),
            (
                "https://oapi.dingtalk.com/robot/send?a=&s3cr3t&b=s3cr3t",
                "https://oapi.dingtalk.com/robot/send?a=&[sha256:",
            ),
            (
                "https://u:s3cr3t@oapi.dingtalk.com/robot/send?access_token=s3cr3t",
                "https://oapi.dingtalk.com/[sha256:",
            ),
            (
                "https://oapi.dingtalk.com/robot/send?access_token=a#s3cr3t",
                "https://oapi.dingtalk.com/[sha256:",
            ),
            ("https://hooks.example.com/s3cr3t", "https://hooks.example.com/[sha256:"),
            ("https://u:s3cr3t@hooks.example.com/x", "https://hooks.example.com/[sha256:"),
            ("https://hooks.example.com?key=s3cr3t", "https://hooks.example.com/[sha256:"),
            ("https://hooks.example.com#s3cr3t", "https://hooks.example.com/[sha256:"),
            ("https://u:s3cr3t@hooks.example.com", "https://hooks.example.com/[sha256:"),
            ("http://127.0.0.1:9/s3cr3t", "http://127.0.0.1:9/[sha256:"),
            ("http://[::1]:9/s3cr3t", "http://[::1]:9/[sha256:"),
            ("s3cr3t", "[sha256:"),
            ("u:s3cr3t@host/x", "[sha256:"),
        ] {
            let shown = show_address(url);
            assert!(shown.starts_with(start), "{shown}");
            assert!(!shown.contains("s3cr3t"), "{shown}");
            let quoted = show_addresses(&format!("é cannot reach ({url}), \"{url}\"; try <{url}>"));
            assert!(url.find("://").is_none() || !quoted.contains("s3cr3t"), "{quoted}");
        }
        for plain in ["http://127.0.0.1:9", "https://host/", "http://[::1]:80"] {
            assert_eq!(show_address(plain), plain);
            assert_eq!(
                show_addresses(&format!("at {plain}, or: :// and ://x")),
                format!("at {plain}, or: :// and ://x")
            );
        }
        assert_ne!(show_address("http://h/a"), show_address("http://h/b"));
    }

    #[test]
    fn the_parts_of_an_address_are_known() {
        let mut known = Redactor::default();
        known.add_address("https://u:pass1@hooks.example.com/services/T0CANARY?key=n0tsecret&a=b#fr4gment");
        for text in ["pass1", "T0CANARY", "n0tsecret", "fr4gment", "/services/T0CANARY"] {
            assert!(!known.redact(text).contains(text), "{text}");
        }
        for text in ["services", "hooks.example.com", "a=b"] {
            assert_eq!(known.redact(text), text);
        }
        let mut none = Redactor::default();
        none.add_address("http://127.0.0.1:8080/");
        assert_eq!(
            none.redact("http://127.0.0.1:8080/ http://127.0.0.1:8080"),
            "http://127.0.0.1:8080/ http://127.0.0.1:8080"
        );
    }
}
