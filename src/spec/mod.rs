//! The YAML spec: who must be told about which cloud event.
//!
//! A file goes through three hands: [`yaml`] reads it into a spanned tree and binds that to
//! `draft`, which mirrors the file key by key; `check` looks at what the draft means and builds the
//! [`Spec`] that the rest of the crate works with.

mod channel;
mod check;
mod draft;
mod load;
mod model;
mod schema;
pub mod yaml;

#[cfg(test)]
mod tests;

pub use channel::{Channel, Unused};
pub use load::{Loaded, load};
pub use model::{
    Contact, EventType, Group, Language, Method, MnsEndpoint, NotifyLevel, Robot, Rule, Site, Spec, Target,
};
pub use schema::json_schema;
pub use yaml::{Environment, Spanned};
