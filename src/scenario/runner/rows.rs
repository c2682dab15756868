//! What CloudMonitor lists: events and the alert log, page by page.

use std::time::Duration;

use serde_json::Value;

use crate::{
    api::cloudmonitor::{AlertLog, DescribeAlertLogList, DescribeSystemEventAttribute, SystemEventRow},
    clock::Timestamp,
    event::{Level, SystemEvent, catalogue},
    openapi::{ApiError, Client},
};

/// Entries a page; the most that both operations take.
const PAGE: u32 = 100;
/// The longest time that an alert log is asked for at once, in milliseconds.
const LONGEST_RANGE: i64 = 15 * 24 * 3_600_000;

/// From when on rows are asked for, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Since(i64);

impl Since {
    /// From an instant on.
    pub(super) fn at(at: Timestamp) -> Self {
        Self(at.as_millisecond())
    }

    /// From so long before an instant on.
    pub(super) fn before(at: Timestamp, skew: Duration) -> Self {
        Self::at(at.checked_sub(skew).unwrap_or(Timestamp::MIN))
    }
}

/// The system events until now, oldest first.
pub(super) async fn events(client: &Client, since: Since) -> Result<Vec<SystemEventRow>, ApiError> {
    let mut rows = Vec::new();
    let until = client.clock().now().as_millisecond();
    for page_number in 1.. {
        let call = DescribeSystemEventAttribute {
            start_time: Some(since.0.to_string()),
            end_time: Some(until.to_string()),
            page_number: Some(page_number),
            page_size: Some(PAGE),
            ..Default::default()
        };
        let page = client.call(&call).await?.system_events.system_event;
        let is_last = page.len() < PAGE as usize;
        rows.extend(page);
        if is_last {
            break;
        }
    }
    // In which order they come is nowhere documented.
    rows.sort_by_key(|row| row.time);
    Ok(rows)
}

/// The alert log until now, oldest first; of a rule, or of all for an empty name.
pub(super) async fn alerts(client: &Client, since: Since, rule: &str) -> Result<Vec<AlertLog>, ApiError> {
    let mut entries = Vec::new();
    let (mut from, now) = (since.0, client.clock().now().as_millisecond());
    while from <= now {
        let to = now.min(from + LONGEST_RANGE);
        for page_number in 1.. {
            let call = DescribeAlertLogList {
                start_time: Some(from),
                end_time: Some(to),
                rule_name: Some(rule.to_owned()).filter(|rule| !rule.is_empty()),
                page_number: Some(page_number),
                page_size: Some(PAGE),
                ..Default::default()
            };
            let page = client.call(&call).await?.alert_log_list;
            let is_last = page.len() < PAGE as usize;
            entries.extend(page);
            if is_last {
                break;
            }
        }
        from = to + 1;
    }
    entries.sort_by(|one, other| one.alert_time.cmp(&other.alert_time));
    Ok(entries)
}

/// Milliseconds since 1970 as an instant.
pub(super) fn instant(milliseconds: Option<i64>) -> Timestamp {
    milliseconds.and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or_default()
}

/// A row as the event that it is. Rows do not tell the type: the catalogue does, for what it knows.
pub(super) fn system_event(id: String, row: SystemEventRow, account: &str) -> SystemEvent {
    let at = instant(row.time.and_then(|time| i64::try_from(time).ok()));
    let event_type = catalogue()
        .find(&row.product, &row.name)
        .and_then(|entry| entry.event_types().next().map(str::to_owned))
        .unwrap_or_default();
    SystemEvent {
        id,
        level: row.level.parse().unwrap_or(Level::Info),
        event_type,
        region_id: row.region_id,
        resource_id: row.resource_id,
        instance_name: row.instance_name,
        user_id: account.to_owned(),
        group_id: row.group_id,
        event_time: at,
        content: serde_json::from_str(&row.content).unwrap_or(Value::String(row.content)),
        product: row.product,
        name: row.name,
        status: row.status,
    }
}
