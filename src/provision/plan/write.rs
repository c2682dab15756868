//! The calls that a change makes, and what each of them waits for.

use std::fmt;

use crate::{
    api::cloudmonitor::{
        DeleteContact, DeleteContactGroup, DeleteEventRuleTargets, DeleteEventRules, PutContact,
        PutContactGroup, PutEventRule, PutEventRuleTargets,
    },
    openapi::{Operation, ParamError, Params, to_params},
    provision::model::ObjectKind,
};

/// When a call is made; the stages follow each other, the calls of one stage run together.
///
/// What is referred to is written first and deleted last, and a rule's new targets are there before
/// its old ones go, so that a change of targets leaves no gap in which nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Contacts are written.
    Contacts,
    /// Groups are written.
    Groups,
    /// Rules are written.
    Rules,
    /// Targets are written.
    Targets,
    /// Old targets are deleted.
    StaleTargets,
    /// Rules are deleted.
    DeleteRules,
    /// Groups are deleted.
    DeleteGroups,
    /// Contacts are deleted.
    DeleteContacts,
}

impl Stage {
    /// All stages in their order.
    pub const ALL: [Self; 8] = [
        Self::Contacts,
        Self::Groups,
        Self::Rules,
        Self::Targets,
        Self::StaleTargets,
        Self::DeleteRules,
        Self::DeleteGroups,
        Self::DeleteContacts,
    ];
}

/// One call of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// When.
    pub stage: Stage,
    /// What is sent.
    pub call: Call,
    /// Other objects without whose changes this call must not be made.
    pub needs: Vec<(ObjectKind, String)>,
}

/// An operation with all its parameters. `Debug` shows the operation's name only, since webhooks
/// travel in the parameters.
#[derive(Clone, PartialEq)]
pub enum Call {
    /// Writes a contact.
    PutContact(PutContact),
    /// Writes a group.
    PutContactGroup(PutContactGroup),
    /// Writes a rule.
    PutEventRule(PutEventRule),
    /// Writes a rule's targets.
    PutEventRuleTargets(PutEventRuleTargets),
    /// Deletes some of a rule's targets.
    DeleteEventRuleTargets(DeleteEventRuleTargets),
    /// Deletes a rule.
    DeleteEventRules(DeleteEventRules),
    /// Deletes a group.
    DeleteContactGroup(DeleteContactGroup),
    /// Deletes a contact.
    DeleteContact(DeleteContact),
}

impl Call {
    /// The operation's wire name.
    #[must_use]
    pub const fn operation(&self) -> &'static str {
        match self {
            Self::PutContact(_) => PutContact::ACTION,
            Self::PutContactGroup(_) => PutContactGroup::ACTION,
            Self::PutEventRule(_) => PutEventRule::ACTION,
            Self::PutEventRuleTargets(_) => PutEventRuleTargets::ACTION,
            Self::DeleteEventRuleTargets(_) => DeleteEventRuleTargets::ACTION,
            Self::DeleteEventRules(_) => DeleteEventRules::ACTION,
            Self::DeleteContactGroup(_) => DeleteContactGroup::ACTION,
            Self::DeleteContact(_) => DeleteContact::ACTION,
        }
    }
}

impl Call {
    /// The parameters as they are sent, secrets included: for digests only.
    pub(in crate::provision) fn params(&self) -> Result<Params, ParamError> {
        match self {
            Self::PutContact(call) => to_params(call),
            Self::PutContactGroup(call) => to_params(call),
            Self::PutEventRule(call) => to_params(call),
            Self::PutEventRuleTargets(call) => to_params(call),
            Self::DeleteEventRuleTargets(call) => to_params(call),
            Self::DeleteEventRules(call) => to_params(call),
            Self::DeleteContactGroup(call) => to_params(call),
            Self::DeleteContact(call) => to_params(call),
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation())
    }
}
