//! Signature version 1: HMAC-SHA1 over the sorted parameters of query and form body.
//!
//! Sources: `AlibabaCloudDocs/cms`, "Call API operations" and "Common parameters";
//! `aliyun/alibaba-cloud-sdk-go` `sdk/auth`; `alibabacloud-go/tea-rpc`.

use std::{collections::BTreeMap, fmt};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::{
    encode,
    scheme::{Call, Seal, wire_time},
};
use crate::secret::Secret;

/// What is signed: `METHOD&%2F&` and the encoded canonical query. `Display` shows all of it, with
/// every parameter; `Debug` shows only its length.
#[derive(Clone, PartialEq, Eq)]
pub struct V1StringToSign(String);

impl V1StringToSign {
    /// From the method, the path and all parameters but `Signature`. Empty values count; of two
    /// parameters with one name the later one does.
    #[must_use]
    pub fn new<'a>(
        method: &str,
        path: &str,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let sorted: BTreeMap<&str, &str> = parameters.into_iter().collect();
        let canonical: Vec<String> =
            sorted.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let path = if path.is_empty() { "/" } else { path };
        Self(format!("{method}&{}&{}", encode(path), encode(&canonical.join("&"))))
    }

    /// The signature in base64, as it stands in the parameter `Signature`.
    #[must_use]
    pub fn signature(&self, access_key_secret: &Secret) -> String {
        let key = Secret::new(format!("{}&", access_key_secret.expose()));
        let mut mac = hmac_sha1(key.expose().as_bytes());
        mac.update(self.0.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn hmac_sha1(key: &[u8]) -> Hmac<Sha1> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

impl fmt::Display for V1StringToSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for V1StringToSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "V1StringToSign({} bytes)", self.0.len())
    }
}

/// The query parameters to add to a request: the common ones, `Signature` last. The business
/// parameters may travel beside them or in a form body; what is signed is the same.
pub(super) fn sign(method: &str, path: &str, call: &Call<'_>, seal: &Seal<'_>) -> Vec<(String, String)> {
    let timestamp = wire_time(seal.now);
    let mut added: Vec<(String, String)> = [
        ("Action", call.action),
        ("Version", call.version),
        ("Format", "JSON"),
        ("AccessKeyId", &seal.credentials.access_key_id),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("SignatureNonce", seal.nonce),
        ("Timestamp", &timestamp),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    if let Some(token) = &seal.credentials.security_token {
        added.push(("SecurityToken".to_owned(), token.expose().to_owned()));
    }
    let business = call.params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let common = added.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let signature = V1StringToSign::new(method, path, business.chain(common))
        .signature(&seal.credentials.access_key_secret);
    added.push(("Signature".to_owned(), signature));
    added
}
