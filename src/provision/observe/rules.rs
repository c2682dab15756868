//! Reads all event rules, without their targets.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    filled,
    paging::{PAGE_SIZE, Page, all},
};
use crate::{
    api::cloudmonitor::{
        DescribeEventRuleAttribute, DescribeEventRuleList, EventRule as Listed, ListedPattern, StatusNames,
    },
    openapi::{ApiError, Client, ErrorKind, Operation as _},
    provision::{
        mark,
        model::{Pattern, Rule},
        observed::SeenRule,
    },
};

/// Enabled and disabled rules: by its document the list holds only enabled ones unless asked.
pub(super) async fn rules(client: &Client) -> Result<BTreeMap<String, SeenRule>, ApiError> {
    let (enabled, mut rules) = tokio::try_join!(listed(client, true), listed(client, false))?;
    rules.extend(enabled);
    Ok(rules)
}

async fn listed(client: &Client, enabled: bool) -> Result<BTreeMap<String, SeenRule>, ApiError> {
    all(DescribeEventRuleList::ACTION, |number| async move {
        let call = DescribeEventRuleList {
            is_enable: Some(enabled),
            page_number: Some(number),
            page_size: Some(PAGE_SIZE),
            ..DescribeEventRuleList::default()
        };
        let answer = client.call(&call).await?;
        let items = answer.event_rules.event_rule.into_iter().map(|rule| read(rule, enabled)).collect();
        Ok(Page { items, total: answer.total })
    })
    .await
}

/// The statuses that one rule matches, which only this call returns. A rule that is gone has none.
pub(super) async fn statuses(client: &Client, name: &str) -> Result<BTreeSet<String>, ApiError> {
    let call =
        DescribeEventRuleAttribute { rule_name: name.to_owned(), ..DescribeEventRuleAttribute::default() };
    match client.call(&call).await {
        Ok(answer) => {
            let statuses = answer.result.event_pattern.flat().status_list.clone();
            Ok(statuses.map(set).unwrap_or_default())
        }
        Err(error) if error.kind == ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(error.about(format!("rule `{name}`"))),
    }
}

/// One listed rule with its name; `enabled` is which list it was in, for a rule without a state.
pub(in crate::provision) fn read(listed: Listed, enabled: bool) -> (String, SeenRule) {
    let description = listed.description.unwrap_or_default();
    let (description, owner) = mark::split(&description);
    let more_patterns = listed.event_pattern.event_pattern.len().saturating_sub(1);
    let rule = Rule {
        description: description.to_owned(),
        enabled: match listed.state.as_str() {
            "" => enabled,
            state => state.eq_ignore_ascii_case("ENABLED"),
        },
        event_type: listed.event_type,
        application_group_id: filled(listed.group_id),
        pattern: pattern(listed.event_pattern.flat()),
        // Every write sends a silence, so one that is missing on read is taken for 0.
        silence: listed.silence_time.unwrap_or_default(),
    };
    let owner = owner.map(str::to_owned);
    (listed.name, SeenRule { owner, rule, targets: Vec::new(), more_patterns, unread: None })
}

fn pattern(listed: &ListedPattern) -> Pattern {
    Pattern {
        product: listed.product.clone().unwrap_or_default(),
        event_types: listed.event_type_list.event_type_list.iter().cloned().collect(),
        levels: listed.level_list.level_list.iter().cloned().collect(),
        names: listed.name_list.name_list.iter().cloned().collect(),
        statuses: listed.status_list.clone().map(set),
        keyword: filled(listed.custom_filters.clone()),
        sql_filter: filled(listed.sql_filter.clone()),
        keyword_filter: listed
            .keyword_filter
            .as_ref()
            .map(|filter| (&filter.relation, filter.keywords.keywords.join(", ")))
            .filter(|(_, words)| !words.is_empty())
            .map(|(relation, words)| format!("{relation} [{words}]")),
    }
}

fn set(names: StatusNames) -> BTreeSet<String> {
    names.status_list.into_iter().collect()
}
