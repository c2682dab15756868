//! A look at the account, and the plan that it leads to.

use super::{
    desired::Desired,
    observe::{observe, read_metric_alarms, read_other_targets},
    observed::Observed,
    plan::{Action, Options, Plan, plan},
};
use crate::{
    openapi::{ApiError, Client},
    provision::model::ObjectKind,
};

/// What was seen, and the plan that follows from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// What the account held.
    pub observed: Observed,
    /// The way to what is wanted.
    pub plan: Plan,
}

impl Look {
    /// The plan for another limit (`desired.only`) or other options, from what was seen already.
    #[must_use]
    pub fn again(self, desired: &Desired, options: &Options) -> Self {
        let region = self.plan.region;
        let plan = Plan { region, ..plan(&self.observed, desired, options) };
        Self { plan, ..self }
    }
}

/// Observes and plans; changes nothing. Where groups of the stack are to be deleted, the targets of
/// all rules of others are read as well, one call each: one of them may tell such a group. Where groups
/// or contacts are, so is the list of metric alarms.
///
/// # Errors
/// The first call that failed.
pub async fn look(client: &Client, desired: &Desired, options: &Options) -> Result<Look, ApiError> {
    let mut observed = observe(client, &desired.stack, desired).await?;
    let mut planned = plan(&observed, desired, options);
    let deletes = |plan: &Plan, kind: ObjectKind| {
        plan.changes.iter().any(|change| change.kind == kind && change.action == Action::Delete)
    };
    if deletes(&planned, ObjectKind::Group) {
        read_other_targets(client, &desired.stack, desired, &mut observed).await?;
        planned = plan(&observed, desired, options);
    }
    if deletes(&planned, ObjectKind::Group) || deletes(&planned, ObjectKind::Contact) {
        read_metric_alarms(client, &mut observed).await?;
        planned = plan(&observed, desired, options);
    }
    planned.region = client.region().to_owned();
    Ok(Look { observed, plan: planned })
}
