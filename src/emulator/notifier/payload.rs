//! What machines are told.

use serde_json::{Value, json};

use crate::event::SystemEvent;

/// The documented callback of an event rule: the envelope with the rule's name.
pub(super) fn webhook(event: &SystemEvent, rule: &str) -> Value {
    let mut payload = event.envelope();
    payload["ruleName"] = rule.into();
    payload
}

/// What queues, logstores and functions get: the raw envelope.
pub(super) fn raw(event: &SystemEvent) -> Value {
    event.envelope()
}

/// An OpenAPI call: its parameters as written, with the event beside them.
pub(super) fn open_api(event: &SystemEvent, json_params: Option<&str>) -> Value {
    let params = json_params.map(|text| serde_json::from_str(text).unwrap_or_else(|_| json!(text)));
    json!({"parameters": params, "event": event.envelope()})
}
