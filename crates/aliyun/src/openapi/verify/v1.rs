//! V1: everything stands in the query or in a form body, which wins.

use super::{
    AuthFault, Claim,
    claim::{Expected, REGION_ID},
    parts::{form, format, instant, unique},
};
use crate::{
    openapi::{HttpRequest, Params, SignatureScheme, V1StringToSign},
    secret::Secret,
};

/// What `tea-rpc` adds to every call about the connection; signed, and without meaning here.
const AMBIENT: [&str; 2] = ["SourceIp", "SecureTransport"];

pub(super) fn identify(request: &HttpRequest) -> Result<Claim, AuthFault> {
    let mut params = unique(request.query.iter().cloned())?;
    let body = form(request)?;
    let scheme = if body.is_empty() { SignatureScheme::V1Query } else { SignatureScheme::V1Body };
    params.extend(body);

    let signature = mandatory(&mut params, "Signature");
    let string_to_sign = V1StringToSign::new(
        &request.method,
        &request.path,
        params.iter().map(|(name, value)| (name.as_str(), value.as_str())),
    );

    let access_key_id = mandatory(&mut params, "AccessKeyId")?;
    let signature = signature?;
    if mandatory(&mut params, "SignatureMethod")? != "HMAC-SHA1" {
        return Err(AuthFault::SignatureMethod);
    }
    if mandatory(&mut params, "SignatureVersion")? != "1.0" {
        return Err(AuthFault::Invalid("SignatureVersion"));
    }
    // Empty is what the older SDKs send; another value asks for a kind of key that is not known here.
    if params.remove("SignatureType").is_some_and(|kind| !kind.is_empty()) {
        return Err(AuthFault::Invalid("SignatureType"));
    }
    let nonce = mandatory(&mut params, "SignatureNonce")?;
    let timestamp = mandatory(&mut params, "Timestamp")?;
    let instant = instant(&timestamp)?;
    let format = format(params.remove("Format"))?;
    let security_token = params.remove("SecurityToken").filter(|token| !token.is_empty()).map(Secret::new);
    let action = mandatory(&mut params, "Action")?;
    let version = mandatory(&mut params, "Version")?;
    for name in AMBIENT {
        params.remove(name);
    }
    Ok(Claim {
        access_key_id,
        scheme,
        nonce,
        timestamp,
        instant,
        security_token,
        action,
        version,
        format,
        region_id: params.remove(REGION_ID),
        params,
        string_to_sign: string_to_sign.to_string(),
        expected: Expected::V1(string_to_sign),
        signature,
    })
}

/// Takes a common parameter, which must be there and not empty.
fn mandatory(params: &mut Params, name: &'static str) -> Result<String, AuthFault> {
    params.remove(name).filter(|value| !value.is_empty()).ok_or(AuthFault::Missing(name))
}
