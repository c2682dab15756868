//! Why an expectation did not hold: which arrow between the act and the message broke, and its cause.
//!
//! Pure: from the journal, the spec and the messages to a finding under the scenario's line.

mod arrow;
mod chain;
mod compare;
mod delivery;
mod evidence;
mod expect;
mod fault;
mod look;
mod nearest;
mod never;
mod people;
mod route;
mod rule;
mod scene;

#[cfg(test)]
mod tests;

pub use arrow::{Arrow, Break};
pub use evidence::Evidence;
pub(super) use evidence::between;
pub use expect::{Shortfall, expect};
pub(super) use fault::fault;
pub use look::{Missed, look};
pub(super) use nearest::{clip, quote};
pub use never::never;
pub(super) use route::Route;
