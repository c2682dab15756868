//! The JSON Schema of a scenario, for editors.

mod build;
mod matchers;
mod root;
mod steps;

#[cfg(test)]
mod tests;

pub use root::json_schema;
