//! The YAML spec: who must be told about which cloud event.
//!
//! A file goes through three hands: [`yaml`] reads it into a spanned tree and binds that to
//! `draft`, which mirrors the file key by key; `include` and `merge` put the files of one stack
//! together; `check` looks at what the draft means and builds the
//! [`Spec`] that the rest of the crate works with.

mod check;
mod draft;
mod ends;
mod include;
mod load;
mod merge;
mod model;
mod schema;
mod secrets;
mod unfit;
mod variables;
pub mod yaml;

#[cfg(test)]
mod tests;

pub use crate::channel::{Channel, NotifyLevel, Site, Unused};
pub use check::is_region;
pub use load::{
    Checked, CheckedFile, Loaded, check_all, check_all_from, load, load_all, load_all_from, load_from,
};
pub use model::{
    Contact, EventType, Group, Language, Method, MnsEndpoint, Protocol, Robot, Rule, Spec, Target,
};
pub use schema::{include_schema, json_schema};
pub use unfit::{SecretPlace, Unfit, UnfitKind};
pub use variables::Variables;
pub use yaml::{Environment, Spanned, StandIns, Supply};
