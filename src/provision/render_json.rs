//! Plans as JSON, for programs. `plan_schema.rs` says what is in it.

use serde_json::{Value, json};

use super::{
    caller::Caller,
    model::ObjectKind,
    plan::{Change, ConflictReason, Counts, Plan},
};

/// The plans of all stacks of one command, and as whom they were made.
#[must_use]
pub fn plans_to_json(caller: &Caller, plans: &[&Plan]) -> Value {
    json!({
        "version": 1,
        "account": caller.account,
        "credentials": caller.credentials,
        "endpoint": caller.endpoint,
        "empty": plans.iter().all(|plan| plan.is_settled()),
        "counts": counts(Counts::of(plans)),
        "stacks": plans.iter().map(|plan| plan.to_json()).collect::<Vec<_>>(),
    })
}

impl Plan {
    /// The plan as a JSON object. Secrets are masked as in the text view; calls are named, without
    /// their parameters.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "stack": self.stack,
            "region": self.region,
            "empty": self.is_settled(),
            "counts": counts(self.counts()),
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
            "conflicts": self.conflicts.iter().map(|conflict| {
                let (reason, by) = match &conflict.reason {
                    ConflictReason::Foreign { owner } => ("foreign", owner.iter().cloned().collect()),
                    ConflictReason::InUse { by } | ConflictReason::Alarmed { by, .. } => {
                        ("in_use", by.clone())
                    }
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
            "withheld": self.withheld.iter().map(|held| {
                json!({
                    "kind": held.kind.as_str(),
                    "name": held.name,
                    "message": held.to_string(),
                    "help": held.help(),
                })
            }).collect::<Vec<_>>(),
            "would_prune": objects(&self.would_prune),
            "pending": self.pending.iter().map(|pending| {
                json!({"contact": pending.contact, "channel": pending.channel.key(), "hidden": pending.hidden})
            }).collect::<Vec<_>>(),
            "taken_along": objects(&self.taken_along),
            "left_out": self.left_out,
            "foreign": self.foreign.iter().map(|other| {
                json!({"kind": other.kind.as_str(), "name": other.name, "owner": other.owner})
            }).collect::<Vec<_>>(),
            "owned": self.owned,
        })
    }
}

fn counts(Counts { create, update, delete, left_over }: Counts) -> Value {
    json!({"create": create, "update": update, "delete": delete, "left_over": left_over})
}

fn objects(objects: &[(ObjectKind, String)]) -> Vec<Value> {
    objects.iter().map(|(kind, name)| json!({"kind": kind.as_str(), "name": name})).collect()
}

fn change(change: &Change) -> Value {
    json!({
        "kind": change.kind.as_str(),
        "name": change.name,
        "action": change.action.as_str(),
        "why": change.why,
        "renamed_from": change.renamed_from,
        "adopts": change.adopts,
        "fields": change.fields.iter().map(|field| {
            json!({"field": field.field, "before": field.before, "after": field.after})
        }).collect::<Vec<_>>(),
        "calls": change.writes.iter().map(|write| write.call.operation()).collect::<Vec<_>>(),
    })
}
