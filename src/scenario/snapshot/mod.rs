//! Messages as fixtures: `NAME.snap` beside the spec, `NAME.snap.new` for a difference that nobody
//! has looked at yet. A run never changes a `.snap`; only `bellcheck review` does.

mod blanks;
mod body;
mod check;
mod file;
mod normalise;
mod review;
mod settle;

pub use blanks::{difference, side_by_side};
pub use body::body;
pub use check::{Comparison, Request, SnapshotVerdict, check};
pub use file::{Header, Provenance, Snapshot, SnapshotError};
pub use normalise::{Finder, Normaliser, Rules, named};
pub use review::{Name, Pending, pending, unused};
pub(in crate::scenario) use settle::key;
pub use settle::{Settled, Settlement, WriteMode, settle};
