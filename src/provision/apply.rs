//! Carries a plan out.

use std::collections::BTreeSet;

use super::{
    model::ObjectKind,
    plan::{Action, Call, Change, Plan, Stage, Write},
    together::together,
};
use crate::{
    api::cloudmonitor::PutEventRuleTargetsResponse,
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
}

/// All steps of one run, by outcome, in the order in which they ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApplyReport {
    /// What took effect.
    pub done: Vec<Step>,
    /// What failed.
    pub failed: Vec<Step>,
    /// What was not tried, since it depends on what failed.
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
            Outcome::NotTried { .. } => self.not_tried.push(step),
        }
    }
}

type Broken = BTreeSet<(ObjectKind, String)>;

/// Makes the plan's calls, stage by stage, several at once within a stage. What fails stops what
/// depends on it and nothing else. `progress` is told each step as it ends.
///
/// Whether the plan may be applied is not asked here: see [`Plan::guard`].
pub async fn apply(client: &Client, plan: &Plan, progress: &(dyn Fn(&Step) + Sync)) -> ApplyReport {
    let mut report = ApplyReport::default();
    let mut broken = Broken::new();
    for stage in Stage::ALL {
        let known = &broken;
        let steps = plan.stage(stage).map(|(change, write)| async move {
            let step = step(client, change, write, known).await;
            progress(&step);
            step
        });
        let steps: Vec<_> = steps.collect();
        for step in together(steps).await {
            if step.outcome != Outcome::Done {
                broken.insert((step.kind, step.name.clone()));
            }
            report.add(step);
        }
    }
    report
}

async fn step(client: &Client, change: &Change, write: &Write, broken: &Broken) -> Step {
    let own = (change.kind, change.name.clone());
    let outcome = match std::iter::once(&own).chain(&write.needs).find(|object| broken.contains(*object)) {
        Some((kind, name)) => Outcome::NotTried { kind: *kind, name: name.clone() },
        None => match send(client, &write.call).await {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Failed(error),
        },
    };
    Step {
        kind: change.kind,
        name: change.name.clone(),
        action: change.action,
        operation: write.call.operation(),
        outcome,
    }
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
    Err(ApiError {
        operation: crate::api::cloudmonitor::PutEventRuleTargets::ACTION,
        kind: ErrorKind::Rejected,
        status: Some(200),
        code: "FailedParameterCount".to_owned(),
        message: format!(
            "the service did not take {} of the targets{named}",
            if count.is_empty() { "some" } else { count }
        ),
        request_id: Some(answer.request_id).filter(|id| !id.is_empty()),
        retry_after_ms: None,
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
