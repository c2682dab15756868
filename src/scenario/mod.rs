//! Scenarios: acts that cause cloud events, and what must arrive in which chat.

mod discover;
pub mod explain;
mod load;
pub mod mailbox;
pub mod matcher;
mod model;
mod runner;
mod schema;
pub mod snapshot;
mod step;

pub use discover::{FileKind, discover};
pub use load::load;
pub use model::{Count, Expect, Expected, Instance, Never, Scenario};
pub use runner::{RunSettings, run_all, unavailable};
pub use schema::json_schema;
pub use step::{SendEvent, Step, StepKind};
