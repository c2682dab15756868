//! From a file's text to a checked spec.

use std::sync::Arc;

use super::{
    check, draft,
    model::Spec,
    yaml::{Bind as _, Context, Environment, read},
};
use crate::diagnostic::Diagnostic;

/// A value that was read from a file, and what is doubtful about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded<T> {
    /// The value.
    pub value: T,
    /// Findings that do not stop anything, in the order of the file's lines.
    pub warnings: Vec<Diagnostic>,
}

/// Reads a spec. `name` is the path as the user typed it; `environment` fills `${VAR}`.
///
/// # Errors
/// Everything that is wrong with the file, in the order of its lines; warnings come among them.
pub fn load(name: &str, text: &str, environment: Environment<'_>) -> Result<Loaded<Spec>, Vec<Diagnostic>> {
    let mut document = read(name, text)?;
    let context = Context::new(Arc::clone(&document.source));
    document.interpolate(environment, &context);
    let spec = draft::Spec::bind(&document.root, &context).and_then(|draft| check::spec(draft, &context));
    let failed = context.has_errors();
    let found = context.finish();
    match spec {
        Some(value) if !failed => Ok(Loaded { value, warnings: found }),
        _ => Err(found),
    }
}
