//! The types of the journal.

use serde_json::Value;

use crate::{
    clock::Timestamp,
    dingtalk::{Message, Reply},
    event::{Mismatch, SystemEvent},
    openapi::Params,
};

use super::{Strike, WebhookCall};

/// One line of the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When, on the world's clock.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// An API call was answered.
    Call {
        /// The operation as it was asked for; empty where the request did not say.
        operation: String,
        /// Whether it changes anything.
        writes: bool,
        /// The account; empty for a caller that is not known.
        account: String,
        /// The parameters, secrets masked.
        params: Params,
        /// The HTTP status of the answer; 0 where a fault let none through.
        status: u16,
        /// The answer's `Code`; empty for operations that answer without one. `DroppedBefore` or
        /// `DroppedAfter` (the effect) where a fault let no answer through.
        code: String,
        /// The answer's `RequestId`.
        request_id: String,
    },
    /// An instance changed state.
    Instance {
        /// The instance's id.
        instance_id: String,
        /// Its name.
        name: String,
        /// The state before; none for a new instance.
        from: Option<String>,
        /// The state now; `Deleted` for one that is gone.
        to: String,
        /// The operation that set it going, or `declared`.
        cause: String,
    },
    /// An event reached CloudMonitor.
    Event {
        /// The event.
        event: SystemEvent,
    },
    /// A rule was considered for an event.
    Rule {
        /// The event.
        event_id: String,
        /// The rule.
        rule: String,
        /// What came of it.
        verdict: RuleVerdict,
    },
    /// A contact group target of a rule that matched was considered.
    Target {
        /// The event.
        event_id: String,
        /// The rule.
        rule: String,
        /// The target's id.
        target_id: String,
        /// The contact group.
        group: String,
        /// What came of it.
        verdict: TargetVerdict,
    },
    /// A contact of a group was considered; once for the robot and once for each channel that it has
    /// and that is not used.
    Contact {
        /// The event.
        event_id: String,
        /// The rule.
        rule: String,
        /// The contact group.
        group: String,
        /// The contact.
        contact: String,
        /// What came of it.
        verdict: ContactVerdict,
    },
    /// A message was handed to a robot, and it answered.
    Delivery {
        /// The event.
        event_id: String,
        /// The rule.
        rule: String,
        /// The contact group.
        group: String,
        /// The contact.
        contact: String,
        /// The robot.
        robot: RobotRef,
        /// Its answer.
        reply: Reply,
        /// The message.
        message: Message,
    },
    /// A webhook that is no robot of this world was called, or was not because of where it leads;
    /// one entry for each attempt.
    Webhook(Box<WebhookCall>),
    /// Something was handed to a channel that the emulator only records.
    Recorded {
        /// The event.
        event_id: String,
        /// The rule.
        rule: String,
        /// The contact; empty for a target that is no contact group.
        contact: String,
        /// `mail`, `sms`, `phone`, `aliim`, `mns`, `sls`, `fc` or `openapi`.
        channel: &'static str,
        /// The address; the journal's JSON shows that of a person in part.
        to: String,
        /// What would have been sent.
        payload: Value,
    },
    /// An injected fault struck a call. It comes after the entry of an operation's call, and before that
    /// of a robot's answer.
    Fault(Box<Strike>),
    /// A robot was called otherwise than for a contact: by somebody else, or as a webhook target.
    RobotCall {
        /// The robot.
        robot: RobotRef,
        /// Its answer.
        reply: Reply,
        /// The message, where the body was one.
        message: Option<Message>,
    },
}

/// A robot as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotRef {
    /// The token's fingerprint; empty where no token was sent.
    pub token: String,
    /// The name, for a robot that was declared with one.
    pub name: Option<String>,
}

/// What came of a rule. The first of these that holds, in this order: so `Disabled` means that
/// being enabled is all that the rule lacks to match.
#[derive(Debug, Clone, PartialEq)]
pub enum RuleVerdict {
    /// The rule is for custom events (`EventType` CUSTOM) and this is a system event.
    CustomEvents,
    /// The rule is for system events and this is a custom event.
    SystemEvents,
    /// The pattern does not fit; of several patterns, the one with the fewest mismatches.
    Mismatch(Vec<Mismatch>),
    /// The rule is for an application group that the event's resource is not in.
    OtherGroup {
        /// The rule's group.
        rule: String,
        /// The event's groups, separated by commas; empty for none.
        event: String,
    },
    /// The rule is disabled.
    Disabled,
    /// The rule has no target.
    NoTargets,
    /// The rule told of this not long ago.
    Silenced {
        /// When it would tell again.
        until: Timestamp,
        /// The event that began the silence.
        by_event: String,
    },
    /// The rule tells its targets.
    Matched,
}

/// What came of a contact group target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetVerdict {
    /// Its contacts are told.
    Told {
        /// How many contacts the group has.
        contacts: usize,
    },
    /// There is no such group.
    GroupMissing,
    /// The group has no contact.
    GroupEmpty,
}

/// What came of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactVerdict {
    /// A message to its webhook is on the way.
    Sent,
    /// There is no such contact.
    ContactMissing,
    /// The contact has no webhook.
    NoRobot,
    /// A channel is not activated yet.
    NotActivated {
        /// `mail`, `sms` or `phone`.
        channel: &'static str,
    },
    /// The contact has a channel that the target's level does not use.
    LevelExcludes {
        /// `sms` or `phone`.
        channel: &'static str,
        /// The level by which the target tells.
        level: u8,
    },
    /// The contact has a channel that the international site does not have.
    NotAtSite {
        /// `sms`, `phone` or `aliim`.
        channel: &'static str,
    },
    /// The same rule already tells this webhook of this event (switch `duplicate_targets`).
    Duplicate,
    /// The template could not be filled.
    TemplateFailed {
        /// Why, with the template's line.
        error: String,
    },
}

impl Entry {
    /// The kind, as in the journal's JSON.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.what {
            What::Call { .. } => "call",
            What::Instance { .. } => "instance",
            What::Event { .. } => "event",
            What::Rule { .. } => "rule",
            What::Target { .. } => "target",
            What::Contact { .. } => "contact",
            What::Delivery { .. } => "delivery",
            What::Webhook(_) => "webhook",
            What::Recorded { .. } => "recorded",
            What::Fault(_) => "fault",
            What::RobotCall { .. } => "robot_call",
        }
    }
}

impl RuleVerdict {
    /// A word for it, as in the journal's JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::CustomEvents => "custom_events",
            Self::SystemEvents => "system_events",
            Self::Mismatch(_) => "mismatch",
            Self::OtherGroup { .. } => "other_group",
            Self::Disabled => "disabled",
            Self::NoTargets => "no_targets",
            Self::Silenced { .. } => "silenced",
            Self::Matched => "matched",
        }
    }
}

impl TargetVerdict {
    /// A word for it, as in the journal's JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Told { .. } => "told",
            Self::GroupMissing => "group_missing",
            Self::GroupEmpty => "group_empty",
        }
    }
}

impl ContactVerdict {
    /// A word for it, as in the journal's JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::ContactMissing => "contact_missing",
            Self::NoRobot => "no_robot",
            Self::NotActivated { .. } => "not_activated",
            Self::LevelExcludes { .. } => "level_excludes",
            Self::NotAtSite { .. } => "not_at_site",
            Self::Duplicate => "duplicate",
            Self::TemplateFailed { .. } => "template_failed",
        }
    }
}
