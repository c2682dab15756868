//! A look at the account, and the plan that it leads to.

use super::{
    desired::Desired,
    observe::{observe, read_other_targets},
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
/// all rules of others are read as well, one call each: one of them may tell such a group.
///
/// # Errors
/// The first call that failed.
pub async fn look(client: &Client, desired: &Desired, options: &Options) -> Result<Look, ApiError> {
    let mut observed = observe(client, &desired.stack, desired).await?;
    let mut planned = plan(&observed, desired, options);
    let deletes_group =
        |plan: &Plan| plan.changes.iter().any(|c| c.kind == ObjectKind::Group && c.action == Action::Delete);
    if deletes_group(&planned) {
        read_other_targets(client, &desired.stack, desired, &mut observed).await?;
        planned = plan(&observed, desired, options);
    }
    planned.region = client.region().to_owned();
    Ok(Look { observed, plan: planned })
}
