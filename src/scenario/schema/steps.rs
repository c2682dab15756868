//! Steps.

use serde_json::{Value, json};

use super::build::{
    Key, duration, either, list, mapping, number, one_key, optional, reference, required, some, some_names,
    text, told, truth, word,
};
use super::matchers::taken;
use crate::{api::ecs::SIMULATED_EVENT_TYPES, scenario::look::OUTBOX_CHANNELS};

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
        ("advance", told(either(vec![duration(), until()]), "Lets time pass.")),
        (
            "fault",
            told(
                either(vec![fault(), list(fault())]),
                "Makes calls or a robot fail from here on. A list replaces all faults; an empty one ends them.",
            ),
        ),
        ("expect", told(expect(), "Takes the first message that fits and that no earlier step took.")),
        ("never", told(never(), "Fails on any message that fits and that no earlier step took.")),
        ("apply", told(text(), "Makes the account match another spec; its path is relative to this file.")),
        (
            "activate",
            told(activate(), "Opens the links that a contact was sent for its mail and SMS channels."),
        ),
        ("repeat", told(repeat(), "Does steps again and again.")),
        ("use", told(text(), "The steps of a list under `step_lists`, here or in an included file.")),
        ("expect_event", told(expect_event(), "CloudMonitor lists an event.")),
        ("expect_alert", told(expect_alert(), "The alert log says that a rule told of an event.")),
        ("expect_request", told(expect_request(), "A webhook that is no robot got a request.")),
        ("expect_outbox", told(expect_outbox(), "Something was handed to a channel that is no webhook.")),
    ])
}

/// What an event's content must have: an empty mapping would compare nothing.
pub(super) fn content() -> Value {
    let value = json!({"type": ["string", "number", "boolean", "null", "array"]});
    some_names(either(vec![reference("content"), value]))
}

fn until() -> Value {
    let time = |pattern: &str, about: &str| {
        told(json!({"type": "string", "pattern": format!(r"{pattern}|\$\{{")}), about)
    };
    mapping(vec![
        required(
            "until",
            time("^[0-2]?[0-9]:[0-5][0-9]$", "The time of day, `03:00`: the next time that it is."),
        ),
        optional("zone", time("^[+-][0-2]?[0-9]:[0-5][0-9]$", "The offset from UTC. Default `+08:00`.")),
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
    told(some(reference("matcher")), "What the message is like: all of these hold. Default: any message.")
}

fn on_instance(force: Option<&str>) -> Value {
    let mut keys = vec![required("instance", instance()), optional("capture", capture())];
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
        optional("capture", capture()),
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
        optional("capture", capture()),
    ])
}

fn expect() -> Value {
    mapping(vec![
        required("robot", robot()),
        optional("within", within()),
        times(),
        at_least(),
        optional("every", told(duration(), "They come at least so far apart.")),
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
                            told(some(text()), "The fields that it holds: `title`, `text`, `at.isAtAll`."),
                        ),
                    ]),
                ]),
                "The snapshot that the first message must equal, `fixtures/NAME.snap` beside the spec.",
            ),
        ),
        optional("capture", capture()),
    ])
}

fn snapshot_name() -> Value {
    // A variable may stand in it, so that each case of a matrix has its own.
    json!({"type": "string", "pattern": r"^(?:\$\{[^}]+\}|[A-Za-z0-9_-])(?:\$\{[^}]+\}|[A-Za-z0-9._-])*$"})
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

fn times() -> Key {
    optional("times", told(number(1), "Exactly so many, at the end of `within`."))
}

fn at_least() -> Key {
    optional("at_least", told(number(1), "At least so many, as soon as they are there."))
}

/// Values for later steps, by name.
fn capture() -> Value {
    told(
        some_names(mapping(taken())),
        "Values that later steps write as `${NAME}`, each taken from the first that was found.",
    )
}

fn activate() -> Value {
    let contact = || told(text(), "A contact, by its name in the spec.");
    let channel = told(word(&["mail", "sms"]), "The channel. Default: all that wait.");
    either(vec![contact(), mapping(vec![required("contact", contact()), optional("channel", channel)])])
}

fn repeat() -> Value {
    mapping(vec![
        required("times", told(number(1), "How often.")),
        optional("every", told(duration(), "From the beginning of one round to that of the next.")),
        required("steps", told(some(reference("step")), "The steps.")),
    ])
}

/// The keys that all steps have that look for something.
fn look(mut keys: Vec<Key>, matchers_key: &'static str) -> Value {
    keys.extend([
        optional("within", within()),
        times(),
        at_least(),
        optional(matchers_key, matchers()),
        optional("capture", capture()),
    ]);
    mapping(keys)
}

fn expect_event() -> Value {
    let keys = vec![
        required("product", told(text(), "The product, such as `ECS`.")),
        required("name", told(text(), "The event's name.")),
        optional("level", word(&["CRITICAL", "WARN", "INFO"])),
        optional("status", text()),
        optional("instance", instance()),
        optional("content", told(reference("content"), "Values that the content has; others do not matter.")),
    ];
    look(keys, "message")
}

fn expect_alert() -> Value {
    let keys = vec![
        required("rule", told(text(), "A rule, by its name in the spec.")),
        optional("event", told(text(), "The event's name.")),
        optional("level", told(text(), "The alert's level: `P2`, `P3` or `P4`.")),
        optional("status", told(word(&["told", "silenced", "nobody"]), "What became of it. Default `told`.")),
    ];
    look(keys, "message")
}

fn expect_request() -> Value {
    look(vec![required("url", told(text(), "The webhook's URL, as in the spec."))], "body")
}

fn expect_outbox() -> Value {
    let keys = vec![
        optional("contact", told(text(), "A contact, by its name in the spec.")),
        optional("channel", told(word(&OUTBOX_CHANNELS), "The channel.")),
    ];
    look(keys, "message")
}
