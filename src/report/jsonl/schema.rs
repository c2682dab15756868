//! The JSON Schema of one line.

use serde_json::{Map, Value, json};

use super::{
    super::{Ended, HopKind, MomentKind, Verdict},
    VERSION,
};

/// The schema (2020-12) of each line of a report.
#[must_use]
pub fn json_schema() -> Value {
    let moments: Vec<&str> = MomentKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let verdicts = [Verdict::Passed, Verdict::NotRun, Verdict::Failed, Verdict::Errored].map(Verdict::as_str);
    let ended: Vec<Value> =
        Ended::ALL.iter().map(|ended| json!(ended.as_str())).chain([Value::Null]).collect();
    let hops: Vec<&str> = HopKind::ALL.iter().map(|kind| kind.as_str()).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "a line of bellcheck test --json",
        "description": "Times are those of the scenarios' worlds, which are emulated unless the backend is `live`; those that begin with `real_` are the machine's.",
        "oneOf": [
            event("run_started", "The first line.", vec![
                ("version", json!({"const": VERSION, "description": "The version of this form."})),
                ("backend", text("Where the scenarios ran.")),
                ("seed", number("The seed of the emulated worlds.")),
                ("scenarios", number("How many scenarios the run has.")),
                ("real_begin", time("When it began, by the machine's clock.")),
            ]),
            event("scenario_started", "A scenario begins.", vec![
                scenario(),
                ("name", text("The scenario's name.")),
                ("file", text("Its file.")),
                ("stack", text("The stack of its spec.")),
                ("line", number("The line of its name, from 1.")),
                ("tags", texts("Its tags.")),
                ("at", time("The instant from which its times are counted.")),
                ("real_begin", or_null(time("When it began, by the machine's clock; null where it did not."))),
            ]),
            event("attempt", "An earlier attempt, which did not pass.", vec![
                scenario(),
                ("attempt", number("Which attempt, from 1.")),
                ("seed", number("The seed of its world.")),
                ("verdict", reference("verdict")),
                ("virtual_time_ms", number("How long it took in its world.")),
                ("findings", findings("What went wrong.")),
            ]),
            event("moment", "Something happened in the scenario's world; oldest first.", vec![
                scenario(),
                ("at", time("When.")),
                ("offset_ms", number("When, since the scenario's first act.")),
                ("kind", json!({"enum": moments, "description": "What kind of thing."})),
                ("text", text("The thing in a line.")),
                ("detail", texts("More lines.")),
                ("message", or_null(reference("message"))),
            ]),
            event("route", "The way of an event through the rules; oldest first.", vec![
                scenario(),
                ("offset_ms", number("When the event reached the event centre.")),
                ("of", text("The event in a line.")),
                ("hops", list(record("An arrow that was tried.", vec![
                    ("kind", json!({"enum": hops, "description": "What it leads to; a rule hangs below the event, a group or target below a rule, a contact below a group, a robot below a contact."})),
                    ("name", text("The name of what it leads to.")),
                    ("goes_on", truth("Whether the way goes on from there.")),
                    ("text", text("What came of it.")),
                    ("offset_ms", number("When.")),
                ]), "The arrows in the order of a tree read from the top.")),
            ]),
            event("step", "What a step came to; in the order of the file.", vec![
                scenario(),
                ("step", number("Which step, from 1; those under `finally` come last.")),
                ("text", text("The step in a few words.")),
                ("line", number("Its line, from 1.")),
                ("cleanup", truth("Whether it stands under `finally`.")),
                ("verdict", reference("verdict")),
                ("took_ms", number("How long it took in the scenario's world.")),
                ("evidence", json!({"enum": ["seen", "notified", "captured", null], "description": "By what an `expect` knows on the real cloud that its messages came."})),
                ("unjudged", number("How many of its matchers nobody could judge, since the message was not captured.")),
                ("latency", or_null(record("How long the message took that an `expect` waited for, since the act that caused it.", vec![
                    ("event_ms", or_null(number("Until the event reached the event centre."))),
                    ("notified_ms", or_null(number("Until CloudMonitor handed the message over."))),
                    ("message_ms", number("Until the robot accepted it.")),
                ]))),
                ("findings", findings("What went wrong in it.")),
            ]),
            event("scenario_finished", "What a scenario came to.", vec![
                scenario(),
                ("verdict", reference("verdict")),
                ("flaky", truth("Whether only a later attempt held.")),
                ("attempt", number("Which attempt this is, from 1.")),
                ("seed", number("The seed of its world.")),
                ("virtual_time_ms", number("How long it took in its world, before `finally`.")),
                ("real_time_ms", number("How long it took with all attempts, by the machine's clock.")),
                ("pending_snapshots", texts("Snapshots that wait for a review.")),
                ("lookups", list(record("Something that was looked up.", vec![
                    ("name", text("The word by which the scenario asks for it.")),
                    ("offset_ms", number("When.")),
                    ("lines", texts("What was found.")),
                ]), "What `on_failure` asks for, looked up at the moment of the failure.")),
                ("findings", findings("What went wrong and belongs to no step.")),
            ]),
            event("run_finished", "The last line.", vec![
                ("verdict", reference("verdict")),
                ("ended", json!({"enum": ended, "description": "Why the run ended otherwise than with its last scenario: it could not begin (`not_started`) or not go on (`broken_off`), the account was not as the spec says (`account_differs`), nothing was to be run (`nothing_chosen`), or its end is not written, since it is under way or was killed (`unfinished`)."})),
                ("real_time_ms", number("How long it took, by the machine's clock.")),
                ("counts", record("Scenarios by verdict.", vec![
                    ("total", number("All.")),
                    ("passed", number("As they should be.")),
                    ("failed", number("Not as they should be.")),
                    ("errored", number("Could not be judged.")),
                    ("not_run", number("Not begun.")),
                    ("flaky", number("Held in a later attempt only; counted above too.")),
                    ("pending_snapshots", number("Snapshots that wait for a review.")),
                ])),
                ("latency", record("Over all steps that measured one.", vec![
                    ("event", or_null(reference("spread"))),
                    ("notified", or_null(reference("spread"))),
                    ("message", or_null(reference("spread"))),
                ])),
                ("findings", findings("What concerns the run and no scenario of it.")),
            ]),
        ],
        "$defs": {
            "verdict": {"enum": verdicts},
            "message": record("A message that was handed to a robot.", vec![
                ("msgtype", text("DingTalk's type of message.")),
                ("robot", text("The robot, by its name in the spec.")),
                ("contact", text("The contact through whom it came.")),
                ("rule", text("The rule that sent it.")),
                ("title", or_null(text("Its title."))),
                ("text", text("Its text; characters that act on a reader are written visibly.")),
                ("buttons", list(record("A button or link.", vec![
                    ("title", text("What it says.")),
                    ("url", text("Where it leads.")),
                ]), "Its buttons and links.")),
                ("mentions", texts("Whom it mentions.")),
                ("refused", or_null(text("The robot's answer, when it refused it."))),
            ]),
            "spread": record("The spread of some durations, by nearest rank.", vec![
                ("count", number("How many there are.")),
                ("p50_ms", number("Half of them are not longer.")),
                ("p95_ms", number("95 of 100 are not longer.")),
                ("max_ms", number("None is longer.")),
            ]),
            "finding": record("Something that is wrong, where, and what to do.", vec![
                ("severity", json!({"enum": ["warning", "error"]})),
                ("code", text("A stable name, such as `scenario::no-message`.")),
                ("message", text("What is wrong, in a line.")),
                ("help", or_null(text("What to do about it."))),
                ("file", or_null(text("The file of its main place."))),
                ("line", or_null(number("Its line, from 1."))),
                ("column", or_null(number("Its column, from 1, in characters."))),
                ("end_line", or_null(number("The line of its end."))),
                ("end_column", or_null(number("The column behind its end."))),
                ("places", list(record("A place.", vec![
                    ("file", text("The file.")),
                    ("line", number("The line, from 1.")),
                    ("column", number("The column, from 1, in characters.")),
                    ("end_line", number("The line of the end.")),
                    ("end_column", number("The column behind the end.")),
                    ("label", text("What is to be seen there.")),
                ]), "All its places, the main one first.")),
            ]),
        },
    })
}

type Field = (&'static str, Value);

fn record(about: &str, fields: Vec<Field>) -> Value {
    let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({
        "type": "object",
        "description": about,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn event(name: &str, about: &str, fields: Vec<Field>) -> Value {
    record(about, [vec![("event", json!({"const": name}))], fields].concat())
}

fn scenario() -> Field {
    ("scenario", number("Which scenario of the run, from 1."))
}

fn findings(about: &str) -> Value {
    list(reference("finding"), about)
}

fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

fn texts(about: &str) -> Value {
    list(json!({"type": "string"}), about)
}

fn time(about: &str) -> Value {
    json!({"type": "string", "format": "date-time", "description": about})
}

fn number(about: &str) -> Value {
    json!({"type": "integer", "minimum": 0, "description": about})
}

fn truth(about: &str) -> Value {
    json!({"type": "boolean", "description": about})
}

fn list(items: Value, about: &str) -> Value {
    json!({"type": "array", "items": items, "description": about})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn or_null(schema: Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}
