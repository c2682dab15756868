//! Running scenarios: each in a world and a thread of its own.

mod acts;
mod faults;
mod finding;
mod provide;
mod run_all;
mod seal;
mod settings;
mod setup;
mod snapshots;
mod story;
mod tell;
mod timeline;
mod wait;

pub use finding::unavailable;
pub use run_all::run_all;
pub use settings::RunSettings;
