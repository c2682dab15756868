//! What people were told by mail, SMS, phone and TradeManager.

use serde_json::{Value, json};

use crate::emulator::{
    journal::{What, mask_address},
    world::World,
};

impl World {
    /// All that went to people otherwise than by a webhook, oldest first: `at`, `event_id`, `rule`,
    /// `contact`, `channel`, `to` (in part), `subject` and `text`. It is read from the journal, so
    /// the two agree.
    #[must_use]
    pub fn outbox(&self) -> Vec<Value> {
        let of = |entry: &crate::emulator::Entry| match &entry.what {
            What::Recorded { event_id, rule, contact, channel, to, payload } if !contact.is_empty() => {
                Some(json!({
                    "at": entry.at.to_string(), "event_id": event_id, "rule": rule, "contact": contact,
                    "channel": channel, "to": mask_address(to), "subject": payload["subject"], "text": payload["text"],
                }))
            }
            _ => None,
        };
        self.journal().iter().filter_map(of).collect()
    }
}
