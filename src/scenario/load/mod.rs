//! From a file to a checked [`Scenario`](super::Scenario), all faults at once.

mod acts;
mod compound;
mod drill;
mod expect;
mod fault;
mod file;
mod include;
mod instances;
mod look;
mod matcher_texts;
mod matcher_values;
mod matchers;
mod matrix;
mod normalise;
mod scope;
mod slo;
mod snapshot;
mod spec;
mod steps;
mod switches;
#[cfg(test)]
mod tests;
mod variables;
mod webhooks;

pub use file::{load, load_from};
