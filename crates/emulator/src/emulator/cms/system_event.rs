//! The event catalogue, and events that somebody makes up.

use serde_json::{Map, Value};

use super::ack::{CODE, parameter_invalid, resource_not_found};
use crate::{
    api::cloudmonitor::{
        DescribeSystemEventMetaList, DescribeSystemEventMetaListResponse, SendDryRunSystemEvent,
        SendDryRunSystemEventResponse, SystemEventMeta, SystemEventMetaList,
    },
    emulator::{
        gateway::{Call, Refusal, Serve, required},
        switches::{OnOff, UnknownName},
    },
    event::{Level, catalogue},
};

/// An event to be made: what is absent comes from the catalogue, or else from common sense.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventDraft {
    /// The product code; compared without regard to case.
    pub product: String,
    /// The event's name.
    pub name: String,
    /// The level; `INFO` for an event that the catalogue does not know.
    pub level: Option<Level>,
    /// The status; otherwise what the name ends in, or `Normal`.
    pub status: Option<String>,
    /// The event type; `StatusNotification` for an event that the catalogue does not know.
    pub event_type: Option<String>,
    /// The region; otherwise `cn-hangzhou`.
    pub region_id: Option<String>,
    /// The resource's ARN; otherwise one with `*`.
    pub resource_id: Option<String>,
    /// The resource's name.
    pub instance_name: Option<String>,
    /// Application groups, separated by commas.
    pub group_id: Option<String>,
    /// What is particular to the event; otherwise an empty object.
    pub content: Option<Value>,
}

impl EventDraft {
    /// Takes what an `EventContent` says. It may be a whole envelope, part of one, or the content
    /// alone: keys of the envelope are read as such, and an object without any is the content.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn with_content(mut self, event_content: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(event_content)
            .map_err(|fault| format!("EventContent is not JSON: {fault}"))?;
        let Value::Object(mut object) = value else {
            return Err("EventContent is not a JSON object".to_owned());
        };
        if !ENVELOPE.iter().any(|key| object.contains_key(*key)) {
            self.content = Some(Value::Object(object));
            return Ok(self);
        }
        let mut text = |key: &str| take_text(&mut object, key);
        if let Some(level) = text("level")? {
            self.level = Some(level.parse()?);
        }
        self.status = text("status")?.or(self.status);
        self.event_type = text("eventType")?.or(self.event_type);
        self.region_id = text("regionId")?.or(self.region_id);
        self.resource_id = text("resourceId")?.or(self.resource_id);
        self.instance_name = text("instanceName")?.or(self.instance_name);
        // The operation's own parameter wins.
        let group = text("groupId")?;
        self.group_id = self.group_id.or(group);
        self.content = object.remove("content").or(self.content);
        Ok(self)
    }
}

/// Keys that an envelope has and a documented content has not.
const ENVELOPE: [&str; 7] = ["content", "level", "regionId", "product", "ver", "eventTime", "userId"];

fn take_text(object: &mut Map<String, Value>, key: &str) -> Result<Option<String>, String> {
    match object.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("`{key}` in EventContent is not a string")),
    }
}

impl Serve for SendDryRunSystemEvent {
    fn serve(self, call: &mut Call<'_>) -> Result<SendDryRunSystemEventResponse, Refusal> {
        required("Product", &self.product)?;
        required("EventName", &self.event_name)?;
        let catalogue = catalogue();
        let known = catalogue.find(&self.product, &self.event_name).is_some();
        if !known && call.switches().unknown_event == UnknownName::Refuse {
            let near = catalogue.nearest(&self.product, &self.event_name);
            let hint = if near.is_empty() {
                "switch `unknown_event=accept` takes it".to_owned()
            } else {
                format!("did you mean {}?", near.join(" or "))
            };
            return Err(resource_not_found(format!(
                "no event `{}` of product `{}` in the catalogue; {hint}",
                self.event_name, self.product
            )));
        }
        let draft = EventDraft {
            product: self.product,
            name: self.event_name,
            group_id: self.group_id.filter(|group| !group.is_empty()),
            region_id: self.region_id,
            ..EventDraft::default()
        };
        let draft = match &self.event_content {
            Some(content) if !content.is_empty() => draft.with_content(content).map_err(parameter_invalid)?,
            _ => draft,
        };
        let account = call.account_id.clone();
        let id = call.world.emit_draft(&account, draft);
        if call.switches().test_events_listed == OnOff::Off {
            call.account().unlisted_events.insert(id);
        }
        Ok(SendDryRunSystemEventResponse {
            code: CODE.to_owned(),
            message: "success".to_owned(),
            success: "true".to_owned(),
            ..SendDryRunSystemEventResponse::default()
        })
    }
}

impl Serve for DescribeSystemEventMetaList {
    fn serve(self, _call: &mut Call<'_>) -> Result<DescribeSystemEventMetaListResponse, Refusal> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let resource = catalogue()
            .entries()
            .iter()
            .map(|entry| SystemEventMeta {
                product: entry.product.clone(),
                name: entry.name.clone(),
                name_desc: text(&entry.name_zh),
                name_desc_en: text(&entry.name_en),
                level: text(&entry.level),
                event_type: text(&entry.event_type),
                status: text(&entry.status),
                status_desc: text(&entry.status_desc),
            })
            .collect();
        Ok(DescribeSystemEventMetaListResponse {
            code: Some(200),
            message: "success".to_owned(),
            success: true,
            data: SystemEventMetaList { resource },
            ..DescribeSystemEventMetaListResponse::default()
        })
    }
}
