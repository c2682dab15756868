//! Why a robot does not take a message.

use std::net::IpAddr;

/// A reason, apart from its words (see `Wording`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Another method than POST.
    NeedPost,
    /// No `access_token` in the query, or an empty one.
    MissingToken,
    /// No robot has this `access_token`.
    UnknownToken,
    /// The group of the robot was dismissed.
    Dismissed,
    /// An administrator stopped the robot.
    Disabled,
    /// The robot was removed from its group.
    Removed,
    /// More messages than a robot takes in a minute, or a call while it is mute for that.
    TooFast,
    /// The `Content-Type` is not JSON.
    WrongContentType,
    /// The body is longer than [`super::BODY_LIMIT`].
    TooLong,
    /// No body, or one that is no JSON object.
    MissingBody,
    /// A `msgtype` that robots do not know.
    UnknownMsgtype,
    /// A required field is missing, or a field has a wrong type.
    BadField {
        /// The object that the field is in: the `msgtype`, or `at`.
        of: String,
        /// The field.
        field: String,
    },
    /// The signature is wrong or missing, or the timestamp is missing.
    SignMismatch,
    /// The timestamp is no number of milliseconds within an hour of the robot's clock.
    SignExpired,
    /// The sender's address is not in the robot's list.
    IpNotAllowed(IpAddr),
    /// The message has none of the robot's keywords.
    KeywordMissing,
}

impl Refusal {
    /// A field that is missing or of a wrong type.
    #[must_use]
    pub fn bad_field(of: &str, field: &str) -> Self {
        Self::BadField { of: of.to_owned(), field: field.to_owned() }
    }
}

/// What became of a robot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RobotState {
    /// It works.
    #[default]
    Active,
    /// An administrator stopped it.
    Disabled,
    /// It was removed from its group.
    Removed,
    /// Its group was dismissed.
    Dismissed,
}

impl RobotState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Active, Self::Disabled, Self::Removed, Self::Dismissed];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Removed => "removed",
            Self::Dismissed => "dismissed",
        }
    }

    /// What a robot in this state answers to everything; nothing for one that works.
    #[must_use]
    pub const fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Active => None,
            Self::Disabled => Some(Refusal::Disabled),
            Self::Removed => Some(Refusal::Removed),
            Self::Dismissed => Some(Refusal::Dismissed),
        }
    }
}
