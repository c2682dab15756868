//! The JSON Schemas that editors read, judged by a validator that others wrote.

use std::fs;

use crate::{
    install::Runtime,
    outside::{malformed, root, source},
    rich_plan::{SPEC, plan_json, rich},
    support::Desk,
};

/// Malformed specs that a schema refuses: what is wrong with them is their shape.
const OF_SHAPE: [&str; 16] = [
    "bad-duration",
    "bad-language",
    "bad-level",
    "empty-file",
    "empty-text",
    "include-as-text",
    "key-in-wrong-place",
    "list-at-top",
    "list-for-text",
    "many-faults",
    "missing-pattern",
    "recursive-alias",
    "target-of-a-contact",
    "text-for-list",
    "text-for-truth",
    "unknown-key",
];

/// What the foreign validator says of files: each name with `valid`, `refused …` or `unreadable …`; `None`
/// when it cannot run here.
fn judged(desk: &Desk, kind: &str, files: &[String]) -> Option<Vec<(String, String)>> {
    let installed = Runtime::Python.ready()?;
    let schema = root().join(format!("schemas/{kind}.schema.json"));
    let output = desk
        .foreign(installed.program)
        .env(installed.path.0, installed.path.1)
        .env("PYTHONUTF8", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(source().join("python/schemas.py"))
        .arg(schema)
        .args(files)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let verdicts: Vec<(String, String)> = said
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .collect();
    assert_eq!(verdicts.len(), files.len(), "{said}");
    Some(verdicts)
}

#[test]
fn every_example_fits_its_schema() {
    let (mut specs, mut scenarios, mut fleets) = (Vec::new(), Vec::new(), Vec::new());
    for folder in ["examples", "scenarios"] {
        for file in bellcheck::files::find(&root().join(folder), ".yaml").unwrap() {
            let text = fs::read_to_string(&file).unwrap();
            let has = |key: &str| text.lines().any(|line| line.starts_with(key));
            match (has("steps:"), has("stack:"), has("fleet:")) {
                (true, _, _) => scenarios.push(file.display().to_string()),
                (_, true, _) => specs.push(file.display().to_string()),
                (_, _, true) => fleets.push(file.display().to_string()),
                _ => {}
            }
        }
    }
    assert!(
        specs.len() >= 3 && scenarios.len() >= 10 && !fleets.is_empty(),
        "{specs:?} {scenarios:?} {fleets:?}"
    );
    let desk = Desk::new();
    for (kind, files) in [("spec", specs), ("scenario", scenarios), ("fleet", fleets)] {
        let Some(verdicts) = judged(&desk, kind, &files) else { return };
        for (name, verdict) in verdicts {
            assert_eq!(verdict, "valid", "{name}");
        }
    }
}

#[test]
fn a_schema_refuses_what_is_wrong_in_shape_and_nothing_else() {
    let desk = Desk::new();
    let mut files = Vec::new();
    for (name, text) in malformed() {
        desk.write(&format!("{name}.yaml"), &text);
        files.push(format!("{name}.yaml"));
    }
    let Some(verdicts) = judged(&desk, "spec", &files) else { return };
    let refused: Vec<&str> = verdicts
        .iter()
        .filter(|(_, verdict)| verdict.starts_with("refused"))
        .map(|(name, _)| name.trim_end_matches(".yaml"))
        .collect();
    assert_eq!(refused, OF_SHAPE);
}

#[test]
fn a_part_has_a_schema_of_its_own() {
    let desk = Desk::new();
    desk.write("part.yaml", "contacts:\n  duty: { email: duty@example.com }\n");
    desk.write("whole.yaml", "stack: demo\nregion: cn-hangzhou\n");
    let files = ["part.yaml".to_owned(), "whole.yaml".to_owned()];
    let Some(verdicts) = judged(&desk, "include", &files) else { return };
    assert_eq!(verdicts[0].1, "valid");
    assert!(verdicts[1].1.starts_with("refused"), "{verdicts:?}");
}

const SOUND: &str = "stack: t
region: cn-hangzhou
robots:
  ops:
    webhook: https://oapi.dingtalk.com/robot/send?access_token=aaaa
contacts:
  duty:
    robot: ops
groups:
  ecs:
    contacts: [duty]
rules:
  state:
    event_pattern:
      product: ECS
      levels: [INFO]
      names: [Instance:StateChange]
    targets:
      - group: ecs
        level: INFO
";

#[test]
fn schema_and_program_agree_on_each_kind_of_value() {
    let targets = "    targets:";
    let variables = "    enabled: ${ON}\n    silence: ${SILENCE}\n    event_type: ${TYPE}\n    targets:";
    let values = ["--var", "ON=true", "--var", "SILENCE=5m", "--var", "TYPE=SYSTEM"];
    let changes = [
        // Sound: any text may be a variable.
        (targets, targets),
        (targets, variables),
        // Unsound.
        ("stack: t", "stak: t"),
        ("stack: t", "stack: [t]"),
        ("    robot: ops", "    robott: ops"),
        ("    robot: ops", "    language: english"),
        ("    webhook:", "    secret:"),
        ("[INFO]", "INFO"),
        ("[INFO]", "[Info]"),
        ("        level: INFO", "        level: 4"),
        (targets, "    silence: 5 minutes\n    targets:"),
        (targets, "    enabled: \"true\"\n    targets:"),
        ("      product: ECS\n", ""),
    ];
    let desk = Desk::new();
    let names: Vec<String> = (0..changes.len()).map(|number| format!("{number}.yaml")).collect();
    for (name, (piece, by)) in names.iter().zip(changes) {
        assert_eq!(SOUND.matches(piece).count(), 1, "{piece}");
        desk.write(name, &SOUND.replace(piece, by));
    }
    let Some(verdicts) = judged(&desk, "spec", &names) else { return };
    for (number, (name, verdict)) in verdicts.iter().enumerate() {
        let (code, expected) = if number < 2 { (0, "valid") } else { (1, "refused") };
        assert!(verdict.starts_with(expected), "{:?}: {verdict}", changes[number]);
        desk.run(&[&["validate", name][..], &values].concat()).exits(code);
    }
}

#[test]
fn json_is_as_its_schema_says() {
    let desk = Desk::new();
    let cloud = rich(&desk);
    let mut all = Vec::new();
    for args in [
        &["plan", "other.yaml", "-o", "json"][..],
        &["plan", "other.yaml", "-o", "json", "--adopt"],
        &["plan", "other.yaml", "-o", "json", "--target", "on-call"],
        &["plan", SPEC, "-o", "json"],
    ] {
        all.push(plan_json(&cloud.run(&desk, args).exits(0)));
    }
    assert!(!all[0]["stacks"][0]["conflicts"].as_array().unwrap().is_empty());
    assert!(all[1]["stacks"][0]["changes"].as_array().unwrap().iter().any(|change| change["adopts"] == true));
    assert!(!all[2]["stacks"][0]["taken_along"].as_array().unwrap().is_empty());
    assert_eq!(all[3]["empty"], true);
    // The judge does find faults, and deep ones.
    let wrong = [("/stacks/0/owned", "six"), ("/stacks/0/changes/0/action", "dance"), ("/empty", "yes")];
    let wrong = wrong.map(|(place, by)| {
        let mut plan = all[0].clone();
        *plan.pointer_mut(place).unwrap() = by.into();
        plan
    });
    let mut more = all[0].clone();
    more["stacks"][0]["more"] = true.into();
    let sound = all.len();
    all.extend(wrong.into_iter().chain([more]));
    // JSON is YAML.
    let names: Vec<String> = (0..all.len()).map(|number| format!("plan-{number}.json")).collect();
    for (name, plan) in names.iter().zip(&all) {
        desk.write(name, &plan.to_string());
    }
    let Some(verdicts) = judged(&desk, "plan", &names) else { return };
    for (number, (name, verdict)) in verdicts.iter().enumerate() {
        let expected = if number < sound { "valid" } else { "refused" };
        assert!(verdict.starts_with(expected), "{name} {verdict}: {:#}", all[number]);
    }
}
