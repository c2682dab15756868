//! What machines are told.

use serde_json::{Map, Value, json};

use crate::{
    api::cloudmonitor::OpenApiParameter,
    emulator::switches::{Switches, WebhookContent, WebhookTraceId},
    event::SystemEvent,
};

/// The documented callback of an event rule: the envelope with the rule's name. Source: CloudMonitor
/// user guide, "Configure callbacks for system event-triggered alerts" (the rules of old).
pub(super) fn webhook(event: &SystemEvent, rule: &str, switches: &Switches) -> Value {
    let mut payload = event.envelope();
    payload["ruleName"] = rule.into();
    if switches.webhook_trace_id == WebhookTraceId::Present {
        payload["traceId"] = event.id.clone().into();
    }
    if switches.webhook_content == WebhookContent::String {
        payload["content"] = event.content.to_string().into();
    }
    payload
}

/// The fields of the notification that is not customised. Source: ECS user guide, overview of system
/// event notifications.
const RAW: [&str; 11] = [
    "eventTime",
    "id",
    "level",
    "name",
    "product",
    "regionId",
    "resourceId",
    "instanceName",
    "userId",
    "ver",
    "content",
];

/// What queues, logstores and functions get: the raw envelope. Only some of the samples have an
/// `instanceName`: it is there where the resource has a name.
pub(super) fn raw(event: &SystemEvent) -> Value {
    let Value::Object(envelope) = event.envelope() else { return Value::Null };
    let fields: Map<String, Value> = envelope
        .into_iter()
        .filter(|(name, _)| RAW.contains(&name.as_str()))
        .filter(|(name, _)| name != "instanceName" || !event.instance_name.is_empty())
        .collect();
    Value::Object(fields)
}

/// The OpenAPI call that a target asks for. In `JsonParams`, a text such as `$.name` or
/// `$.content.state` stands for that field of the event; one that names nothing stays as it is.
/// Source: the example of `OpenApiParameters.N.JsonParams` (PutEventRuleTargets).
pub(super) fn open_api(event: &SystemEvent, rule: &str, target: &OpenApiParameter) -> Value {
    let mut fields = event.envelope();
    fields["ruleName"] = rule.into();
    let parameters = match target.json_params.as_deref().filter(|text| !text.is_empty()) {
        None => json!({}),
        Some(text) => match serde_json::from_str(text) {
            Ok(params) => filled(params, &fields),
            Err(_) => text.into(),
        },
    };
    let mut call = Map::new();
    for (name, value) in [
        ("product", &target.product),
        ("version", &target.version),
        ("action", &target.action),
        ("region", &target.region),
        ("role", &target.role),
        ("arn", &target.arn),
    ] {
        if let Some(value) = value {
            call.insert(name.to_owned(), value.clone().into());
        }
    }
    call.insert("parameters".to_owned(), parameters);
    Value::Object(call)
}

fn filled(value: Value, event: &Value) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix("$.") {
            Some(path) => {
                let found = path.split('.').try_fold(event, |at, name| at.get(name)).cloned();
                found.unwrap_or(Value::String(text))
            }
            None => Value::String(text),
        },
        Value::Array(items) => items.into_iter().map(|item| filled(item, event)).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, filled(value, event))).collect()
        }
        other => other,
    }
}
