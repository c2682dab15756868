//! Bodies, up to a limit.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::StatusCode,
};
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
    read(&mut body.into_data_stream(), most).await
}

/// A whole body of up to `most` bytes; none when it has more.
///
/// # Errors
/// As [`read_up_to`].
pub async fn read_at_most(body: Body, most: usize) -> Result<Option<Vec<u8>>, ShellError> {
    let mut pieces = body.into_data_stream();
    let bytes = read(&mut pieces, most + 1).await?;
    if bytes.len() <= most {
        return Ok(Some(bytes));
    }
    discard(&mut pieces).await;
    Ok(None)
}

async fn read(pieces: &mut BodyDataStream, most: usize) -> Result<Vec<u8>, ShellError> {
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

/// What is passed over of a body that is too large, and for how long.
const MOST_DISCARDED: usize = 1 << 20;
const DISCARD_TIMEOUT: Duration = Duration::from_secs(2);

/// Passes over what is left of a body, within reason: a caller that is still sending when the connection
/// ends does not see the refusal.
async fn discard(pieces: &mut BodyDataStream) {
    let reading = async {
        let mut passed = 0;
        while passed < MOST_DISCARDED
            && let Some(Ok(piece)) = pieces.next().await
        {
            passed += piece.len();
        }
    };
    tokio::select! {
        () = reading => {}
        () = SystemClock.sleep(DISCARD_TIMEOUT) => {}
    }
}
