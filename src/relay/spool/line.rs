//! The lines of a segment: JSON, one object each, with a checksum of what stands before it.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{clock::Timestamp, relay::wire::ReplyFields};

/// The form of the lines: 2 has checksums.
pub(super) const FORMAT: u32 = 2;

/// What stands between a line's object and its checksum, in the same object.
const SUM: &[u8] = b",\"sum\":\"";
/// Digits of a checksum.
const DIGITS: usize = 16;
/// What stands behind it.
const CLOSE: &[u8] = b"\"}";

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

/// Why bytes are no line.
#[derive(Debug)]
pub(super) enum BadLine {
    /// It does not end in a line end, and would not be a line with one.
    Torn,
    /// It is not as it was written.
    Spoilt(String),
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Torn => f.write_str("the line has no end"),
            Self::Spoilt(what) => f.write_str(what),
        }
    }
}

impl Line {
    /// The line with its checksum and its end.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec(self)?;
        // The object goes on with its checksum.
        bytes.pop();
        let sum = sum(&bytes);
        bytes.extend_from_slice(SUM);
        bytes.extend_from_slice(sum.as_bytes());
        bytes.extend_from_slice(CLOSE);
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The line in these bytes, as it was written.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, BadLine> {
        let Some(text) = bytes.strip_suffix(b"\n") else {
            // Nothing is written behind a whole line but its end: where something else stands, that was
            // spoilt. What a write left that was cut short is less than a line.
            let is_whole = bytes.split_last().is_some_and(|(_, line)| summed(line).is_some());
            return Err(match is_whole {
                true => BadLine::Spoilt("its line end is spoilt".to_owned()),
                false => BadLine::Torn,
            });
        };
        let Some(summed) = summed(text) else { return Err(BadLine::Spoilt(unsummed(text))) };
        let mut object = summed.to_vec();
        object.push(b'}');
        serde_json::from_slice(&object).map_err(|fault| BadLine::Spoilt(fault.to_string()))
    }
}

/// What stands before the checksum, if that is right.
fn summed(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_suffix(CLOSE)?;
    let (rest, digits) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
    let object = rest.strip_suffix(SUM)?;
    (sum(object).as_bytes() == digits).then_some(object)
}

/// What is wrong with a line whose checksum is not right.
fn unsummed(line: &[u8]) -> String {
    match serde_json::from_slice::<Line>(line) {
        Ok(Line::Spool(header)) if header.format < FORMAT => format!(
            "it is of format {}, whose lines have no checksums; this version reads format {FORMAT}",
            header.format
        ),
        Ok(_) => "the line has no checksum".to_owned(),
        Err(_) => "the line is not as it was written: its checksum does not fit".to_owned(),
    }
}

/// Enough of a digest to show that bytes were spoilt.
fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Vec<u8> {
        Line::Message(MessageLine {
            seq: 7,
            robot: "ops".to_owned(),
            received_at: Timestamp::UNIX_EPOCH,
            provenance: Provenance::Live,
            body: "{\"a\":\"\u{4e91}\n\"}".to_owned(),
            answer: None,
        })
        .to_bytes()
        .unwrap()
    }

    #[test]
    fn a_line_is_one_object_with_its_checksum() {
        let bytes = line();
        let object: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(object["message"]["seq"], 7);
        assert_eq!(object["sum"].as_str().unwrap().len(), DIGITS);
        assert!(matches!(Line::read(&bytes), Ok(Line::Message(message)) if message.seq == 7));
    }

    #[test]
    fn a_byte_that_is_spoilt_anywhere_is_noticed_and_a_beginning_is_torn() {
        let bytes = line();
        for place in 0..bytes.len() {
            for flip in [0x01, 0x20, 0x80] {
                let mut spoilt = bytes.clone();
                spoilt[place] ^= flip;
                assert!(matches!(Line::read(&spoilt), Err(BadLine::Spoilt(_))), "byte {place}");
            }
            assert!(matches!(Line::read(&bytes[..place]), Err(BadLine::Torn)), "up to {place}");
        }
    }
}
