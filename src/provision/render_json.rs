//! A plan as JSON, for programs.

use serde_json::{Value, json};

use super::plan::{Change, ConflictReason, Plan};

impl Plan {
    /// The plan as a JSON object. Secrets are masked as in the text view; calls are named, without
    /// their parameters.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let counts = self.counts();
        json!({
            "stack": self.stack,
            "empty": self.is_empty(),
            "counts": {"create": counts.create, "update": counts.update, "delete": counts.delete},
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
            "conflicts": self.conflicts.iter().map(|conflict| {
                let (reason, by) = match &conflict.reason {
                    ConflictReason::Foreign { owner } => ("foreign", owner.iter().cloned().collect()),
                    ConflictReason::InUse { by } => ("in_use", by.clone()),
                };
                json!({
                    "kind": conflict.kind.as_str(),
                    "name": conflict.name,
                    "reason": reason,
                    "by": by,
                    "message": conflict.to_string(),
                    "help": conflict.help(),
                })
            }).collect::<Vec<_>>(),
            "would_prune": self.would_prune.iter().map(|(kind, name)| {
                json!({"kind": kind.as_str(), "name": name})
            }).collect::<Vec<_>>(),
            "pending": self.pending.iter().map(|pending| {
                json!({"contact": pending.contact, "channel": pending.channel.key(), "hidden": pending.hidden})
            }).collect::<Vec<_>>(),
            "foreign": self.foreign,
            "owned": self.owned,
        })
    }
}

fn change(change: &Change) -> Value {
    json!({
        "kind": change.kind.as_str(),
        "name": change.name,
        "action": change.action.as_str(),
        "why": change.why,
        "adopts": change.adopts,
        "fields": change.fields.iter().map(|field| {
            json!({"field": field.field, "before": field.before, "after": field.after})
        }).collect::<Vec<_>>(),
        "calls": change.writes.iter().map(|write| write.call.operation()).collect::<Vec<_>>(),
    })
}
