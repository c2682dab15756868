//! The ways in which a call can be signed and laid out, and what each needs.

use super::{Credentials, HttpRequest, Params, sign_v1, sign_v3};
use crate::clock::Timestamp;

/// How a request is signed, and where its business parameters travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignatureScheme {
    /// ACS3-HMAC-SHA256 in headers, parameters in the query: the current SDKs.
    #[default]
    V3,
    /// HMAC-SHA1, everything in the query: the older SDKs.
    V1Query,
    /// HMAC-SHA1 in the query, business parameters in a form body: `tea-rpc`, which the Terraform
    /// provider uses for event rules.
    V1Body,
    /// Not signed, everything in the query: for operations whose parameters prove who calls.
    Unsigned,
}

/// A call before it is signed.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The operation's wire name.
    pub action: &'a str,
    /// The product's API version.
    pub version: &'a str,
    /// The business parameters.
    pub params: &'a Params,
}

/// Who signs, when, and with which value that is never used again.
#[derive(Debug, Clone, Copy)]
pub struct Seal<'a> {
    /// The key pair.
    pub credentials: &'a Credentials,
    /// The instant that the request carries; the service accepts 15 minutes either way.
    pub now: Timestamp,
    /// The nonce that the request carries.
    pub nonce: &'a str,
}

/// The media type of form bodies.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

impl SignatureScheme {
    /// The signed request for `call`, to be sent to `host` (`name` or `name:port`, as it stands in
    /// the `Host` header).
    #[must_use]
    pub fn request(self, host: &str, call: &Call<'_>, seal: &Seal<'_>) -> HttpRequest {
        let business: Vec<(String, String)> =
            call.params.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let mut request = HttpRequest {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            query: Vec::new(),
            headers: vec![
                ("host".to_owned(), host.to_owned()),
                ("accept".to_owned(), "application/json".to_owned()),
                ("user-agent".to_owned(), concat!("bellcheck/", env!("CARGO_PKG_VERSION")).to_owned()),
            ],
            body: Vec::new(),
        };
        match self {
            Self::V3 => {
                request.query = business;
                let added = sign_v3::sign(&request, call, seal);
                request.headers.extend(added);
            }
            Self::V1Query => {
                request.query = business;
                request.query.extend(sign_v1::sign(&request.method, &request.path, call, seal));
            }
            Self::Unsigned => {
                request.query = business;
                let own = [
                    ("Action", call.action.to_owned()),
                    ("Version", call.version.to_owned()),
                    ("Format", "JSON".to_owned()),
                    ("SignatureNonce", seal.nonce.to_owned()),
                    ("Timestamp", wire_time(seal.now)),
                ];
                request.query.extend(own.map(|(name, value)| (name.to_owned(), value)));
            }
            Self::V1Body => {
                request.body = encode_pairs(&business).into_bytes();
                request.headers.push(("content-type".to_owned(), FORM.to_owned()));
                request.query = sign_v1::sign(&request.method, &request.path, call, seal);
            }
        }
        request
    }
}

/// `a=1&b=2`, percent-encoded, for queries and form bodies.
pub(super) fn encode_pairs(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", super::encode(name), super::encode(value)))
        .collect();
    pairs.join("&")
}

/// The instant as both schemes write it: `2026-01-01T00:00:00Z`.
pub(super) fn wire_time(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
