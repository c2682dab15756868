//! What in a scenario can never fail, under its line; and that nothing else is doubted.

use std::path::Path;

use serde_json::Value;

use crate::support::Desk;

const FILE: &str = "quickstart/scenarios/lint.yaml";
/// Its story begins in line 6, behind `steps:`.
const HEAD: &str = "name: A\nspec: ../bellcheck.yaml\ninstances:\n  web-1: { state: Running }\n";
const STOP: &str = "  - stop: web-1\n";

fn findings(text: &str) -> Vec<(String, u64)> {
    let parsed: Value = serde_json::from_str(text).unwrap();
    let all = parsed.as_array().unwrap().iter();
    all.map(|one| (one["code"].as_str().unwrap().to_owned(), one["line"].as_u64().unwrap_or(0))).collect()
}

/// The codes and lines that `validate` tells about a scenario with this behind its head.
#[track_caller]
fn doubts_on(desk: &Desk, rest: &str) -> Vec<(String, u64)> {
    desk.write(FILE, &format!("{HEAD}{rest}"));
    findings(&desk.run(&["validate", FILE, "-o", "json"]).exits(0).stdout)
}

#[track_caller]
fn doubts(rest: &str) -> Vec<(String, u64)> {
    doubts_on(&Desk::new(), rest)
}

/// Each of these has this one doubt in that line, and none of those has any.
#[track_caller]
fn only(code: &str, bad: &[(&str, u64)], good: &[&str]) {
    for (rest, line) in bad {
        assert_eq!(doubts(rest), [(format!("scenario::{code}"), *line)], "{rest}");
    }
    for rest in good {
        assert_eq!(doubts(rest), [], "{rest}");
    }
}

/// A story that stops an instance and then does this.
fn after_stop(step: &str) -> String {
    format!("steps:\n{STOP}  - {step}\n")
}

#[test]
fn a_scenario_that_expects_nothing() {
    let some = "steps:\n  - stop: web-1\n";
    only(
        "lint-no-expectation",
        &[(some, 1), ("steps:\n  - advance: 1m\n", 1)],
        &[
            &format!("strict: true\n{some}"),
            &format!(
                "{some}finally:\n  - never: {{ robot: ops, for: 1m, message: [{{ contains: Deleted }}] }}\n"
            ),
            "steps:\n  - repeat: { times: 2, steps: [{ reboot: web-1 }, { expect: { robot: ops, within: 1m, message: [{ contains: Stopping }] } }] }\n",
            &after_stop("expect_event: { product: ECS, name: \"Instance:StateChange\", within: 1m }"),
        ],
    );
}

#[test]
fn an_expectation_that_any_message_satisfies() {
    let expect = |more: &str| after_stop(&format!("expect: {{ robot: ops, within: 1m{more} }}"));
    for more in [
        "",
        ", at_least: 1",
        ", message: [{ matches: \".*\" }]",
        ", message: [{ matches: \"^x*\" }, { count: { of: x, at_least: 0 } }]",
        ", message: [{ any: [{ contains: Stopping }, { absent: Stopping }] }]",
        ", message: [{ not: { before: [a, a] } }]",
        ", message: [{ all: [{ matches: \"(?s).*\" }] }]",
        ", message: [{ json_path: { path: \"$\" } }]",
        ", message: [{ not: { all: [{ contains: a }, { absent: a }] } }]",
    ] {
        only("lint-any-message", &[(&expect(more), 7)], &[]);
    }
    for more in [
        ", times: 2",
        ", times: 1",
        ", at_least: 2",
        ", snapshot: one",
        ", capture: { id: { matches: \"i-[a-z0-9]+\" } }",
        ", message: [{ contains: Stopping }]",
        ", message: [{ matches: \".+\" }]",
        ", message: [{ matches: \"^$\" }]",
        ", message: [{ matches: \"^.*$\" }]",
        ", message: [{ matches: { in: title, text: \".*\" } }]",
        ", message: [{ any: [{ contains: Stopping }, { absent: Stopped }] }]",
        ", message: [{ json_path: { path: \"$.at\" } }]",
    ] {
        only("lint-any-message", &[], &[&expect(more)]);
    }
    let desk = Desk::new();
    desk.write(FILE, &format!("{HEAD}{}", expect(", message: [{ matches: \".*\" }]")));
    desk.run(&["validate", FILE])
        .exits(0)
        .says("any message to robot `ops` satisfies this, whatever it says")
        .says("holds for every message")
        .says("say what it must be like, such as `message: [{ contains: Stopping }]`");
}

#[test]
fn a_matcher_that_always_holds_among_others_that_do_not() {
    let message =
        |matchers: &str| after_stop(&format!("expect: {{ robot: ops, within: 1m, message: [{matchers}] }}"));
    let body = |matchers: &str| {
        after_stop(&format!(
            "expect_event: {{ product: ECS, name: \"Instance:StateChange\", within: 1m, message: [{matchers}] }}"
        ))
    };
    only(
        "lint-idle-matcher",
        &[
            (&message("{ contains: Stopping }, { matches: \"\\\\d*\" }"), 7),
            (&after_stop("expect: { robot: ops, within: 1m, times: 1, message: [{ matches: \".*\" }] }"), 7),
            (&body("{ matches: \".*\" }"), 7),
        ],
        &[&message("{ contains: Stopping }, { matches: \"\\\\d+\" }"), &body("{ contains: Stopping }")],
    );
}

#[test]
fn a_never_that_no_message_can_be_like() {
    let never =
        |matchers: &str| after_stop(&format!("never: {{ robot: ops, for: 1m, message: [{matchers}] }}"));
    for matchers in [
        "{ contains: a }, { absent: a }",
        "{ contains: \"State: Stopped\" }, { absent: Stopped }",
        "{ all: [{ contains: a }, { not: { contains: a } }] }",
        "{ equals: x }, { contains: y }",
        "{ equals: x }, { equals: y }",
        "{ starts_with: a }, { starts_with: b }",
        "{ starts_with: ab }, { absent: b }",
        "{ equals: { field: msgtype, value: markdown } }, { equals: { field: msgtype, value: text } }",
        "{ not: { matches: \"x*\" } }",
        "{ matches: x }, { not: { matches: x } }",
        "{ before: [a, a] }",
        "{ before: [a, b] }, { absent: b }",
        "{ count: { of: a, equals: 0 } }, { contains: a }",
        "{ any: [{ before: [a, a] }, { before: [b, b] }] }",
    ] {
        only("lint-never-contradiction", &[(&never(matchers), 7)], &[]);
    }
    for matchers in [
        "{ contains: a }, { absent: b }",
        "{ contains: Stopped }, { absent: \"State: Stopped\" }",
        "{ contains: a }, { absent: { in: title, text: a } }",
        "{ starts_with: a }, { starts_with: ab }",
        "{ equals: \"x\" }, { contains: \"x \" }",
        "{ equals: { field: msgtype, value: markdown } }, { equals: { field: markdown.title, value: text } }",
        "{ any: [{ contains: a }, { absent: a }] }",
        "{ matches: x }, { not: { matches: y } }",
        "{ before: [a, b] }, { after: [c, a] }",
        "{ matches: \".*\" }",
    ] {
        only("lint-never-contradiction", &[], &[&never(matchers)]);
    }
    // A value that is to come may be anything.
    let captured = "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 1m, message: [{ contains: Stopping }], capture: { id: { matches: \"(i-[a-z0-9]+)\" } } }\n";
    let later =
        |matchers: &str| format!("{captured}  - never: {{ robot: ops, for: 1m, message: [{matchers}] }}\n");
    only(
        "lint-never-contradiction",
        &[(&later("{ contains: \"${id}\" }, { absent: \"${id}\" }"), 8)],
        &[
            &later("{ contains: \"${id}\" }, { absent: id }"),
            &later("{ equals: \"${id}\" }, { contains: i- }"),
        ],
    );
    let desk = Desk::new();
    desk.write(FILE, &format!("{HEAD}{}", never("{ contains: a }, { absent: a }")));
    desk.run(&["validate", FILE]).says("this and …").says("… this do not go together");
}

#[test]
fn a_never_at_a_robot_to_which_no_rule_leads() {
    let rest = &after_stop("never: { robot: managers, for: 1h }");
    let desk = Desk::new();
    assert_eq!(doubts_on(&desk, rest), []);
    // A rule that is switched off may be switched on.
    let spec = desk.read("quickstart/bellcheck.yaml");
    let whole = spec.clone();
    // A rule that is switched off may be switched on.
    desk.replace("quickstart/bellcheck.yaml", "    silence: 24h\n", "    enabled: false\n");
    assert_eq!(doubts_on(&desk, rest), [("spec::disabled-rule".to_owned(), 52)]);
    desk.write("quickstart/bellcheck.yaml", &spec.replace("group: escalation", "group: ecs-on-call"));
    let told = doubts_on(&desk, rest);
    assert!(told.contains(&("scenario::lint-never-unreachable".to_owned(), 7)), "{told:?}");
    desk.run(&["validate", FILE])
        .says("no rule leads to robot `managers`, so nothing can break this `never`");
    // Another robot is reached, and so is this one by a spec that the story applies.
    let other =
        doubts_on(&desk, &after_stop("never: { robot: ops, for: 1h, message: [{ contains: Deleted }] }"));
    desk.write("quickstart/whole.yaml", &whole);
    let applied = doubts_on(
        &desk,
        &format!("steps:\n  - apply: ../whole.yaml\n{STOP}  - never: {{ robot: managers, for: 1h }}\n"),
    );
    for told in [other, applied] {
        assert!(!told.iter().any(|(code, _)| code.starts_with("scenario::lint-")), "{told:?}");
    }
}

#[test]
fn a_never_before_anything_could_have_come() {
    let never = "  - never: { robot: ops, for: 1h }\n";
    only(
        "lint-never-without-act",
        &[
            (&format!("steps:\n{never}"), 6),
            (&format!("steps:\n  - advance: 1d\n  - fault: []\n{never}{STOP}"), 8),
        ],
        &[
            &format!("steps:\n{STOP}{never}"),
            &format!("steps:\n  - repeat: {{ times: 2, steps: [{{ reboot: web-1 }}] }}\n{never}"),
            // The second round comes after the first.
            "steps:\n  - repeat: { times: 2, steps: [{ never: { robot: managers, for: 1m } }, { reboot: web-1 }] }\n",
        ],
    );
    let now = "  - never: { robot: ops, for: 0s }\n";
    only(
        "lint-never-at-once",
        &[(&format!("steps:\n{STOP}{now}"), 7)],
        &[
            &format!("steps:\n{STOP}  - advance: 1m\n{now}"),
            &format!("emulator:\n  delivery: 0s\nsteps:\n{STOP}{now}"),
            &format!("steps:\n  - fault: {{ operation: \"*\", delay: 20s }}\n{STOP}{now}"),
            &format!("steps:\n{STOP}  - never: {{ robot: ops, for: 1s }}\n"),
        ],
    );
}

#[test]
fn a_fault_that_strikes_nothing() {
    let with = |fault: &str| {
        format!(
            "steps:\n  - fault: {fault}\n{STOP}  - expect: {{ robot: ops, within: 1m, message: [{{ contains: Stopping }}] }}\n"
        )
    };
    only(
        "lint-idle-fault",
        &[
            (&with("{ robot: ops, errcode: -1, share: 0 }"), 6),
            (&with("{ robot: ops, errcode: -1, times: 0 }"), 6),
            (&with("[{ operation: PutContact, status: 500 }, { robot: ops, errcode: -1, share: 0.0 }]"), 6),
        ],
        &[
            &with("{ robot: ops, errcode: -1, share: 0.1 }"),
            &with("{ robot: ops, errcode: -1, times: 1 }"),
            &with("[]"),
        ],
    );
}

#[test]
fn a_story_that_takes_longer_than_its_timeout() {
    let expect = "  - expect: { robot: ops, within: 1m, message: [{ contains: Stopping }] }\n";
    let story = |timeout: &str, steps: &str| format!("timeout: {timeout}\nsteps:\n{steps}");
    let never = "  - never: { robot: managers, for: 1h }\n";
    let twice = "  - repeat: { times: 3, every: 30m, steps: [{ reboot: web-1 }, { expect: { robot: ops, within: 1m, message: [{ contains: Stopping }] } }] }\n";
    only(
        "lint-timeout",
        &[
            (&story("1h", &format!("{STOP}  - advance: 2h\n{expect}")), 8),
            (&story("1h", &format!("{STOP}{never}  - advance: 1s\n{expect}")), 9),
            (&story("30m", twice), 7),
        ],
        &[
            &story("2h", &format!("{STOP}  - advance: 2h\n{expect}")),
            &story("1h", twice),
            // It may end early.
            &story(
                "1m",
                &format!(
                    "{STOP}  - expect: {{ robot: ops, within: 5m, message: [{{ contains: Stopping }}] }}\n"
                ),
            ),
            &format!("steps:\n{STOP}  - advance: 200d\n{expect}"),
        ],
    );
    // It is so indeed.
    let desk = Desk::new();
    desk.write(FILE, &format!("{HEAD}{}", story("1h", &format!("{STOP}  - advance: 2h\n{expect}"))));
    desk.run(&["test", FILE]).exits(1).says("scenario::lint-timeout").says("1 step not run");
}

#[test]
fn a_limit_of_latency_that_no_message_can_exceed() {
    let expect = "  - expect: { robot: ops, within: 1m, message: [{ contains: Stopping }] }\n";
    let story = |limits: &str, steps: &str| format!("slo: {{ message: {{ {limits} }} }}\nsteps:\n{steps}");
    only(
        "lint-slo",
        &[
            (&story("max: 5m", &format!("{STOP}{expect}")), 5),
            (&story("p95: 10s, max: 1m", &format!("{STOP}{expect}")), 5),
        ],
        &[
            &story("p95: 10s, max: 59s", &format!("{STOP}{expect}")),
            // The time from the act counts, not that from the step.
            &story("max: 5m", &format!("{STOP}  - advance: 10m\n{expect}")),
            &story("max: 5m", &format!("{STOP}  - never: {{ robot: managers, for: 10m }}\n{expect}")),
            // Late calls are not waited for by `within`.
            &story("max: 5m", &format!("  - fault: {{ operation: \"*\", delay: 10m }}\n{STOP}{expect}")),
        ],
    );
}

#[test]
fn the_cases_of_a_matrix_are_told_of_once_and_a_run_may_refuse_doubts() {
    let desk = Desk::new();
    let rest =
        "matrix:\n  force: [true, false]\nsteps:\n  - stop: { instance: web-1, force: \"${force}\" }\n";
    assert_eq!(doubts_on(&desk, rest), [("scenario::lint-no-expectation".to_owned(), 1)]);
    let run = desk.run(&["test", FILE]).exits(0).says("2 scenarios: 2 passed");
    assert_eq!(run.stderr.matches("scenario::lint-no-expectation").count(), 1, "{}", run.stderr);
    assert!(!run.stdout.contains("scenario::lint"), "{}", run.stdout);
    desk.run(&["test", FILE, "--deny", "warnings"])
        .exits(2)
        .says("scenario::lint-no-expectation")
        .says("1 warning denied")
        .hides("passed");
    desk.run(&["validate", FILE, "--deny", "warnings"]).exits(1).says("1 warning denied");
    desk.run(&["test", "quickstart/scenarios/stop-instance.yaml", "--deny", "warnings"]).exits(0);
}

#[test]
fn the_projects_own_scenarios_are_not_doubted() {
    let desk = Desk::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let told = |folder: &str| {
        let output =
            desk.command().current_dir(root).args(["validate", folder, "-o", "json"]).output().unwrap();
        let all = findings(&String::from_utf8(output.stdout).unwrap());
        all.into_iter().filter(|(code, _)| code.starts_with("scenario::lint-")).collect::<Vec<_>>()
    };
    assert_eq!(told("examples"), []);
    assert_eq!(told("scenarios"), []);
    desk.run(&["init", "new"]).exits(0);
    assert_eq!(findings(&desk.run(&["validate", "new", "-o", "json"]).exits(0).stdout), []);
}

#[test]
fn an_event_that_is_in_no_catalogue_is_judged_as_the_emulator_judges_it() {
    let desk = Desk::new();
    let head = "name: Newer\nspec: ../bellcheck.yaml\ninstances: { web-1: {} }\n";
    let steps = |name: &str| {
        format!(
            "steps:\n  - send_event: {{ product: ECS, name: \"{name}\" }}\n  - never: {{ robot: ops, for: 1m }}\n"
        )
    };
    desk.write(FILE, &format!("{head}{}", steps("Quantum:Bit:Flipped")));
    for (command, code) in [("validate", 1), ("test", 2)] {
        desk.run(&[command, FILE])
            .exits(code)
            .says("`Quantum:Bit:Flipped` is not a documented event of ECS")
            .says(":5:")
            .says("`emulator: { unknown_event: accept }`")
            .hides("still runs");
    }
    desk.write(FILE, &format!("{head}{}", steps("Disk:Stalled:Executin")));
    desk.run(&["validate", FILE]).exits(1).says("did you mean `Disk:Stalled:Executing`?");
    // What the emulator takes is a doubt, and it is run.
    let accept = "emulator: { unknown_event: accept }\n";
    desk.write(FILE, &format!("{head}{accept}{}", steps("Quantum:Bit:Flipped")));
    desk.run(&["validate", FILE]).exits(0).says("is not a documented event of ECS").says("1 warning");
    desk.run(&["test", FILE]).exits(0).says("1 passed");
    desk.write(
        FILE,
        &format!("{head}{}{}", accept.replace("accept", "refuse"), steps("Quantum:Bit:Flipped")),
    );
    desk.run(&["test", FILE]).exits(2).says("is not a documented event");
    // A name that is captured is known only in the run.
    let captured = "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 1m, capture: { what: { matches: \"Event: (\\\\S+)\" } } }\n  - send_event: { product: ECS, name: \"${what}\" }\n  - never: { robot: managers, for: 1m }\n";
    desk.write(FILE, &format!("{head}{captured}"));
    desk.run(&["validate", FILE]).exits(0).hides("documented event");
}
