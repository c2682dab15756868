//! The JSON Schema of a spec, for editors.

use serde_json::Value;

use super::{draft, yaml::root_schema};

/// The JSON Schema (2020-12) of a spec, made from the declarations that also read it.
#[must_use]
pub fn json_schema() -> Value {
    root_schema::<draft::Spec>("bellcheck spec")
}

/// The JSON Schema (2020-12) of a file that a spec includes.
#[must_use]
pub fn include_schema() -> Value {
    root_schema::<draft::Part>("a part of a bellcheck spec")
}
