//! CloudMonitor: contacts, contact groups, event rules with their targets, events, the alert log,
//! application groups and the list of metric alarms.

mod ack;
mod alert_log;
mod alert_log_read;
mod contact;
mod contact_by_group;
mod contact_group;
mod custom_event;
mod event_rule;
mod event_rule_read;
mod metric_rule;
mod monitor_group;
mod page;
mod system_event;
mod system_event_query;
mod target;
mod target_put;

pub(super) use alert_log::LoggedAlert;
pub(super) use contact::{ChannelState, Contact};
pub(super) use contact_group::ContactGroup;
pub(super) use event_rule::EventRule;
pub(super) use metric_rule::MetricRule;
pub use metric_rule::MetricRuleDraft;
pub(super) use monitor_group::MonitorGroup;
pub use system_event::EventDraft;
pub(super) use target::Target;
