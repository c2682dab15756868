//! Carries a plan out.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use super::{
    model::ObjectKind,
    plan::{Action, Call, Change, Plan, Stage, Write},
    together::{Part, in_order},
};
use crate::{
    api::cloudmonitor::{PutEventRuleTargets, PutEventRuleTargetsResponse},
    openapi::{ApiError, Client, ErrorKind, Operation},
};

/// One call of a plan and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is changed.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// What happens to it.
    pub action: Action,
    /// The operation's wire name.
    pub operation: &'static str,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It took effect, or its effect was already there.
    Done,
    /// It was refused, or no answer came.
    Failed(ApiError),
    /// It was not made, since this object could not be changed as planned.
    NotTried {
        /// What the object is.
        kind: ObjectKind,
        /// Its name.
        name: String,
    },
    /// It was not made, since the run was told to stop.
    Interrupted,
}

/// All steps of one run, by outcome, in the plan's order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApplyReport {
    /// What took effect.
    pub done: Vec<Step>,
    /// What failed.
    pub failed: Vec<Step>,
    /// What was not tried, since it depends on what failed or since the run was told to stop.
    pub not_tried: Vec<Step>,
}

impl ApplyReport {
    /// Whether every call took effect.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.failed.is_empty() && self.not_tried.is_empty()
    }

    fn add(&mut self, step: Step) {
        match step.outcome {
            Outcome::Done => self.done.push(step),
            Outcome::Failed(_) => self.failed.push(step),
            Outcome::NotTried { .. } | Outcome::Interrupted => self.not_tried.push(step),
        }
    }
}

type Object = (ObjectKind, String);

/// Stages whose calls only wait for those that they need. What is deleted waits for all of them, and
/// the kinds are deleted one after the other.
const WRITES: [Stage; 5] =
    [Stage::Contacts, Stage::Groups, Stage::Rules, Stage::Targets, Stage::StaleTargets];
const DELETIONS: [Stage; 3] = [Stage::DeleteRules, Stage::DeleteGroups, Stage::DeleteContacts];

/// Makes the plan's calls, several at once: a write when the earlier stages of its own object and of
/// the objects that it needs have ended, deletions after all writes. What fails stops what depends on
/// it and nothing else. `progress` is told each step as it ends.
///
/// When the client's [`Client::stop`] is pulled, what is under way ends and nothing more is begun.
///
/// Whether the plan may be applied is not asked here: see [`Plan::guard`].
pub async fn apply(client: &Client, plan: &Plan, progress: &(dyn Fn(&Step) + Sync)) -> ApplyReport {
    let mut report = ApplyReport::default();
    let broken = Mutex::default();
    for stages in std::iter::once(&WRITES[..]).chain(DELETIONS.chunks(1)) {
        let mut ended: BTreeMap<Object, Vec<(Stage, usize)>> = BTreeMap::new();
        let mut parts = Vec::new();
        for stage in stages {
            for (change, write) in plan.stage(*stage) {
                let own = (change.kind, change.name.clone());
                let after = std::iter::once(&own)
                    .chain(&write.needs)
                    .filter_map(|object| ended.get(object))
                    .flatten()
                    .filter(|(earlier, _)| earlier < stage)
                    .map(|(_, place)| *place)
                    .collect();
                ended.entry(own).or_default().push((*stage, parts.len()));
                let broken = &broken;
                let work = async move {
                    let step = step(client, change, write, broken).await;
                    progress(&step);
                    step
                };
                parts.push(Part { lane: *stage as usize, after, work });
            }
        }
        for step in in_order(parts).await {
            report.add(step);
        }
    }
    report
}

async fn step(client: &Client, change: &Change, write: &Write, broken: &Mutex<BTreeSet<Object>>) -> Step {
    let own = (change.kind, change.name.clone());
    let outcome = match stopper(client, &own, write, broken) {
        Some(outcome) => outcome,
        None => match send(client, &write.call).await {
            Ok(()) => Outcome::Done,
            Err(error) if error.kind == ErrorKind::Interrupted => Outcome::Interrupted,
            Err(error) => Outcome::Failed(error),
        },
    };
    if outcome != Outcome::Done {
        broken.lock().unwrap_or_else(PoisonError::into_inner).insert(own);
    }
    Step {
        kind: change.kind,
        name: change.name.clone(),
        action: change.action,
        operation: write.call.operation(),
        outcome,
    }
}

/// Why a call is not made, if there is a reason.
fn stopper(
    client: &Client,
    own: &Object,
    write: &Write,
    broken: &Mutex<BTreeSet<Object>>,
) -> Option<Outcome> {
    if client.stop().is_pulled() {
        return Some(Outcome::Interrupted);
    }
    let broken = broken.lock().unwrap_or_else(PoisonError::into_inner);
    let (kind, name) = std::iter::once(own).chain(&write.needs).find(|object| broken.contains(*object))?;
    Some(Outcome::NotTried { kind: *kind, name: name.clone() })
}

async fn send(client: &Client, call: &Call) -> Result<(), ApiError> {
    match call {
        Call::PutContact(operation) => client.call(operation).await.map(drop),
        Call::PutContactGroup(operation) => client.call(operation).await.map(drop),
        Call::PutEventRule(operation) => client.call(operation).await.map(drop),
        Call::PutEventRuleTargets(operation) => all_taken(client.call(operation).await?),
        Call::DeleteEventRuleTargets(operation) => gone(client, operation).await,
        Call::DeleteEventRules(operation) => gone(client, operation).await,
        Call::DeleteContactGroup(operation) => gone(client, operation).await,
        Call::DeleteContact(operation) => gone(client, operation).await,
    }
}

/// A deletion: what is not there any more is deleted.
async fn gone<O: Operation>(client: &Client, operation: &O) -> Result<(), ApiError> {
    match client.call(operation).await {
        Err(error) if error.kind != ErrorKind::NotFound => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Targets that were not taken come with HTTP 200 and a count.
fn all_taken(answer: PutEventRuleTargetsResponse) -> Result<(), ApiError> {
    let failed: Vec<String> = answer
        .failed_contact_parameters
        .iter()
        .flat_map(|failed| &failed.contact_parameter)
        .map(|target| format!("contact group `{}` at level {}", target.contact_group_name, target.level))
        .collect();
    let count = answer.failed_parameter_count.trim();
    if failed.is_empty() && matches!(count, "" | "0") {
        return Ok(());
    }
    let named = if failed.is_empty() { String::new() } else { format!(": {}", failed.join(", ")) };
    let count = if count.is_empty() { "some" } else { count };
    let message = format!("the service did not take {count} of the targets{named}");
    Err(ApiError {
        status: Some(200),
        code: "FailedParameterCount".to_owned(),
        request_id: Some(answer.request_id).filter(|id| !id.is_empty()),
        ..ApiError::local(PutEventRuleTargets::ACTION, ErrorKind::Rejected, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::cloudmonitor::{FailedContactParameter, FailedContactParameters};

    #[test]
    fn targets_that_were_not_taken_are_a_failure() {
        let answer = |count: &str| PutEventRuleTargetsResponse {
            failed_parameter_count: count.to_owned(),
            request_id: "r-1".to_owned(),
            ..PutEventRuleTargetsResponse::default()
        };
        assert_eq!(all_taken(answer("")), Ok(()));
        assert_eq!(all_taken(answer("0")), Ok(()));
        let error = all_taken(answer("2")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "PutEventRuleTargets failed: FailedParameterCount: the service did not take 2 of the targets \
             (HTTP 200, RequestId r-1)"
        );
        let mut named = answer("1");
        named.failed_contact_parameters = Some(FailedContactParameters {
            contact_parameter: vec![FailedContactParameter {
                contact_group_name: "ops".to_owned(),
                id: "1".to_owned(),
                level: "4".to_owned(),
            }],
        });
        assert!(all_taken(named).unwrap_err().message.ends_with(": contact group `ops` at level 4"));
    }
}
