//! The room from outside.

mod catalogue;
mod doubts;
mod faults;
mod objects;
mod schema;
mod secrets;
mod yaml_faults;

use super::*;
use crate::diagnostic::Severity;

const QUICKSTART: &str = include_str!("../../../examples/quickstart/bellcheck.yaml");
const REFERENCE: &str = include_str!("../../../examples/reference/bellcheck.yaml");

fn no_environment(_: &str) -> Option<String> {
    None
}

/// The variables of the examples.
fn tokens(name: &str) -> Option<String> {
    match name.strip_prefix("DING_")?.split_once('_')? {
        (robot, "TOKEN") => Some(format!("{}-test-token", robot.to_lowercase())),
        _ => Some("SECtest".to_owned()),
    }
}

/// What a reader sees of a spec's findings, without colour.
fn drawn(text: &str) -> String {
    drawn_with(text, &no_environment)
}

fn drawn_with(text: &str, environment: Environment<'_>) -> String {
    let found = match load("spec.yaml", text, environment) {
        Ok(loaded) => loaded.warnings,
        Err(found) => {
            assert!(found.iter().any(|finding| finding.severity == Severity::Error), "{found:?}");
            found
        }
    };
    found.iter().map(|finding| finding.render(false, 100)).collect::<Vec<_>>().join("\n")
}

/// The codes of all findings, and whether the spec loads.
fn codes(text: &str) -> (bool, Vec<&'static str>) {
    let (ok, found) = match load("spec.yaml", text, &no_environment) {
        Ok(loaded) => (true, loaded.warnings),
        Err(found) => (false, found),
    };
    (ok, found.into_iter().map(|finding| finding.code).collect())
}

/// A spec that loads without a word, around which faults are built.
const SOUND: &str = "
stack: t
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

/// [`SOUND`] with one piece replaced.
fn sound_but(piece: &str, by: &str) -> String {
    assert_eq!(SOUND.matches(piece).count(), 1, "{piece}");
    SOUND.replace(piece, by)
}

#[test]
fn the_examples_load_without_a_word() {
    for text in [QUICKSTART, REFERENCE, SOUND] {
        let loaded = load("bellcheck.yaml", text, &tokens).unwrap();
        assert_eq!(loaded.warnings, []);
    }
}
