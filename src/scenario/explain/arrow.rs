//! The arrows of the path from an act to a message.

use std::fmt;

/// A step of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arrow {
    /// An act, or the lack of one, did not lead to an event.
    ActToEvent,
    /// No rule took the event.
    EventToRule,
    /// The rule leads to no group.
    RuleToGroup,
    /// The group does not lead to the contact.
    GroupToContact,
    /// The contact does not lead to the robot.
    ContactToRobot,
    /// The rule leads to no such target.
    RuleToTarget,
    /// The contact is not told by this channel.
    ContactToChannel,
    /// The robot refused the message.
    RobotToMessage,
    /// The message is there and is not what was expected.
    MessageToExpectation,
}

impl fmt::Display for Arrow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ActToEvent => "act ─► event",
            Self::EventToRule => "event ─► rule",
            Self::RuleToGroup => "rule ─► contact group",
            Self::GroupToContact => "contact group ─► contact",
            Self::ContactToRobot => "contact ─► robot",
            Self::RuleToTarget => "rule ─► target",
            Self::ContactToChannel => "contact ─► channel",
            Self::RobotToMessage => "robot ─► message",
            Self::MessageToExpectation => "message ─► expectation",
        })
    }
}

/// Where a path ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The arrow.
    pub arrow: Arrow,
    /// Why, in a line.
    pub cause: String,
    /// What to change.
    pub help: String,
}

impl Break {
    pub(super) fn new(arrow: Arrow, cause: impl Into<String>, help: impl Into<String>) -> Self {
        Self { arrow, cause: cause.into(), help: help.into() }
    }
}
