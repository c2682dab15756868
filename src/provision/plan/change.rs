//! The parts of a plan, as data: everything shown, guarded or executed is a view of them.

use std::fmt;

use super::write::Write;
use crate::{
    openapi::{ApiError, ErrorKind},
    provision::model::{Channel, ObjectKind},
};

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// It is not there yet.
    Create,
    /// It is there and differs.
    Update,
    /// It is there and no longer wanted.
    Delete,
}

impl Action {
    /// `create`, `update` or `delete`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One object that will change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// What happens.
    pub action: Action,
    /// The fields that differ; for a creation all that are set, for a deletion all that go.
    pub fields: Vec<FieldChange>,
    /// Why, in a few words.
    pub why: String,
    /// For a creation that is a deleted (or no longer wanted) object under a new name: the old name.
    pub renamed_from: Option<String>,
    /// Whether an update takes over an object that the stack did not own.
    pub adopts: bool,
    /// The calls that do it, each with the whole object.
    pub writes: Vec<Write>,
}

/// One field, before and after, as it may be shown: secrets are masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The spec's key, dotted where nested; `target …` for a rule's targets.
    pub field: String,
    /// The value that is there; none where there is none.
    pub before: Option<String>,
    /// The value that is wanted; none where none is.
    pub after: Option<String>,
}

/// Something that is in the way of the plan and that only its user can settle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What the object is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// What is in the way.
    pub reason: ConflictReason,
}

/// What is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConflictReason {
    /// The spec wants an object of this name, and one is there that the stack does not own.
    Foreign {
        /// The stack that marked it; none when nobody did.
        owner: Option<String>,
    },
    /// It should be deleted, and what the stack does not own still uses it: groups list a contact,
    /// rules tell a group.
    InUse {
        /// The groups or rules.
        by: Vec<String>,
    },
    /// It should be deleted, and metric alarms notify it.
    Alarmed {
        /// The names of their rules.
        by: Vec<String>,
        /// The group that they notify: this one, or one that lists this contact.
        group: String,
    },
}

impl Conflict {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match &self.reason {
            ConflictReason::Foreign { .. } => {
                "give it another name in the spec, or take it over with `--adopt`".to_owned()
            }
            ConflictReason::InUse { by } => {
                format!("take it out of {} first, or keep it in the spec", quoted(by))
            }
            ConflictReason::Alarmed { by, group } => {
                format!(
                    "let {} notify another group than `{group}` first, or keep it in the spec",
                    quoted(by)
                )
            }
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name, reason } = self;
        match reason {
            ConflictReason::Foreign { owner: None } => {
                write!(f, "{kind} `{name}` is already there and carries no bellcheck mark")
            }
            ConflictReason::Foreign { owner: Some(owner) } => {
                write!(f, "{kind} `{name}` is already there and belongs to stack `{owner}`")
            }
            ConflictReason::InUse { by } => {
                let users = match kind {
                    ObjectKind::Contact => "groups of others list it",
                    ObjectKind::Group | ObjectKind::Rule => "rules of others tell it",
                };
                write!(f, "{kind} `{name}` cannot be deleted while {users}: {}", quoted(by))
            }
            ConflictReason::Alarmed { by, group } if group == name => {
                write!(f, "{kind} `{name}` cannot be deleted while metric alarms notify it: {}", quoted(by))
            }
            ConflictReason::Alarmed { by, group } => write!(
                f,
                "{kind} `{name}` cannot be deleted while metric alarms notify group `{group}`, which lists it: {}",
                quoted(by)
            ),
        }
    }
}

/// An object that is left as it is, since the account did not show all that its change rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// What was not shown.
    pub reason: WithheldReason,
}

/// What the account did not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WithheldReason {
    /// The object itself.
    Unread(ApiError),
    /// Rules that may still need the object, which would be deleted.
    MayBeUsed {
        /// The rules.
        by: Vec<String>,
    },
    /// The list of metric alarms, which may need the object, which would be deleted.
    AlarmsUnread(ApiError),
}

impl Withheld {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match &self.reason {
            WithheldReason::Unread(_) => {
                "run it again; where it stays so, report the RequestId to the service, or delete the object \
                 there and let it be made anew"
                    .to_owned()
            }
            WithheldReason::MayBeUsed { by } => format!("run it again when {} can be read", quoted(by)),
            WithheldReason::AlarmsUnread(error) if error.kind == ErrorKind::Denied => {
                "let the key list them (`bellcheck doctor SPEC --for prune --ram-policy` prints the policy), \
                 or keep the object in the spec"
                    .to_owned()
            }
            WithheldReason::AlarmsUnread(_) => {
                "run it again when the service lists its metric alarms".to_owned()
            }
        }
    }
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name, reason } = self;
        match reason {
            WithheldReason::Unread(error) => {
                write!(f, "{kind} `{name}` is left as it is, since it could not be read: {error}")
            }
            WithheldReason::MayBeUsed { by } => write!(
                f,
                "{kind} `{name}` is not deleted, since what could not be read may need it: {}",
                quoted(by)
            ),
            WithheldReason::AlarmsUnread(error) => write!(
                f,
                "{kind} `{name}` is not deleted, since metric alarms may notify it and could not be read: {error}"
            ),
        }
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// An object that the stack neither owns nor wants: seen, and left alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Foreign {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// The stack in its mark; none when nobody marked it.
    pub owner: Option<String>,
}

/// A channel of a wanted contact that its owner has not activated yet: known, and no difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pending {
    /// The contact.
    pub contact: String,
    /// The channel.
    pub channel: Channel,
    /// Whether the service hides the value meanwhile, so that a change of it is not noticed.
    pub hidden: bool,
}
