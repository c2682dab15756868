//! Requests that are not signed, for the operations that prove the caller in another way.
//!
//! The official clients send `AssumeRoleWithOIDC` so, in two forms: `alibabacloud-credentials`
//! with everything in the query (without a nonce), `alibabacloud-tea-openapi` with `x-acs-*`
//! headers beside it, or instead of `Action` and `Version`.

use super::{
    AuthFault, Claim,
    claim::{Expected, REGION_ID},
    parts::{form, format, instant, unique},
};
use crate::openapi::{HttpRequest, Params, SignatureScheme};

/// Parameters that would make a request a signed one.
const PROOF: [&str; 2] = ["AccessKeyId", "Signature"];

/// Version and action of a request that carries neither a key nor a signature.
#[must_use]
pub fn unsigned_call(request: &HttpRequest) -> Option<(String, String)> {
    if request.header("authorization").is_some() {
        return None;
    }
    let params = params(request).ok()?;
    if PROOF.iter().any(|name| params.contains_key(*name)) {
        return None;
    }
    Some((stated(request, &params, "Version")?, stated(request, &params, "Action")?))
}

/// The claim of such a request: nobody's. [`Claim::verify`] never holds for it.
///
/// # Errors
/// [`AuthFault`] for whatever is not there or not well-formed.
pub fn identify_unsigned(request: &HttpRequest) -> Result<Claim, AuthFault> {
    let mut params = params(request)?;
    let missing = |name: &'static str| move || AuthFault::Missing(name);
    let version = stated(request, &params, "Version").ok_or_else(missing("Version"))?;
    let action = stated(request, &params, "Action").ok_or_else(missing("Action"))?;
    let timestamp = params
        .remove("Timestamp")
        .or_else(|| request.header("x-acs-date").map(str::to_owned))
        .filter(|timestamp| !timestamp.is_empty())
        .ok_or_else(missing("Timestamp"))?;
    let instant = instant(&timestamp)?;
    let nonce = params
        .remove("SignatureNonce")
        .or_else(|| request.header("x-acs-signature-nonce").map(str::to_owned))
        .unwrap_or_default();
    let format = format(params.remove("Format"))?;
    for name in ["Action", "Version", "SignatureMethod", "SignatureVersion", "SignatureType"] {
        params.remove(name);
    }
    Ok(Claim {
        access_key_id: String::new(),
        scheme: SignatureScheme::Unsigned,
        nonce,
        timestamp,
        instant,
        security_token: None,
        action,
        version,
        format,
        region_id: params.remove(REGION_ID),
        params,
        string_to_sign: String::new(),
        expected: Expected::Nothing,
        signature: String::new(),
    })
}

fn params(request: &HttpRequest) -> Result<Params, AuthFault> {
    let mut params = unique(request.query.iter().cloned())?;
    params.extend(form(request)?);
    Ok(params)
}

/// What the parameter says, or else the header.
fn stated(request: &HttpRequest, params: &Params, name: &str) -> Option<String> {
    let header = if name == "Action" { "x-acs-action" } else { "x-acs-version" };
    let value = params.get(name).map(String::as_str).or_else(|| request.header(header))?;
    (!value.is_empty()).then(|| value.to_owned())
}
