//! What the key of a live run may have to do is in the policy that `doctor` prints.

use std::collections::BTreeSet;

use serde_json::Value;

use super::stage::Stage;
use crate::doctor::policy;

/// The operations that a live run called, but for the one that needs no permission.
fn called(stage: &Stage, mark: usize) -> BTreeSet<String> {
    let journal = stage.cloud.control("GET", "/_bellcheck/journal", &Value::Null);
    let calls = journal.as_array().unwrap()[mark..].iter().filter(|entry| entry["kind"] == "call");
    let operation = |call: &Value| call["operation"].as_str().unwrap().to_owned();
    calls.map(operation).filter(|operation| operation != "GetCallerIdentity").collect()
}

#[test]
fn a_run_calls_nothing_that_the_policy_lacks_also_to_undo_what_it_did() {
    for (act, undo) in [
        ("stop: web-1", "StartInstance"),
        ("repeat: { times: 1, steps: [{ stop: web-1 }] }", "StartInstance"),
        (
            "simulate: { instance: web-1, event: SystemMaintenance.Reboot, not_before: 48h }",
            "CancelSimulatedSystemEvents",
        ),
    ] {
        let stage = Stage::new();
        std::fs::remove_dir_all(stage.desk.path("quickstart/scenarios")).unwrap();
        let text = format!(
            "name: Acts\nspec: ../bellcheck.yaml\ninstances:\n  web-1: {{ state: Running }}\nsteps:\n  - {act}\n"
        );
        stage.desk.write("quickstart/scenarios/a.yaml", &text);
        let mark = stage.cloud.mark();
        stage.test(&["quickstart/scenarios/a.yaml", "--yes"]).exits(0);
        let called = called(&stage, mark);
        let allowed = policy(&stage.desk, "test").into_iter();
        let allowed: BTreeSet<String> =
            allowed.map(|action| action.split(':').next_back().unwrap().to_owned()).collect();
        assert!(called.contains(undo), "{act}: {called:?}");
        let lacking: Vec<&String> = called.difference(&allowed).collect();
        assert!(lacking.is_empty(), "{act}: the policy lacks {lacking:?}");
        // Nothing that changes anything is allowed beyond that.
        let is_write = |operation: &&String| !operation.starts_with("Describe");
        let more: Vec<&String> = allowed.difference(&called).filter(is_write).collect();
        assert!(more.is_empty(), "{act}: the policy has {more:?}");
        assert_eq!(stage.state("web-1"), "Running");
    }
}
