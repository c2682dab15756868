//! YAML files as spanned trees, and the small binder that turns a tree into our own types.
//!
//! The tree is read once, whole; everything after that collects its findings, so that a reader sees
//! all mistakes of a file at once, each under its line. `read.rs` is the only file that knows which
//! YAML crate does the parsing.

mod bind;
mod binder;
mod interpolate;
mod mapping;
mod mask;

mod node;
mod read;
mod supply;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use crate::nearest::{did_you_mean, nearest};
pub use bind::{Bind, Named, Names, one_of, one_of_schema};
pub use binder::{Binder, Context};
pub(super) use interpolate::is_name;
pub use mapping::{Bound, MappingSchema, root_schema};
pub(crate) use mapping::{mapping, words};
pub use node::{Entry, Node, Scalar, Spanned, Style, Value};
pub use read::{Document, Shown, read, read_at};
pub use supply::{Filled, Origin, StandIns, Supply, blank_end};

use crate::diagnostic::{Diagnostic, Severity, Source};

/// Looks up an environment variable; injected, so that a file's meaning is its text and this.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads `text`, fills `${VAR}` from `environment` and binds the result to `T`.
///
/// # Errors
/// Everything that is wrong with the file, in the order of its lines.
pub fn parse<T: Bind>(
    name: &str,
    text: &str,
    environment: Environment<'_>,
) -> Result<(T, Arc<Source>), Vec<Diagnostic>> {
    let mut document = read(name, text)?;
    let context = Context::new(Arc::clone(&document.source));
    document.interpolate(environment, &context);
    let value = T::bind(&document.root, &context);
    let found = context.finish();
    match value {
        Some(value) if found.iter().all(|finding| finding.severity < Severity::Error) => {
            Ok((value, document.source))
        }
        _ => Err(found),
    }
}
