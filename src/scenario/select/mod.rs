//! Which scenarios of many are run.

mod filter;
mod last_run;
mod parse;

pub use filter::{Facts, Filter};
pub use last_run::LastRun;
pub use parse::FilterError;

use super::Scenario;

/// The name by which a scenario is assigned to a part of a list (`--partition`): its file below the
/// project's folder, and its name.
#[must_use]
pub fn partition_key(scenario: &Scenario) -> String {
    format!("{}\n{}", scenario.identity.file(), scenario.name.value)
}
