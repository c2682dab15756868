//! The step `fault`: what it makes fail, how a report tells of it, and what it may not say.

use crate::support::{Desk, Run};

const FILE: &str = "quickstart/scenarios/fault.yaml";

/// A scenario with these steps; the first of them stands in line 7.
fn run(steps: &str) -> Run {
    let desk = Desk::new();
    let head = "name: Faults\nspec: ../bellcheck.yaml\ninstances:\n  web-1: { state: Running }\n  web-2: { state: Running }\nsteps:\n";
    desk.write(FILE, &format!("{head}{steps}"));
    desk.run(&["test", FILE])
}

const STOP: &str = "  - stop: web-1\n";
const EXPECT: &str = "  - expect: { robot: ops, within: 2m, message: [{ contains: Stopping }] }\n";

#[test]
fn a_robot_that_answers_an_errcode_takes_no_message_and_the_report_says_why() {
    let fault = "  - fault: { robot: ops, errcode: 130101, times: 1 }\n";
    let never = "  - never: { robot: ops, for: 20s }\n";
    let second = "  - stop: web-2\n  - expect: { robot: ops, within: 2m, message: [{ contains: web-2 }] }\n";
    run(&format!("{fault}{STOP}{never}{second}"))
        .exits(0)
        .says("▶ fault robot ops: errcode 130101, once")
        .says("the `fault` in line 7 struck robot ops: errcode 130101")
        .says("duty-engineer → ops refused: errcode 130101");
    // The twin that must fail: the message is expected all the same.
    run(&format!("{fault}{STOP}{EXPECT}"))
        .exits(1)
        .says("no message came to robot `ops` within 2m")
        .says("the `fault` in line 7 (errcode 130101) made robot `ops` refuse the message to `duty-engineer`: errcode 130101 send too fast")
        .says("end it with `fault: []`")
        .hides("use more robots");
    // Without the fault it comes.
    run(&format!("{STOP}{EXPECT}")).exits(0).hides("fault in line");
}

#[test]
fn a_count_that_falls_short_names_the_fault_as_well() {
    let both = "  - fault: { robot: ops, errcode: -1, times: 1 }\n  - stop: web-1\n  - stop: web-2\n";
    run(&format!("{both}  - expect: {{ robot: ops, within: 20s, times: 2 }}\n"))
        .exits(1)
        .says("exactly 2 messages should have come to robot `ops` within 20s, and 1 came")
        .says("1 message refused: the `fault` in line 7 (errcode -1) made robot `ops` refuse");
}

#[test]
fn a_genuine_refusal_is_not_blamed_on_a_fault() {
    let desk = Desk::new();
    desk.replace("quickstart/bellcheck.yaml", "keywords: [CloudMonitor]", "keywords: [Nowhere]");
    let head = "name: Faults\nspec: ../bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n";
    // Another robot's fault, and one that makes this robot late only.
    for fault in ["{ robot: managers, errcode: 130101 }", "{ robot: ops, delay: 2s }"] {
        desk.write(FILE, &format!("{head}  - fault: {fault}\n{STOP}{EXPECT}"));
        desk.run(&["test", FILE])
            .exits(1)
            .says("none of its keywords [Nowhere] is in it")
            .hides("made robot `ops` refuse");
    }
    // A fault that struck the robot's answer to an earlier event, and is spent.
    let once = "  - fault: { robot: ops, errcode: 130101, times: 1 }\n";
    let later = "  - expect: { robot: ops, within: 2m, message: [{ contains: Stopped }] }\n";
    desk.write(FILE, &format!("{head}{once}{STOP}{later}"));
    desk.run(&["test", FILE])
        .exits(1)
        .says("the `fault` in line 6 struck robot ops")
        .says("none of its keywords [Nowhere] is in it")
        .hides("made robot `ops` refuse");
}

#[test]
fn a_connection_that_ends_at_a_robot_loses_the_message_before_and_not_after() {
    let drop = |when: &str| format!("  - fault: {{ robot: ops, drop: {when} }}\n{STOP}{EXPECT}");
    run(&drop("after")).exits(0).says("the `fault` in line 7 struck robot ops: drop after");
    run(&drop("before"))
        .exits(1)
        .says("the `fault` in line 7 (drop before) made robot `ops` refuse the message");
}

#[test]
fn the_storys_own_calls_are_struck_and_the_finding_names_the_fault() {
    let fault = "  - fault: { operation: StopInstance, error: Forbidden.RAM }\n";
    run(&format!("{fault}{STOP}{EXPECT}"))
        .exits(3)
        .says("StopInstance was refused")
        .says("Forbidden.RAM: This answer was asked for (injected fault). (HTTP 403, RequestId")
        .says("the `fault` in line 7 asked for this: error Forbidden.RAM")
        .says("the `fault` in line 7 struck StopInstance: error Forbidden.RAM");
    // Another operation is not.
    let other = "  - fault: { operation: StartInstance, error: Forbidden.RAM }\n";
    run(&format!("{other}{STOP}{EXPECT}")).exits(0);
    // One that is refused for its own reasons is not blamed on a fault.
    run(&format!("{other}  - start: web-1\n")).exits(3).says("`fault` in line 7");
    run(&format!("{other}{STOP}  - stop: web-1\n"))
        .exits(3)
        .says("IncorrectInstanceStatus")
        .hides("fault` in line");
}

#[test]
fn faults_add_up_until_a_list_replaces_them() {
    let robot = "  - fault: { robot: ops, errcode: -1 }\n";
    let call = "  - fault: { operation: StopInstance, status: 403 }\n";
    // The second fault does not end the first.
    run(&format!("{robot}{call}{EXPECT}")).exits(1);
    let other = "  - fault: { operation: StartInstance, status: 403 }\n";
    run(&format!("{robot}{other}{STOP}{EXPECT}")).exits(1).says("the `fault` in line 7 (errcode -1)");
    run(&format!("{robot}{call}  - fault: []\n{STOP}{EXPECT}")).exits(0).says("▶ no faults from here on");
    let list = "  - fault: [{ robot: managers, errcode: -1 }, { operation: StartInstance, delay: 2s }]\n";
    run(&format!("{robot}{call}{list}{STOP}{EXPECT}"))
        .exits(0)
        .says("▶ faults robot managers: errcode -1; StartInstance: delay 2s");
}

#[test]
fn a_share_strikes_as_the_seed_says_the_same_each_time() {
    let steps = "  - fault: { robot: ops, errcode: -1, share: 0.5 }\n  - stop: web-1\n  - stop: web-2\n  - advance: 1h\n";
    let strikes = || run(steps).exits(0).all().matches("struck robot ops").count();
    let first = strikes();
    assert_eq!(strikes(), first);
    // Four messages; with this seed neither all nor none of them.
    assert!((1..4).contains(&first), "{first}");
}

#[test]
fn a_late_answer_moves_the_clock_of_the_story() {
    let late = "  - fault: { operation: StopInstance, delay: 90s, times: 1 }\n";
    let soon = "  - expect: { robot: ops, within: 1ms, message: [{ contains: Stopping }] }\n";
    run(&format!("{late}{STOP}{soon}"))
        .exits(0)
        .says("the `fault` in line 7 struck StopInstance: delay 1m30s")
        .says("+1m30s");
    run(&format!("{STOP}{soon}")).exits(1).says("too late");
}

#[test]
fn bad_words_are_told_with_their_line_and_a_remedy() {
    let desk = Desk::new();
    let head = "name: Faults\nspec: ../bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n";
    for (fault, message, remedy) in [
        (
            "{ operation: PutContakt, status: 500 }",
            "there is no operation `PutContakt`",
            "did you mean `PutContact` or",
        ),
        ("{ status: 500 }", "a fault strikes either an operation or a robot", "`operation: PutContact`"),
        (
            "{ operation: PutContact, robot: ops, drop: before }",
            "either an operation or a robot",
            "one of the two",
        ),
        ("{ robot: opz, drop: before }", "the spec has no robot `opz`", "`ops`"),
        (
            "{ operation: PutContact }",
            "a fault without an effect does nothing",
            "`error`, `status`, `drop` or `delay`",
        ),
        (
            "{ robot: ops, times: 3 }",
            "a fault without an effect does nothing",
            "`errcode`, `drop` or `delay`",
        ),
        ("{ robot: ops, drop: before, delay: 2s }", "`delay` is a second", "write a fault for each"),
        ("{ robot: ops, status: 500 }", "cannot have this `status`", "`errcode`, `drop` or `delay`"),
        ("{ robot: ops, error: Throttling }", "cannot have this `error`", "`errcode`, `drop` or `delay`"),
        ("{ operation: PutContact, errcode: 1 }", "an operation answers no `errcode`", "`error`"),
        ("{ robot: ops, errcode: 0 }", "`errcode` 0 is a success", "130101"),
        ("{ operation: PutContact, status: 200 }", "`status` is from 400 to 599", "500"),
        ("{ operation: PutContact, status: 70000 }", "`status` is from 400 to 599", "500"),
        ("{ operation: PutContact, drop: sometimes }", "sometimes", "`before`"),
        ("{ operation: PutContact, delay: soon }", "`soon` is not a duration", "90s"),
        ("{ operation: PutContact, status: 500, share: 2 }", "`share` is from 0 to 1", "0.5"),
        ("{ operation: PutContact, status: 500, share: .nan }", "share", "0.5"),
        ("{ operation: PutContact, status: 500, times: often }", "`often` is not a whole number", "digits"),
        ("{ operation: PutContact, status: 500, seed: 3 }", "unknown key `seed`", "`"),
        ("[{ operation: PutContact, status: 500 }, { robot: ops }]", "without an effect", "`errcode`"),
        ("throttling", "a mapping is expected here", "key: value"),
    ] {
        desk.write(FILE, &format!("{head}  - fault: {fault}\n"));
        for command in ["validate", "test"] {
            let code = if command == "validate" { 1 } else { 2 };
            let run = desk.run(&[command, FILE]).exits(code).says(message).says(remedy).says("fault.yaml:6");
            assert_eq!(run.all().matches("╭─[").count(), 1, "one finding for {fault}: {}", run.all());
        }
    }
}
