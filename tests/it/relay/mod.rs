//! `bellcheck relay`, driven from outside.

mod answers;
pub(crate) mod bench;
mod crashes;
mod disk;
mod foreign;
mod hostile;
mod mute;
mod reading;
mod renewal;
mod secrets;
mod spool;
mod tls;
