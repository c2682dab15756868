//! Scenarios on the real cloud, as a second emulator process plays it.

pub(crate) mod disorder;
mod evidence;
mod forged;
mod guarded;
mod killed;
mod lost;
mod permissions;
mod refusals;
mod regions;
mod rehearsal;
mod released;
pub(crate) mod stage;
mod sweep;
