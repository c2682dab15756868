//! Secrets of specs and of their values appear in no output, whatever is wrong around them.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::support::{Desk, Run};

const CANARY: &str = "C4n4ryC4n4ryC4n4ryC4n4ry";

#[track_caller]
fn is_hidden(run: &Run, what: &str) {
    let shown = run.all();
    // A part of it would be too much, too; base64 has three phases.
    for phase in 0..3 {
        let shifted = format!("{}{CANARY}", "x".repeat(phase));
        let encoded = STANDARD.encode(shifted);
        assert!(!shown.contains(&encoded[4..20]), "{what}: base64 in\n{shown}");
    }
    assert!(!shown.to_lowercase().contains("c4n4ry"), "{what}:\n{shown}");
}

/// A spec with a secret in every place that may have one; `{}` stands for it.
const SPEC: &str = "stack: demo
region: cn-hangzhou
robots:
  ops:
    webhook: https://oapi.dingtalk.com/robot/send?access_token={}
    secret: {}
contacts:
  duty:
    robot: ops
  hook:
    webhook: https://hooks.example.com/services/{}
groups:
  people:
    contacts: [duty, hook]
rules:
  state:
    event_pattern:
      product: ECS
    targets:
      - group: people
      - webhook: { url: \"https://user:{}@example.com/x?sig={}\" }
      - webhook:
          url: >-
            https://example.com/{}
      - openapi:
          product: Ecs
          version: \"2014-05-26\"
          action: StartInstance
          role: ops
          parameters:
            Password: {}
            Nested: [{ Plain: {} }, \"{}\"]
";

/// The places where a line with a fault is put: behind each line, at its depth.
fn with_faults(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut all = Vec::new();
    for at in 1..=lines.len() {
        let depth = lines[at - 1].len() - lines[at - 1].trim_start().len();
        for fault in ["unknown: 1", "] broken", "webhook: [", "secret: {", "- x", "\"open", "*nobody"] {
            let mut changed = lines.clone();
            let line = format!("{}{fault}", " ".repeat(depth));
            changed.insert(at, &line);
            all.push(changed.join("\n") + "\n");
        }
    }
    all
}

#[test]
fn secrets_of_a_spec() {
    // In this process, since there are hundreds; what the program draws is drawn by the same function.
    let mut seen = 0;
    for text in with_faults(&SPEC.replace("{}", CANARY)) {
        let checked = bellcheck::spec::check_all(&[("spec.yaml", &text)], &|_| None);
        for finding in &checked.findings {
            seen += 1;
            let views = [
                finding.render(false, 100),
                bellcheck::report::findings::to_json(std::slice::from_ref(finding)).to_string(),
                bellcheck::report::findings::to_github(
                    finding,
                    &bellcheck::report::github::Workspace::new(None),
                ),
                format!("{finding:?}"),
            ];
            for view in views {
                assert!(!view.to_lowercase().contains("c4n4ry"), "{view}\n---\n{text}");
            }
        }
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn secrets_of_a_spec_in_what_the_program_says() {
    let desk = Desk::new();
    for fault in ["    unknown: 1\n", "    ] broken\n", "    secret: again\n", ""] {
        let text = SPEC.replace("{}", CANARY);
        desk.write("spec.yaml", &text.replacen("contacts:\n", &format!("{fault}contacts:\n"), 1));
        for args in [
            &["validate", "spec.yaml"][..],
            &["validate", "spec.yaml", "-o", "json", "--github"],
            &["validate", "spec.yaml", "--deny", "warnings"],
            &["plan", "spec.yaml", "--deny", "warnings"],
            &["apply", "spec.yaml", "--yes", "--deny", "warnings"],
        ] {
            let run = desk.run(args);
            assert!(run.code == 1 || run.code == 2 || fault.is_empty() && run.code == 0, "{run:?}");
            is_hidden(&run, fault);
        }
    }
}

#[test]
fn values_from_flags_files_and_the_environment() {
    let desk = Desk::new();
    // Each place takes a value that does not fit it, and so is complained about.
    let places = [
        ("stack: demo", "stack: ${V}"),
        ("region: cn-hangzhou", "region: ${V}"),
        ("robot: ops", "robot: ${V}"),
        ("[duty, hook]", "[duty, hook, \"${V}\"]"),
        ("product: ECS", "product: ${V}"),
        ("product: ECS", "product: ECS\n      sql_filter: ( ${V}"),
        ("product: ECS", "product: ECS\n      names: [\"${V}\"]"),
        ("    event_pattern:", "    silence: ${V}\n    event_pattern:"),
        ("    event_pattern:", "    enabled: ${V}\n    event_pattern:"),
        ("  hook:\n", "  hook:\n    email: ${V}\n"),
        ("https://oapi.dingtalk.com/robot/send?access_token={}", "${V}"),
        ("group: people", "group: people\n        level: ${V}"),
        ("StartInstance\n", "StartInstance\n          region: ${V}\n          unknown: ${V}\n"),
    ];
    for (from, to) in places {
        assert!(SPEC.contains(from), "{from}");
        desk.write("spec.yaml", &SPEC.replacen(from, to, 1).replace("{}", "aaaa"));
        desk.write("values.yaml", &format!("V: {CANARY}\nW: {CANARY}\n"));
        let flag = format!("V={CANARY}");
        for command in ["validate", "plan"] {
            let given: [&[&str]; 3] = [&["--var", &flag], &["--var-file", "values.yaml"], &[]];
            for given in given {
                let args: Vec<&str> =
                    [command, "spec.yaml", "--deny", "warnings"].iter().chain(given).copied().collect();
                let run = desk.run_with(&[("V", CANARY)], &args);
                assert!(run.code == 1 || run.code == 2, "{to}: {run:?}");
                assert!(run.all().contains("help: "), "{to}: {run:?}");
                is_hidden(&run, to);
            }
        }
    }
}
