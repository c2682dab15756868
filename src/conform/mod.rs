//! How the emulator and the cloud differ.
//!
//! [`replay`] makes the requests of cassettes again, on a fresh emulator in virtual time that holds
//! what the recorded account held, and compares answer with answer: for each operation, each field
//! and the times. Nothing of it asks, or can tell, who answered when the cassette was recorded.

mod replay;
mod settled;
mod verdict;

pub use replay::{Options, replay};
pub use settled::read_switches;
pub use verdict::{
    CassetteInfo, Conformance, Difference, DifferenceKind, OperationVerdict, PassedOver, render_json,
    render_text,
};
