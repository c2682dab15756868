//! The lines of a segment: JSON, one object each.

use serde::{Deserialize, Serialize};

use crate::{clock::Timestamp, relay::wire::ReplyFields};

/// The form of the lines.
pub(super) const FORMAT: u32 = 1;

/// A line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    /// The first line of each segment.
    Spool(Header),
    /// A message as it was received.
    Message(MessageLine),
    /// What the robot said to one.
    Outcome(OutcomeLine),
}

/// Whose spool it is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) format: u32,
    /// The relay's id; it goes into each `msgUuid`.
    pub(super) id: String,
}

/// A message. There is no token, address or signature in it, only the robot's name.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MessageLine {
    pub(super) seq: u64,
    pub(super) robot: String,
    pub(super) received_at: Timestamp,
    pub(super) provenance: Provenance,
    /// The body, as text, so that each of its bytes is kept.
    pub(super) body: String,
    /// The answer, for a message that is not forwarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) answer: Option<ReplyFields>,
}

/// Where a message comes from.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Provenance {
    /// Received from outside; by CloudMonitor, or by whoever has the token.
    Live,
}

/// What the robot said to a message.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutcomeLine {
    pub(super) seq: u64,
    pub(super) at: Timestamp,
    pub(super) is: Outcome,
    pub(super) reply: ReplyFields,
    /// Whether the sender was answered before the robot answered.
    pub(super) late: bool,
}

/// What came of a call of the robot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::relay) enum Outcome {
    /// The robot took it.
    Delivered,
    /// The robot will never take it.
    Refused,
    /// The robot does not take it now; it is tried again.
    Held,
}

impl Line {
    /// The line with its end.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
