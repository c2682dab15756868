//! `on_failure`: what is looked up at the moment of a failure, and where it is shown.

use serde_json::Value;

use crate::support::Desk;

const FILE: &str = "quickstart/scenarios/lookups.yaml";

/// A story that stops an instance, does this, and looks up what `on_failure` says.
fn desk(on_failure: &str, steps: &str) -> Desk {
    let desk = Desk::new();
    desk.write(
        FILE,
        &format!("name: Looks up\nspec: ../bellcheck.yaml\ninstances:\n  web-1: {{ state: Running }}\non_failure: [{on_failure}]\nsteps:\n  - stop: web-1\n{steps}"),
    );
    desk
}

/// The lookups of the only scenario: name, milliseconds, lines.
fn lookups(desk: &Desk) -> Vec<(String, u64, String)> {
    desk.run(&["test", FILE, "--json", "o.jsonl"]).exits(1);
    let text = desk.read("o.jsonl");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let last = lines.into_iter().find(|line| line["event"] == "scenario_finished").unwrap();
    let one = |lookup: &Value| {
        let lines: Vec<&str> =
            lookup["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        (lookup["name"].as_str().unwrap().to_owned(), lookup["offset_ms"].as_u64().unwrap(), lines.join("\n"))
    };
    last["lookups"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn what_is_looked_up_is_what_was_there_when_the_step_failed() {
    let exploded = "message: [{ contains: Exploded }]";
    for step in [
        format!("expect: {{ robot: ops, within: 5s, {exploded} }}"),
        format!("expect_event: {{ product: ECS, name: \"Instance:StateChange\", within: 5s, {exploded} }}"),
        format!("repeat: {{ times: 2, steps: [{{ expect: {{ robot: ops, within: 5s, {exploded} }} }}] }}"),
    ] {
        let desk = desk("events, journal, alert_log", &format!("  - {step}\n"));
        let found = lookups(&desk);
        assert_eq!(found.len(), 3, "{found:?}");
        for (name, at, lines) in &found {
            assert_eq!(*at, 5_000, "{name}");
            // The instance is stopped after 30s, and the world went on until then to see what would come.
            assert!(!lines.contains("Stopped"), "{step}: {name}:\n{lines}");
        }
        assert!(found[0].2.contains("Stopping") && found[1].2.contains("Stopping"), "{found:?}");
        let moments = desk.read("o.jsonl");
        assert!(moments.contains("web-1: Stopping → Stopped"), "the world went on:\n{moments}");
    }
}

#[test]
fn a_story_that_goes_on_after_a_failure_shows_what_was_there_at_the_first() {
    let steps = "  - expect: { robot: ops, within: 10s, message: [{ contains: Stopping }], snapshot: other }\n  - advance: 10m\n  - expect: { robot: ops, within: 1s, message: [{ contains: Exploded }] }\n";
    let desk = desk("events", steps);
    let found = lookups(&desk);
    assert_eq!((found.len(), found[0].1), (1, 3_000), "{found:?}");
    assert!(!found[0].2.contains("Stopped"), "{found:?}");
}

#[test]
fn every_report_shows_what_was_looked_up() {
    let desk = desk("rules", "  - expect: { robot: ops, within: 5s, message: [{ contains: Exploded }] }\n");
    desk.run(&[
        "test",
        FILE,
        "--tap",
        "o.tap",
        "--markdown",
        "o.md",
        "--html",
        "o.html",
        "--junit",
        "o.xml",
        "--json",
        "o.jsonl",
    ])
    .exits(1)
    .says("looked up: rules (at +5s)")
    .says("ecs-fault: ENABLED, SYSTEM of ECS");
    desk.run(&["test", FILE, "--junit", "steps.xml", "--junit-granularity", "step"]).exits(1);
    for file in ["o.tap", "o.md", "o.html", "o.xml", "o.jsonl", "steps.xml"] {
        let text = desk.read(file);
        assert!(text.contains("ecs-fault: ENABLED, SYSTEM of ECS"), "{file}:\n{text}");
    }
    let tap = desk.read("o.tap");
    assert!(tap.contains("\n  lookups: [{\"name\":\"rules\",\"at\":\"5s\",\"lines\":["), "{tap}");
    // A story that holds looks up nothing.
    desk.replace(FILE, "Exploded", "Stopping");
    desk.run(&["test", FILE, "--html", "o.html"]).exits(0).hides("looked up");
    assert!(!desk.read("o.html").contains("Looked up"));
}
