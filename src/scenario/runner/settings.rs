//! What a run is told besides its scenarios.

use crate::{emulator::Template, scenario::snapshot::WriteMode};

/// What a run is told besides its scenarios. Everything that a verdict or an artefact may depend on
/// is here; nothing is read from the machine.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// All ids of the emulated worlds follow from it.
    pub seed: u64,
    /// Replaces the emulator's template of messages.
    pub template: Option<Template>,
    /// Whether snapshots may be proposed.
    pub write: WriteMode,
    /// How many scenarios run at once; at least one does.
    pub jobs: usize,
    /// The program and its version, for new snapshots.
    pub tool: String,
    /// The day, `2026-11-22`, for new snapshots.
    pub date: String,
}
