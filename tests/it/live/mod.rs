//! Scenarios on the real cloud, as a second emulator process plays it.

pub(crate) mod disorder;
mod evidence;
mod lost;
mod refusals;
mod rehearsal;
pub(crate) mod stage;
mod sweep;
