//! Loading, from the outside: texts in, scenarios or findings out.

use std::{fs, time::Duration};

use crate::{
    diagnostic::Diagnostic,
    scenario::{Count, Scenario, StepKind, load},
    spec::Loaded,
};

const SPEC: &str = "\
stack: test
region: cn-hangzhou
robots:
  ops:
    webhook: https://oapi.dingtalk.com/robot/send?access_token=ops-test-token
    keywords: [CloudMonitor]
contacts:
  duty:
    language: en
    robot: ops
groups:
  ecs:
    contacts: [duty]
rules:
  change:
    event_pattern:
      product: ECS
      names: [\"Instance:StateChange\"]
    targets:
      - group: ecs
";

fn read(text: &str) -> Result<Loaded<Vec<Scenario>>, Vec<Diagnostic>> {
    read_with(text, SPEC, &|_| None)
}

fn read_with(
    text: &str,
    spec: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Loaded<Vec<Scenario>>, Vec<Diagnostic>> {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("scenarios")).unwrap();
    fs::write(folder.path().join("bellcheck.yaml"), spec).unwrap();
    let name = folder.path().join("scenarios/a.yaml");
    load(&name.display().to_string(), text, environment)
}

fn good(text: &str) -> Scenario {
    read(text).unwrap_or_else(|faults| panic!("{}", drawn(&faults))).value.remove(0)
}

fn drawn(faults: &[Diagnostic]) -> String {
    faults.iter().map(|fault| fault.render(false, 100)).collect()
}

/// A scenario with these steps.
fn with_steps(steps: &str) -> String {
    format!("name: A\nspec: ../bellcheck.yaml\ninstances:\n  web-1: {{ state: Running }}\nsteps:\n{steps}")
}

/// Codes, lines and helps of all faults.
fn faults(text: &str) -> Vec<(String, usize, String)> {
    let faults = read(text).expect_err("it should have faults");
    faults
        .iter()
        .map(|fault| {
            let line = fault.source.as_ref().unwrap().line(fault.labels[0].0.offset);
            (fault.code.to_owned(), line, fault.help.clone().unwrap_or_default())
        })
        .collect()
}

/// The only fault of a single step, which stands in line 6.
fn fault(step: &str) -> (String, String) {
    let mut found = faults(&with_steps(&format!("  - {step}\n")));
    assert_eq!(found.len(), 1, "{step}: {found:?}");
    let (code, line, help) = found.remove(0);
    assert_eq!(line, 6, "{step}");
    (code, help)
}

#[test]
fn a_scenario_is_read() {
    let text = "\
name: A
tags: [smoke]
spec: ../bellcheck.yaml
timeout: 2d
strict: true
emulator: { stopping: 30s }
instances:
  web-1: { state: Stopped, name: web, type: ecs.x, region: cn-beijing, tags: { team: shop } }
  web-2:
steps:
  - stop: { instance: web-1, force: true }
  - simulate: { instance: web-1, event: SystemFailure.Reboot, not_before: 30m, as: it }
  - cancel: it
  - expect: { robot: ops, within: 90s, times: 2, message: [{ contains: x }], snapshot: a.b }
  - expect: { robot: ops, at_least: 3 }
  - never: { robot: ops, for: 1h }
finally:
  - start: web-2
";
    let scenario = good(text);
    assert_eq!((scenario.name.value.as_str(), scenario.strict), ("A", true));
    assert_eq!(scenario.timeout.as_ref().unwrap().value, Duration::from_secs(172_800));
    let web = &scenario.instances["web-1"];
    assert_eq!(
        (web.state.as_str(), web.name.as_str(), web.region.as_str()),
        ("Stopped", "web", "cn-beijing")
    );
    assert_eq!(web.tags, [("team".to_owned(), "shop".to_owned())]);
    let plain = &scenario.instances["web-2"];
    assert_eq!(
        (plain.state.as_str(), plain.name.as_str(), plain.region.as_str()),
        ("Running", "web-2", "cn-hangzhou")
    );
    let texts: Vec<String> = scenario.steps.iter().map(|step| step.kind.to_string()).collect();
    assert_eq!(
        texts,
        [
            "stop web-1 by force",
            "simulate SystemFailure.Reboot on web-1, not before 30m",
            "cancel it",
            "expect exactly 2 messages at ops within 1m30s",
            "expect at least 3 messages at ops within 5m",
            "never ops for 1h",
        ]
    );
    let StepKind::Expect(expect) = &scenario.steps[3].kind else { panic!() };
    assert_eq!(expect.count, Count::Exactly(2));
    assert!(scenario.fixtures.ends_with("fixtures"));
    assert_eq!(scenario.snapshots().collect::<Vec<_>>(), ["a.b"]);
}

#[test]
fn each_fault_has_its_line_and_its_remedy() {
    let table = [
        ("stpo: web-1", "scenario::unknown-step", "did you mean `stop`"),
        ("stop: web-2", "scenario::unknown-instance", "did you mean `web-1`"),
        ("stop: { instance: web-2 }", "scenario::unknown-instance", "did you mean `web-1`"),
        ("stop: { instance: web-1, forse: true }", "yaml::unknown-key", "did you mean `force`"),
        ("start: { instance: web-1, force: true }", "yaml::unknown-key", "instance"),
        ("advance: 5 minutes", "yaml::wrong-type", "5m"),
        ("advance: { until: 3 am }", "scenario::time", "09:00"),
        ("advance: { until: \"03:00\", zone: Shanghai }", "scenario::zone", "+08:00"),
        ("advance: { until: \"03:00\", at: \"x\" }", "yaml::unknown-key", "zone"),
        (
            "simulate: { instance: web-1, event: SystemFailure.Rebot, not_before: 5m }",
            "yaml::wrong-type",
            "did you mean `SystemFailure.Reboot`",
        ),
        ("simulate: { instance: web-1, event: SystemFailure.Reboot }", "yaml::missing-key", "not_before"),
        ("cancel: nothing", "scenario::unknown-simulated-event", "as: nothing"),
        ("expect: { within: 5m }", "yaml::missing-key", "robot"),
        ("expect: { robot: op }", "scenario::unknown-robot", "did you mean `ops`"),
        ("expect: { robot: ops, withn: 5m }", "yaml::unknown-key", "did you mean `within`"),
        ("expect: { robot: ops, times: 0 }", "scenario::zero-messages", "never"),
        ("expect: { robot: ops, times: 1, at_least: 1 }", "scenario::two-counts", "exactly"),
        ("expect: { robot: ops, snapshot: a/b }", "scenario::bad-snapshot-name", "letters"),
        ("expect: { robot: ops, message: [{ matches: \"(\" }] }", "scenario::bad-regex", "contains"),
        ("expect: { robot: ops, message: [{ contain: x }] }", "scenario::unknown-matcher", "`contains`"),
        ("expect: { robot: ops, message: [contains] }", "scenario::wrong-type", "- contains: Stopping"),
        ("expect: { robot: ops, message: { contains: x } }", "scenario::wrong-type", "- "),
        ("expect: { robot: ops, message: [{ any: [] }] }", "scenario::no-matchers", "at least one"),
        (
            "expect: { robot: ops, message: [{ equals: { feild: a, value: b, field: c } }] }",
            "yaml::unknown-key",
            "did you mean `field`",
        ),
        ("never: { robot: ops }", "yaml::missing-key", "for"),
        ("never: { robot: ops, for: 1h, within: 1h }", "yaml::unknown-key", "`for`"),
        ("fault: { error: Throttling.User }", "scenario::bad-fault", "operation"),
        ("fault: { robot: nobody, errcode: 1 }", "scenario::unknown-robot", "ops"),
        ("repeat: { times: 2, steps: [{ stpo: web-1 }] }", "scenario::unknown-step", "did you mean `stop`"),
        ("expect_outbox: { contact: duty, channel: pigeon }", "yaml::wrong-type", "mail"),
        ("finally: [{ start: web-1 }]", "scenario::misplaced-finally", "beside"),
        ("stop", "scenario::wrong-type", "stop: web-1"),
        ("{ stop: web-1, start: web-1 }", "scenario::two-keys", "step of its own"),
    ];
    for (step, code, help) in table {
        let (found, remedy) = fault(step);
        assert_eq!(found, code, "{step}");
        assert!(remedy.contains(help), "{step}: {remedy}");
    }
}

#[test]
fn all_faults_of_a_file_are_told_at_once_in_the_order_of_its_lines() {
    let text = "\
nmae: A
spec: ../bellcheck.yaml
timeout: soon
emulator: { stoping: 30s }
instances:
  web-1: { state: Runing }
steps:
  - stop: web-2
  - expect: { robot: op, snapshot: one }
  - expect: { robot: ops, snapshot: one }
slo: { message: { p95: fast } }
";
    let found = faults(text);
    let lines: Vec<usize> = found.iter().map(|(_, line, _)| *line).collect();
    let mut sorted = lines.clone();
    sorted.sort_unstable();
    assert_eq!(lines, sorted, "{found:?}");
    let codes: Vec<&str> = found.iter().map(|(code, ..)| code.as_str()).collect();
    for code in [
        "yaml::missing-key",
        "yaml::unknown-key",
        "scenario::bad-switch",
        "scenario::unknown-instance",
        "scenario::unknown-robot",
        "scenario::duplicate-snapshot",
    ] {
        assert!(codes.contains(&code), "{code} is not in {codes:?}");
    }
    assert_eq!(codes.iter().filter(|code| **code == "yaml::wrong-type").count(), 3, "{codes:?}");
}

#[test]
fn a_scenario_without_steps_or_spec_is_refused() {
    assert_eq!(faults("name: A\nspec: ../bellcheck.yaml\n")[0].0, "scenario::no-steps");
    assert_eq!(faults("name: A\nspec: ../bellcheck.yaml\nsteps: []\n")[0].0, "scenario::no-steps");
    let found = faults("name: A\nspec: ../nothing.yaml\nsteps: [{ advance: 1s }]\n");
    assert_eq!((found[0].0.as_str(), found[0].1), ("scenario::no-spec", 2));
}

#[test]
fn the_faults_of_the_spec_come_with_the_scenario() {
    let spec = SPEC.replace("Instance:StateChange", "Instance:StateChanged");
    let found = read_with(&with_steps("  - stop: web-1\n  - expect: { robot: nobody }\n"), &spec, &|_| None)
        .unwrap_err();
    let text = drawn(&found);
    assert_eq!(found[0].code, "scenario::faulty-spec", "{text}");
    assert!(text.contains("has 1 fault"), "{text}");
    assert!(text.contains("Instance:StateChanged") && text.contains("Instance:StateChange`"), "{text}");
    assert!(text.contains("bellcheck.yaml:18"), "{text}");
    assert!(!text.contains("nobody"), "what depends on a faulty spec is not judged: {text}");
}

#[test]
fn variables_of_the_file_come_before_the_environment() {
    let text = "name: A ${greeting} ${place}\nspec: ../bellcheck.yaml\nvariables: { greeting: hello, place: \"${PLACE:-here}\" }\nsteps: [{ advance: 1s }]\n";
    let name = |environment: &dyn Fn(&str) -> Option<String>| {
        read_with(text, SPEC, environment).unwrap().value.remove(0).name.value
    };
    assert_eq!(name(&|_| None), "A hello here");
    assert_eq!(
        name(&|key| match key {
            "greeting" => Some("bye".to_owned()),
            "PLACE" => Some("there".to_owned()),
            _ => None,
        }),
        "A hello there"
    );
    let found = faults("name: A ${nothing}\nspec: ../bellcheck.yaml\nsteps: [{ advance: 1s }]\n");
    assert_eq!((found[0].0.as_str(), found[0].1), ("yaml::missing-variable", 1));
}

#[test]
fn an_undocumented_test_event_is_refused() {
    const NEVER: &str = "  - never: { robot: ops, for: 1m }\n";
    let found = read(&with_steps(&format!(
        "  - send_event: {{ product: ECS, name: \"Disk:Stalled:Executin\" }}\n{NEVER}"
    )))
    .unwrap_err();
    assert_eq!(found[0].code, "scenario::unknown-event");
    let help = found[0].help.clone().unwrap();
    assert!(help.contains("Disk:Stalled:Execut"), "{help}");
    assert!(
        read(&with_steps(&format!(
            "  - send_event: {{ product: ECS, name: \"Disk:Stalled:Executing\", level: CRITICAL }}\n{NEVER}"
        )))
        .unwrap()
        .warnings
        .is_empty()
    );
}

#[test]
fn the_events_of_a_drill_say_that_they_are_one() {
    let head = |drill: &str| {
        format!("name: A\n{drill}spec: ../bellcheck.yaml\nsteps:\n")
            + "  - send_event: { product: ECS, name: \"Instance:StateChange\", content: { state: Stopped } }\n"
            + "  - repeat: { times: 2, steps: [{ send_event: { product: ECS, name: \"Instance:StateChange\" } }] }\n"
    };
    let contents = |text: &str| -> Vec<Option<String>> {
        let scenario = good(text);
        let content = |kind: &StepKind| match kind {
            StepKind::SendEvent(event) => Some(event.content.as_ref().map(ToString::to_string)),
            _ => None,
        };
        scenario.all_steps().filter_map(|step| content(&step.kind)).collect()
    };
    let some = |text: &str| Some(text.to_owned());
    for none in ["", "drill: false\n"] {
        assert_eq!(contents(&head(none)), [some(r#"{"state":"Stopped"}"#), None]);
    }
    let words = "[DRILL] This is a drill, nothing is broken";
    for (drill, words) in [("drill: true\n", words), ("drill: Probealarm 演习\n", "Probealarm 演习")] {
        let found = contents(&head(drill));
        let marker = format!(r#""bellcheck":"drill","drill":"{words}""#);
        assert_eq!(
            found,
            [Some(format!(r#"{{"state":"Stopped",{marker}}}"#)), Some(format!("{{{marker}}}"))]
        );
        assert_eq!(good(&head(drill)).drill.unwrap().words, words);
    }
}

#[test]
fn a_drill_changes_nothing_and_sends_something() {
    let drill = |steps: &str| {
        format!(
            "name: A\ndrill: true\nspec: ../bellcheck.yaml\ninstances: {{ web-1: {{}} }}\nsteps:\n  - send_event: {{ product: ECS, name: \"Instance:StateChange\" }}\n{steps}"
        )
    };
    let changes = [
        "start: web-1",
        "stop: web-1",
        "reboot: web-1",
        "release: web-1",
        "simulate: { instance: web-1, event: SystemFailure.Reboot, not_before: 1h, as: it }",
        "fault: { robot: ops, errcode: 1 }",
        "apply: ../bellcheck.yaml",
        "activate: duty",
    ];
    for step in changes {
        let found = faults(&drill(&format!("  - {step}\n")));
        let [(code, line, help)] = &found[..] else { panic!("{step}: {found:?}") };
        assert_eq!((code.as_str(), *line), ("scenario::step-in-drill", 7), "{step}");
        assert!(help.contains("send_event"), "{help}");
        // Within others and at the end as well.
        let inner = faults(&drill(&format!("  - repeat: {{ times: 2, steps: [{{ {step} }}] }}\n")));
        assert_eq!(inner[0].0, "scenario::step-in-drill", "{step}");
        let last = faults(&drill(&format!("finally:\n  - {step}\n")));
        assert_eq!(last[0].0, "scenario::step-in-drill", "{step}");
        // The twin: without the word it is a scenario like any other.
        assert!(read(&drill(&format!("  - {step}\n")).replace("drill: true\n", "")).is_ok(), "{step}");
    }
    for step in [
        "advance: 1m",
        "expect: { robot: ops, times: 1 }",
        "never: { robot: ops, for: 1m, message: [{ contains: x }] }",
        "expect_event: { product: ECS, name: \"Instance:StateChange\" }",
        "expect_alert: { rule: change }",
        "expect_outbox: { contact: duty }",
        "send_event: { product: ECS, name: \"Instance:StateChange\" }",
    ] {
        assert!(read(&drill(&format!("  - {step}\n"))).is_ok(), "{step}");
    }
    let silent = drill("  - advance: 1m\n")
        .replace("send_event: { product: ECS, name: \"Instance:StateChange\" }", "advance: 1s");
    let found = faults(&silent);
    assert_eq!((found[0].0.as_str(), found[0].1), ("scenario::drill-without-event", 2));
}

#[test]
fn what_a_drill_says_is_the_drills_own() {
    let with = |drill: &str, content: &str| {
        format!(
            "name: A\ndrill: {drill}\nspec: ../bellcheck.yaml\nsteps:\n  - send_event: {{ product: ECS, name: \"Instance:StateChange\", content: {content} }}\n"
        )
    };
    for key in ["bellcheck", "drill"] {
        let content = format!("{{ {key}: mine }}");
        let found = faults(&with("true", &content));
        assert_eq!((found[0].0.as_str(), found[0].1, found.len()), ("scenario::drill-marker", 5, 1));
        assert!(found[0].2.contains("drill: TEXT"), "{found:?}");
        assert!(read(&with("false", &content)).is_ok());
    }
    for wrong in ["[a]", "{ a: b }", "\"\"", "\" \"", "~"] {
        let found = faults(&with(wrong, "{ a: b }"));
        assert_eq!((found[0].0.as_str(), found[0].1), ("scenario::wrong-type", 2), "{wrong}");
        assert!(found[0].2.contains("drill: true"), "{found:?}");
    }
}

#[test]
fn limits_of_latency_are_read_with_their_lines() {
    let text = format!(
        "{}slo:\n  message:\n    max: 2m\n    p95: 60s\n",
        with_steps("  - expect: { robot: ops, within: 1m }\n")
    );
    let scenario = good(&text);
    let limits: Vec<(&str, u64, usize)> = scenario
        .slo
        .iter()
        .map(|slo| {
            (slo.percentile.name(), slo.limit.value.as_secs(), scenario.source.line(slo.limit.span.offset))
        })
        .collect();
    assert_eq!(limits, [("p95", 60, 10), ("max", 120, 9)]);
    let found = faults(&text.replace("p95: 60s", "p42: 60s"));
    assert_eq!((found[0].0.as_str(), found[0].1), ("yaml::unknown-key", 10));
}
