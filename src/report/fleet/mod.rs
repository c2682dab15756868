//! What a run over many accounts came to, and its views.

mod markdown;
mod merge;
mod outcome;
mod terminal;

pub use markdown::markdown;
pub use merge::{MergeError, merge};
pub use outcome::{FleetEntry, FleetReport, FleetSum, FleetVerdict, Work, read};
pub use terminal::render;
