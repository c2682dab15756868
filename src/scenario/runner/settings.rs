//! What a run is told besides its scenarios.

use std::sync::Arc;

use crate::{
    emulator::Template,
    scenario::{
        live::LiveRun,
        snapshot::{Provenance, WriteMode},
    },
};

/// Where scenarios run.
#[derive(Debug, Clone, Default)]
pub enum Backend {
    /// Each on an emulated cloud of its own, in virtual time.
    #[default]
    Emulator,
    /// One after the other on the real cloud.
    Live(Arc<LiveRun>),
}

impl Backend {
    /// A word for it, as in reports.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Emulator => "emulator",
            Self::Live(run) if run.binds.rehearsal.is_some() => "rehearsal",
            Self::Live(_) => "live",
        }
    }
}

impl Backend {
    /// Where its messages come from. A rehearsal's are an emulator's.
    pub(super) fn provenance(&self) -> Provenance {
        match self {
            Self::Live(run) if run.binds.rehearsal.is_none() => Provenance::Live,
            Self::Emulator | Self::Live(_) => Provenance::Synthetic,
        }
    }
}

/// What a run is told besides its scenarios. Everything that a verdict or an artefact may depend on
/// is here; nothing is read from the machine.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// Where they run.
    pub backend: Backend,
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
