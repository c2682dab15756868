//! Scenarios on the real cloud, as a second emulator process plays it.

pub(crate) mod disorder;
mod refusals;
mod rehearsal;
pub(crate) mod stage;
mod sweep;
