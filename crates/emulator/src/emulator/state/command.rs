//! What the file holds: one header, and commands in the order in which the world got them.

use std::{collections::BTreeMap, net::IpAddr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{clock::Timestamp, emulator::CallOutcome, openapi::HttpRequest};

/// Counts up when an older bellcheck would misread the file. Format 2 added outcomes of webhooks, and
/// the number of the first command that counts.
pub(super) const FORMAT: u32 = 2;

/// The oldest format that is still read. A world of format 1 decided webhooks in itself until it is
/// served by this bellcheck.
pub(super) const OLDEST_FORMAT: u32 = 1;

/// The header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) format: u32,
    /// The version that began the file; for messages.
    pub(super) bellcheck: String,
    /// When the world began.
    pub(super) start: Timestamp,
    /// What the world was begun with, see `options`.
    pub(super) options: BTreeMap<String, String>,
}

/// Something that the world was told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Command {
    /// When, on the world's clock.
    pub(super) at: Timestamp,
    pub(super) did: Did,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Did {
    /// A call of the API or a robot.
    Call {
        peer: IpAddr,
        request: Call,
        /// What it came to; the same call in the same world comes to the same.
        verdict: String,
    },
    /// A change by the control API; its path begins below `/_bellcheck`.
    Control(Control),
    /// The world was served under these authorities.
    Served {
        authorities: Vec<String>,
        /// Whether webhooks were called from then on.
        #[serde(default)]
        calls: bool,
    },
    /// A webhook was called.
    Called {
        /// The call's number since the world began.
        number: u64,
        outcome: CallOutcome,
    },
}

/// A call as it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Call {
    method: String,
    path: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Body::is_empty")]
    body: Body,
}

/// A change by the control API, as it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Control {
    pub(super) method: String,
    /// Path and query, still encoded.
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Body::is_empty")]
    pub(super) body: Body,
}

impl Control {
    /// Whether it lets time pass, and stands still with it while webhooks are called.
    pub(super) fn is_advance(&self) -> bool {
        self.target.starts_with("/advance")
    }
}

/// Bytes, readable where they can be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Body {
    Text(String),
    Base64(String),
}

impl Default for Body {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl Body {
    pub(super) fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Base64(STANDARD.encode(bytes)),
        }
    }

    /// None for what [`Body::of`] does not write.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.clone().into_bytes()),
            Self::Base64(text) => STANDARD.decode(text).ok(),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }
}

impl Call {
    pub(super) fn of(request: &HttpRequest) -> Self {
        Self {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: request.headers.clone(),
            body: Body::of(&request.body),
        }
    }

    pub(super) fn request(&self) -> Option<HttpRequest> {
        Some(HttpRequest {
            method: self.method.clone(),
            path: self.path.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            body: self.body.bytes()?,
        })
    }
}

impl Command {
    /// A reset begins the world again; what comes before it counts no more, but for commands that
    /// have a [`Command::lasting`] name.
    pub(super) fn is_reset(&self) -> bool {
        matches!(&self.did, Did::Control(request) if request.target == "/reset")
    }

    /// Whether it can come while an advance waits for webhooks.
    pub(super) fn may_interrupt(&self) -> bool {
        matches!(self.did, Did::Called { .. } | Did::Served { .. })
    }

    /// The name of a command whose effect a reset does not undo: declared robots, and where the
    /// world is served. Of several with one name the last counts.
    pub(super) fn lasting(&self) -> Option<String> {
        match &self.did {
            Did::Call { .. } | Did::Called { .. } => None,
            Did::Control(request) => request
                .target
                .starts_with("/robots")
                .then(|| format!("{} {} {:?}", request.method, request.target, request.body)),
            Did::Served { authorities, .. } => Some(authorities.join(" ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_survive_the_file_whatever_their_bytes() {
        for body in [&b""[..], b"{\"a\": 1}", b"\xff\x00"] {
            let request = HttpRequest {
                method: "POST".to_owned(),
                path: "/".to_owned(),
                query: vec![("a".to_owned(), "1".to_owned()), ("a".to_owned(), String::new())],
                headers: vec![("host".to_owned(), "h".to_owned())],
                body: body.to_vec(),
            };
            let text = serde_json::to_string(&Call::of(&request)).unwrap();
            assert_eq!(serde_json::from_str::<Call>(&text).unwrap().request(), Some(request));
        }
    }
}
