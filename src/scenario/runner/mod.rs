//! Running scenarios: each in a world and a thread of its own.

mod acts;
mod believe;
mod captures;
mod chat;
mod cloud;
mod compound;
mod diagnose;
mod faults;
mod finding;
mod gather;
mod live;
mod look;
mod lost;
mod measure;
mod provide;
mod queue;
mod relayed;
mod route;
mod rows;
mod run_all;
mod seal;
mod settings;
mod setup;
mod snapshots;
mod story;
mod tell;
mod timeline;
mod wait;

pub use run_all::{Flaky, Observer, RunEvent, Schedule, run_all, run_with, unrun};
pub use settings::{Backend, RunSettings};
