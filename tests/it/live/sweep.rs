//! Whatever ends a run on the real cloud: its instance is as it was before, and nothing simulated is open.

use std::{
    process::{Child, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bellcheck::api::ecs::{DeleteInstance, DescribeInstanceHistoryEvents, StopInstance};

use super::{
    disorder::{Disorder, Fate},
    stage::Stage,
};
use crate::support::{Run, outcome, pause};

/// One of each act that can be undone.
const ACTS: &str = "name: Acts\nspec: quickstart/bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n  - stop: web-1\n  - expect_event: { product: ECS, name: \"Instance:StateChange\", message: [{ contains: Stopped }], within: 5m }\n  - start: web-1\n  - expect_event: { product: ECS, name: \"Instance:StateChange\", message: [{ contains: Running }], within: 5m }\n  - simulate: { instance: web-1, event: SystemMaintenance.Reboot, not_before: 1d }\n  - send_event: { product: ECS, name: \"Disk:Stalled:Executing\", instance: web-1 }\n  - reboot: web-1\n  - expect: { robot: ops, within: 2m }\n  - expect: { robot: ops, within: 2h, at_least: 50 }\n";

/// The operations of those acts.
const OPERATIONS: [&str; 5] = [
    "StopInstance",
    "StartInstance",
    "CreateSimulatedSystemEvents",
    "SendDryRunSystemEvent",
    "RebootInstance",
];

pub(super) fn stage() -> Stage {
    let stage = Stage::new();
    stage.desk.write("a.yaml", ACTS);
    stage
}

pub(super) fn run(stage: &Stage, args: &[&str]) -> Child {
    stage.write_binds();
    let mut command = stage.command();
    command.args(["test", "--backend", "live", "--yes", "a.yaml"]).args(args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Simulated events that have not ended.
pub(super) fn open_events(stage: &Stage) -> usize {
    let call = DescribeInstanceHistoryEvents {
        region_id: "cn-hangzhou".to_owned(),
        instance_event_cycle_status: vec!["Scheduled".to_owned(), "Executing".to_owned()],
        ..Default::default()
    };
    stage.call(&call).instance_system_event_set.instance_system_event_type.len()
}

#[track_caller]
pub(super) fn until(what: &str, holds: impl Fn() -> bool) {
    until_or(what, holds, String::new);
}

/// As [`until`]; what is `known` is told where it was not enough.
#[track_caller]
pub(super) fn until_or(what: &str, holds: impl Fn() -> bool, known: impl Fn() -> String) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        pause(Duration::from_millis(50));
    }
    panic!("half a minute was not enough for this: {what}\n{}", known());
}

#[test]
fn killed_at_each_act_a_sweep_restores_the_instance_and_a_second_one_changes_nothing() {
    let mut stage = stage();
    for operation in OPERATIONS {
        for held in [Fate::Held, Fate::AnswerHeld] {
            let case = format!("{operation} {held:?}");
            let seen = Arc::new(AtomicUsize::new(0));
            let to_count = Arc::clone(&seen);
            let network = Disorder::before(stage.cloud.port(), move |_, asked| {
                if asked == operation {
                    to_count.fetch_add(1, Ordering::SeqCst);
                    held
                } else {
                    Fate::Late(0)
                }
            });
            stage.network = Some(network);
            let mut killed = run(&stage, &["--no-guard"]);
            until(&case, || seen.load(Ordering::SeqCst) > 0);
            // It may have arrived by now, and its effect may have begun.
            pause(Duration::from_millis(30));
            killed.kill().unwrap();
            killed.wait().unwrap();
            stage.network = None;
            let swept = sweep(&stage, &["--dry-run"]);
            // A test event leaves nothing behind; what was done before it does.
            assert_eq!(swept.code, 1, "{case}: {}", swept.all());
            let swept = swept.says("web-1").says("to be Running again");
            assert!(swept.all().contains("stop web-1"), "{case}: {}", swept.all());
            sweep(&stage, &["--yes"]).exits(0).says("1 instance restored");
            assert_eq!((stage.state("web-1"), open_events(&stage)), ("Running".to_owned(), 0), "{case}");
            let mark = stage.cloud.mark();
            sweep(&stage, &[]).exits(0).says("nothing is left to undo");
            assert_eq!(stage.cloud.mark(), mark, "{case}: a second sweep called something");
        }
    }
}

pub(super) fn sweep(stage: &Stage, args: &[&str]) -> Run {
    let mut command = stage.command();
    command.args(["sweep", "--binds", "binds.yaml"]).args(args);
    Run::of(command.output().unwrap())
}

#[test]
fn a_run_that_is_killed_is_undone_by_its_guard() {
    let stage = stage();
    let mut killed = run(&stage, &[]);
    until("an instance that was touched", || stage.state("web-1") != "Running");
    killed.kill().unwrap();
    killed.wait().unwrap();
    until("a restored instance", || stage.state("web-1") == "Running");
    until("a settled journal", || sweep(&stage, &["--dry-run"]).code == 0);
}

#[test]
fn interrupts_undo_everything_and_are_never_a_pass() {
    for signal in ["-INT", "-TERM"] {
        let stage = stage();
        stage.desk.replace("a.yaml", "spec:", "on_failure: [events, alert_log, rules]\nspec:");
        let child = run(&stage, &["--json", "report.jsonl"]);
        until("an instance that was touched", || stage.state("web-1") != "Running");
        let pid = child.id().to_string();
        assert!(std::process::Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let run =
            outcome(child).exits(130).says("the run was interrupted").says("undone: web-1: it is Running");
        run.hides("something is left").hides("was refused");
        assert_eq!((stage.state("web-1"), open_events(&stage)), ("Running".to_owned(), 0));
        let report = stage.desk.read("report.jsonl");
        assert!(report.contains(r#""ended":"interrupted""#), "{report}");
        sweep(&stage, &[]).exits(0).says("nothing is left to undo");
    }
}

#[test]
fn a_deadline_undoes_everything_too() {
    let stage = stage().with("deadline: 1m\n");
    let run = outcome(run(&stage, &[])).exits(130).says("the deadline of 1m is over");
    run.says("undone: web-1: it is Running");
    assert_eq!((stage.state("web-1"), open_events(&stage)), ("Running".to_owned(), 0));
}

#[test]
fn nothing_is_done_that_cannot_be_written_down() {
    let stage = stage();
    stage.desk.write("journal", "a file");
    let mark = stage.cloud.mark();
    let run = outcome(run(&stage, &["--journal", "journal/live"])).exits(2);
    run.says("nothing is done that cannot be written down first").says("--journal");
    assert!(stage.cloud.writes(mark).is_empty());
}

#[test]
fn a_sweep_touches_no_other_account_and_no_run_that_lives() {
    let stage = Stage::new();
    // Nothing but a sweep starts it again, however long that takes.
    let text = "name: Stays\nspec: quickstart/bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 12h, at_least: 50 }\n";
    stage.desk.write("a.yaml", text);
    let stage = stage.with("deadline: 12h\n");
    let mut child = run(&stage, &["--no-guard"]);
    until("an instance that was touched", || stage.state("web-1") != "Running");
    sweep(&stage, &["--yes"]).exits(1).says("its run is under way").says("to be Running again");
    assert_ne!(stage.state("web-1"), "Running");
    child.kill().unwrap();
    child.wait().unwrap();
    let file = std::fs::read_dir(stage.desk.path(".bellcheck/live")).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("1000000000000001", "2000000000000002")).unwrap();
    let mark = stage.cloud.mark();
    sweep(&stage, &["--yes"]).exits(1).says("it is of account 2000000000000002").says("--profile");
    assert!(stage.cloud.writes(mark).is_empty());
    std::fs::write(&file, text.replace("\"stop web-1\"", "stop web-1")).unwrap();
    sweep(&stage, &["--yes"]).exits(2).says(".jsonl:2: ").says("look at its instances by hand");
    assert!(stage.cloud.writes(mark).is_empty());
    std::fs::write(&file, text).unwrap();
    sweep(&stage, &["--yes"]).exits(0).says("1 instance restored");
    assert_eq!(stage.state("web-1"), "Running");
}

#[test]
fn an_instance_that_somebody_else_releases_ends_the_wait() {
    let stage = stage();
    let child = run(&stage, &["--no-guard"]);
    until("an instance that was touched", || stage.state("web-1") != "Running");
    let binds = stage.desk.read("binds.yaml");
    let id = binds.split_once("web-1: ").unwrap().1.split(' ').next().unwrap();
    stage.call(&DeleteInstance { instance_id: id.to_owned(), force: Some(true), ..Default::default() });
    let run = outcome(child).exits(3).says("instance `web-1` is not there any more");
    run.says("not everything that the scenario did was undone").says("bellcheck sweep");
}

/// The modes of the stops since then.
fn modes(stage: &Stage, mark: usize) -> Vec<String> {
    let stops = stage.cloud.writes(mark).into_iter().filter(|(operation, _)| operation == "StopInstance");
    stops.map(|(_, params)| params["StoppedMode"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn an_instance_keeps_its_place_and_is_stopped_again_as_it_was() {
    let stage = Stage::new();
    let text = "name: Rings\nspec: quickstart/bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 2m, message: [{ contains: Stopping }] }\n";
    stage.desk.write("a.yaml", text);
    let mark = stage.cloud.mark();
    outcome(run(&stage, &[])).exits(0);
    assert_eq!(modes(&stage, mark), ["KeepCharging"]);

    let binds = stage.desk.read("binds.yaml");
    let instance_id = binds.split_once("web-1: ").unwrap().1.split(' ').next().unwrap().to_owned();
    let stopped_mode = Some("StopCharging".to_owned());
    stage.call(&StopInstance { instance_id, stopped_mode, ..Default::default() });
    until("a stopped instance", || stage.state("web-1") == "Stopped");
    let text = text.replace("state: Running", "state: Stopped").replace("- stop:", "- start:");
    stage.desk.write("a.yaml", &text.replace("Stopping", "Starting"));
    let mark = stage.cloud.mark();
    outcome(run(&stage, &[])).exits(0).says("undone: stop web-1: it was Stopped before");
    assert_eq!(modes(&stage, mark), ["StopCharging"]);
    assert_eq!(stage.state("web-1"), "Stopped");
}
