//! Messages as fixtures: `NAME.snap` beside the spec, `NAME.snap.new` for a difference that nobody
//! has looked at yet. A run never changes a `.snap`; only `bellcheck review` does.

mod body;
mod check;
mod file;
mod normalise;
mod review;

pub use body::body;
pub use check::{Request, SnapshotVerdict, WriteMode, check, difference};
pub use file::{Header, Provenance, Snapshot, SnapshotError};
pub use normalise::{Finder, Normaliser, Rules, named};
pub use review::{Name, Pending, pending, unused};
