//! A world that outlives its process: what it was told, kept in a file.
//!
//! A world follows from its configuration and from the calls that it got, each at its instant. So
//! the file is a log of these calls, and opening it is calling them again. No answer leaves before
//! its call is in the file for good.

mod command;
mod disk;
mod keep;
mod keeper;
mod log;
mod options;
mod quiet;
mod replay;

pub(super) use keep::keep;
pub(super) use keeper::Keeper;
pub use replay::{Continued, StateError};
