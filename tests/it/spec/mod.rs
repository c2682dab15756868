//! Specs from the outside: several files, values, findings.

mod bombs;
mod canary;
mod files;
mod malformed;
mod mutation;
pub(crate) mod schemas;
mod values;
