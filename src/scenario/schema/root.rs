//! The file as a whole.

use serde_json::{Map, Value, json};

use super::{
    build::{
        duration, either, list, mapping, names, optional, reference, required, some, some_names, text, told,
        truth, word,
    },
    matchers::matcher,
    steps::{content, step},
};
use crate::{
    emulator::Switches,
    report::Evidence,
    scenario::{diagnosis::Diagnosis, model::Percentile, snapshot::named},
};

/// The JSON Schema (2020-12) of a scenario.
#[must_use]
pub fn json_schema() -> Value {
    let steps = || some(reference("step"));
    let lookup = || word(&Diagnosis::WORDS.map(|(word, _)| word));
    let mut root = mapping(vec![
        required("name", told(text(), "The scenario's name, as reports show it.")),
        optional("tags", told(list(text()), "Words to choose scenarios by.")),
        optional(
            "exclusive",
            told(text(), "Scenarios that name the same word here never run at the same time."),
        ),
        optional(
            "drill",
            told(
                either(vec![truth(), text()]),
                "It does nothing but send test events, which say that they are a drill: `true`, or what they say.",
            ),
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
            told(names(variable()), "Values for `${NAME}` in this file; they come before the environment."),
        ),
        optional(
            "matrix",
            told(some_names(some(text())), "Names and lists of values: a scenario for each combination."),
        ),
        optional(
            "rows",
            told(some(some_names(text())), "Mappings of names and values: a scenario for each of them."),
        ),
        optional("include", told(list(text()), "Files with `step_lists`, relative to this file.")),
        optional("step_lists", told(names(steps()), "Lists of steps by name, for `use`.")),
        optional("webhooks", told(list(webhook()), "What webhooks answer that are no robots. Default: 200.")),
        optional(
            "on_failure",
            told(
                either(vec![lookup(), some(lookup())]),
                "What is looked up for the report when the story failed.",
            ),
        ),
        optional(
            "require",
            told(
                word(&Evidence::WORDS.map(|(word, _)| word)),
                "By what must be known on the real cloud that a message came. Default: notified.",
            ),
        ),
        optional("emulator", told(switches(), "Switches of the emulator, for what public facts leave open.")),
        optional(
            "instances",
            told(names(instance()), "Instances that exist before the first step, by name."),
        ),
        required("steps", told(steps(), "The story: what is done and what is expected, in order.")),
        optional("finally", told(list(reference("step")), "What is done at the end in any case.")),
        optional("normalise", normalise()),
        optional("strict", told(truth(), "A message that no step took is a failure. Default `false`.")),
        optional(
            "slo",
            told(slo(), "How long messages may take from the act that caused them, over all `expect` steps."),
        ),
    ]);
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("bellcheck scenario");
    root["patternProperties"] = json!({"^x-": {}});
    root["$defs"] = json!({"step": step(), "matcher": matcher(), "content": content()});
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

fn normalise() -> Value {
    let mut kinds = mapping(
        named()
            .into_iter()
            .map(|(name, on)| {
                let state = if on { "on" } else { "off" };
                optional(name, told(truth(), &format!("Default: {state}.")))
            })
            .collect(),
    );
    let own = mapping(vec![required("json_path", told(text(), "Where the value is in the message's body."))]);
    kinds["additionalProperties"] =
        told(either(vec![text(), own]), "A kind of value of your own: a regular expression, or a place.");
    told(
        kinds,
        "What snapshots leave out: named kinds, on or off, and your own. A value becomes `[name-01]`.",
    )
}

fn variable() -> Value {
    let kinds = word(&["text", "number", "duration", "bool"]);
    let typed = mapping(vec![
        optional("type", told(kinds, "What the value must be.")),
        optional("value", told(text(), "Its value; without one, `matrix` or `rows` give it.")),
    ]);
    either(vec![text(), typed])
}

fn webhook() -> Value {
    let status = || json!({"type": "integer", "minimum": 200, "maximum": 599});
    let answer = || either(vec![status(), word(&["timeout", "unreachable"])]);
    let answers = told(
        either(vec![answer(), some(answer())]),
        "What it answers, one for each request; the last one from then on.",
    );
    mapping(vec![
        required("url", told(text(), "The webhook's URL, as in the spec.")),
        required("answers", answers),
    ])
}

fn slo() -> Value {
    let limits = Percentile::ALL.map(|percentile| optional(percentile.name(), duration()));
    let message =
        told(mapping(limits.into()), "From the acts before an `expect` to the first message that it takes.");
    mapping(vec![required("message", message)])
}
