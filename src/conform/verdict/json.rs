//! For programs.

use serde_json::{Value, json};

use super::{CassetteInfo, Conformance, Difference, OperationVerdict};

/// `{"verdict", "tolerance_ms", "cassettes", "operations", "passed_over", "never_observed"}`.
#[must_use]
pub fn render_json(found: &Conformance) -> Value {
    json!({
        "verdict": if found.is_same() { "same" } else { "differs" },
        "tolerance_ms": u64::try_from(found.tolerance.as_millis()).unwrap_or(u64::MAX),
        "cassettes": found.cassettes.iter().map(cassette).collect::<Vec<_>>(),
        "operations": found.operations.iter().map(operation).collect::<Vec<_>>(),
        "passed_over": found.passed_over.iter().map(|passed| {
            json!({"operation": passed.operation, "why": passed.why, "count": passed.count})
        }).collect::<Vec<_>>(),
        "never_observed": found.never,
    })
}

fn cassette(info: &CassetteInfo) -> Value {
    json!({
        "file": info.name,
        "command": info.command,
        "recorded_at": info.recorded_at.to_string(),
        "age_days": info.age_days,
        "old": info.is_old,
        "provenance": info.provenance.as_str(),
        "exchanges": info.exchanges,
        "cut_short": info.is_cut,
    })
}

fn operation(verdict: &OperationVerdict) -> Value {
    json!({
        "operation": verdict.operation,
        "verdict": if verdict.differences.is_empty() { "same" } else { "differs" },
        "exchanges": verdict.exchanges,
        "differs": verdict.differences.iter().map(difference).collect::<Vec<_>>(),
        "same": verdict.same,
        "never_observed": verdict.never,
        "unordered": verdict.unordered,
    })
}

fn difference(difference: &Difference) -> Value {
    json!({
        "field": difference.path,
        "kind": difference.kind.as_str(),
        "cloud": difference.cloud,
        "emulator": difference.emulator,
        "count": difference.count,
        "switch": difference.switch,
    })
}
