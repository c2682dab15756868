//! The door of the cloud: who asks, what for, with which parameters.

mod answer;
mod call;
mod check;
mod legacy;
mod limits;
mod methods;
mod mismatch;
mod nonces;
mod pace;
mod refusal;
mod routing;
mod xml;

pub(super) use call::{Call, Serve, required};
pub(super) use limits::LARGEST_BODY;
pub(super) use methods::of as methods_of;
pub(super) use nonces::Nonces;
pub(super) use pace::{INTERVAL, Pace};
pub(super) use refusal::Refusal;
pub use routing::{OperationInfo, operations};
