//! What the account holds, as far as it was read.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Channel, Contact, Group, Rule, Target};
use crate::openapi::ApiError;

/// The account's contacts, groups and rules by name, whoever owns them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observed {
    /// Contacts.
    pub contacts: BTreeMap<String, SeenContact>,
    /// Groups.
    pub groups: BTreeMap<String, SeenGroup>,
    /// Rules.
    pub rules: BTreeMap<String, SeenRule>,
    /// Rules of metric alarms by id. Read where a group or a contact is to be deleted; otherwise empty.
    pub alarms: BTreeMap<String, SeenAlarm>,
    /// Why the rules of metric alarms could not be read; they are not known then.
    pub alarms_unread: Option<ApiError>,
}

/// A rule of metric alarms as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenAlarm {
    /// Its name.
    pub name: String,
    /// The contact groups that it notifies.
    pub groups: BTreeSet<String>,
}

/// A contact as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenContact {
    /// The stack in its mark.
    pub owner: Option<String>,
    /// The contact.
    pub contact: Contact,
    /// Channels that wait for their owner's activation; their value may be missing meanwhile.
    pub pending: BTreeSet<Channel>,
}

/// A group as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenGroup {
    /// The stack in its mark.
    pub owner: Option<String>,
    /// The group.
    pub group: Group,
}

/// A rule as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenRule {
    /// The stack in its mark.
    pub owner: Option<String>,
    /// The rule.
    pub rule: Rule,
    /// Its targets with their ids. Read for rules that are owned or wanted, and for all where a
    /// group is to be deleted; otherwise empty.
    pub targets: Vec<(String, Target)>,
    /// Patterns that it has beside the one in `rule`: a spec has none, and a write keeps none.
    pub more_patterns: usize,
    /// Why its targets or statuses could not be read; they are not known then.
    pub unread: Option<ApiError>,
}
