//! A stand-in for DingTalk robots: it takes what CloudMonitor posts to them, keeps it as proof, answers
//! as the robot would, and forwards it to the real robot, in order and once (`docs/relay.md`).

mod config;
mod duplicates;
mod expiry;
mod forward;
mod metrics;
mod read;
mod read_client;
mod receive;
mod renew;
mod serve;
mod spool;
mod tls;
mod wire;

pub use config::{Options, ReadToken, RelayRobot};
pub use forward::Target;
pub use read_client::{Page, ReadClient, ReadError, ReceivedMessage};
pub use serve::{Relay, RelayError};
pub use spool::SpoolError;
pub use tls::{Tls, TlsError, tls};
pub use wire::Forwarded;
