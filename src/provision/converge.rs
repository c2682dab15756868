//! The whole loop: observe, plan, guard, apply, and observe again.

use std::fmt;

use super::{
    apply::{ApplyReport, Step, apply},
    desired::Desired,
    look::look,
    model::ObjectKind,
    plan::{Action, Guarded, Options, Plan},
};
use crate::openapi::{ApiError, Client};

/// What became of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct ConvergeReport {
    /// What was to be done.
    pub plan: Plan,
    /// Why none of it was done.
    pub guarded: Option<Guarded>,
    /// What was done.
    pub applied: ApplyReport,
    /// What a second look still finds to do; empty when all is as wanted. An error when the account
    /// could not be read again, none when there was nothing to look for.
    pub remaining: Option<Result<Plan, ApiError>>,
}

/// Fields that a spec does not have and a service keeps: it takes what is not sent for unchanged, and
/// there is no way to send nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What the object is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// The fields.
    pub fields: Vec<String>,
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name, fields } = self;
        write!(
            f,
            "{kind} `{name}` still has its {}: the service accepted the call, keeps what a call does not send, \
             and an empty value cannot be sent",
            fields.join(" and ")
        )
    }
}

impl Kept {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self.kind {
            ObjectKind::Group => {
                "leave at least one contact in the group; or take the group out of the spec, \
                run `bellcheck apply --prune`, and let it be made anew"
                    .to_owned()
            }
            ObjectKind::Contact | ObjectKind::Rule => format!(
                "take the {} out of the spec, run `bellcheck apply --prune`, and let it be made anew; or clear it in the console",
                self.kind
            ),
        }
    }
}

impl ConvergeReport {
    /// What the service keeps although every call was accepted.
    #[must_use]
    pub fn kept(&self) -> Vec<Kept> {
        let changes = self.unsettled().into_iter().flat_map(|remaining| &remaining.changes);
        let kept = changes.filter(|change| change.action == Action::Update).map(|change| Kept {
            kind: change.kind,
            name: change.name.clone(),
            fields: change
                .fields
                .iter()
                .filter(|field| field.before.is_some() && field.after.is_none())
                .map(|field| field.field.clone())
                .collect(),
        });
        kept.filter(|kept| !kept.fields.is_empty()).collect()
    }

    /// Whether the account is known to be as wanted.
    #[must_use]
    pub fn converged(&self) -> bool {
        if self.guarded.is_some() || !self.applied.is_success() {
            return false;
        }
        match &self.remaining {
            None => self.plan.is_empty(),
            Some(Ok(remaining)) => remaining.is_empty(),
            Some(Err(_)) => false,
        }
    }

    /// What every call was accepted for and the second look does not show: fields that the service
    /// keeps although they were left out, or that it stores in another form.
    #[must_use]
    pub fn unsettled(&self) -> Option<&Plan> {
        match &self.remaining {
            Some(Ok(remaining)) if self.applied.is_success() && !remaining.is_empty() => Some(remaining),
            _ => None,
        }
    }

    /// [`Self::unsettled`] in words, a line for each object.
    #[must_use]
    pub fn unsettled_text(&self) -> Option<String> {
        let remaining = self.unsettled()?;
        let mut lines = Vec::new();
        for change in &remaining.changes {
            let fields: Vec<&str> = change.fields.iter().map(|field| field.field.as_str()).collect();
            let what = if fields.is_empty() { change.action.as_str().to_owned() } else { fields.join(", ") };
            lines.push(format!(
                "{} `{}` did not converge: every call was accepted, and a second look still finds to change: {what}",
                change.kind, change.name
            ));
        }
        lines.extend(remaining.conflicts.iter().map(|conflict| format!("{conflict}; {}", conflict.help())));
        lines.extend(remaining.withheld.iter().map(|held| format!("{held}; {}", held.help())));
        Some(lines.join("\n"))
    }
}

/// Observes and plans; changes nothing.
///
/// # Errors
/// The first call that failed.
pub async fn prepare(client: &Client, desired: &Desired, options: &Options) -> Result<Plan, ApiError> {
    Ok(look(client, desired, options).await?.plan)
}

/// Applies a plan that [`prepare`] made for the same `desired` and `options`, unless the guard
/// forbids it, and looks again. When the client's stop is pulled, it ends what is under way.
pub async fn carry_out(
    client: &Client,
    plan: Plan,
    desired: &Desired,
    options: &Options,
    progress: &(dyn Fn(&Step) + Sync),
) -> ConvergeReport {
    let guarded = plan.guard(options).err();
    if guarded.is_some() || plan.changes.is_empty() {
        return ConvergeReport { plan, guarded, applied: ApplyReport::default(), remaining: None };
    }
    let applied = apply(client, &plan, progress).await;
    // Who wants to stop does not want to wait for a second look.
    let remaining =
        if client.stop().is_pulled() { None } else { Some(prepare(client, desired, options).await) };
    ConvergeReport { plan, guarded, applied, remaining }
}

/// Observes, plans, guards, applies and observes again.
///
/// # Errors
/// The first look failed; nothing was changed.
pub async fn converge(
    client: &Client,
    desired: &Desired,
    options: &Options,
    progress: &(dyn Fn(&Step) + Sync),
) -> Result<ConvergeReport, ApiError> {
    let plan = prepare(client, desired, options).await?;
    Ok(carry_out(client, plan, desired, options, progress).await)
}
