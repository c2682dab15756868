//! Refusals of the shell and the control API: `{"error", "remedy"}`.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// What went wrong, and what to do.
#[derive(Debug)]
pub(in crate::emulator) struct ShellError {
    status: StatusCode,
    error: String,
    remedy: String,
}

impl ShellError {
    pub(in crate::emulator) fn new(
        status: StatusCode,
        error: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { status, error: error.into(), remedy: remedy.into() }
    }

    pub(super) fn bad_request(error: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, remedy)
    }
}

impl IntoResponse for ShellError {
    fn into_response(self) -> Response {
        (self.status, Json(json!({"error": self.error, "remedy": self.remedy}))).into_response()
    }
}
