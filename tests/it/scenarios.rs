//! What the words of a scenario mean, on the emulator.

use std::{fs, path::Path};

use bellcheck::{
    report::{RunOutcome, ScenarioOutcome, Verdict, terminal},
    scenario::{Backend, RunSettings, Scenario, load, run_all, snapshot},
};

const SPEC: &str = include_str!("../../examples/quickstart/bellcheck.yaml");
const FAULT: &str = include_str!("../../examples/quickstart/scenarios/fault-reaches-managers.yaml");

fn settings(write: snapshot::WriteMode) -> RunSettings {
    RunSettings {
        backend: Backend::Emulator,
        seed: 1,
        template: None,
        write,
        jobs: 1,
        tool: "bellcheck test".to_owned(),
        date: "2026-01-01".to_owned(),
    }
}

fn loaded(folder: &Path, spec: &str, text: &str) -> Scenario {
    fs::create_dir_all(folder.join("scenarios")).unwrap();
    fs::write(folder.join("bellcheck.yaml"), spec).unwrap();
    let path = folder.join("scenarios/a.yaml");
    fs::write(&path, text).unwrap();
    match load(&path.display().to_string(), text, &crate::support::tokens) {
        Ok(mut loaded) => loaded.value.remove(0),
        Err(faults) => panic!("{}", faults.iter().map(|fault| fault.render(false, 100)).collect::<String>()),
    }
}

fn run_text(spec: &str, text: &str) -> ScenarioOutcome {
    let folder = tempfile::tempdir().unwrap();
    let scenario = loaded(folder.path(), spec, text);
    run_all(&[scenario], &settings(snapshot::WriteMode::Never)).scenarios.remove(0)
}

/// A scenario with a running and a stopped instance.
fn run(rest: &str) -> ScenarioOutcome {
    run_text(SPEC, &story(rest))
}

fn story(rest: &str) -> String {
    format!(
        "name: A\nspec: ../bellcheck.yaml\ninstances:\n  web-1: {{ state: Running }}\n  web-2: {{ state: Stopped }}\n{rest}"
    )
}

fn drawn(outcome: &ScenarioOutcome) -> String {
    terminal::scenario(outcome, " of virtual time", false, 200)
}

#[track_caller]
fn passes(rest: &str) -> ScenarioOutcome {
    let outcome = run(rest);
    assert_eq!(outcome.verdict, Verdict::Passed, "{}", drawn(&outcome));
    assert!(outcome.findings.is_empty());
    outcome
}

#[track_caller]
fn fails(rest: &str, code: &str, place: &str, part: &str) -> ScenarioOutcome {
    let outcome = run(rest);
    let text = drawn(&outcome);
    assert_eq!(outcome.verdict, Verdict::Failed, "{text}");
    assert_eq!(outcome.findings[0].code, code, "{text}");
    assert!(text.contains(place), "{place}\n{text}");
    assert!(text.contains(part), "{part}\n{text}");
    outcome
}

fn verdicts(outcome: &ScenarioOutcome) -> Vec<Verdict> {
    outcome.steps.iter().map(|step| step.verdict).collect()
}

#[test]
fn a_message_is_taken_once() {
    fails(
        "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 10s, message: [{ contains: Stopping }] }\n  - expect: { robot: ops, within: 10s, message: [{ contains: Stopping }] }\n",
        "scenario::taken-message",
        "a.yaml:9:5",
        "taken by `expect ops within 10s` in line 8",
    );
    passes(
        "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 1m, message: [{ contains: Stopped }] }\n  - expect: { robot: ops, within: 0s, message: [{ contains: Stopping }] }\n",
    );
}

#[test]
fn times_means_exactly_so_many_at_the_end_of_the_time() {
    let outcome = passes("steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 2m, times: 2 }\n");
    assert_eq!(outcome.virtual_time.as_secs(), 120, "it has to wait whether a third one comes");
    fails(
        "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 2m, times: 1 }\n",
        "scenario::wrong-count",
        "a.yaml:8:5",
        "exactly 1 message should have come to robot `ops` within 2m, and 2 came",
    );
    fails(
        "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 2m, times: 3 }\n",
        "scenario::wrong-count",
        "a.yaml:8:5",
        "and 2 came",
    );
}

#[test]
fn at_least_may_end_early_and_leaves_the_rest() {
    let outcome = passes(
        "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 2m, at_least: 1 }\n  - expect: { robot: ops, within: 2m, message: [{ contains: Stopped }] }\n",
    );
    assert!(outcome.virtual_time.as_secs() < 60, "{:?}", outcome.virtual_time);
}

#[test]
fn never_sees_what_is_there_and_what_comes() {
    let comes =
        "steps:\n  - stop: web-1\n  - never: { robot: ops, for: 10m, message: [{ contains: Stopped }] }\n";
    let outcome = fails(
        comes,
        "scenario::unexpected-message",
        "a.yaml:8:5",
        "by rule `ecs-state-change` through contact `duty-engineer`",
    );
    assert!(outcome.virtual_time.as_secs() < 60, "it fails when the message comes");
    let is_there = "steps:\n  - stop: web-1\n  - advance: 5m\n  - never: { robot: ops, for: 1s }\n";
    fails(is_there, "scenario::unexpected-message", "a.yaml:9:5", "was already at robot `ops`");
    let outcome = passes("steps:\n  - stop: web-1\n  - never: { robot: managers, for: 1d }\n");
    assert_eq!(outcome.virtual_time.as_secs(), 86_400);
}

#[test]
fn too_late_is_told_from_not_at_all() {
    fails(
        "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 20s, message: [{ contains: Stopped }] }\n",
        "scenario::late-message",
        "a.yaml:8:5",
        "write `within: 40s` or more",
    );
    fails(
        "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 10m, message: [{ contains: Exploded }] }\n",
        "scenario::wrong-message",
        "a.yaml:8:5",
        "does not contain `Exploded`",
    );
}

#[test]
fn strict_finds_what_nobody_took() {
    let steps =
        "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 2m, message: [{ contains: Stopped }] }\n";
    passes(steps);
    fails(
        &format!("{steps}strict: true\n"),
        "scenario::untaken",
        "a.yaml:1:7",
        "1 message at robot `ops` that no step took",
    );
    passes(&format!(
        "{}strict: true\n",
        steps.replace("[{ contains: Stopped }]", "[]").replace("within: 2m", "within: 2m, times: 2")
    ));
}

#[test]
fn what_the_cloud_refuses_is_an_error_with_its_code_and_the_rest_is_not_run() {
    let outcome =
        run("steps:\n  - start: web-1\n  - never: { robot: ops, for: 1m }\nfinally:\n  - stop: web-1\n");
    let text = drawn(&outcome);
    assert_eq!(verdicts(&outcome), [Verdict::Errored, Verdict::NotRun, Verdict::Passed], "{text}");
    assert_eq!(outcome.verdict, Verdict::Errored);
    assert!(text.contains("a.yaml:7:5"), "{text}");
    assert!(text.contains("IncorrectInstanceStatus: "), "{text}");
    assert!(text.contains("RequestId "), "{text}");
    assert!(text.contains("finally: stop web-1"), "{text}");
}

#[test]
fn finally_waits_for_an_instance_to_come_to_rest() {
    let outcome = run("steps:\n  - stop: web-1\nfinally:\n  - start: web-1\n  - stop: web-2\n");
    assert_eq!(outcome.verdict, Verdict::Passed, "{}", drawn(&outcome));
    assert!(drawn(&outcome).contains("finally: stop web-2: it is Stopped already"), "{}", drawn(&outcome));
}

#[test]
fn the_timeout_ends_the_story_and_not_the_cleanup() {
    let outcome = run(
        "timeout: 1m\nsteps:\n  - stop: web-1\n  - never: { robot: managers, for: 10m }\n  - stop: web-2\nfinally:\n  - start: web-1\n",
    );
    let text = drawn(&outcome);
    assert_eq!(
        verdicts(&outcome),
        [Verdict::Passed, Verdict::Failed, Verdict::NotRun, Verdict::Passed],
        "{text}"
    );
    assert_eq!(outcome.findings[0].code, "scenario::timeout");
    assert!(text.contains("1 step not run"), "{text}");
    assert_eq!(outcome.virtual_time.as_secs(), 60);
    passes("timeout: 1m\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 10m }\n");
    let advance = run("timeout: 1m\nsteps:\n  - advance: 2m\n");
    assert_eq!(advance.findings[0].code, "scenario::timeout");
}

#[test]
fn the_other_acts_do_what_they_say() {
    let spec = SPEC.replace("      levels: [CRITICAL, WARN]\n      names:\n        - \"Instance:SystemFailure.Reboot:Executing\"\n        - \"Instance:SystemFailure.Reboot:Executed\"\n", "");
    assert_ne!(spec, SPEC);
    let outcome = run_text(
        &spec,
        &story(
            "steps:
  - reboot: web-1
  - expect: { robot: ops, within: 5m, message: [{ contains: Running }] }
  - release: { instance: web-1, force: true }
  - expect: { robot: ops, within: 5m, message: [{ contains: Deleted }] }
  - start: web-2
  - expect: { robot: ops, within: 5m, message: [{ contains: Starting }, { contains: web-2 }] }
  - advance: 5m
  - simulate: { instance: web-2, event: SystemMaintenance.Reboot, not_before: 48h, as: planned }
  - expect: { robot: managers, within: 1m, message: [{ contains: \"SystemMaintenance.Reboot:Scheduled\" }] }
  - cancel: planned
  - expect: { robot: managers, within: 1m, message: [{ contains: \"SystemMaintenance.Reboot:Canceled\" }] }
  - send_event: { product: ECS, name: \"Disk:Stalled:Executing\", level: CRITICAL, instance: web-2, content: { diskId: d-canary } }
  - expect: { robot: managers, within: 1m, message: [{ contains: d-canary }, { contains: web-2 }, { contains: CRITICAL }] }
",
        ),
    );
    assert_eq!(outcome.verdict, Verdict::Passed, "{}", drawn(&outcome));
}

#[test]
fn silence_keeps_a_day_and_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let text = FAULT.replace("      snapshot: fault.managers\n", "");
    let run = |text: &str| {
        let scenario = loaded(folder.path(), SPEC, text);
        run_all(&[scenario], &settings(snapshot::WriteMode::Never)).scenarios.remove(0)
    };
    let outcome = run(&text);
    assert_eq!(outcome.verdict, Verdict::Passed, "{}", drawn(&outcome));
    assert!(drawn(&outcome).contains("rule `ecs-fault` is silenced until +1d"), "{}", drawn(&outcome));
    // A second day, a second bell; and within the day the silence is the explanation.
    let again = "  - simulate: { instance: db-1, event: SystemFailure.Reboot, not_before: 30m }\n  - expect: { robot: managers, within: 1m, message: [{ contains: Executing }] }\n";
    let outcome = run(&format!("{text}  - advance: 1d\n{again}"));
    assert_eq!(outcome.verdict, Verdict::Passed, "{}", drawn(&outcome));
    let outcome = run(&format!("{text}{again}"));
    assert_eq!(outcome.verdict, Verdict::Failed);
    assert!(
        drawn(&outcome).contains("event ─► rule: rule `ecs-fault` matched and is silenced until +1d"),
        "{}",
        drawn(&outcome)
    );
}

#[test]
fn the_outcome_does_not_depend_on_how_many_run_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = |name: &str, steps: &str| {
        loaded(&folder.path().join(name), SPEC, &story(steps).replace("name: A", &format!("name: {name}")))
    };
    let scenarios: Vec<Scenario> = (0..12)
        .map(|number| {
            let within = 5 * number;
            scenario(
                &format!("s{number}"),
                &format!("steps:\n  - stop: web-1\n  - expect: {{ robot: ops, within: {within}s, message: [{{ contains: Stopped }}] }}\n"),
            )
        })
        .collect();
    let with_jobs = |jobs| -> RunOutcome {
        let mut run = run_all(&scenarios, &RunSettings { jobs, ..settings(snapshot::WriteMode::Never) });
        // The machine's clock is no part of what it came to.
        (run.began, run.real_time) = Default::default();
        for scenario in &mut run.scenarios {
            (scenario.began, scenario.real_time) = Default::default();
            scenario.steps.iter_mut().for_each(|step| step.real_time = Default::default());
        }
        run
    };
    let alone = with_jobs(1);
    assert_eq!(alone, with_jobs(4));
    assert_eq!(alone, with_jobs(0), "no jobs is one job");
    let names: Vec<&str> = alone.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    assert_eq!(names[..3], ["s0", "s1", "s2"]);
    let counts = alone.counts();
    assert!(counts.passed > 0 && counts.failed > 0, "{counts:?}");
    // Ids follow from the seed, and the quoted message has one.
    let quoting = [scenario(
        "q",
        "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 5s, message: [{ contains: Exploded }] }\n",
    )];
    let with_seed =
        |seed| run_all(&quoting, &RunSettings { seed, ..settings(snapshot::WriteMode::Never) }).scenarios;
    assert_eq!(with_seed(1), with_seed(1));
    assert_ne!(with_seed(1)[0].findings, with_seed(2)[0].findings);
}

#[test]
fn snapshots_are_proposed_accepted_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let text = story(
        "steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 1m, snapshot: one }\n  - expect: { robot: ops, within: 1m, snapshot: two }\n",
    );
    let run = |spec: &str, mode, seed| {
        let scenario = loaded(folder.path(), spec, &text);
        run_all(&[scenario], &RunSettings { seed, ..settings(mode) }).scenarios.remove(0)
    };
    let fixtures = folder.path().join("fixtures");
    let outcome = run(SPEC, snapshot::WriteMode::Never, 1);
    assert_eq!(outcome.verdict, Verdict::Failed);
    assert!(!fixtures.exists(), "nothing is written where nothing may be");
    let outcome = run(SPEC, snapshot::WriteMode::Propose, 1);
    assert_eq!(
        outcome.pending_snapshots,
        ["one", "two"],
        "the story goes on, so that all are proposed at once"
    );
    assert_eq!(outcome.findings.len(), 2);
    assert!(drawn(&outcome).contains("bellcheck review"));
    for pending in snapshot::pending(&fixtures).unwrap() {
        assert_eq!(
            (pending.new.header.scenario.as_str(), pending.new.header.date.as_str()),
            ("A", "2026-01-01")
        );
        assert!(!pending.new.body.contains("2026"), "{}", pending.new.body);
        pending.accept().unwrap();
    }
    for seed in [1, 2] {
        let outcome = run(SPEC, snapshot::WriteMode::Never, seed);
        assert_eq!(outcome.verdict, Verdict::Passed, "{}", drawn(&outcome));
    }
    let changed = SPEC.replacen("language: en", "language: zh-cn", 1);
    let outcome = run(&changed, snapshot::WriteMode::Propose, 1);
    let text = drawn(&outcome);
    assert_eq!(outcome.findings[0].code, "scenario::snapshot-differs", "{text}");
    assert!(text.contains("a.yaml:8:49"), "{text}");
    assert!(text.lines().any(|line| line.trim_start().starts_with("-- Event: ")), "{text}");
}

#[test]
fn the_spec_can_be_applied_again_in_the_middle() {
    passes(
        "steps:\n  - stop: web-1\n  - apply: ../bellcheck.yaml\n  - expect_alert: { rule: ecs-state-change, within: 2m }\n",
    );
}

#[test]
fn no_secret_leaves_a_run() {
    const CANARY: &str = "c4n4ry-t0ken";
    let spec = SPEC.replace("${DING_OPS_TOKEN}", CANARY).replace(
        "keywords: [CloudMonitor]          #",
        "keywords: [Nightwatch]\n    secret: SECc4n4ry           #",
    );
    // The token is even in a name, and so in every message and finding.
    let text = story("steps:\n  - stop: web-1\n  - expect: { robot: ops, within: 1m }\n")
        .replace("web-1: { state: Running }", &format!("web-1: {{ state: Running, name: x-{CANARY} }}"));
    let folder = tempfile::tempdir().unwrap();
    let scenario = loaded(folder.path(), &spec, &text);
    let run = run_all(&[scenario], &settings(snapshot::WriteMode::Propose));
    assert_eq!(run.verdict(), Verdict::Failed);
    // A message that quotes it reaches a snapshot; the snapshot does not keep it.
    let spec = SPEC.replace("${DING_OPS_TOKEN}", CANARY);
    let quoting = loaded(folder.path(), &spec, &text.replace("within: 1m", "within: 1m, snapshot: one"));
    let accepted = run_all(&[quoting], &settings(snapshot::WriteMode::Propose));
    assert_eq!(accepted.scenarios[0].pending_snapshots, ["one"]);
    let outputs = [
        terminal::render(&run, false, 200),
        bellcheck::report::junit::render(&run, bellcheck::report::junit::Granularity::Step).unwrap(),
        bellcheck::report::jsonl::render(&run),
        format!("{:?}", run.scenarios[0].timeline),
        terminal::render(&accepted, false, 200),
        fs::read_to_string(folder.path().join("fixtures/one.snap.new")).unwrap(),
    ];
    for output in outputs {
        let shown = output.replace(&format!("name: x-{CANARY}"), "");
        assert!(!shown.contains("SECc4n4ry"), "{shown}");
        assert!(!shown.contains(CANARY), "{shown}");
    }
}
