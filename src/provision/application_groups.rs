//! From the names of application groups, which a spec has, to their ids, which rules have.

use std::collections::BTreeMap;

use super::{
    desired::Desired,
    observe::paging::{PAGE_SIZE, Page, all},
};
use crate::{
    api::cloudmonitor::DescribeMonitorGroups,
    diagnostic::Diagnostic,
    openapi::{ApiError, Client, Operation as _},
    spec::Spec,
};

/// Why rules cannot be given the ids of their application groups.
#[derive(Debug)]
pub enum Unresolved {
    /// A call failed.
    Api(ApiError),
    /// The account has no such group, or several; each under its rule.
    Faults(Vec<Diagnostic>),
}

/// Gives each rule of `desired` that `spec` limits to an application group that group's id. Costs no
/// call when there is no such rule.
///
/// # Errors
/// [`Unresolved`]; `desired` is then as it was.
pub async fn resolve(client: &Client, spec: &Spec, desired: &mut Desired) -> Result<(), Unresolved> {
    // A stack that is destroyed wants none of its rules.
    let limited: Vec<_> = spec
        .rules
        .iter()
        .filter(|(name, _)| desired.rules.contains_key(*name))
        .filter_map(|(name, rule)| Some((name, rule, rule.application_group.as_ref()?)))
        .collect();
    if limited.is_empty() {
        return Ok(());
    }
    let known = groups(client).await.map_err(Unresolved::Api)?;
    let mut faults = Vec::new();
    let mut found = Vec::new();
    for (name, rule, group) in limited {
        match known.get(group).map(Vec::as_slice) {
            Some([id]) => found.push((name, id.clone())),
            ids => {
                let (what, help) = words(group, ids.unwrap_or_default(), client.region(), &known);
                faults.push(
                    Diagnostic::error(
                        "provision::application-group",
                        format!("rule `{name}` is for application group `{group}`, and {what}"),
                    )
                    .at(&spec.source, rule.span, "this rule")
                    .help(help),
                );
            }
        }
    }
    if !faults.is_empty() {
        return Err(Unresolved::Faults(faults));
    }
    for (name, id) in found {
        if let Some(wanted) = desired.rules.get_mut(name) {
            wanted.rule.application_group_id = Some(id);
        }
    }
    Ok(())
}

fn words(
    group: &str,
    ids: &[String],
    region: &str,
    known: &BTreeMap<String, Vec<String>>,
) -> (String, String) {
    if !ids.is_empty() {
        let what = format!("the account has several of this name: {}", ids.join(", "));
        return (what, "rename all but one of them in CloudMonitor".to_owned());
    }
    let names: Vec<String> = known.keys().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    let there = match names.len() {
        0 => format!("the account shows none in {region}"),
        _ if known.len() > MOST_NAMES => format!("there are {} and more", names.join(", ")),
        _ => format!("there are {}", names.join(", ")),
    };
    let what = format!("the account has none of this name; {there}");
    (what, format!("create `{group}` in CloudMonitor, correct the name, or leave `application_group` out"))
}

/// Names that a fault shows at most.
const MOST_NAMES: usize = 10;

/// Ids by name; nothing keeps a service from having a name twice.
pub(super) async fn groups(client: &Client) -> Result<BTreeMap<String, Vec<String>>, ApiError> {
    let by_id = all(DescribeMonitorGroups::ACTION, |number| async move {
        let call = DescribeMonitorGroups {
            select_contact_groups: Some(false),
            page_number: Some(number),
            page_size: Some(PAGE_SIZE),
            ..DescribeMonitorGroups::default()
        };
        let answer = client.call(&call).await?;
        let items = answer.resources.resource.into_iter();
        let items = items.filter_map(|group| Some((group.group_id?.to_string(), group.group_name)));
        Ok(Page { items: items.collect(), total: answer.total })
    })
    .await?;
    let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, name) in by_id {
        by_name.entry(name).or_default().push(id);
    }
    Ok(by_name)
}
