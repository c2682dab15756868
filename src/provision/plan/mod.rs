//! The plan: pure data, and the pure function that makes it.

mod build;
mod change;
mod contact;
mod field;
mod group;
mod guard;
mod kind;
mod order;
mod rule;
mod targets;
mod types;
mod write;

pub use build::plan;
pub use change::{Action, Change, Conflict, ConflictReason, FieldChange, Pending};
pub use guard::Guarded;
pub use types::{Counts, Options, Plan};
pub use write::{Call, Stage, Write};
