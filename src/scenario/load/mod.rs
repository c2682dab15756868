//! From a file to a checked [`Scenario`](super::Scenario), all faults at once.

mod acts;
mod expect;
mod fault;
mod file;
mod instances;
mod later;
mod matchers;
mod scope;
mod slo;
mod steps;
mod switches;
#[cfg(test)]
mod tests;

pub use file::load;
