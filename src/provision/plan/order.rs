//! The order of a plan's parts, for readers and for execution.

use super::{
    change::{Action, Change},
    types::Plan,
    write::{Stage, Write},
};

/// Puts changes and conflicts into their one order, whatever order they were found in.
pub(super) fn sort(plan: &mut Plan) {
    plan.changes.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.name.cmp(&b.name)));
    plan.conflicts.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    plan.withheld.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    plan.would_prune.sort();
    plan.foreign.sort();
}

/// Writes before deletions; what is referred to is written first and deleted last.
fn rank(change: &Change) -> (bool, i8) {
    let kind = change.kind as i8;
    match change.action {
        Action::Create | Action::Update => (false, kind),
        Action::Delete => (true, -kind),
    }
}

impl Plan {
    /// The calls of one stage with the changes that they belong to, in the plan's order.
    pub fn stage(&self, stage: Stage) -> impl Iterator<Item = (&Change, &Write)> {
        self.changes.iter().flat_map(move |change| {
            change.writes.iter().filter(move |write| write.stage == stage).map(move |write| (change, write))
        })
    }
}
