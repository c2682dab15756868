//! Bodies, up to a limit.

use std::time::Duration;

use axum::{body::Body, http::StatusCode};
use futures_util::StreamExt as _;

use super::ShellError;
use crate::clock::{Clock as _, SystemClock, human_duration};

/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The first `most` bytes of a body; what comes after them is not waited for.
///
/// # Errors
/// A body that is cut off, or that does not arrive in time.
pub async fn read_up_to(body: Body, most: usize) -> Result<Vec<u8>, ShellError> {
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
