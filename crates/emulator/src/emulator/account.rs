//! What an account holds.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::{
    cms::{Contact, ContactGroup, EventRule, LoggedAlert, MetricRule, MonitorGroup},
    ecs::{Instance, SimulatedEvent},
    notifier::Silences,
};
use crate::event::SystemEvent;

/// One account. Names are the identity of contacts, groups and rules; lists are by name, since the
/// service's order is not documented.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) contacts: BTreeMap<String, Contact>,
    pub(super) groups: BTreeMap<String, ContactGroup>,
    pub(super) rules: BTreeMap<String, EventRule>,
    pub(super) silences: Silences,
    /// Rules of metric alarms by id.
    pub(super) metric_rules: BTreeMap<String, MetricRule>,
    /// Application groups by id.
    pub(super) monitor_groups: BTreeMap<u64, MonitorGroup>,
    /// How many application groups were ever made, for the next id.
    pub(super) monitor_groups_made: u64,
    /// Every event that reached CloudMonitor, oldest first; custom events too.
    pub(super) events: Vec<SystemEvent>,
    /// Ids of events that queries do not list.
    pub(super) unlisted_events: BTreeSet<String>,
    /// Oldest first.
    pub(super) alert_log: Vec<LoggedAlert>,
    /// By id, in the order of creation.
    pub(super) instances: IndexMap<String, Instance>,
    /// By id, in the order of creation.
    pub(super) simulated_events: IndexMap<String, SimulatedEvent>,
    /// The instances that a `ClientToken` of RunInstances stands for.
    pub(super) client_tokens: BTreeMap<String, Vec<String>>,
}
