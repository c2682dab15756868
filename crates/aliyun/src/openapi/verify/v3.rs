//! V3: the signature stands in a header and says itself which headers it covers.

use std::collections::BTreeSet;

use super::{
    AuthFault, Claim,
    claim::{Expected, REGION_ID},
    parts::{form, format, instant, same, unique},
};
use crate::{
    openapi::{
        HttpRequest, SignatureScheme, V3CanonicalRequest,
        sign_v3::{ALGORITHM, belongs_into_signature, sha256_hex},
    },
    secret::Secret,
};

/// The parts of `ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=…`.
struct Authorization<'a> {
    access_key_id: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

pub(super) fn identify(request: &HttpRequest, authorization: &str) -> Result<Claim, AuthFault> {
    let authorization = parse(authorization)?;
    let signed = signed_names(request, authorization.signed_headers)?;

    let action = mandatory(request, "x-acs-action", "Action")?;
    let version = mandatory(request, "x-acs-version", "Version")?;
    let timestamp = mandatory(request, "x-acs-date", "Timestamp")?;
    let instant = instant(&timestamp)?;
    let nonce = mandatory(request, "x-acs-signature-nonce", "SignatureNonce")?;
    let payload_hash = mandatory(request, "x-acs-content-sha256", "ContentSha256")?;
    mandatory(request, "host", "Host")?;
    if !same(sha256_hex(&request.body).as_bytes(), payload_hash.as_bytes()) {
        return Err(AuthFault::PayloadHash);
    }
    // The SDKs name the key of a temporary pair a second time.
    if optional(request, "x-acs-accesskey-id")?.is_some_and(|id| id != authorization.access_key_id) {
        return Err(AuthFault::Authorization("Credential is not the key in x-acs-accesskey-id"));
    }
    let security_token = optional(request, "x-acs-security-token")?.map(Secret::new);
    optional(request, "authorization")?;

    let canonical = V3CanonicalRequest::new(
        &request.method,
        &request.path,
        &request.query,
        request
            .headers
            .iter()
            .filter(|(name, _)| signed.contains(name.as_str()))
            .map(|(name, value)| (name.as_str(), value.as_str())),
        &payload_hash,
    );

    let mut params = unique(request.query.iter().cloned())?;
    params.extend(form(request)?);
    let format = format(params.remove("Format"))?;
    Ok(Claim {
        access_key_id: authorization.access_key_id.to_owned(),
        scheme: SignatureScheme::V3,
        nonce,
        timestamp,
        instant,
        security_token,
        action,
        version,
        format,
        region_id: params.remove(REGION_ID),
        params,
        string_to_sign: canonical.to_string(),
        expected: Expected::V3(canonical.string_to_sign()),
        signature: authorization.signature.to_owned(),
    })
}

fn parse(header: &str) -> Result<Authorization<'_>, AuthFault> {
    let (algorithm, rest) = header.split_once(' ').unwrap_or((header, ""));
    if algorithm != ALGORITHM {
        return Err(AuthFault::SignatureMethod);
    }
    let malformed = AuthFault::Authorization("Credential, SignedHeaders and Signature are expected");
    let parts: Vec<&str> = rest.split(',').collect();
    let [credential, headers, signature] = parts[..] else {
        return Err(malformed);
    };
    match (
        credential.strip_prefix("Credential="),
        headers.strip_prefix("SignedHeaders="),
        signature.strip_prefix("Signature="),
    ) {
        (Some(access_key_id), Some(signed_headers), Some(signature)) => {
            if access_key_id.is_empty() {
                return Err(AuthFault::Missing("AccessKeyId"));
            }
            if signature.is_empty() {
                return Err(AuthFault::Missing("Signature"));
            }
            Ok(Authorization { access_key_id, signed_headers, signature })
        }
        _ => Err(malformed),
    }
}

/// The names that the client signed, which must be there and must include those that carry meaning.
///
/// Others may go unsigned, as in real requests: `user-agent`, `accept`, `connection` and whatever a
/// proxy adds. `content-type` must be signed only where it decides how a body is read.
fn signed_names<'a>(request: &HttpRequest, list: &'a str) -> Result<BTreeSet<&'a str>, AuthFault> {
    let mut signed = BTreeSet::new();
    for name in list.split(';') {
        if request.header(name).is_none() {
            return Err(AuthFault::Authorization("SignedHeaders names a header that was not sent"));
        }
        if !signed.insert(name) {
            return Err(AuthFault::Authorization("SignedHeaders names a header twice"));
        }
    }
    for (name, _) in &request.headers {
        let needed = belongs_into_signature(name) && (name != "content-type" || !request.body.is_empty());
        if needed && !signed.contains(name.as_str()) {
            return Err(AuthFault::Unsigned(name.clone()));
        }
    }
    Ok(signed)
}

/// A protocol header that must be there once and not be empty.
fn mandatory(
    request: &HttpRequest,
    header: &'static str,
    parameter: &'static str,
) -> Result<String, AuthFault> {
    optional(request, header)?.ok_or(AuthFault::Missing(parameter))
}

/// A protocol header that may be there once.
fn optional(request: &HttpRequest, header: &'static str) -> Result<Option<String>, AuthFault> {
    let mut values = request.headers.iter().filter(|(name, _)| name == header).map(|(_, value)| value.trim());
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(AuthFault::Repeated(header.to_owned())),
        (Some(value), None) if !value.is_empty() => Ok(Some(value.to_owned())),
        _ => Ok(None),
    }
}
