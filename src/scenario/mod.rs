//! Scenarios: acts that cause cloud events, and what must arrive in which chat.

mod discover;
pub mod explain;
mod load;
pub mod mailbox;
pub mod matcher;
mod model;
mod runner;
mod schema;
pub mod select;
pub mod snapshot;
mod step;

pub use discover::{FileKind, discover};
pub use load::load;
pub use model::{Count, Expect, Instance, Never, Percentile, Scenario, Slo};
pub use runner::{Flaky, Observer, RunEvent, RunSettings, Schedule, run_all, run_with, unavailable};
pub use schema::json_schema;
pub use step::{SendEvent, Step, StepKind};
