//! Reads that show whether a read is allowed.

use super::{
    check::{Check, State, Trouble},
    needs::Need,
};
use crate::{
    api::{
        cloudmonitor::{
            DescribeAlertLogList, DescribeContactGroupList, DescribeContactList, DescribeEventRuleAttribute,
            DescribeEventRuleList, DescribeEventRuleTargetList, DescribeMetricRuleList,
            DescribeMonitorGroups, DescribeSystemEventAttribute,
        },
        ecs::DescribeInstances,
    },
    openapi::{ApiError, Client, ErrorKind, Operation},
};

const NAME: &str = "permission";

/// Calls a read once, as small as it can be. `None` for an operation that is no read of ours.
pub(super) async fn probe(client: &Client, need: Need, rule: &str) -> Option<Result<(), ApiError>> {
    let rule_name = || rule.to_owned();
    Some(match need.operation {
        DescribeContactList::ACTION => {
            let call = DescribeContactList { page_size: Some(1), ..Default::default() };
            client.call(&call).await.map(drop)
        }
        DescribeContactGroupList::ACTION => {
            let call = DescribeContactGroupList { page_size: Some(1), ..Default::default() };
            client.call(&call).await.map(drop)
        }
        DescribeEventRuleList::ACTION => {
            let call = DescribeEventRuleList { page_size: Some(1), ..Default::default() };
            client.call(&call).await.map(drop)
        }
        DescribeEventRuleTargetList::ACTION => {
            let call = DescribeEventRuleTargetList { rule_name: rule_name(), ..Default::default() };
            client.call(&call).await.map(drop)
        }
        DescribeEventRuleAttribute::ACTION => {
            let call = DescribeEventRuleAttribute { rule_name: rule_name(), ..Default::default() };
            client.call(&call).await.map(drop)
        }
        DescribeMonitorGroups::ACTION => {
            let call = DescribeMonitorGroups { page_size: Some(1), ..Default::default() };
            client.call(&call).await.map(drop)
        }
        DescribeMetricRuleList::ACTION => {
            let call = DescribeMetricRuleList { page_size: Some(1), ..Default::default() };
            client.call(&call).await.map(drop)
        }
        DescribeSystemEventAttribute::ACTION => {
            client.call(&DescribeSystemEventAttribute::default()).await.map(drop)
        }
        DescribeAlertLogList::ACTION => client.call(&DescribeAlertLogList::default()).await.map(drop),
        DescribeInstances::ACTION => {
            let call = DescribeInstances { region_id: client.region().to_owned(), ..Default::default() };
            client.call(&call).await.map(drop)
        }
        _ => return None,
    })
}

/// What the probes of reads showed, and what was not probed.
pub(super) fn permissions(probed: &[(Need, Result<(), ApiError>)], unprobed: &[Need]) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut allowed = Vec::new();
    for (need, outcome) in probed {
        match outcome {
            Err(error) if is_forbidden(error) => checks.push(Check::wrong(
                NAME,
                format!("{} is not allowed: {error}", need.action()),
                "attach the action to the key's RAM user or role; `bellcheck doctor SPEC --ram-policy` prints the whole policy",
            )),
            // The service judged the request itself, so it had let it in.
            Ok(()) => allowed.push(need.action()),
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Rejected) => {
                allowed.push(need.action());
            }
            Err(error) if error.kind == ErrorKind::Transport => checks.push(Check::other(
                NAME,
                State::Wrong(Trouble::Unreached),
                format!("whether {} is allowed is not known: {error}", need.action()),
                "check the network, and run it again",
            )),
            Err(error) => checks.push(Check::other(
                NAME,
                State::Unknown,
                format!("whether {} is allowed is not known: {error}", need.action()),
                "run it again in a minute",
            )),
        }
    }
    if !allowed.is_empty() {
        checks.insert(0, Check::well(NAME, format!("allowed: {}", allowed.join(", "))));
    }
    if !unprobed.is_empty() {
        let actions: Vec<String> = unprobed.iter().map(Need::action).collect();
        checks.push(Check::other(
            NAME,
            State::Unknown,
            format!("not probed, since they would change something: {}", actions.join(", ")),
            "",
        ));
    }
    checks
}

/// Whether the key is known and lacks a right, rather than being refused itself.
/// Codes: CloudMonitor's and ECS's error tables.
pub(super) fn is_forbidden(error: &ApiError) -> bool {
    let starts = |prefix: &&str| error.code.starts_with(prefix);
    error.kind == ErrorKind::Denied
        && (error.code.is_empty()
            || error.code == "403"
            || ["Forbidden", "AccessForbidden", "AccessDenied", "NoPermission", "InvalidAuthorization"]
                .iter()
                .any(starts))
}
