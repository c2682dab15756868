//! Requests as they go over a socket, and what tests need beside them.

use std::{ops::Range, path::PathBuf, time::Duration};

use bellcheck::{
    clock::{BoxFuture, Clock, Timestamp},
    openapi::{Claim, Credentials, HttpRequest, decode_form, encode, identify},
    secret::Secret,
};

use crate::outside::root;

/// A folder under `fixtures/`.
pub(crate) fn fixtures(folder: &str) -> PathBuf {
    root().join("fixtures").join(folder)
}

/// A header's bytes within a request.
pub(crate) struct HeaderSpan {
    pub(crate) lower_name: String,
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// Where the parts of a raw request are.
pub(crate) struct Layout {
    pub(crate) method: Range<usize>,
    pub(crate) path: Range<usize>,
    pub(crate) query: Range<usize>,
    pub(crate) headers: Vec<HeaderSpan>,
    pub(crate) body: Range<usize>,
}

/// Finds the parts of a raw HTTP/1.1 request; `None` for what a server would not read as one.
pub(crate) fn layout(raw: &[u8]) -> Option<Layout> {
    let find = |from: usize, needle: &[u8]| {
        raw[from..].windows(needle.len()).position(|window| window == needle).map(|at| from + at)
    };
    let head_end = find(0, b"\r\n\r\n")?;
    let line_end = find(0, b"\r\n")?;
    let spaces: Vec<usize> = (0..line_end).filter(|at| raw[*at] == b' ').collect();
    let [first, second] = spaces[..] else { return None };
    let question = (first + 1..second).find(|at| raw[*at] == b'?').unwrap_or(second);
    let query = (question + 1).min(second)..second;
    let mut headers = Vec::new();
    let mut at = line_end + 2;
    while at < head_end {
        let end = find(at, b"\r\n")?.min(head_end);
        let colon = (at..end).find(|at| raw[*at] == b':')?;
        let value = (colon + 1..end).find(|at| raw[*at] != b' ').unwrap_or(end)..end;
        let name = std::str::from_utf8(&raw[at..colon]).ok()?;
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(token) {
            return None;
        }
        headers.push(HeaderSpan { lower_name: name.to_ascii_lowercase(), name: at..colon, value });
        at = end + 2;
    }
    Some(Layout {
        method: 0..first,
        path: first + 1..question,
        query,
        headers,
        body: head_end + 4..raw.len(),
    })
}

/// Reads a raw request as a server does; `None` when it cannot.
pub(crate) fn parse(raw: &[u8]) -> Option<HttpRequest> {
    let layout = layout(raw)?;
    let text = |range: &Range<usize>| String::from_utf8(raw[range.clone()].to_vec()).ok();
    Some(HttpRequest {
        method: text(&layout.method)?,
        path: text(&layout.path)?,
        query: decode_form(&text(&layout.query)?).ok()?,
        headers: layout
            .headers
            .iter()
            .map(|header| Some((header.lower_name.clone(), text(&header.value)?)))
            .collect::<Option<_>>()?,
        body: raw[layout.body].to_vec(),
    })
}

/// Writes a request as a client does.
pub(crate) fn write(request: &HttpRequest) -> Vec<u8> {
    let query: Vec<String> =
        request.query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let mut raw = format!("{} {}?{} HTTP/1.1\r\n", request.method, request.path, query.join("&"));
    for (name, value) in &request.headers {
        raw.push_str(&format!("{name}: {value}\r\n"));
    }
    raw.push_str("\r\n");
    [raw.as_bytes(), &request.body].concat()
}

/// The claim of a raw request if it is proven: readable, by the key `testAk`, signed with `testSk`.
pub(crate) fn proven(raw: &[u8]) -> Option<Claim> {
    let claim = identify(&parse(raw)?).ok()?;
    (claim.access_key_id == "testAk" && claim.verify(&Secret::new("testSk")).is_ok()).then_some(claim)
}

/// The raw request with the lowest bit of one byte turned over.
pub(crate) fn flipped(raw: &[u8], at: usize) -> Vec<u8> {
    let mut changed = raw.to_vec();
    changed[at] ^= 1;
    changed
}

/// The key pair of the fixtures.
pub(crate) fn test_credentials() -> Credentials {
    Credentials {
        access_key_id: "testAk".to_owned(),
        access_key_secret: Secret::new("testSk"),
        security_token: None,
    }
}

/// A clock that stands still and does not wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StillClock(pub(crate) Timestamp);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn sleep(&self, _duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// 2026-01-01T00:00:00Z.
pub(crate) fn new_year() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}
