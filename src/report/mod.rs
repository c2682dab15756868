//! One outcome, many views.
//!
//! A run of scenarios ends in a [`RunOutcome`]: plain data without secrets. [`terminal`] and
//! [`junit`] are views of it; a view decides nothing. [`findings`] shows what is wrong with files to
//! editors and CI.

pub mod findings;
pub mod fleet;
pub mod junit;
mod outcome;
mod paint;
mod plural;
pub mod terminal;

pub use outcome::{Counts, Lookup, Moment, MomentKind, RunOutcome, ScenarioOutcome, StepOutcome, Verdict};
pub use paint::Paint;
pub use plural::counted;
