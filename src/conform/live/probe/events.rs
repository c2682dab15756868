//! Events, their history, application groups and instances.

use std::time::Duration;

use std::collections::BTreeSet;

use super::{Finding, omitted, refused, rules};
use crate::{
    api::{
        cloudmonitor::{
            CreateMonitorGroup, DescribeAlertLogList, DescribeMonitorGroups, DescribeSystemEventAttribute,
            DescribeSystemEventHistogram, ModifyMonitorGroup,
        },
        ecs::StopInstances,
    },
    clock::human_duration,
    conform::live::{
        bench::{Answer, Bench},
        leavings::Kind,
    },
    openapi::ApiError,
};

const DAY_MS: i64 = 86_400_000;

pub(super) async fn history_order(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    let now = bench.now_ms();
    let list = DescribeSystemEventAttribute {
        start_time: Some((now - 7 * DAY_MS).to_string()),
        end_time: Some(now.to_string()),
        page_size: Some(100),
        ..Default::default()
    };
    let rows = bench.call(&list).await?.system_events.system_event;
    let times: Vec<u64> = rows.iter().filter_map(|row| row.time).collect();
    let (rises, falls) = times.windows(2).fold((false, false), |(rises, falls), pair| {
        (rises || pair[0] < pair[1], falls || pair[0] > pair[1])
    });
    Ok(match (rises, falls) {
        (true, false) => Finding::Settled("oldest".to_owned()),
        (false, true) => Finding::Settled("newest".to_owned()),
        (true, true) => Finding::Open("the times neither rise nor fall".to_owned()),
        (false, false) => Finding::Open("there were no two events at different times".to_owned()),
    })
}

/// Rules of alerts that are looked for at most.
const MOST_RULES: usize = 20;

pub(super) async fn alert_log_system_events(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    let now = bench.now_ms();
    let list = DescribeAlertLogList {
        start_time: Some(now - 7 * DAY_MS),
        end_time: Some(now),
        page_size: Some(100),
        ..Default::default()
    };
    let rows = bench.call(&list).await?.alert_log_list;
    // What a metric rule told has a metric.
    let names: BTreeSet<String> =
        rows.into_iter().filter(|row| row.metric_name.is_empty()).map(|row| row.rule_name).collect();
    for name in names.into_iter().filter(|name| !name.is_empty()).take(MOST_RULES) {
        if rules::find(bench, &name).await?.is_some() {
            return Ok(Finding::Settled("on".to_owned()));
        }
    }
    Ok(Finding::Open("no alert of seven days is of an event rule, which may be since none rang".to_owned()))
}

pub(super) async fn histogram_interval(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    let now = bench.now_ms();
    let call = DescribeSystemEventHistogram {
        start_time: Some((now - 300_000).to_string()),
        end_time: Some(now.to_string()),
        ..Default::default()
    };
    let bars = bench.call(&call).await?.system_event_histograms.system_event_histogram;
    // The first and the last may be cut.
    let widest = bars.iter().map(|bar| bar.end_time - bar.start_time).max();
    Ok(match widest.and_then(|width| u64::try_from(width).ok()).filter(|width| *width > 0) {
        Some(width) => Finding::Settled(human_duration(Duration::from_millis(width))),
        None => Finding::Open("there were no bars".to_owned()),
    })
}

/// Makes an application group, and returns its name.
async fn make_group(bench: &Bench<'_>, what: &str) -> Result<Answer<String>, ApiError> {
    let name = bench.will_make(Kind::ApplicationGroup, what)?;
    let call = CreateMonitorGroup { group_name: name.clone(), ..Default::default() };
    Ok(match bench.ask(&call).await? {
        Answer::Taken(_) => Answer::Taken(name),
        Answer::Refused(error) => Answer::Refused(error),
    })
}

pub(super) async fn application_group_name(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    let name = match make_group(bench, "looked-for").await? {
        Answer::Taken(name) => name,
        Answer::Refused(error) => return Ok(refused("an application group", &error)),
    };
    let part = name.trim_end_matches("-for");
    let by = |name: &str| DescribeMonitorGroups { group_name: Some(name.to_owned()), ..Default::default() };
    let has = |groups: Vec<crate::api::cloudmonitor::MonitorGroup>| {
        groups.iter().any(|group| group.group_name == name)
    };
    if !has(bench.call(&by(&name)).await?.resources.resource) {
        return Ok(Finding::Open("the application group that was made is not listed".to_owned()));
    }
    let is_found = has(bench.call(&by(part)).await?.resources.resource);
    Ok(Finding::Settled(if is_found { "contains" } else { "exact" }.to_owned()))
}

pub(super) async fn duplicate_application_group(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    if let Answer::Refused(error) = make_group(bench, "twice").await? {
        return Ok(refused("an application group", &error));
    }
    Ok(match make_group(bench, "twice").await? {
        Answer::Taken(_) => Finding::Settled("accept".to_owned()),
        Answer::Refused(_) => Finding::Settled("refuse".to_owned()),
    })
}

pub(super) async fn modify_omitted(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    const SENT: &str = "bellcheck-conform-contacts";
    let name = bench.will_make(Kind::ApplicationGroup, "omitted")?;
    let make = CreateMonitorGroup {
        group_name: name.clone(),
        contact_groups: Some(SENT.to_owned()),
        ..Default::default()
    };
    let id = match bench.ask(&make).await? {
        Answer::Taken(made) => made.group_id,
        Answer::Refused(error) => return Ok(refused("an application group", &error)),
    };
    let Some(group_id) = id else {
        return Ok(Finding::Open("the application group that was made has no id".to_owned()));
    };
    let call = ModifyMonitorGroup { group_id, group_name: Some(name), ..Default::default() };
    bench.call(&call).await?;
    let list = DescribeMonitorGroups {
        group_id: Some(group_id.to_string()),
        select_contact_groups: Some(true),
        ..Default::default()
    };
    let found = bench.call(&list).await?.resources.resource.into_iter().next();
    let groups = found.and_then(|group| group.contact_groups).unwrap_or_default().contact_group;
    let first = groups.into_iter().next().map(|group| group.name);
    Ok(omitted("its list of contact groups", SENT, first.as_deref()))
}

pub(super) async fn batch_unknown(bench: &Bench<'_>) -> Result<Finding, ApiError> {
    let call = StopInstances {
        region_id: bench.region(),
        // Longer than any id, so that it can be nobody's.
        instance_id: vec!["i-bp1bellcheckconformnobody".to_owned()],
        batch_optimization: Some("SuccessFirst".to_owned()),
        ..StopInstances::default()
    };
    Ok(match bench.ask(&call).await? {
        Answer::Taken(_) => Finding::Settled("item".to_owned()),
        Answer::Refused(error) if error.code.contains("NotFound") => Finding::Settled("refuse".to_owned()),
        Answer::Refused(error) => refused("the call", &error),
    })
}
