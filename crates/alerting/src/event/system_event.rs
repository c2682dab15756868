//! The envelope in which CloudMonitor carries an event.

use jiff::{Timestamp, tz::Offset};
use serde_json::{Value, json};

use super::Level;

/// One system event.
#[derive(Debug, Clone, PartialEq)]
pub struct SystemEvent {
    /// A UUID, upper case.
    pub id: String,
    /// The product code, such as `ECS`.
    pub product: String,
    /// `<resource type>:<event>[:<status>]`, such as `Instance:StateChange`.
    pub name: String,
    /// How bad it is.
    pub level: Level,
    /// `Normal`, or the status that the name ends in.
    pub status: String,
    /// `StatusNotification`, `Exception`, `Maintenance`, …
    pub event_type: String,
    /// The region.
    pub region_id: String,
    /// The resource's ARN, `acs:ecs:{region}:{account}:instance/{id}`.
    pub resource_id: String,
    /// The resource's name; empty where it has none.
    pub instance_name: String,
    /// The account.
    pub user_id: String,
    /// Application groups of the resource, separated by commas; empty for none.
    pub group_id: String,
    /// When it happened.
    pub event_time: Timestamp,
    /// What is particular to this kind of event.
    pub content: Value,
}

/// The product of events that an application reported itself (PutCustomEvent), which has none.
pub const CUSTOM_PRODUCT: &str = "CustomEvent";

impl SystemEvent {
    /// Whether an application reported it, and no product of the cloud.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        self.product == CUSTOM_PRODUCT
    }

    /// The raw envelope, with the fields and the time format of the ECS system event pages
    /// (`eventTime` in UTC+8).
    #[must_use]
    pub fn envelope(&self) -> Value {
        json!({
            "eventTime": event_time(self.event_time),
            "id": self.id,
            "level": self.level.as_str(),
            "name": self.name,
            "product": self.product,
            "regionId": self.region_id,
            "resourceId": self.resource_id,
            "instanceName": self.instance_name,
            "groupId": self.group_id,
            "eventType": self.event_type,
            "status": self.status,
            "userId": self.user_id,
            "ver": "1.0",
            "content": self.content,
        })
    }

    /// The state that the content tells (`content.state`), or else the status.
    #[must_use]
    pub fn state(&self) -> &str {
        self.content.get("state").and_then(Value::as_str).unwrap_or(&self.status)
    }

    /// The text that keywords are looked for in: the raw envelope. Whether the service searches the
    /// whole envelope or `content` only is not documented; its own examples use values of both.
    #[must_use]
    pub fn search_text(&self) -> String {
        self.envelope().to_string()
    }
}

/// An instant as envelopes write it: `20181226T220114.058+0800`.
#[must_use]
pub fn event_time(at: Timestamp) -> String {
    at.to_zoned(Offset::constant(8).to_time_zone()).strftime("%Y%m%dT%H%M%S.%3f%z").to_string()
}

impl SystemEvent {
    /// The change of the state of an instance `web-1`, as samples and tests need one.
    #[must_use]
    pub fn state_change(id: &str, state: &str, at: Timestamp) -> Self {
        Self {
            id: id.to_owned(),
            product: "ECS".to_owned(),
            name: "Instance:StateChange".to_owned(),
            level: Level::Info,
            status: "Normal".to_owned(),
            event_type: "StatusNotification".to_owned(),
            region_id: "cn-hangzhou".to_owned(),
            resource_id: "acs:ecs:cn-hangzhou:1:instance/i-1".to_owned(),
            instance_name: "web-1".to_owned(),
            user_id: "1".to_owned(),
            group_id: String::new(),
            event_time: at,
            content: json!({"state": state}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_documented() {
        let at: Timestamp = "2018-12-26T14:01:14.058Z".parse().unwrap();
        assert_eq!(event_time(at), "20181226T220114.058+0800");
        assert_eq!(event_time("2026-01-01T00:00:00+08:00".parse().unwrap()), "20260101T000000.000+0800");
    }
}
