//! Looking whether things are there.

use std::collections::BTreeSet;

use super::{
    leavings::{Kind, Thing},
    probe::groups,
};
use crate::{
    api::cloudmonitor::{DescribeContactList, DescribeEventRuleList, DescribeMonitorGroups},
    openapi::{ApiError, Client},
};

/// For each thing, whether it is there. The list of contact groups, which cannot be asked for one of
/// them, is read once.
pub(super) async fn which_are_there(client: &Client, things: &[Thing]) -> Vec<Result<bool, ApiError>> {
    let wanted: BTreeSet<&str> = of_kind(things, Kind::Group).collect();
    let mut listed = Ok(BTreeSet::new());
    if !wanted.is_empty() {
        let mut names = BTreeSet::new();
        let read = groups(
            async |call| client.call(&call).await,
            |group| {
                if wanted.contains(group.name.as_str()) {
                    names.insert(group.name);
                }
            },
        );
        listed = read.await.map(|()| names);
    }
    let mut found = Vec::new();
    for thing in things {
        found.push(match (thing.kind, &listed) {
            (Kind::Group, Ok(names)) => Ok(names.contains(&thing.name)),
            (Kind::Group, Err(error)) => Err(error.clone()),
            (Kind::Rule, _) => is_rule(client, &thing.name).await,
            (Kind::Contact, _) => is_contact(client, &thing.name).await,
            (Kind::ApplicationGroup, _) => {
                application_groups(client, &thing.name).await.map(|ids| !ids.is_empty())
            }
        });
    }
    found
}

fn of_kind(things: &[Thing], kind: Kind) -> impl Iterator<Item = &str> {
    things.iter().filter(move |thing| thing.kind == kind).map(|thing| thing.name.as_str())
}

async fn is_rule(client: &Client, name: &str) -> Result<bool, ApiError> {
    for is_enable in [Some(true), Some(false)] {
        let name_prefix = Some(name.to_owned());
        let list = DescribeEventRuleList { name_prefix, is_enable, ..Default::default() };
        if client.call(&list).await?.event_rules.event_rule.iter().any(|rule| rule.name == name) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn is_contact(client: &Client, name: &str) -> Result<bool, ApiError> {
    let list = DescribeContactList { contact_name: Some(name.to_owned()), ..Default::default() };
    Ok(client.call(&list).await?.contacts.contact.iter().any(|contact| contact.name == name))
}

/// The ids of the application groups of exactly this name.
///
/// # Errors
/// That of the call.
pub(super) async fn application_groups(client: &Client, name: &str) -> Result<Vec<u64>, ApiError> {
    let list = DescribeMonitorGroups { group_name: Some(name.to_owned()), ..Default::default() };
    let found = client.call(&list).await?.resources.resource;
    Ok(found
        .into_iter()
        .filter(|group| group.group_name == name)
        .filter_map(|group| group.group_id)
        .collect())
}
