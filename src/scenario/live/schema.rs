//! The JSON Schema of `binds.yaml`, for editors.

use serde_json::Value;

use super::draft;
use crate::spec::yaml::root_schema;

/// The JSON Schema (2020-12) of `binds.yaml`, made from the declarations that also read it.
#[must_use]
pub fn json_schema() -> Value {
    root_schema::<draft::Binds>("bellcheck binds")
}
