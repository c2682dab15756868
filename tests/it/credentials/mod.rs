//! Where the key pair comes from, through the binary: each source against a fake of the place that
//! it asks, broken forms of each, and keys that expire while an apply runs.

mod accounts;
pub(crate) mod bench;
mod broken;
mod canary;
mod endpoints;
mod expiry;
mod files;
mod metadata;
mod order;
mod programs;
mod roles;
mod variables;
