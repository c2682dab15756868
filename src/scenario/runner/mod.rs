//! Running scenarios: each in a world and a thread of its own.

mod acts;
mod captures;
mod compound;
mod diagnose;
mod faults;
mod finding;
mod gather;
mod look;
mod provide;
mod run_all;
mod seal;
mod settings;
mod setup;
mod slo;
mod snapshots;
mod story;
mod tell;
mod timeline;
mod wait;

pub use run_all::run_all;
pub use settings::RunSettings;
