//! Reads whom metric alarms notify.

use std::collections::BTreeMap;

use super::paging::{Page, all};
use crate::{
    api::cloudmonitor::{DescribeMetricRuleList, MetricAlarm as Listed},
    openapi::{ApiError, Client, Operation as _},
    provision::observed::SeenAlarm,
};

/// Entries to ask for. The greatest size is not documented; clients of the vendor's ask for so many.
const ENTRIES: u32 = 50;

/// All rules of metric alarms by id, also those that are switched off.
pub(super) async fn metric_alarms(client: &Client) -> Result<BTreeMap<String, SeenAlarm>, ApiError> {
    all(DescribeMetricRuleList::ACTION, |number| async move {
        let call = DescribeMetricRuleList {
            page: Some(number),
            page_size: Some(ENTRIES),
            ..DescribeMetricRuleList::default()
        };
        let answer = client.call(&call).await?;
        let items = answer.alarms.alarm.into_iter().map(read).collect();
        Ok(Page { items, total: answer.total.trim().parse().ok() })
    })
    .await
}

fn read(listed: Listed) -> (String, SeenAlarm) {
    let names = listed.contact_groups.split(',').map(str::trim).filter(|name| !name.is_empty());
    let alarm = SeenAlarm { name: listed.rule_name, groups: names.map(str::to_owned).collect() };
    (listed.rule_id, alarm)
}
