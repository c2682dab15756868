//! Steps.

use serde_json::{Value, json};

use super::build::{
    duration, either, list, mapping, names, number, one_key, optional, reference, required, text, told,
    truth, word,
};
use crate::api::ecs::SIMULATED_EVENT_TYPES;

const LATER: &str = "Understood, not available in this version.";

/// One step: a mapping with one key.
pub(super) fn step() -> Value {
    one_key(vec![
        ("start", told(on_instance(None), "Starts a stopped instance.")),
        ("stop", told(on_instance(Some("Like pulling the plug.")), "Stops a running instance.")),
        ("reboot", told(on_instance(Some("Like pulling the plug.")), "Restarts a running instance.")),
        ("release", told(on_instance(Some("Also when it is running.")), "Releases an instance.")),
        ("simulate", told(simulate(), "Schedules a simulated system event.")),
        ("cancel", told(text(), "Cancels the simulated event of that name.")),
        ("send_event", told(send_event(), "Sends a test event through the account's rules.")),
        ("advance", told(duration(), "Lets time pass.")),
        (
            "fault",
            told(
                either(vec![fault(), list(fault())]),
                "Makes calls or a robot fail from here on. A list replaces all faults; an empty one ends them.",
            ),
        ),
        ("expect", told(expect(), "Takes the first message that fits and that no earlier step took.")),
        ("never", told(never(), "Fails on any message that fits and that no earlier step took.")),
        ("apply", told(text(), LATER)),
        ("repeat", told(repeat(), LATER)),
        ("expect_event", told(expect_event(), LATER)),
        ("expect_alert", told(expect_alert(), LATER)),
        ("expect_request", told(expect_request(), LATER)),
        ("expect_outbox", told(expect_outbox(), LATER)),
    ])
}

fn instance() -> Value {
    told(text(), "An instance, by its name under `instances`.")
}

fn robot() -> Value {
    told(text(), "A robot, by its name in the spec.")
}

fn within() -> Value {
    told(duration(), "How long it may take from the start of the step. Default `5m`.")
}

fn matchers() -> Value {
    told(list(reference("matcher")), "What the message is like: all of these hold. Default: any message.")
}

fn on_instance(force: Option<&str>) -> Value {
    let mut keys = vec![required("instance", instance())];
    if let Some(force) = force {
        keys.push(optional("force", told(truth(), force)));
    }
    either(vec![instance(), mapping(keys)])
}

fn simulate() -> Value {
    mapping(vec![
        required("instance", instance()),
        required("event", told(word(&SIMULATED_EVENT_TYPES), "Its type.")),
        required(
            "not_before",
            told(duration(), "When it is executed, from now; for a failure, when its execution ends."),
        ),
        optional("as", told(text(), "A name to cancel it by.")),
    ])
}

fn send_event() -> Value {
    mapping(vec![
        required("product", told(text(), "The product, such as `ECS`.")),
        required("name", told(text(), "The event's name.")),
        optional("level", word(&["CRITICAL", "WARN", "INFO"])),
        optional("status", text()),
        optional("instance", instance()),
        optional("content", told(json!({"type": "object"}), "What is particular to the event.")),
    ])
}

fn expect() -> Value {
    let capture = names(mapping(vec![required("matches", text())]));
    mapping(vec![
        required("robot", robot()),
        optional("within", within()),
        optional("times", told(number(1), "Exactly so many, at the end of `within`.")),
        optional("at_least", told(number(1), "At least so many, as soon as they are there.")),
        optional("message", matchers()),
        optional(
            "snapshot",
            told(
                either(vec![
                    snapshot_name(),
                    mapping(vec![
                        required("name", snapshot_name()),
                        required(
                            "fields",
                            told(list(text()), "The fields that it holds: `title`, `text`, `at.isAtAll`."),
                        ),
                    ]),
                ]),
                "The snapshot that the first message must equal, `fixtures/NAME.snap` beside the spec.",
            ),
        ),
        optional("capture", told(capture, LATER)),
    ])
}

fn snapshot_name() -> Value {
    json!({"type": "string", "pattern": r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$"})
}

fn never() -> Value {
    mapping(vec![
        required("robot", robot()),
        required("for", told(duration(), "How long, from the start of the step.")),
        optional("message", matchers()),
    ])
}

fn fault() -> Value {
    mapping(vec![
        optional("operation", told(text(), "The operation that fails, or `*` for all.")),
        optional("robot", robot()),
        optional("error", told(text(), "The `Code` that the operation answers.")),
        optional("status", told(number(400), "The HTTP status that the operation answers, 400 to 599.")),
        optional("errcode", told(json!({"type": "integer"}), "The `errcode` that the robot answers.")),
        optional(
            "drop",
            told(
                word(&["before", "after"]),
                "The connection ends without an answer, before or after the effect.",
            ),
        ),
        optional("delay", told(duration(), "The answer comes that much later.")),
        optional(
            "share",
            told(json!({"type": "number"}), "How many calls it strikes, from 0 to 1. Default: all."),
        ),
        optional("times", told(number(0), "How often it strikes. Default: for ever.")),
    ])
}

fn repeat() -> Value {
    mapping(vec![
        required("times", number(0)),
        optional("every", duration()),
        required("steps", list(reference("step"))),
    ])
}

fn expect_event() -> Value {
    mapping(vec![
        required("product", text()),
        required("name", text()),
        optional("level", text()),
        optional("status", text()),
        optional("within", within()),
        optional("content", json!({"type": "object"})),
    ])
}

fn expect_alert() -> Value {
    mapping(vec![required("rule", text()), optional("within", within())])
}

fn expect_request() -> Value {
    mapping(vec![
        required("url", text()),
        optional("within", within()),
        optional("body", list(reference("matcher"))),
    ])
}

fn expect_outbox() -> Value {
    mapping(vec![
        required("contact", text()),
        optional("channel", word(&["mail", "sms", "phone", "aliim"])),
        optional("within", within()),
        optional("message", matchers()),
    ])
}
