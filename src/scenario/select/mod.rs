//! Which scenarios of many are run.

mod filter;
mod last_run;
mod parse;

pub use filter::{Facts, Filter};
pub use last_run::LastRun;
pub use parse::FilterError;

use super::Scenario;
use crate::files::tidy;

/// The name by which a scenario is assigned to a part of a list (`--partition`): its file and its name.
/// `./a.yaml` and `a.yaml` are one file.
#[must_use]
pub fn partition_key(scenario: &Scenario) -> String {
    format!("{}\n{}", file(scenario), scenario.name.value)
}

/// The scenario's file, as a person would write it.
fn file(scenario: &Scenario) -> String {
    tidy(scenario.file().as_ref()).display().to_string()
}
