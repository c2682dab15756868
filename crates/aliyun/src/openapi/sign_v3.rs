//! Signature version 3: HMAC-SHA256 over a canonical request, in the `Authorization` header.
//!
//! Sources: "V3 request structure and signature" of the SDK documents;
//! `alibabacloud-go/darabonba-openapi` `utils`; PyPI `alibabacloud-tea-openapi` 0.4.6.

use std::{collections::BTreeMap, fmt};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::{
    HttpRequest, encode,
    scheme::{Call, Seal, wire_time},
};
use crate::secret::Secret;

/// The algorithm's name, with which the header and the string to sign begin.
pub(super) const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The request in its canonical form. `Display` shows all of it, with every parameter; `Debug`
/// shows only which headers are signed.
#[derive(Clone, PartialEq, Eq)]
pub struct V3CanonicalRequest {
    text: String,
    signed_headers: String,
}

impl V3CanonicalRequest {
    /// From the decoded query, the headers that are to be signed (and no others) and the payload's
    /// SHA-256 in lower-case hex. Headers of one name, in whatever case, become one.
    #[must_use]
    pub fn new<'a>(
        method: &str,
        path: &str,
        query: &[(String, String)],
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        payload_hash: &str,
    ) -> Self {
        let mut sorted: Vec<&(String, String)> = query.iter().collect();
        sorted.sort();
        let query: Vec<String> =
            sorted.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();

        let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (name, value) in headers {
            by_name.entry(name.to_ascii_lowercase()).or_default().push(value.trim());
        }
        let mut block = String::new();
        for (name, values) in &mut by_name {
            values.sort_unstable();
            block.push_str(&format!("{name}:{}\n", values.join(",")));
        }
        let signed_headers = by_name.keys().cloned().collect::<Vec<_>>().join(";");

        let path = if path.is_empty() { "/" } else { path };
        let query = query.join("&");
        let text = format!("{method}\n{path}\n{query}\n{block}\n{signed_headers}\n{payload_hash}");
        Self { text, signed_headers }
    }

    /// The names of the signed headers: lower-case, sorted, joined by `;`.
    #[must_use]
    pub fn signed_headers(&self) -> &str {
        &self.signed_headers
    }

    /// What is signed.
    #[must_use]
    pub fn string_to_sign(&self) -> V3StringToSign {
        V3StringToSign(format!("{ALGORITHM}\n{}", sha256_hex(self.text.as_bytes())))
    }
}

impl fmt::Display for V3CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for V3CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "V3CanonicalRequest({})", self.signed_headers)
    }
}

/// What is signed: the algorithm and the canonical request's hash. It holds no parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct V3StringToSign(String);

impl V3StringToSign {
    /// The signature in lower-case hex.
    #[must_use]
    pub fn signature(&self, access_key_secret: &Secret) -> String {
        let mut mac = hmac_sha256(access_key_secret.expose().as_bytes());
        mac.update(self.0.as_bytes());
        hex(&mac.finalize().into_bytes())
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn hmac_sha256(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

impl fmt::Display for V3StringToSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A SHA-256 in lower-case hex, as `x-acs-content-sha256` carries it.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a header belongs into the signature by the documents: `host`, `content-type` and
/// everything that begins with `x-acs-`.
pub(super) fn belongs_into_signature(name: &str) -> bool {
    name == "host" || name == "content-type" || name.starts_with("x-acs-")
}

/// The headers to add to a request that has its `host`, query and body: `x-acs-*`, and
/// `authorization` last.
pub(super) fn sign(request: &HttpRequest, call: &Call<'_>, seal: &Seal<'_>) -> Vec<(String, String)> {
    let credentials = seal.credentials;
    let payload_hash = sha256_hex(&request.body);
    let date = wire_time(seal.now);
    let mut added: Vec<(String, String)> = [
        ("x-acs-action", call.action),
        ("x-acs-version", call.version),
        ("x-acs-date", &date),
        ("x-acs-signature-nonce", seal.nonce),
        ("x-acs-content-sha256", &payload_hash),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    if let Some(token) = &credentials.security_token {
        added.push(("x-acs-accesskey-id".to_owned(), credentials.access_key_id.clone()));
        added.push(("x-acs-security-token".to_owned(), token.expose().to_owned()));
    }
    let signed = request
        .headers
        .iter()
        .chain(&added)
        .filter(|(name, _)| belongs_into_signature(name))
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let canonical =
        V3CanonicalRequest::new(&request.method, &request.path, &request.query, signed, &payload_hash);
    let signature = canonical.string_to_sign().signature(&credentials.access_key_secret);
    added.push((
        "authorization".to_owned(),
        authorization(&credentials.access_key_id, canonical.signed_headers(), &signature),
    ));
    added
}

/// The value of the `Authorization` header.
pub(super) fn authorization(access_key_id: &str, signed_headers: &str, signature: &str) -> String {
    format!("{ALGORITHM} Credential={access_key_id},SignedHeaders={signed_headers},Signature={signature}")
}
