//! Looks at one of the places that are no robot: by the API where the cloud tells of it, else in the
//! emulator's journal.

use serde_json::{Value, json};

use super::{
    rows::{self, instant},
    story::Story,
};
use crate::{
    api::cloudmonitor::{AlertLog, SystemEventRow},
    emulator::{CallOutcome, What},
    openapi::ApiError,
    scenario::{
        look::Scene,
        matcher::MessageView,
        sighting::{Sighting, Sightings},
    },
};

impl Story<'_> {
    /// What is there by now.
    pub(super) async fn gather(&self, scene: &Scene, seen: &mut Sightings) -> Result<(), ApiError> {
        match scene {
            Scene::Events { .. } => {
                for row in self.events().await? {
                    let (key, sighting) = event(row);
                    seen.note(key, sighting);
                }
            }
            Scene::Alerts { rule } => {
                for entry in self.alerts(&rule.value).await? {
                    let (key, sighting) = alert(&entry);
                    seen.note(key, sighting);
                }
            }
            Scene::Requests { url } => self.requests(&url.value, seen),
            Scene::Outbox { contact, channel } => {
                self.outbox(contact.as_ref().map(|contact| contact.value.as_str()), *channel, seen);
            }
        }
        Ok(())
    }

    /// The system events since the story began, oldest first.
    pub(super) async fn events(&self) -> Result<Vec<SystemEventRow>, ApiError> {
        let mut rows = rows::events(&self.cloud.client, self.cloud.since(self.began)).await?;
        if let Some(live) = self.cloud.live() {
            rows.retain(|row| !row.id.as_deref().is_some_and(|id| live.is_old(id)));
        }
        Ok(rows)
    }

    /// The alert log since the story began, oldest first; of a rule, or of all for an empty name.
    pub(super) async fn alerts(&self, rule: &str) -> Result<Vec<AlertLog>, ApiError> {
        let mut entries = rows::alerts(&self.cloud.client, self.cloud.since(self.began), rule).await?;
        if let Some(live) = self.cloud.live() {
            entries.retain(|entry| !live.is_old(&entry.log_id));
        }
        Ok(entries)
    }

    /// The requests that a webhook got; not those that never came to it.
    fn requests(&self, url: &str, seen: &mut Sightings) {
        self.cloud.journal(|journal| {
            for (place, entry) in journal.iter().enumerate() {
                let What::Webhook(call) = &entry.what else { continue };
                let came = matches!(call.outcome, CallOutcome::Status(_) | CallOutcome::TimedOut);
                if call.url != url || !came {
                    continue;
                }
                let line = format!(
                    "{} of rule `{}`, attempt {}: {}",
                    call.method,
                    call.rule,
                    call.attempt,
                    call.outcome.message()
                );
                let view = MessageView { text: call.payload.to_string(), body: call.payload.clone() };
                seen.note(place.to_string(), Sighting { at: entry.at, view, line, taken_by: None });
            }
        });
    }

    fn outbox(&self, wanted: Option<&str>, by: Option<&str>, seen: &mut Sightings) {
        self.cloud.journal(|journal| {
            for (place, entry) in journal.iter().enumerate() {
                let What::Recorded { rule, contact, channel, payload, .. } = &entry.what else { continue };
                if wanted.is_some_and(|wanted| wanted != contact) || by.is_some_and(|by| by != *channel) {
                    continue;
                }
                let field = |name: &str| payload.get(name).and_then(Value::as_str).unwrap_or_default();
                let text = match contact.as_str() {
                    "" => payload.to_string(),
                    _ => format!("{}\n{}", field("subject"), field("text")),
                };
                let line = format!("{channel} of rule `{rule}`");
                let view = MessageView { text, body: payload.clone() };
                seen.note(place.to_string(), Sighting { at: entry.at, view, line, taken_by: None });
            }
        });
    }
}

fn event(row: SystemEventRow) -> (String, Sighting) {
    let at = row.time.and_then(|time| i64::try_from(time).ok());
    let content = serde_json::from_str(&row.content).unwrap_or(Value::String(row.content));
    let body = json!({
        "id": row.id, "product": row.product, "name": row.name, "level": row.level, "status": row.status,
        "regionId": row.region_id, "resourceId": row.resource_id, "instanceName": row.instance_name,
        "groupId": row.group_id, "content": content,
    });
    let of = if row.instance_name.is_empty() { &row.resource_id } else { &row.instance_name };
    let line = format!("{} {} ({}, {}) of {of}", row.product, row.name, row.level, row.status);
    let view = MessageView { text: body.to_string(), body };
    (row.id.unwrap_or_default(), Sighting { at: instant(at), view, line, taken_by: None })
}

fn alert(entry: &AlertLog) -> (String, Sighting) {
    let became = match entry.send_status.as_str() {
        "0" => "told",
        "2" => "silenced",
        "4" => "nobody to tell",
        other => other,
    };
    let of = Some(&entry.instance_name).filter(|name| !name.is_empty());
    let of = of.map(|name| format!(" of {name}")).unwrap_or_default();
    let line = format!("{}{of}: {became}", entry.event_name);
    let mut body = serde_json::to_value(entry).unwrap_or_default();
    // JSON in a string is hard to ask for.
    if let Ok(message) = serde_json::from_str::<Value>(&entry.message) {
        body["Message"] = message;
    }
    let view = MessageView { text: entry.message.clone(), body };
    let at = instant(entry.alert_time.parse().ok());
    (entry.log_id.clone(), Sighting { at, view, line, taken_by: None })
}
