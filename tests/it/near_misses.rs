//! A message that is nearly the expected one: what was wanted beside what is there, matcher by matcher.

use crate::support::{Desk, Run};

const FILE: &str = "quickstart/scenarios/near.yaml";

fn run(step: &str) -> Run {
    let desk = Desk::new();
    desk.write(
        FILE,
        &format!("name: Near\nspec: ../bellcheck.yaml\ninstances:\n  web-1: {{ state: Running }}\nsteps:\n  - stop: web-1\n  - {step}\n"),
    );
    desk.run(&["test", FILE]).exits(1)
}

fn expect(matchers: &str) -> Run {
    run(&format!("expect: {{ robot: ops, within: 5s, message: [{matchers}] }}"))
}

#[test]
fn a_text_that_is_not_there_is_shown_beside_the_line_that_is_like_it() {
    expect("{ contains: \"State: Starting\" }, { contains: web-2 }, { contains: Exploded }, { contains: CloudMonitor }")
        .says("✗ contains `State: Starting`: it does not contain `State: Starting` wanted State: Starting had - State: Stopping")
        .says("✗ contains `web-2`: it does not contain `web-2` wanted web-2 had [CloudMonitor] INFO ECS Instance:StateChange: Stopping web-1")
        // Nothing is like this one.
        .says("✗ contains `Exploded`: it does not contain `Exploded` ✓ contains `CloudMonitor`");
    expect("{ all: [{ contains: CloudMonitor }, { contains: \"Level: WARN\" }] }")
        .says("wanted Level: WARN had - Level: INFO");
}

#[test]
fn a_text_that_is_another_is_shown_by_its_difference() {
    expect(
        "{ equals: { in: title, text: \"[CloudMonitor] INFO ECS Instance:StateChange: Starting web-1\" } }",
    )
    .says("wanted [CloudMonitor] INFO ECS Instance:StateChange: Starting web-1")
    .says("had [CloudMonitor] INFO ECS Instance:StateChange: Stopping web-1");
    expect("{ equals: \"one\\ntwo\" }").says("- wanted, + had: -one -two +").says("more");
    // Fields and values name both in their reason.
    expect(
        "{ equals: { field: msgtype, value: text } }, { json_path: { path: \"$.msgtype\", equals: link } }",
    )
    .says("`msgtype` is `markdown`, not `text`")
    .says("`$.msgtype` is `markdown`, not `link`");
}

#[test]
fn what_breaks_a_never_names_its_rule_and_the_event_that_the_rule_matched() {
    run("never: { robot: ops, for: 10s, message: [{ contains: Stopping }] }")
        .says("sent at +3s by rule `ecs-state-change` through contact `duty-engineer`")
        .says("rule `ecs-state-change` matches ECS Instance:StateChange (INFO, Stopping) of web-1, which came at +1s");
}
