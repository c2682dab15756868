//! The file as a whole.

use serde_json::{Map, Value, json};

use super::{
    build::{duration, list, mapping, names, optional, reference, required, text, told, truth, word},
    matchers::matcher,
    steps::step,
};
use crate::{emulator::Switches, scenario::model::Percentile};

/// The JSON Schema (2020-12) of a scenario.
#[must_use]
pub fn json_schema() -> Value {
    let steps = || list(reference("step"));
    let mut story = steps();
    story["minItems"] = json!(1);
    let mut root = mapping(vec![
        required("name", told(text(), "The scenario's name, as reports show it.")),
        optional("tags", told(list(text()), "Words to choose scenarios by.")),
        optional(
            "exclusive",
            told(text(), "Scenarios that name the same word here never run at the same time."),
        ),
        required("spec", told(text(), "The spec that is put to the proof, relative to this file.")),
        optional(
            "timeout",
            told(
                duration(),
                "How long the steps may take in all, in the scenario's time. Default: no limit.",
            ),
        ),
        optional(
            "variables",
            told(names(text()), "Values for `${NAME}` in this file; they come before the environment."),
        ),
        optional("emulator", told(switches(), "Switches of the emulator, for what public facts leave open.")),
        optional(
            "instances",
            told(names(instance()), "Instances that exist before the first step, by name."),
        ),
        required("steps", told(story, "The story: what is done and what is expected, in order.")),
        optional("finally", told(steps(), "What is done at the end in any case.")),
        optional("strict", told(truth(), "A message that no step took is a failure. Default `false`.")),
        optional(
            "slo",
            told(slo(), "How long messages may take from the act that caused them, over all `expect` steps."),
        ),
    ]);
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("bellcheck scenario");
    root["patternProperties"] = json!({"^x-": {}});
    root["$defs"] = json!({"step": step(), "matcher": matcher()});
    root
}

fn instance() -> Value {
    let mut instance = mapping(vec![
        optional("state", told(word(&["Running", "Stopped"]), "The state to begin in. Default `Running`.")),
        optional("name", told(text(), "Its name in the cloud. Default: the name here.")),
        optional("type", told(text(), "The instance type.")),
        optional("region", told(text(), "Default: the spec's region.")),
        optional("tags", names(text())),
    ]);
    // `web-1:` with nothing behind it is an instance with every default.
    instance["type"] = json!(["object", "null"]);
    instance
}

fn switches() -> Value {
    let keys: Map<String, Value> = Switches::table()
        .into_iter()
        .map(|switch| {
            let told_of =
                format!("{}. Values: {}. Default `{}`.", switch.meaning, switch.values, switch.default);
            (switch.name.to_owned(), told(text(), &told_of))
        })
        .collect();
    json!({"type": "object", "properties": keys, "additionalProperties": false})
}

fn slo() -> Value {
    let limits = Percentile::ALL.map(|percentile| optional(percentile.name(), duration()));
    mapping(vec![required("message", mapping(limits.into()))])
}
