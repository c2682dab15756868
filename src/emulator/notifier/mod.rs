//! From an event to the people: rules, silence, targets, groups, contacts, channels.

mod delivery;
mod draft;
mod payload;
mod routing;
mod silence;
mod telling;
mod template;

pub(super) use delivery::{Delivery, ROBOT_PATH};
pub(super) use silence::Silences;
pub use template::{Template, TemplateError};
