//! From an event to the people: rules, silence, targets, groups, contacts, channels.

mod channels;
mod delivery;
mod draft;
mod outbox;
mod payload;
mod reach;
mod robot_call;
mod routing;
mod silence;
mod stand_in;
mod telling;
mod template;
mod webhook;

pub(super) use delivery::{Delivery, ROBOT_PATH};
pub(super) use reach::Reach;
pub(super) use silence::Silences;
pub use stand_in::StandIn;
pub use template::{Template, TemplateError};
pub(super) use webhook::{CallId, Method, OutboundCall, Webhooks};
pub use webhook::{Sink, WebhookResult};
