//! What a comparison comes to, and its views.

mod json;
mod model;
mod text;

pub use json::render_json;
pub use model::{CassetteInfo, Conformance, Difference, DifferenceKind, OperationVerdict, PassedOver};
pub use text::render_text;
