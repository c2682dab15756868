//! Why a message was not sent.

use std::fmt;

use crate::{
    dingtalk::{BODY_LIMIT, Reply, explain},
    openapi::TransportError,
};

/// Why a message was not sent, or is not known to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// The body is longer than robots take; nothing was sent.
    TooLong {
        /// Its bytes.
        bytes: usize,
    },
    /// The robot refused the message.
    Refused(Reply),
    /// An answer without `errcode`: a gateway's block, a proxy's page. It is no success, whatever
    /// its HTTP status.
    NoVerdict {
        /// The HTTP status.
        status: u16,
        /// The answer's beginning.
        beginning: String,
    },
    /// No answer.
    Unreached(TransportError),
}

impl SendError {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::TooLong { bytes } => {
                format!("shorten it by {} bytes; a Chinese character has three", bytes - BODY_LIMIT)
            }
            Self::Refused(reply) => explain(reply).remedy.to_owned(),
            Self::NoVerdict { .. } => {
                "stop sending for some minutes if it is a gateway's block; else check what stands between here and DingTalk"
                    .to_owned()
            }
            Self::Unreached(error) if error.sent => {
                "the message may have arrived: look into the group before you send it again".to_owned()
            }
            Self::Unreached(_) => "check the network and the address of the robot".to_owned(),
        }
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => {
                write!(f, "the body has {bytes} bytes, and a robot takes at most {BODY_LIMIT}")
            }
            Self::Refused(reply) => {
                write!(f, "{}: errcode {} {}", explain(reply).meaning, reply.errcode, reply.errmsg)
            }
            Self::NoVerdict { status, beginning } => {
                write!(f, "the answer has no errcode, so nothing was sent: HTTP {status} {beginning}")
            }
            Self::Unreached(error) => write!(f, "no answer from the robot: {error}"),
        }
    }
}

impl std::error::Error for SendError {}
