//! The journal as JSON: `{at, kind, …}`.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::entry::{ContactVerdict, Entry, RobotRef, RuleVerdict, TargetVerdict, What};
use super::mask_address;
use crate::secret::show_parameters;

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl Entry {
    /// The entry as `{"at", "kind", …}`; times are UTC.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = json!({"at": self.at.to_string(), "kind": self.kind()});
        let rest = self.what.to_json();
        if let (Value::Object(object), Value::Object(rest)) = (&mut object, rest) {
            object.extend(rest);
        }
        object
    }
}

impl What {
    fn to_json(&self) -> Value {
        match self {
            Self::Call { operation, writes, account, params, status, code, request_id } => json!({
                "operation": operation, "writes": writes, "account": account, "parameters": params,
                "status": status, "code": code, "request_id": request_id,
            }),
            Self::Instance { instance_id, name, from, to, cause } => json!({
                "instance_id": instance_id, "name": name, "from": from, "to": to, "cause": cause,
            }),
            Self::Event { event } => json!({"event_id": event.id, "event": event.envelope()}),
            Self::Rule { event_id, rule, verdict } => {
                with(json!({"event_id": event_id, "rule": rule}), verdict.as_str(), verdict.details())
            }
            Self::Target { event_id, rule, target_id, group, verdict } => with(
                json!({"event_id": event_id, "rule": rule, "target_id": target_id, "group": group}),
                verdict.as_str(),
                verdict.details(),
            ),
            Self::Contact { event_id, rule, group, contact, verdict } => with(
                json!({"event_id": event_id, "rule": rule, "group": group, "contact": contact}),
                verdict.as_str(),
                verdict.details(),
            ),
            Self::Delivery { event_id, rule, group, contact, robot, reply, message } => json!({
                "event_id": event_id, "rule": rule, "group": group, "contact": contact,
                "robot": robot.to_json(), "reply": reply.to_json(), "message": message.to_json(),
            }),
            Self::Webhook(call) => call.to_json(),
            Self::Fault(strike) => strike.to_json(),
            Self::Recorded { event_id, rule, contact, channel, to, payload } => json!({
                "event_id": event_id, "rule": rule, "contact": contact, "channel": channel,
                "to": if contact.is_empty() { to.clone() } else { mask_address(to) },
                "payload": recorded(channel, payload),
            }),
            Self::RobotCall { robot, reply, message } => json!({
                "robot": robot.to_json(), "reply": reply.to_json(),
                "message": message.as_ref().map(crate::dingtalk::Message::to_json),
            }),
        }
    }
}

/// What was recorded, as it may be shown: the parameters of a call may hold anything.
fn recorded(channel: &str, payload: &Value) -> Value {
    let mut payload = payload.clone();
    if channel == "openapi"
        && let Some(parameters) = payload.get_mut("parameters")
    {
        *parameters = show_parameters(parameters);
    }
    payload
}

/// The object with the verdict's word and what belongs to it.
fn with(mut object: Value, verdict: &str, details: Value) -> Value {
    if let (Value::Object(object), Value::Object(details)) = (&mut object, details) {
        object.insert("verdict".to_owned(), verdict.into());
        object.extend(details);
    }
    object
}

impl RobotRef {
    /// The robot as the journal shows it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"token": self.token, "name": self.name})
    }
}

impl RuleVerdict {
    fn details(&self) -> Value {
        match self {
            Self::Mismatch(mismatches) => {
                let list: Vec<Value> = mismatches
                    .iter()
                    .map(|mismatch| json!({"field": mismatch.field(), "reason": mismatch.to_string()}))
                    .collect();
                json!({"mismatches": list})
            }
            Self::OtherGroup { rule, event } => json!({"rule_group": rule, "event_group": event}),
            Self::Silenced { until, by_event } => json!({"until": until.to_string(), "by_event": by_event}),
            Self::CustomEvents | Self::SystemEvents | Self::Disabled | Self::NoTargets | Self::Matched => {
                json!({})
            }
        }
    }
}

impl TargetVerdict {
    fn details(&self) -> Value {
        match self {
            Self::Told { contacts } => json!({"contacts": contacts}),
            Self::GroupMissing | Self::GroupEmpty => json!({}),
        }
    }
}

impl ContactVerdict {
    fn details(&self) -> Value {
        match self {
            Self::NotActivated { channel } | Self::NotAtSite { channel } => json!({"channel": channel}),
            Self::LevelExcludes { channel, level } => json!({"channel": channel, "level": level}),
            Self::TemplateFailed { error } => json!({"error": error}),
            Self::Sent | Self::ContactMissing | Self::NoRobot | Self::Duplicate => json!({}),
        }
    }
}
