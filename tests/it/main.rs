//! The tests from the outside, in one binary.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers too")]

mod bad_input;
mod broken_arrows;
mod client;
mod deliveries;
mod foreign;
mod gateway;
mod hostile;
mod house;
mod model;
mod plan_and_apply;
mod proving;
mod provision;
mod raw;
mod robot_errors;
mod robot_lint;
mod scenario_faults;
mod scenarios;
mod send;
mod signing;
mod sink;
mod state;
mod state_restarts;
mod support;
mod wire;
