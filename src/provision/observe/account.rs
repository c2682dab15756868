//! Reads what one stack has to know of the account.

use super::{contacts, groups, metric_alarms, rules, targets};
use crate::{
    openapi::{ApiError, Client, ErrorKind},
    provision::{
        desired::{Desired, DesiredRule},
        observed::{Observed, SeenRule},
        together::all_or_error,
    },
};

/// Reads contacts, groups and rules by paged lists, and the targets of each rule that `stack` owns
/// or `wanted` names: one call per such rule, and one more for a rule whose wanted statuses the list
/// does not show.
///
/// A rule whose details the service does not give, while it answers otherwise, is noted as unread.
///
/// # Errors
/// The first call that failed for a reason that is not one rule's; what was read by then is given up,
/// since half a picture plans wrong.
pub async fn observe(client: &Client, stack: &str, wanted: &Desired) -> Result<Observed, ApiError> {
    let (contacts, groups, mut rules) =
        tokio::try_join!(contacts::contacts(client), groups::groups(client), rules::rules(client))?;
    let relevant = rules.iter_mut().filter_map(|(name, seen)| {
        let wanted = wanted.rules.get(name);
        (wanted.is_some() || seen.owner.as_deref() == Some(stack)).then_some((name, seen, wanted))
    });
    let details = relevant.map(|(name, seen, wanted)| async move {
        noted(complete(client, name, seen, wanted).await, &mut seen.unread)
    });
    let details: Vec<_> = details.collect();
    all_or_error(details).await?;
    Ok(Observed { contacts, groups, rules, ..Observed::default() })
}

/// Keeps a failure that is one rule's own; any other ends the look, as it would be the same for all.
fn noted(read: Result<(), ApiError>, unread: &mut Option<ApiError>) -> Result<(), ApiError> {
    match read {
        Err(error)
            if matches!(error.kind, ErrorKind::Service | ErrorKind::Rejected | ErrorKind::Protocol) =>
        {
            *unread = Some(error);
            Ok(())
        }
        other => other,
    }
}

/// Reads the targets of the rules that [`observe`] leaves out: those that `stack` neither owns nor
/// wants. One call a rule.
///
/// # Errors
/// The first call that failed.
pub(in crate::provision) async fn read_other_targets(
    client: &Client,
    stack: &str,
    wanted: &Desired,
    observed: &mut Observed,
) -> Result<(), ApiError> {
    let others = observed
        .rules
        .iter_mut()
        .filter(|(name, seen)| seen.owner.as_deref() != Some(stack) && !wanted.rules.contains_key(*name));
    let reads = others.map(|(name, seen)| async move {
        let read = targets::targets(client, name).await.map(|targets| seen.targets = targets);
        noted(read, &mut seen.unread)
    });
    all_or_error(reads.collect()).await.map(drop)
}

/// Reads whom metric alarms notify: the paged list of their rules. A list that the service does not give,
/// such as for a key that may not read it, is noted.
///
/// # Errors
/// The first call that got no answer.
pub(in crate::provision) async fn read_metric_alarms(
    client: &Client,
    observed: &mut Observed,
) -> Result<(), ApiError> {
    match metric_alarms::metric_alarms(client).await {
        Ok(alarms) => observed.alarms = alarms,
        Err(error) if matches!(error.kind, ErrorKind::Transport | ErrorKind::Interrupted) => {
            return Err(error);
        }
        Err(error) => observed.alarms_unread = Some(error),
    }
    Ok(())
}

/// Reads everything: contacts, groups, and rules with targets and statuses. Two calls for each rule
/// that `with_details` chooses.
///
/// # Errors
/// The first call that failed.
pub(in crate::provision) async fn observe_all(
    client: &Client,
    with_details: impl Fn(&SeenRule) -> bool,
) -> Result<Observed, ApiError> {
    let (contacts, groups, mut rules) =
        tokio::try_join!(contacts::contacts(client), groups::groups(client), rules::rules(client))?;
    let wanted = DesiredRule::default();
    let chosen = rules.iter_mut().filter(|(_, seen)| with_details(seen));
    let details: Vec<_> = chosen.map(|(name, seen)| complete(client, name, seen, Some(&wanted))).collect();
    all_or_error(details).await?;
    Ok(Observed { contacts, groups, rules, ..Observed::default() })
}

async fn complete(
    client: &Client,
    name: &str,
    seen: &mut SeenRule,
    wanted: Option<&DesiredRule>,
) -> Result<(), ApiError> {
    // The list does not return statuses. A rule that has lost or gained them elsewhere, or whose spec
    // dropped them, would look settled while it rings for other events than the spec says.
    if wanted.is_some() && seen.rule.pattern.statuses.is_none() {
        let (targets, statuses) =
            tokio::try_join!(targets::targets(client, name), rules::statuses(client, name))?;
        (seen.targets, seen.rule.pattern.statuses) = (targets, Some(statuses));
    } else {
        seen.targets = targets::targets(client, name).await?;
    }
    Ok(())
}
