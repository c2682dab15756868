//! From HTTP to values and back.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header::HeaderName},
    response::{IntoResponse as _, Response},
};

use crate::{
    emulator::gateway::LARGEST_BODY,
    openapi::{HttpRequest, HttpResponse, decode_form},
    server::{ShellError, read_up_to},
};

/// Reads a whole request.
pub(super) async fn read(request: Request) -> Result<HttpRequest, ShellError> {
    let (parts, body) = request.into_parts();
    let query = decode_form(parts.uri.query().unwrap_or_default()).map_err(|piece| {
        ShellError::bad_request(
            format!("`{piece}` in the query is not percent-encoded UTF-8"),
            "encode each name and value as UTF-8, and then as %XX",
        )
    })?;
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    Ok(HttpRequest {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query,
        headers,
        // What is too large is refused behind the shell, in the words of the gateway or the robot; so
        // one byte more is enough.
        body: read_up_to(body, LARGEST_BODY + 1).await?,
    })
}

/// Reads a body, up to the limit.
pub(in crate::emulator) async fn read_body(body: Body) -> Result<Vec<u8>, ShellError> {
    let bytes = read_up_to(body, LARGEST_BODY + 1).await?;
    if bytes.len() > LARGEST_BODY {
        return Err(ShellError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is larger than {} KB", LARGEST_BODY / 1024),
            "send less in one request",
        ));
    }
    Ok(bytes)
}

/// The answer as axum sends it.
pub(super) fn write(response: HttpResponse) -> Response {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = (status, response.body).into_response();
    for (name, value) in response.headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value))
        {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}
