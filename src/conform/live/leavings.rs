//! Things that were made, and their end.

use crate::{
    api::cloudmonitor::{
        DeleteContact, DeleteContactGroup, DeleteEventRules, DeleteMonitorGroup, DescribeContactList,
        DescribeEventRuleList, DescribeMonitorGroups,
    },
    openapi::{ApiError, Client},
};

use super::probe::groups;

/// What can be made, in the order in which it is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Rule,
    Group,
    Contact,
    ApplicationGroup,
}

impl Kind {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Rule => "event rule",
            Self::Group => "contact group",
            Self::Contact => "contact",
            Self::ApplicationGroup => "application group",
        }
    }
}

/// The names of things that this run made, or began to make.
#[derive(Debug, Default)]
pub(super) struct Leavings(Vec<(Kind, String)>);

impl Leavings {
    pub(super) fn add(&mut self, kind: Kind, name: &str) {
        let thing = (kind, name.to_owned());
        if !self.0.contains(&thing) {
            self.0.push(thing);
        }
    }

    /// Deletes them all, and looks whether they are gone. Returns those that are not, with the cause.
    pub(super) async fn clear(mut self, client: &Client) -> Vec<String> {
        self.0.sort();
        let mut left = Vec::new();
        for (kind, name) in self.0 {
            // One that was never made cannot be deleted; what counts is that it is not there.
            let deleted = delete(client, kind, &name).await;
            let why = match is_there(client, kind, &name).await {
                Ok(false) => continue,
                Ok(true) => {
                    deleted.err().map_or_else(|| "it is still listed".to_owned(), |error| error.to_string())
                }
                Err(error) => error.to_string(),
            };
            left.push(format!("{} {name}: {why}", kind.word()));
        }
        left
    }
}

async fn delete(client: &Client, kind: Kind, name: &str) -> Result<(), ApiError> {
    let name = name.to_owned();
    match kind {
        Kind::Rule => client.call(&DeleteEventRules { rule_names: vec![name] }).await.map(drop),
        Kind::Group => client.call(&DeleteContactGroup { contact_group_name: name }).await.map(drop),
        Kind::Contact => client.call(&DeleteContact { contact_name: name }).await.map(drop),
        Kind::ApplicationGroup => {
            for group_id in application_groups(client, &name).await? {
                client.call(&DeleteMonitorGroup { group_id, ..Default::default() }).await?;
            }
            Ok(())
        }
    }
}

async fn is_there(client: &Client, kind: Kind, name: &str) -> Result<bool, ApiError> {
    match kind {
        Kind::Rule => {
            for is_enable in [Some(true), Some(false)] {
                let name_prefix = Some(name.to_owned());
                let list = DescribeEventRuleList { name_prefix, is_enable, ..Default::default() };
                if client.call(&list).await?.event_rules.event_rule.iter().any(|rule| rule.name == name) {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Kind::Group => {
            let mut found = None;
            groups(
                async |call| client.call(&call).await,
                |group| {
                    if group.name == name {
                        found = Some(());
                    }
                },
            )
            .await?;
            Ok(found.is_some())
        }
        Kind::Contact => {
            let list = DescribeContactList { contact_name: Some(name.to_owned()), ..Default::default() };
            Ok(client.call(&list).await?.contacts.contact.iter().any(|contact| contact.name == name))
        }
        Kind::ApplicationGroup => Ok(!application_groups(client, name).await?.is_empty()),
    }
}

/// The ids of the application groups of exactly this name.
async fn application_groups(client: &Client, name: &str) -> Result<Vec<u64>, ApiError> {
    let list = DescribeMonitorGroups { group_name: Some(name.to_owned()), ..Default::default() };
    let found = client.call(&list).await?.resources.resource;
    Ok(found
        .into_iter()
        .filter(|group| group.group_name == name)
        .filter_map(|group| group.group_id)
        .collect())
}
