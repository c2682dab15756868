//! Reading answers: success, the gateway's error envelope, a failure dressed as success, or
//! something that does not speak the protocol at all.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{ApiError, ErrorKind, HttpResponse};

/// The answer's value, or the error that it is. The error's texts are as the server made them:
/// the caller applies [`super::discretion`].
pub(super) fn read<T: DeserializeOwned>(
    operation: &'static str,
    response: &HttpResponse,
) -> Result<T, ApiError> {
    let envelope = match serde_json::from_slice::<Value>(&response.body) {
        Ok(Value::Object(envelope)) => envelope,
        Ok(_) | Err(_) => return Err(foreign(operation, response)),
    };
    if (200..300).contains(&response.status) {
        if is_failure(&envelope) {
            return Err(refusal(operation, response, &envelope));
        }
        let request_id = text(&envelope, "RequestId");
        serde_json::from_value(Value::Object(envelope)).map_err(|error| {
            let message = format!("the answer does not have the shape that the operation promises: {error}");
            ApiError {
                status: Some(response.status),
                request_id: some(request_id),
                ..ApiError::local(operation, ErrorKind::Protocol, message)
            }
        })
    } else {
        Err(refusal(operation, response, &envelope))
    }
}

/// Whether a body that came with HTTP 2xx reports a failure. `Success` decides where it is given;
/// otherwise `Code`, when it is there and is none of `200`, `0`, `OK` and `success`. The Terraform
/// provider reads answers so. `Message` says nothing: successful samples carry error texts in it.
fn is_failure(envelope: &Map<String, Value>) -> bool {
    match text(envelope, "Success").to_ascii_lowercase().as_str() {
        "true" => false,
        "false" => true,
        _ => {
            let code = text(envelope, "Code");
            !code.is_empty()
                && !["200", "0", "ok", "success"].iter().any(|good| code.eq_ignore_ascii_case(good))
        }
    }
}

/// A refusal in the service's own words.
fn refusal(operation: &'static str, response: &HttpResponse, envelope: &Map<String, Value>) -> ApiError {
    let code = text(envelope, "Code");
    let message = text(envelope, "Message");
    let retry_after_ms = retry_after(response);
    let kind = match retry_after_ms {
        Some(_) => ErrorKind::Throttled,
        None => ApiError::classify(response.status, &code),
    };
    let message = if message.is_empty() { "the service gave no message".to_owned() } else { message };
    ApiError {
        status: Some(response.status),
        code,
        request_id: some(text(envelope, "RequestId")),
        retry_after_ms,
        ..ApiError::local(operation, kind, message)
    }
}

/// An answer that is not a JSON object: a proxy's error page, a login page, nothing.
fn foreign(operation: &'static str, response: &HttpResponse) -> ApiError {
    let body = String::from_utf8_lossy(&response.body);
    let shown =
        if body.trim().is_empty() { "an empty body".to_owned() } else { format!("`{}`", body.trim()) };
    let retry_after_ms = retry_after(response);
    let kind = match response.status {
        _ if retry_after_ms.is_some() => ErrorKind::Throttled,
        429 => ErrorKind::Throttled,
        500.. => ErrorKind::Service,
        _ => ErrorKind::Protocol,
    };
    let message = format!(
        "the answer is not a JSON object, so it may not come from the service; \
         check the endpoint and any proxy: {shown}"
    );
    ApiError {
        status: Some(response.status),
        request_id: some(response.header("x-acs-request-id").unwrap_or_default().to_owned()),
        retry_after_ms,
        ..ApiError::local(operation, kind, message)
    }
}

/// `x-acs-retry-after` in milliseconds; its presence marks throttling, whatever the code.
/// Source: PyPI `alibabacloud-tea-openapi` 0.4.6.
fn retry_after(response: &HttpResponse) -> Option<u64> {
    response.header("x-acs-retry-after")?.trim().parse().ok().filter(|millis| *millis > 0)
}

/// A field as text, whether it came as a string, a number or a boolean; empty when it is absent.
fn text(envelope: &Map<String, Value>, field: &str) -> String {
    match envelope.get(field) {
        Some(Value::String(text)) => text.clone(),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
        _ => String::new(),
    }
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
