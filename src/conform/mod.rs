//! How the emulator and the cloud differ.
//!
//! [`replay`] makes the requests of cassettes again, on a fresh emulator in virtual time that holds
//! what the recorded account held, and compares answer with answer: for each operation, each field
//! and the times. Nothing of it asks, or can tell, who answered when the cassette was recorded.
//! [`settle`] asks an account what public documents leave open, and [`render_file`] writes the answers
//! as switches of the emulator.

mod live;
mod replay;
mod settled;
mod verdict;

pub use live::{
    Begin, Beyond, Earlier, Finding, Journal, LeftBehind, Settled, Settlement, earlier, render_file,
    render_settled_json, render_settled_text, settle,
};
pub use replay::{Options, replay};
pub use settled::read_switches;
pub use verdict::{
    CassetteInfo, Conformance, Difference, DifferenceKind, OperationVerdict, PassedOver, render_json,
    render_text,
};
