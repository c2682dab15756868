//! A release that is not sure to have happened: an instance that is still there is as it was before.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::json;

use super::{
    disorder::{Disorder, Fate},
    stage::Stage,
    sweep::{run, sweep, until},
};
use crate::support::{outcome, pause};

const STORY: &str = "name: A release\nspec: quickstart/bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n  - stop: web-1\n  - expect_event: { product: ECS, name: \"Instance:StateChange\", content: { state: Stopped }, within: 5m }\n  - release: web-1\n";

fn stage() -> Stage {
    let tags = json!({"bellcheck": "allowed", "bellcheck-release": "allowed"});
    let stage = Stage::new().without_instances().with_instance("web-1", "Running", tags);
    // The instance of the stage before is another one; its name is not looked for.
    stage.desk.write("a.yaml", STORY);
    stage
}

/// The journal of the only run.
fn journal(stage: &Stage) -> String {
    let entries = fs::read_dir(stage.desk.path(".bellcheck/live")).unwrap();
    let mut journals = entries.map(|entry| entry.unwrap().path());
    let path = journals.find(|path| path.extension().is_some_and(|end| end == "jsonl")).unwrap();
    fs::read_to_string(path).unwrap()
}

fn states(stage: &Stage) -> Vec<String> {
    let state = stage.cloud.control("GET", "/_bellcheck/state", &serde_json::Value::Null);
    let all = state["accounts"][super::stage::ACCOUNT]["instances"].as_array().unwrap().clone();
    all.iter().map(|instance| instance["state"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_release_that_is_refused_is_undone() {
    let stage = stage();
    let faults = json!({"rules": [{"operation": "DeleteInstance", "error": "OperationDenied"}]});
    stage.cloud.control("PUT", "/_bellcheck/faults", &faults);
    let run = outcome(run(&stage, &[])).exits(3).says("OperationDenied");
    run.says("undone: start web-1: it was Running before")
        .says("undone: web-1: it is Running, and it was not released")
        .hides("cannot be undone")
        .hides("gone");
    assert_eq!(states(&stage), ["Running", "Running"]);
    let journal = journal(&stage);
    assert!(journal.contains("{\"restored\":") && journal.contains("{\"end\":"), "{journal}");
    assert!(!journal.contains("{\"gone\":"), "{journal}");
    sweep(&stage, &["--yes"]).exits(0).says("nothing is left to undo");
}

#[test]
fn a_release_that_happened_is_noted_as_that() {
    let stage = stage();
    let run = outcome(run(&stage, &[])).exits(0);
    run.says("undone: web-1: it is gone: it was released, which cannot be undone");
    assert_eq!(states(&stage), ["Running"]);
    let journal = journal(&stage);
    assert!(journal.contains("{\"gone\":") && !journal.contains("{\"restored\":"), "{journal}");
}

#[test]
fn killed_at_a_release_a_sweep_looks_whether_it_happened() {
    for (held, code, said) in [
        (Fate::Held, ["Running", "Running"].as_slice(), "1 instance restored"),
        (Fate::AnswerHeld, ["Running"].as_slice(), "1 instance gone"),
    ] {
        let mut stage = stage();
        let seen = Arc::new(AtomicUsize::new(0));
        let to_count = Arc::clone(&seen);
        stage.network = Some(Disorder::before(stage.cloud.port(), move |_, asked| {
            if asked == "DeleteInstance" {
                to_count.fetch_add(1, Ordering::SeqCst);
                held
            } else {
                Fate::Late(0)
            }
        }));
        let mut killed = run(&stage, &["--no-guard"]);
        until("a release", || seen.load(Ordering::SeqCst) > 0);
        pause(Duration::from_millis(50));
        killed.kill().unwrap();
        killed.wait().unwrap();
        stage.network = None;
        sweep(&stage, &["--yes"]).exits(0).says(said);
        assert_eq!(states(&stage), code, "{held:?}");
        sweep(&stage, &["--yes"]).exits(0).says("nothing is left to undo");
    }
}

#[test]
fn a_release_that_never_arrives_is_undone() {
    let mut stage = stage();
    stage.network = Some(Disorder::before(stage.cloud.port(), move |_, asked| {
        if asked == "DeleteInstance" { Fate::Lost } else { Fate::Late(0) }
    }));
    let run = outcome(run(&stage, &["--retry-for", "0s"])).exits(3);
    run.says("it is Running, and it was not released");
    assert_eq!(states(&stage), ["Running", "Running"]);
}
