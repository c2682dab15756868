//! Specs from the outside: several files, values, findings.

mod files;
mod values;
