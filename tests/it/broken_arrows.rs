//! Every arrow of the path can break without a word from the cloud. Each test breaks one in a copy of
//! the quickstart and demands that the report names it and its cause, under the scenario's line.

use std::{fs, path::Path};

use bellcheck::{
    diagnostic::Diagnostic,
    report::{RunOutcome, Verdict, junit, terminal},
    scenario::{Backend, RunSettings, Scenario, load, run_all, snapshot::WriteMode},
};

/// The scenario that rings the on-call group, without its snapshots.
const STOP: &str = "\
name: Stopping an instance rings the on-call group
spec: ../bellcheck.yaml
instances:
  web-1: { state: Running }
steps:
  - stop: web-1
  - expect:
      robot: ops
      within: 2m
      message:
        - contains: \"Instance:StateChange\"
        - contains: Stopping
        - contains: web-1
finally:
  - start: web-1
";

const SPEC: &str = include_str!("../../examples/quickstart/bellcheck.yaml");

fn settings() -> RunSettings {
    RunSettings {
        backend: Backend::Emulator,
        seed: 1,
        template: None,
        write: WriteMode::Never,
        jobs: 1,
        tool: "bellcheck test".to_owned(),
        date: "2026-01-01".to_owned(),
    }
}

/// Loads a scenario that stands beside a spec in a folder of its own.
fn loaded(folder: &Path, spec: &str, scenario: &str) -> Result<Scenario, Vec<Diagnostic>> {
    fs::create_dir_all(folder.join("scenarios")).unwrap();
    fs::write(folder.join("bellcheck.yaml"), spec).unwrap();
    let path = folder.join("scenarios/stop-instance.yaml");
    fs::write(&path, scenario).unwrap();
    load(&path.display().to_string(), scenario, &crate::support::tokens)
        .map(|mut loaded| loaded.value.remove(0))
}

/// The quickstart's spec with one change.
fn changed(from: &str, to: &str) -> String {
    let spec = SPEC.replacen(from, to, 1);
    assert_ne!(spec, SPEC, "`{from}` is not in the quickstart");
    spec
}

fn run(spec: &str, scenario: &str) -> RunOutcome {
    let folder = tempfile::tempdir().unwrap();
    let scenario = loaded(folder.path(), spec, scenario)
        .unwrap_or_else(|faults| panic!("{}", faults[0].render(false, 100)));
    run_all(&[scenario], &settings())
}

/// Runs the scenario on a broken spec: it fails, and its drawn report has the arrow and the cause
/// under the line of `expect`, and the remedy.
fn breaks(spec: &str, arrow_and_cause: &str, remedy: &str) {
    let run = run(spec, STOP);
    let drawn = terminal::render(&run, false, 400);
    assert_eq!(run.verdict(), Verdict::Failed, "{drawn}");
    assert!(drawn.contains("stop-instance.yaml:7:5"), "{drawn}");
    let label = drawn.lines().find(|line| line.contains(arrow_and_cause));
    assert!(label.is_some_and(|line| line.contains("╰── ")), "`{arrow_and_cause}` is not drawn:\n{drawn}");
    assert!(drawn.contains(remedy), "`{remedy}` is not said:\n{drawn}");
    assert!(drawn.ends_with("1 scenario: 1 failed\n"), "{drawn}");
    let xml = junit::render(&run, junit::Granularity::Scenario).unwrap();
    for output in [&drawn, &xml] {
        for secret in ["ops-test-token", "managers-test-token", "no-such-token", "testSk"] {
            assert!(!output.contains(secret), "{secret} leaked:\n{output}");
        }
    }
    // What was changed is cleaned up also when the story failed.
    let cleanup = run.scenarios[0].steps.last().unwrap();
    assert_eq!(
        (cleanup.text.as_str(), cleanup.cleanup, cleanup.verdict),
        ("start web-1", true, Verdict::Passed)
    );
}

#[test]
fn the_whole_path_holds() {
    let run = run(SPEC, STOP);
    let drawn = terminal::render(&run, false, 100);
    assert_eq!(run.verdict(), Verdict::Passed, "{drawn}");
    assert!(drawn.contains("web-1: Running → Stopping"), "{drawn}");
    assert!(drawn.contains("✉ duty-engineer → ops"), "{drawn}");
}

#[test]
fn the_rule_is_disabled() {
    breaks(
        &changed("  ecs-state-change:\n", "  ecs-state-change:\n    enabled: false\n"),
        "event ─► rule: rule `ecs-state-change` is disabled",
        "remove `enabled: false` from rule `ecs-state-change`",
    );
}

#[test]
fn the_level_cannot_match() {
    breaks(
        &changed("levels: [INFO]\n      names: [\"Instance:StateChange\"]\n", "levels: [CRITICAL]\n"),
        "event ─► rule: rule `ecs-state-change` did not match: ",
        "change ",
    );
    let run = run(
        &changed("levels: [INFO]\n      names: [\"Instance:StateChange\"]\n", "levels: [CRITICAL]\n"),
        STOP,
    );
    let drawn = terminal::render(&run, false, 400);
    assert!(drawn.contains("level INFO is not in [CRITICAL]"), "{drawn}");
}

#[test]
fn an_event_name_is_misspelt() {
    let folder = tempfile::tempdir().unwrap();
    let spec = changed("names: [\"Instance:StateChange\"]", "names: [\"Instance:StateChanged\"]");
    let faults = loaded(folder.path(), &spec, STOP).expect_err("a misspelt name must not be run");
    let drawn: String = faults.iter().map(|fault| fault.render(false, 100)).collect();
    assert!(drawn.contains("stop-instance.yaml:2:7"), "{drawn}");
    assert!(drawn.contains("bellcheck.yaml:40"), "{drawn}");
    assert!(drawn.contains("Instance:StateChanged") && drawn.contains("`Instance:StateChange`"), "{drawn}");
}

#[test]
fn the_contact_is_not_in_the_group() {
    breaks(
        &changed("contacts: [duty-engineer]\n", "contacts: [head-of-operations]\n"),
        "contact group ─► contact: contact `duty-engineer`, who rings `ops`, is not in group `ecs-on-call`",
        "told instead: `head-of-operations` through `managers`",
    );
}

#[test]
fn the_contact_has_no_robot() {
    breaks(
        &changed("    robot: ops\n", "    email: duty@example.com\n"),
        "contact ─► robot: contact `duty-engineer` in group `ecs-on-call` has no robot, only email",
        "add `robot: ops` to contact `duty-engineer`",
    );
}

#[test]
fn the_keyword_is_not_in_the_message() {
    breaks(
        &changed("keywords: [CloudMonitor]", "keywords: [Nightwatch]"),
        "robot ─► message: robot `ops` refused the message to `duty-engineer`: none of its keywords [Nightwatch] is in it: errcode 310000",
        "the message's title: ",
    );
}

#[test]
fn the_robot_token_is_unknown() {
    breaks(
        &changed(
            "    robot: ops\n",
            "    webhook: https://oapi.dingtalk.com/robot/send?access_token=no-such-token\n",
        ),
        "contact ─► robot: the webhook of contact `duty-engineer` has a token that no robot has: errcode 300005",
        "write `robot: ops` in contact `duty-engineer`",
    );
}

/// Eleven instances stop: twenty-two messages within a minute, and a robot takes twenty.
#[test]
fn the_robot_was_sent_too_many_messages() {
    let instances: String =
        (1..=11).map(|number| format!("  web-{number}: {{ state: Running }}\n")).collect();
    let stops: String = (1..=11).map(|number| format!("  - stop: web-{number}\n")).collect();
    let scenario = |times: u8| {
        format!(
            "name: Many stop at once\nspec: ../bellcheck.yaml\ninstances:\n{instances}steps:\n{stops}  - expect:\n      robot: ops\n      within: 9m\n      times: {times}\n      message:\n        - contains: \"Instance:StateChange\"\n"
        )
    };
    let passed = run(SPEC, &scenario(20));
    assert_eq!(passed.verdict(), Verdict::Passed, "{}", terminal::render(&passed, false, 400));
    let failed = run(SPEC, &scenario(22));
    let drawn = terminal::render(&failed, false, 400);
    assert_eq!(failed.verdict(), Verdict::Failed, "{drawn}");
    assert!(
        drawn.contains("robot ─► message: 2 messages refused: robot `ops` refused the message to `duty-engineer`: too many messages: errcode 130101 send too fast"),
        "{drawn}"
    );
    assert!(
        drawn.contains("a robot takes 20 messages a minute, and is then mute for ten minutes"),
        "{drawn}"
    );
}
