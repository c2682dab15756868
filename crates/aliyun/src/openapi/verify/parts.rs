//! What reading V1 and V3 have in common.

use super::AuthFault;
use crate::{
    clock::Timestamp,
    openapi::{HttpRequest, Params, decode_form, scheme::FORM},
};

/// Compares without telling by its duration where the first difference is.
pub(super) fn same(expected: &[u8], given: &[u8]) -> bool {
    if expected.len() != given.len() {
        return false;
    }
    let difference = expected.iter().zip(given).fold(0, |sum, (a, b)| sum | (a ^ b));
    std::hint::black_box(difference) == 0
}

/// Reads `yyyy-MM-ddTHH:mm:ssZ` and nothing else.
pub(super) fn instant(text: &str) -> Result<Timestamp, AuthFault> {
    let shape =
        |(byte, wanted): (u8, u8)| if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted };
    let shaped = text.len() == 20 && text.bytes().zip(*b"0000-00-00T00:00:00Z").all(shape);
    text.parse().ok().filter(|_| shaped).ok_or(AuthFault::TimestampFormat)
}

/// Parameters by name; two of one name are refused, since a client and a server might each mean
/// another one.
pub(super) fn unique(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Params, AuthFault> {
    let mut params = Params::new();
    for (name, value) in pairs {
        if params.contains_key(&name) {
            return Err(AuthFault::Repeated(name));
        }
        params.insert(name, value);
    }
    Ok(params)
}

/// The parameters of a form body; none when there is no body.
pub(super) fn form(request: &HttpRequest) -> Result<Params, AuthFault> {
    if request.body.is_empty() {
        return Ok(Params::new());
    }
    let media_type = request.header("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case(FORM) {
        return Err(AuthFault::Body("a body must be a form (application/x-www-form-urlencoded)"));
    }
    let text = std::str::from_utf8(&request.body).map_err(|_| AuthFault::Body("the form is not UTF-8"))?;
    unique(decode_form(text).map_err(|_| AuthFault::Body("the form is not percent-encoded as it should be"))?)
}

/// Checks `Format`, which may be `JSON` or `XML` in any case.
pub(super) fn format(value: Option<String>) -> Result<Option<String>, AuthFault> {
    match value {
        Some(format) if !format.eq_ignore_ascii_case("json") && !format.eq_ignore_ascii_case("xml") => {
            Err(AuthFault::Format)
        }
        format => Ok(format),
    }
}
