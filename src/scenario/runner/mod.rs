//! Running scenarios: each in a world and a thread of its own.

mod acts;
mod captures;
mod chat;
mod compound;
mod diagnose;
mod faults;
mod finding;
mod gather;
mod look;
mod measure;
mod provide;
mod queue;
mod route;
mod run_all;
mod seal;
mod settings;
mod setup;
mod snapshots;
mod story;
mod tell;
mod timeline;
mod wait;

pub use run_all::{Flaky, Observer, RunEvent, Schedule, run_all, run_with};
pub use settings::RunSettings;
