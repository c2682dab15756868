//! CloudMonitor: contacts, contact groups, event rules with their targets, system events.

mod ack;
mod contact;
mod contact_group;
mod event_rule;
mod event_rule_read;
mod page;
mod system_event;
mod target;
mod target_put;

pub(super) use contact::{ChannelState, Contact};
pub(super) use contact_group::ContactGroup;
pub(super) use event_rule::EventRule;
pub use system_event::EventDraft;
pub(super) use target::Target;
