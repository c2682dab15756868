//! What an account holds.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::{
    cms::{Contact, ContactGroup, EventRule},
    ecs::{Instance, SimulatedEvent},
    notifier::Silences,
};

/// One account. Names are the identity of contacts, groups and rules; lists are by name, since the
/// service's order is not documented.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) contacts: BTreeMap<String, Contact>,
    pub(super) groups: BTreeMap<String, ContactGroup>,
    pub(super) rules: BTreeMap<String, EventRule>,
    pub(super) silences: Silences,
    /// By id, in the order of creation.
    pub(super) instances: IndexMap<String, Instance>,
    /// By id, in the order of creation.
    pub(super) simulated_events: IndexMap<String, SimulatedEvent>,
    /// The instances that a `ClientToken` of RunInstances stands for.
    pub(super) client_tokens: BTreeMap<String, Vec<String>>,
}
