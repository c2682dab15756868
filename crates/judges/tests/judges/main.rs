//! Foreign judges: clients and readers that others wrote, against the real program.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers too")]

mod captured;
mod credentials;
mod deploy;
mod evidence;
mod install;
mod judge;
mod metrics;
mod quickstart;
mod relay;
mod reports;
mod robots;
mod schemas;
mod sdks;

// What the other tests from the outside have as well.
#[expect(dead_code, reason = "the other tests need more of it")]
#[path = "../../../../tests/it/credentials/bench.rs"]
mod bench;
#[path = "../../../../tests/it/drill.rs"]
mod drill;
#[path = "../../../../tests/it/drill_metrics.rs"]
mod drill_metrics;
#[path = "../../../../tests/it/hostile_run.rs"]
mod hostile_run;
#[expect(dead_code, reason = "the other tests need more of it")]
#[path = "../../../../tests/it/outside.rs"]
mod outside;
#[expect(dead_code, reason = "the other tests need more of it")]
#[path = "../../../../tests/it/raw.rs"]
mod raw;
#[expect(dead_code, reason = "the other tests need more of it")]
#[path = "../../../../tests/it/relay/bench.rs"]
mod relay_bench;
#[path = "../../../../tests/it/rich_plan.rs"]
mod rich_plan;
#[expect(dead_code, reason = "the other tests need more of it")]
#[path = "../../../../tests/it/support.rs"]
mod support;
