//! From HTTP to values and back.

use std::time::Duration;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header::HeaderName},
    response::{IntoResponse as _, Response},
};

use futures_util::StreamExt as _;

use super::error::ShellError;
use crate::{
    clock::{Clock as _, SystemClock, human_duration},
    emulator::gateway::LARGEST_BODY,
    openapi::{HttpRequest, HttpResponse, decode_form},
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
pub(super) async fn read_body(body: Body) -> Result<Vec<u8>, ShellError> {
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

/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The first `most` bytes of a body; what comes after them is not waited for.
async fn read_up_to(body: Body, most: usize) -> Result<Vec<u8>, ShellError> {
    let mut pieces = body.into_data_stream();
    let mut bytes = Vec::new();
    let reading = async {
        while bytes.len() < most
            && let Some(piece) = pieces.next().await
        {
            let piece = piece.map_err(|_| {
                ShellError::bad_request("the body is cut off", "send as many bytes as content-length says")
            })?;
            bytes.extend_from_slice(&piece[..piece.len().min(most - bytes.len())]);
        }
        Ok(())
    };
    tokio::select! {
        read = reading => read?,
        () = SystemClock.sleep(BODY_TIMEOUT) => {
            return Err(ShellError::new(
                StatusCode::REQUEST_TIMEOUT,
                format!("the body did not arrive within {}", human_duration(BODY_TIMEOUT)),
                "send it at once",
            ));
        }
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
