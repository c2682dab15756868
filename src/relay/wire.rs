//! Words that go over the wire and to the disk alike.

use serde::{Deserialize, Serialize};

use crate::dingtalk::Reply;

/// What became of a message after it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forwarded {
    /// It is not forwarded.
    Captured,
    /// It waits for the robot.
    Pending,
    /// The robot took it.
    Delivered,
    /// The robot refused it for good.
    Refused,
}

/// A robot's reply, as the service writes it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ReplyFields {
    errcode: i64,
    errmsg: String,
}

impl From<&Reply> for ReplyFields {
    fn from(reply: &Reply) -> Self {
        Self { errcode: reply.errcode, errmsg: reply.errmsg.clone() }
    }
}

impl From<ReplyFields> for Reply {
    fn from(fields: ReplyFields) -> Self {
        Self { errcode: fields.errcode, errmsg: fields.errmsg }
    }
}
