//! The words at the top of every kind of file, from the schemas of these files.

use std::sync::LazyLock;

use serde_json::Value;

use crate::{
    emulator::Switches,
    scenario::{live, schema},
    spec,
};

/// Keys of scenarios that other programs' files rarely have.
const DISTINCTIVE: [&str; 7] =
    ["drill", "finally", "on_failure", "normalise", "exclusive", "step_lists", "slo"];

/// Keys that are known at the top, by kind of file.
pub(super) struct Vocabulary {
    pub(super) scenario: Vec<String>,
    /// Keys of scenarios that other programs' files rarely have.
    pub(super) distinctive: Vec<String>,
    /// Keywords of steps.
    pub(super) steps: Vec<String>,
    pub(super) spec: Vec<String>,
    /// Keys of a file that a spec includes.
    pub(super) part: Vec<String>,
    pub(super) fleet: Vec<String>,
    pub(super) binds: Vec<String>,
    pub(super) switches: Vec<String>,
}

impl Vocabulary {
    pub(super) fn get() -> &'static Self {
        static WORDS: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::read);
        &WORDS
    }

    fn read() -> Self {
        let scenario = schema::json_schema();
        let spec = keys(&spec::json_schema(), "/properties");
        // What is said once, in the spec's own file.
        let once = ["stack", "region", "site", "language", "accounts"];
        Self {
            steps: keys(&scenario, "/$defs/step/properties"),
            scenario: keys(&scenario, "/properties"),
            distinctive: DISTINCTIVE.map(str::to_owned).to_vec(),
            part: spec.iter().filter(|key| !once.contains(&key.as_str())).cloned().collect(),
            spec,
            // The fleet's room stands beside this one; its test compares the words.
            fleet: ["fleet", "specs", "at_once", "vars", "accounts"].map(str::to_owned).to_vec(),
            binds: keys(&live::json_schema(), "/properties"),
            switches: Switches::table().into_iter().map(|switch| switch.name.to_owned()).collect(),
        }
    }
}

fn keys(schema: &Value, at: &str) -> Vec<String> {
    let root = schema.get("$ref").and_then(Value::as_str).map_or("", |root| root.trim_start_matches('#'));
    let keys = schema.pointer(at).or_else(|| schema.pointer(&format!("{root}{at}")));
    keys.and_then(Value::as_object).into_iter().flat_map(|keys| keys.keys().cloned()).collect()
}
