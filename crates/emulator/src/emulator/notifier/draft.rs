//! Events: how they set out for CloudMonitor.

use serde_json::json;

use crate::{
    emulator::{cms::EventDraft, due::Due, ids::IdKind, world::World},
    event::{Level, SystemEvent, catalogue},
};

const DEFAULT_REGION: &str = "cn-hangzhou";

impl World {
    /// Lets an event happen now in an account; CloudMonitor sees it after `event_latency`. Returns
    /// the event's id. The account is created when there is none.
    pub fn inject(&mut self, account: &str, draft: EventDraft) -> String {
        let id = self.emit_draft(account, draft);
        self.settle();
        id
    }

    pub(in crate::emulator) fn emit_draft(&mut self, account: &str, draft: EventDraft) -> String {
        let entry = catalogue().find(&draft.product, &draft.name);
        let text = |value: Option<&String>| value.cloned();
        let level = draft
            .level
            .or_else(|| entry.and_then(|entry| entry.level.as_deref()).and_then(|level| level.parse().ok()))
            .unwrap_or(Level::Info);
        let status = draft
            .status
            .or_else(|| entry.and_then(|entry| text(entry.status.as_ref())))
            .unwrap_or_else(|| status_in_name(&draft.name));
        let event_type = draft
            .event_type
            .or_else(|| entry.and_then(|entry| text(entry.event_type.as_ref())))
            .unwrap_or_else(|| "StatusNotification".to_owned());
        let product = entry.map_or(draft.product, |entry| entry.product.clone());
        let region_id = draft.region_id.unwrap_or_else(|| DEFAULT_REGION.to_owned());
        let resource_id = draft
            .resource_id
            .unwrap_or_else(|| format!("acs:{}:{region_id}:{account}:*", product.to_lowercase()));
        let event = SystemEvent {
            id: self.ids.uuid(IdKind::Event),
            product,
            name: draft.name,
            level,
            status,
            event_type,
            region_id,
            resource_id,
            instance_name: draft.instance_name.unwrap_or_default(),
            user_id: account.to_owned(),
            group_id: draft.group_id.unwrap_or_default(),
            event_time: self.now(),
            content: draft.content.unwrap_or_else(|| json!({})),
        };
        let id = event.id.clone();
        self.emit(account, event);
        id
    }

    /// Sends an event on its way to CloudMonitor.
    pub(in crate::emulator) fn emit(&mut self, account: &str, mut event: SystemEvent) {
        if event.group_id.is_empty() {
            event.group_id = self.application_groups_of(account, &event.resource_id);
        }
        let due = Due::Event { account: account.to_owned(), event: Box::new(event) };
        self.put_due(self.switches.event_latency, due);
    }
}

/// Names with a status end in it; other events are `Normal`.
fn status_in_name(name: &str) -> String {
    const STATUSES: [&str; 7] =
        ["Inquiring", "Scheduled", "Executing", "Executed", "Avoided", "Canceled", "Failed"];
    let last = name.rsplit(':').next().unwrap_or_default();
    if STATUSES.contains(&last) { last.to_owned() } else { "Normal".to_owned() }
}
