//! An apply that is ended on its way: by `kill -9` at each boundary of a write, and by the signals
//! that people and init systems send.

use std::{process::Stdio, time::Duration};

use serde_json::Value;

use crate::{
    gate::{Act, Moment, OpenGate},
    support::{Cloud, Desk, Run, pause},
};

const SPEC: &str = "quickstart/bellcheck.yaml";
/// Two contacts, two groups, two rules, and the targets of two rules.
const WRITES: usize = 8;

/// Runs the program through a gate until it ends.
pub(crate) fn run_through(cloud: &Cloud, desk: &Desk, gate: &OpenGate, args: &[&str]) -> (Option<i32>, Run) {
    let child = cloud
        .command(desk)
        .env("BELLCHECK_ENDPOINT", gate.endpoint())
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    gate.watch(child);
    for _ in 0..400 {
        if let Some(code) = gate.ended() {
            return (code, Run::of(gate.take().wait_with_output().unwrap()));
        }
        pause(Duration::from_millis(50));
    }
    panic!("the program did not end");
}

#[test]
fn after_a_kill_at_any_write_the_next_apply_converges() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    for at in 1..=WRITES {
        for moment in [Moment::Before, Moment::After] {
            cloud.control("POST", "/_bellcheck/reset", &Value::Null);
            let gate = OpenGate::new(cloud.endpoint(), at, moment, Act::Kill);
            let (code, _) = run_through(&cloud, &desk, &gate, &["apply", SPEC, "--yes"]);
            assert_eq!(code, None, "killed at write {at}");
            let writes = cloud.writes(0).len();
            // Others that were under way may have passed before it; none passes afterwards.
            let least = if moment == Moment::After { 1 } else { 0 };
            assert!((least..=WRITES).contains(&writes), "{moment:?} write {at}: {writes}");
            assert!(moment == Moment::After || writes < WRITES, "{moment:?} write {at}: {writes}");
            cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
            cloud.run(&desk, &["plan", SPEC, "--check"]).exits(0).says("Plan: 0 to create, 0 to change");
        }
    }
}

#[test]
fn an_interrupted_apply_ends_what_is_under_way_and_says_where_it_stopped() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    for name in ["INT", "TERM"] {
        cloud.control("POST", "/_bellcheck/reset", &Value::Null);
        let gate = OpenGate::new(cloud.endpoint(), 4, Moment::Before, Act::Signal(name));
        let (code, run) = run_through(&cloud, &desk, &gate, &["apply", SPEC, "--yes"]);
        assert_eq!(code, Some(130), "{run:?}");
        // Two contacts and two rules wait for nothing, so they were under way.
        run.says("stopping: what is under way ends")
            .says("created contact duty-engineer")
            .says("! not tried group escalation (PutContactGroup): stopped before it")
            .says("Applied: 4 calls done, 0 failed, 4 not tried")
            .says("run the command again, and it continues from here");
        let written: Vec<String> = cloud.writes(0).into_iter().map(|(operation, _)| operation).collect();
        assert_eq!(written.len(), 4, "{written:?}");
        cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0).says("Applied: 4 calls done");
    }
}

#[test]
fn a_second_interrupt_ends_an_apply_at_once() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let gate = OpenGate::new(cloud.endpoint(), 1, Moment::Before, Act::InterruptTwice);
    let (code, run) = run_through(&cloud, &desk, &gate, &["apply", SPEC, "--yes"]);
    assert_eq!(code, Some(130), "{run:?}");
    run.says("interrupted: calls that were under way may or may not have taken effect");
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
}

#[test]
fn an_interrupt_ends_a_look_at_once_and_nothing_is_changed() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    for args in [&["plan", SPEC][..], &["apply", SPEC, "--yes"], &["destroy", SPEC, "--yes"]] {
        let gate = OpenGate::new(cloud.endpoint(), 0, Moment::Before, Act::InterruptTwice);
        let (code, run) = run_through(&cloud, &desk, &gate, args);
        assert_eq!(code, Some(130), "{run:?}");
        run.says("interrupted: nothing was changed");
    }
    assert_eq!(cloud.writes(0), []);
}

#[test]
fn an_interrupt_ends_the_wait_for_another_attempt() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let down = serde_json::json!({"rules": [{"operation": "PutContact", "status": 500}]});
    cloud.control("PUT", "/_bellcheck/faults", &down);
    let gate = OpenGate::new(cloud.endpoint(), 1, Moment::After, Act::Signal("INT"));
    let (code, run) = run_through(&cloud, &desk, &gate, &["apply", SPEC, "--yes", "--retry-for", "24h"]);
    assert_eq!(code, Some(130), "{run:?}");
    run.says("! failed contact duty-engineer: PutContact failed").says("InternalError");
}
