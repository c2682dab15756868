//! The answer of an act that is lost: the act is done once all the same, and the story goes on.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use serde_json::json;

use super::{
    disorder::{Disorder, Fate},
    stage::Stage,
};

const STORY: &str = r#"name: Each act
spec: quickstart/bellcheck.yaml
instances:
  web-1: { state: Running }
steps:
  - simulate: { instance: web-1, event: SystemMaintenance.Reboot, not_before: 2d, as: planned }
  - cancel: planned
  - expect_event: { product: ECS, name: "Instance:SystemMaintenance.Reboot:Canceled" }
  - send_event: { product: ECS, name: "Disk:Stalled:Executing", instance: web-1 }
  - expect_event: { product: ECS, name: "Disk:Stalled:Executing" }
  - stop: web-1
  - expect_event: { product: ECS, name: "Instance:StateChange", content: { state: Stopped } }
  - start: web-1
  - expect_event: { product: ECS, name: "Instance:StateChange", content: { state: Running } }
  - reboot: web-1
  - expect_event: { product: ECS, name: "Instance:StateChange", content: { state: Running } }
  - release: { instance: web-1, force: true }
"#;

const ACTS: [&str; 7] = [
    "CreateSimulatedSystemEvents",
    "CancelSimulatedSystemEvents",
    "SendDryRunSystemEvent",
    "StopInstance",
    "StartInstance",
    "RebootInstance",
    "DeleteInstance",
];

#[test]
fn an_act_whose_answer_is_lost_is_done_once() {
    for fate in [Fate::Unanswered, Fate::Lost] {
        let mut stage = Stage::new();
        stage.desk.write("a.yaml", STORY);
        let lost: Arc<Mutex<BTreeMap<String, usize>>> = Arc::default();
        let to_lose = Arc::clone(&lost);
        stage.network = Some(Disorder::before(stage.cloud.port(), move |_, operation| {
            let mut lost = to_lose.lock().unwrap();
            let times = lost.entry(operation.to_owned()).or_default();
            *times += 1;
            if ACTS.contains(&operation) && *times == 1 { fate } else { Fate::Late(0) }
        }));
        let tags = json!({"bellcheck": "allowed", "bellcheck-release": "allowed"});
        let stage = stage.without_instances().with_instance("web-1", "Running", tags);
        let mark = stage.cloud.mark();
        stage.test(&["--yes", "--no-guard", "a.yaml"]).exits(0);
        for act in ACTS {
            let done = stage.cloud.writes(mark).into_iter().filter(|(operation, _)| operation == act).count();
            assert_eq!(done, 1, "{act} {fate:?}");
            // What is lost on its way there is asked for again.
            let sent = lost.lock().unwrap()[act];
            assert_eq!(sent, if fate == Fate::Lost { 2 } else { 1 }, "{act} {fate:?}");
        }
    }
}
