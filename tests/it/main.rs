//! The tests from the outside, in one binary.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers too")]

mod bad_input;
mod broken_arrows;
mod client;
mod credentials;
mod deliveries;
mod doctor;
mod explain;
mod fleet;
mod foreign;
mod gate;
mod gateway;
mod hostile;
mod house;
mod import;
mod interrupts;
mod logs;
mod model;
mod plan_and_apply;
mod plan_files;
mod plan_views;
mod proving;
mod provision;
mod raw;
mod reports;
mod retries;
mod robot_errors;
mod robot_lint;
mod routes;
mod runner;
mod scenario_faults;
mod scenarios;
mod send;
mod signing;
mod sink;
mod small_commands;
mod snapshots;
mod spec;
mod state;
mod state_restarts;
mod support;
mod terminal;
mod twins;
mod vocabulary;
mod wire;
