//! Scenarios: acts that cause cloud events, and what must arrive in which chat.

pub mod capture;
pub mod diagnosis;
mod discover;
pub mod explain;
mod identity;
mod lint;
pub mod live;
mod load;
pub mod look;
pub mod mailbox;
pub mod matcher;
mod model;
mod passage;
mod query;
mod runner;
mod schema;
pub mod select;
pub mod sighting;
pub mod snapshot;
mod step;

pub use discover::{FileKind, Like, Looked, Met, Unseen, discover};
pub use identity::{Identity, project_of, tell_apart};
pub use lint::shared_snapshots;
pub use load::{load, load_from};
pub use model::{Count, Drill, Expect, Expected, Instance, Never, Percentile, Scenario, Slo};
pub use passage::Passage;
pub use runner::{Backend, Flaky, Observer, RunEvent, RunSettings, Schedule, run_all, run_with, unrun};
pub use schema::json_schema;
pub use step::{SendEvent, Step, StepKind};
