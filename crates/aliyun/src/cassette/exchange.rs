//! What a cassette holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{clock::Timestamp, openapi::Params};

/// The format of the files.
pub const FORMAT: &str = "bellcheck-cassette/1";

/// Who answered, as far as the addresses tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provenance {
    /// The vendor's own addresses were called.
    Live,
    /// Other addresses were called: a proxy, a gateway, an emulator.
    Unknown,
}

impl Provenance {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Unknown => "unknown",
        }
    }
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// What wrote it: `bellcheck` and its version.
    pub tool: String,
    /// The command that made the calls.
    pub command: String,
    /// Who answered.
    pub provenance: Provenance,
    /// When it began; exchanges count from here.
    pub recorded_at: Timestamp,
    /// The region that was called.
    pub region: String,
    /// The hosts that were called, by product.
    pub endpoints: BTreeMap<String, String>,
}

/// One request, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// The operation's wire name.
    pub operation: String,
    /// The product, such as `Cms`; the version where it is none that is known.
    pub product: String,
    /// The API version.
    pub version: String,
    /// The parameters, with placeholders.
    pub parameters: Params,
    /// When it was sent, in milliseconds since the cassette began.
    pub started_ms: u64,
    /// How long the answer took, in milliseconds.
    pub took_ms: u64,
    /// The HTTP status; none where no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Headers that say something about the call and nothing about the caller.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body, with placeholders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// The beginning of a body that is no JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Why no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<Lost>,
}

/// A request without an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// What happened.
    pub message: String,
    /// Whether the request may have reached the service.
    pub sent: bool,
}

/// A cassette that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Cassette {
    /// The file.
    pub name: String,
    /// Its first line.
    pub header: Header,
    /// The exchanges, in the order in which they were sent.
    pub exchanges: Vec<Exchange>,
    /// Whether the last line is not whole: the run that wrote it was cut short.
    pub is_cut: bool,
}
