//! What a request claims, and the proof of it.

use std::fmt;

use super::{AuthFault, parts::same, v1, v3};
use crate::openapi::{
    HttpRequest, Operation, ParamError, Params, SignatureScheme, V1StringToSign, V3StringToSign, from_params,
};
use crate::{clock::Timestamp, secret::Secret};

/// What a request says of itself. Nothing in it is proven before [`Claim::verify`].
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The key that is said to have signed; its secret is for the caller to look up.
    pub access_key_id: String,
    /// How it is signed.
    pub scheme: SignatureScheme,
    /// The nonce, to be accepted once.
    pub nonce: String,
    /// The instant as sent.
    pub timestamp: String,
    /// The instant as read.
    pub instant: Timestamp,
    /// The token of a temporary key pair.
    pub security_token: Option<Secret>,
    /// The operation's wire name.
    pub action: String,
    /// The API version, which tells the product.
    pub version: String,
    /// `JSON` or `XML` as sent, when the request says.
    pub format: Option<String>,
    /// The business parameters of query and form body, without `RegionId`.
    pub params: Params,
    /// `RegionId`, which is apart because the older SDKs send it with every call, also to
    /// operations that do not know it; [`Claim::decode`] puts it where it belongs.
    pub region_id: Option<String>,
    pub(super) string_to_sign: String,
    pub(super) expected: Expected,
    pub(super) signature: String,
}

/// How the signature is made from the string to sign.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Expected {
    V1(V1StringToSign),
    V3(V3StringToSign),
    /// There is nothing that could be signed.
    Nothing,
}

/// The signature is not what the secret makes of the request.
#[derive(Clone, PartialEq, Eq)]
pub struct SignatureMismatch {
    /// What the server signed: for V1 the string to sign, for V3 the canonical request. It holds
    /// every parameter, so it is for the caller's own eyes; `Debug` and `Display` leave it out.
    pub string_to_sign: String,
}

/// The claim of a request.
///
/// A request with an `Authorization` header is read as V3, any other as V1. For V3 the client's own
/// list of signed headers counts, and it must name `host`, every `x-acs-*` header that is there,
/// and `content-type` where a body depends on it.
///
/// # Errors
/// [`AuthFault`] for whatever makes the request unfit to be verified. Whether the instant is recent
/// and the nonce new is for the caller to judge.
pub fn identify(request: &HttpRequest) -> Result<Claim, AuthFault> {
    match request.header("authorization") {
        Some(authorization) => v3::identify(request, authorization),
        None => v1::identify(request),
    }
}

impl Claim {
    /// Whether `secret` made the signature; takes the same time for any wrong signature.
    ///
    /// # Errors
    /// [`SignatureMismatch`].
    pub fn verify(&self, secret: &Secret) -> Result<(), SignatureMismatch> {
        let expected = match &self.expected {
            Expected::V1(string) => string.signature(secret),
            Expected::V3(string) => string.signature(secret),
            Expected::Nothing => String::new(),
        };
        if !expected.is_empty() && same(expected.as_bytes(), self.signature.as_bytes()) {
            Ok(())
        } else {
            Err(SignatureMismatch { string_to_sign: self.string_to_sign.clone() })
        }
    }

    /// The operation, with `RegionId` where the operation has such a parameter.
    ///
    /// # Errors
    /// As [`from_params`]; a `RegionId` that the operation does not know is none.
    pub fn decode<O: Operation>(&self) -> Result<O, ParamError> {
        let Some(region_id) = &self.region_id else {
            return from_params(&self.params);
        };
        let mut params = self.params.clone();
        params.insert(REGION_ID.to_owned(), region_id.clone());
        match from_params(&params) {
            Err(ParamError::Unknown(name)) if name == REGION_ID => from_params(&self.params),
            decoded => decoded,
        }
    }
}

pub(super) const REGION_ID: &str = "RegionId";

impl fmt::Debug for Claim {
    /// Without values of parameters: webhooks and tokens travel in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let params: Vec<&String> = self.params.keys().collect();
        f.debug_struct("Claim")
            .field("access_key_id", &self.access_key_id)
            .field("scheme", &self.scheme)
            .field("action", &self.action)
            .field("version", &self.version)
            .field("timestamp", &self.timestamp)
            .field("params", &params)
            .field("region_id", &self.region_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SignatureMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureMismatch").finish_non_exhaustive()
    }
}

impl fmt::Display for SignatureMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Specified signature is not matched with our calculation.")
    }
}

impl std::error::Error for SignatureMismatch {}
