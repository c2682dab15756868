//! What machines are told.

use serde_json::{Map, Value, json};

use crate::{
    api::cloudmonitor::OpenApiParameter,
    emulator::switches::{FunctionBody, Switches, WebhookContent, WebhookTraceId},
    event::{SystemEvent, catalogue},
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

/// What queues and logstores get: the raw envelope. Only some of the samples have an
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

/// What a function gets. Beside the raw envelope, a user's sample of 2023 has these fields; in it, group
/// and resource are empty, and the level, the name and the region stand there a second time.
pub(super) fn function(event: &SystemEvent, rule: &str, switches: &Switches) -> Value {
    let mut payload = raw(event);
    if switches.function_body == FunctionBody::Documented {
        return payload;
    }
    let known = catalogue().find(&event.product, &event.name);
    // Events that no document names have their name for a title.
    let own = event.name.as_str();
    let chinese = known.and_then(|entry| entry.name_zh.as_deref()).unwrap_or(own);
    let english = known.and_then(|entry| entry.name_en.as_deref()).unwrap_or(own);
    for (name, value) in [
        ("serviceType", event.product.as_str()),
        ("status", event.status.as_str()),
        ("eventType", event.event_type.as_str()),
        ("groupId", event.group_id.as_str()),
        ("curLevel", event.level.as_str()),
        ("ruleName", rule),
        ("regionName", event.region_id.as_str()),
        ("resource", ""),
        ("eventRealname", chinese),
        ("eventRealnameEn", english),
    ] {
        payload[name] = value.into();
    }
    payload
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
