//! The tests from the outside, in one binary.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers too")]

mod bad_input;
mod broken_arrows;
mod client;
mod deliveries;
mod gateway;
mod hostile;
mod house;
mod plan_and_apply;
mod proving;
mod provision;
mod raw;
mod robot_errors;
mod scenarios;
mod signing;
mod support;
mod wire;
