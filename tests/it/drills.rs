//! `drill: true` as its author sees it: what it refuses, and what its message says.

use crate::support::Desk;

const FILE: &str = "quickstart/scenarios/drill.yaml";
const HEAD: &str = "name: Drill\ndrill: true\nspec: ../bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n  - send_event: { product: ECS, name: \"Instance:StateChange\", content: { state: Stopping } }\n";

#[test]
fn a_step_that_changes_something_is_refused_under_its_line_and_nothing_is_run() {
    let desk = Desk::new();
    let expect = "  - expect: { robot: ops, within: 2m, message: [{ contains: \"[DRILL]\" }] }\n";
    desk.write(FILE, &format!("{HEAD}{expect}"));
    desk.run(&["test", FILE]).exits(0).says("1 passed");
    desk.write(FILE, &format!("{HEAD}{expect}finally:\n  - stop: web-1\n"));
    desk.run(&["validate", FILE])
        .exits(1)
        .says("scenario::step-in-drill")
        .says("`stop` is not for a drill, which changes nothing")
        .says("drill.yaml:10:5")
        .says("let `send_event` send the event that would come of it");
    desk.run(&["test", FILE]).exits(2).hides("▶");
    // Without the word it is a scenario like any other, and its message does not say that it is a drill.
    desk.replace(FILE, "drill: true\n", "");
    desk.run(&["test", FILE]).exits(1).says("does not contain `[DRILL]`");
}

#[test]
fn the_message_says_what_the_drill_says() {
    let desk = Desk::new();
    let expect = "  - expect: { robot: ops, within: 2m, message: [{ contains: \"演习 of \\\"ops\\\"\" }] }\n";
    desk.write(FILE, &format!("{HEAD}{expect}").replace("drill: true", "drill: 演习 of \"${WHO}\""));
    desk.run_with(&[("WHO", "ops")], &["test", FILE]).exits(0);
    desk.run_with(&[("WHO", "others")], &["test", FILE]).exits(1);
}
