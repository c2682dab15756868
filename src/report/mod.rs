//! One outcome, many views.
//!
//! A run of scenarios ends in a [`RunOutcome`]: plain data without secrets and without characters that
//! act on a reader. [`terminal`], [`junit`], [`tap`], [`jsonl`], [`markdown`], [`github`], [`html`] and
//! [`prometheus`] are views of it; a view decides nothing. [`findings`] shows what is wrong with files to editors and CI.

mod chat;
#[cfg(test)]
mod example;
pub mod findings;
pub mod fleet;
pub mod github;
pub mod html;
pub mod jsonl;
pub mod junit;
mod latency;
pub mod markdown;
mod outcome;
mod paint;
mod plural;
pub mod prometheus;
mod route;
mod scenario;
pub mod tap;
pub mod terminal;

pub use chat::{ChatButton, ChatMessage};
pub use latency::{Latencies, Latency, Spread, percentile};
pub use outcome::{Counts, Ended, Evidence, RunOutcome, Verdict, instant};
pub use paint::Paint;
pub use plural::counted;
pub use route::{Hop, HopKind, Route};
pub use scenario::{Attempt, FLAKY, Lookup, Moment, MomentKind, ScenarioOutcome, StepOutcome};

pub use crate::diagnostic::visible;
