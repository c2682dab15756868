//! What everything stands on: time, secrets, files, findings, and a small HTTP server. It knows nothing of
//! the cloud.

pub mod clock;
pub mod diagnostic;
pub mod files;
pub mod journal;
pub mod nearest;
pub mod partition;
pub mod secret;
pub mod server;
