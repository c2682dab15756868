//! The plan: pure data, and the pure function that makes it.

mod build;
mod change;
mod contact;
mod field;
mod group;
mod guard;
mod in_use;
mod kind;
mod order;
mod rename;
mod rule;
mod select;
mod targets;
mod types;
mod write;

pub use build::plan;
pub use change::{
    Action, Change, Conflict, ConflictReason, FieldChange, Foreign, Pending, Withheld, WithheldReason,
};
pub use guard::Guarded;
pub(super) use rule::exact_duration;
pub use select::{UnknownName, select};
pub use types::{Counts, Options, Plan};
pub use write::{Call, Stage, Write};
