//! What is written and empty is a finding: a step that does nothing, a list that checks nothing.

use serde_json::Value;

use crate::support::Desk;

const FILE: &str = "quickstart/scenarios/empty.yaml";
const HEAD: &str = "name: Empty\nspec: ../bellcheck.yaml\ninstances: { web-1: {} }\n";
const SOUND: &str = "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 1m }\n";

/// The errors that `validate` tells: code and line.
fn errors(desk: &Desk, text: &str) -> Vec<(String, u64)> {
    desk.write(FILE, text);
    desk.run(&["test", FILE]).exits(2);
    let run = desk.run(&["validate", FILE, "-o", "json"]).exits(1);
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let found = found.as_array().unwrap().iter().filter(|finding| finding["severity"] == "error");
    found.map(|one| (one["code"].as_str().unwrap().to_owned(), one["line"].as_u64().unwrap())).collect()
}

#[test]
fn a_step_that_does_nothing_is_refused_wherever_it_stands() {
    let desk = Desk::new();
    desk.write("quickstart/lists.yaml", "step_lists:\n  shared:\n    - stop: web-1\n    - {}\n");
    let include = format!("include: [../lists.yaml]\n{SOUND}");
    for (text, line) in [
        ("steps:\n  - {}\n", 5),
        ("x-none: &none {}\nsteps:\n  - <<: *none\n", 6),
        ("steps:\n  - <<: {}\n", 5),
        ("steps:\n  - stop: web-1\n  - { <<: [{}, {}] }\n", 6),
        (&format!("{SOUND}finally:\n  - {{}}\n"), 8),
        (&format!("{SOUND}  - repeat: {{ times: 2, steps: [{{}}] }}\n"), 7),
        (
            &format!(
                "{SOUND}  - repeat:\n      times: 2\n      steps:\n        - stop: web-1\n        - {{}}\n"
            ),
            11,
        ),
        ("step_lists:\n  a:\n    - {}\nsteps:\n  - use: a\n", 6),
        // A list that no step uses, here and in an included file.
        (&format!("step_lists:\n  a:\n    - {{}}\n{SOUND}"), 6),
        (&format!("step_lists:\n  a:\n    - repeat: {{ times: 2, steps: [{{}}] }}\n{SOUND}"), 6),
        (&include, 4),
        (&format!("{include}  - use: shared\n"), 4),
        ("rows:\n  - { n: 1 }\nsteps:\n  - {}\n", 7),
    ] {
        let found = errors(&desk, &format!("{HEAD}{text}"));
        assert_eq!(found, [("scenario::empty-step".to_owned(), line)], "{text}");
    }
    desk.write(FILE, &format!("{HEAD}steps:\n  - {{}}\n"));
    desk.run(&["validate", FILE]).says("this step does nothing").says("or remove the step");
    // A merge of one step is that step.
    desk.write(
        FILE,
        &format!(
            "{HEAD}x-stop: &stop {{ stop: web-1 }}\nsteps:\n  - <<: *stop\n  - expect: {{ robot: ops }}\n"
        ),
    );
    desk.run(&["test", FILE]).exits(0);
}

#[test]
fn a_list_of_nothing_is_refused() {
    let desk = Desk::new();
    for (text, code, line) in [
        ("steps: []\n", "scenario::no-steps", 4),
        ("steps:\n", "scenario::wrong-type", 4),
        ("steps: {}\n", "scenario::wrong-type", 4),
        ("steps:\n  - repeat: { times: 2, steps: [] }\n", "scenario::no-steps", 5),
        ("steps:\n  - repeat: { times: 2 }\n", "yaml::missing-key", 5),
        ("steps:\n  - repeat:\n      times: 2\n      steps:\n", "scenario::wrong-type", 7),
        ("step_lists:\n  a: []\nsteps:\n  - use: a\n", "scenario::no-steps", 5),
        (&format!("step_lists:\n  a: []\n{SOUND}"), "scenario::no-steps", 5),
        (&format!("step_lists:\n  a:\n{SOUND}"), "scenario::wrong-type", 5),
        (&format!("{SOUND}  - expect: {{ robot: ops, message: [] }}\n"), "scenario::no-matchers", 7),
        (&format!("{SOUND}  - never: {{ robot: ops, for: 1h, message: [] }}\n"), "scenario::no-matchers", 7),
        (&format!("{SOUND}  - expect: {{ robot: ops, message: [any: []] }}\n"), "scenario::no-matchers", 7),
        (&format!("{SOUND}  - expect: {{ robot: ops, message: [{{}}] }}\n"), "scenario::wrong-type", 7),
        (&format!("{SOUND}  - expect: {{ robot: ops, message: [not: {{}}] }}\n"), "scenario::wrong-type", 7),
        (&format!("{SOUND}  - expect: {{ robot: ops, capture: {{}} }}\n"), "scenario::no-captures", 7),
        (
            &format!("{SOUND}  - expect: {{ robot: ops, capture: {{ <<: {{}} }} }}\n"),
            "scenario::no-captures",
            7,
        ),
        (
            &format!(
                "{SOUND}  - expect_event: {{ product: ECS, name: \"Instance:StateChange\", content: {{}} }}\n"
            ),
            "scenario::empty-content",
            7,
        ),
        (
            &format!(
                "{SOUND}  - expect_event: {{ product: ECS, name: \"Instance:StateChange\", content: {{ a: {{}} }} }}\n"
            ),
            "scenario::empty-content",
            7,
        ),
        (&format!("{SOUND}on_failure: []\n"), "scenario::no-lookups", 7),
        (&format!("{SOUND}on_failure: [{{}}]\n"), "yaml::wrong-type", 7),
        (&format!("{SOUND}on_failure:\n"), "yaml::wrong-type", 7),
        (&format!("{SOUND}slo: {{ message: {{}} }}\n"), "scenario::empty-slo", 7),
        (&format!("{SOUND}matrix: {{}}\n"), "scenario::no-axes", 7),
        (&format!("{SOUND}matrix:\n"), "scenario::no-axes", 7),
        (&format!("{SOUND}rows: [{{}}]\n"), "scenario::empty-row", 7),
        (&format!("{SOUND}rows: [{{ <<: {{}} }}]\n"), "scenario::empty-row", 7),
        (&format!("{SOUND}rows: []\n"), "scenario::no-rows", 7),
    ] {
        let found = errors(&desk, &format!("{HEAD}{text}"));
        assert_eq!(found, [(code.to_owned(), line)], "{text}");
    }
}

#[test]
fn a_scenario_with_an_empty_key_is_not_passed_over() {
    // `normalise:` with nothing behind it left the scenario out, without a word.
    let desk = Desk::new();
    desk.write(FILE, &format!("{HEAD}normalise:\n{SOUND}"));
    desk.run(&["test", "quickstart/scenarios"]).exits(0).says("3 scenarios: 3 passed");
    for key in
        ["tags", "instances", "emulator", "variables", "include", "webhooks", "finally", "slo", "strict"]
    {
        desk.write(
            FILE,
            &format!("{HEAD}x-a: 1\n{SOUND}{key}:\n").replace(
                "instances: { web-1: {} }\n",
                if key == "instances" { "" } else { "instances: { web-1: {} }\n" },
            ),
        );
        let run = desk.run(&["test", "quickstart/scenarios"]);
        assert!(run.code == 2 || run.stdout.contains("3 scenarios:"), "{key}: {}", run.all());
    }
}

#[test]
fn a_list_that_no_step_uses_is_doubted() {
    let desk = Desk::new();
    desk.write(FILE, &format!("{HEAD}step_lists:\n  spare: [{{ stop: web-1 }}]\n{SOUND}"));
    desk.run(&["test", FILE])
        .exits(0)
        .says("no step uses the list `spare`: none of it is run")
        .says("empty.yaml:5");
    desk.run(&["test", FILE, "--deny", "warnings"]).exits(2);
}
