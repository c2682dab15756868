//! The JSON Schema of a fleet file, for editors.

use serde_json::Value;

use super::draft;
use crate::spec::yaml::root_schema;

/// The JSON Schema (2020-12) of a fleet file, made from the declarations that also read it.
#[must_use]
pub fn json_schema() -> Value {
    root_schema::<draft::Fleet>("bellcheck fleet")
}
