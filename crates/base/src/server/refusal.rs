//! Refusals of a server's own: `{"error", "remedy"}`.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// What went wrong, and what to do.
#[derive(Debug)]
pub struct ShellError {
    status: StatusCode,
    error: String,
    remedy: String,
}

impl ShellError {
    /// A refusal with that status.
    pub fn new(status: StatusCode, error: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { status, error: error.into(), remedy: remedy.into() }
    }

    /// A refusal of a request that is malformed.
    pub fn bad_request(error: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, remedy)
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for ShellError {
    fn into_response(self) -> Response {
        (self.status, Json(json!({"error": self.error, "remedy": self.remedy}))).into_response()
    }
}
