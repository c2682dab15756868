//! What the account should hold for one stack.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Contact, Group, ObjectKind, Rule, Target};

/// What one stack wants, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Desired {
    /// The stack whose mark the objects carry.
    pub stack: String,
    /// Contacts.
    pub contacts: BTreeMap<String, Contact>,
    /// Groups.
    pub groups: BTreeMap<String, Group>,
    /// Rules.
    pub rules: BTreeMap<String, DesiredRule>,
    /// Objects that a plan is limited to, together with what they depend on; none for all.
    pub only: BTreeSet<(ObjectKind, String)>,
}

/// A rule and where it tells, by target id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DesiredRule {
    /// The rule.
    pub rule: Rule,
    /// Its targets by [`super::target_id`].
    pub targets: BTreeMap<String, Target>,
}

impl Desired {
    /// Nothing at all: what a stack wants when it is destroyed.
    #[must_use]
    pub fn empty(stack: impl Into<String>) -> Self {
        Self { stack: stack.into(), ..Self::default() }
    }
}
