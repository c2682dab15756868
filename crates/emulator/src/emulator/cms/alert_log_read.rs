//! The alert log as it is read.

use std::collections::BTreeSet;

use serde_json::json;

use super::{
    LoggedAlert,
    ack::{CODE, parameter_invalid},
    alert_log::{OtherTold, RobotAnswer, RobotTold},
    page::page_up_to,
};
use crate::{
    api::cloudmonitor::{
        AlertChannelResult, AlertDimension, AlertInfo, AlertLog, AlertResult, AlertSendDetail,
        AlertSendResult, AlertWebhook, DescribeAlertLogList, DescribeAlertLogListResponse,
    },
    emulator::{
        CallOutcome,
        gateway::{Call, Refusal, Serve},
        switches::{HistoryOrder, OnOff},
    },
};

/// Entries a page without PageSize; documented. No largest page is.
const PAGE_SIZE: u32 = 10;
const LARGEST_PAGE: u32 = u32::MAX;
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// Without times; documented.
const DEFAULT_RANGE: i64 = 15 * MINUTE;
/// Between the times; documented.
const LONGEST_RANGE: i64 = 15 * DAY;
/// Older entries are not found; documented.
const KEPT: i64 = 365 * DAY;

impl Serve for DescribeAlertLogList {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeAlertLogListResponse, Refusal> {
        let now = call.now().as_millisecond();
        let (from, to) = range(&self, now)?;
        check_words(&self)?;
        let shown = call.switches().alert_log_system_events == OnOff::On;
        let order = call.switches().history_order;
        let reads_errcode = call.switches().alert_log_robot_errcode == OnOff::On;
        let fits = |alert: &&LoggedAlert| {
            let at = alert.at.as_millisecond();
            shown && (from..=to).contains(&at) && now - at <= KEPT
        };
        let entries = call.account().alert_log.iter().filter(fits).map(|alert| alert.read(reads_errcode));
        let mut entries: Vec<AlertLog> = entries.filter(|entry| is_asked_for(&self, entry)).collect();
        // The newest of each group stands for it.
        if let Some(group_by) = self.group_by.as_deref().filter(|name| !name.is_empty()) {
            let mut seen = BTreeSet::new();
            entries.reverse();
            entries.retain(|entry| seen.insert(group_key(group_by, entry)));
            entries.reverse();
        }
        if order == HistoryOrder::Newest {
            entries.reverse();
        }
        let (page, _) = page_up_to(entries, self.page_number, self.page_size, PAGE_SIZE, LARGEST_PAGE)?;
        Ok(DescribeAlertLogListResponse {
            code: CODE.to_owned(),
            success: true,
            page_number: self.page_number.unwrap_or(1),
            page_size: self.page_size.unwrap_or(PAGE_SIZE),
            alert_log_list: page,
            ..DescribeAlertLogListResponse::default()
        })
    }
}

/// What entries are grouped by; which entry then stands for its group is not documented.
fn group_key(group_by: &str, entry: &AlertLog) -> String {
    match group_by {
        "product" | "product,metricName" => entry.product.clone(),
        "level" => entry.level.clone(),
        "groupId" => entry.group_id.clone(),
        _ => entry.contact_groups.join(","),
    }
}

/// In milliseconds, both ends inclusive.
fn range(call: &DescribeAlertLogList, now: i64) -> Result<(i64, i64), Refusal> {
    let last = call.last_min.as_deref().filter(|minutes| !minutes.is_empty());
    match (call.start_time, call.end_time, last) {
        (None, None, None) => Ok((now - DEFAULT_RANGE, now)),
        (None, None, Some(minutes)) => match minutes.parse::<u32>() {
            Ok(minutes) if minutes > 0 => Ok((now - i64::from(minutes) * MINUTE, now)),
            _ => Err(parameter_invalid(format!("LastMin `{minutes}` is not a number of minutes"))),
        },
        (Some(_), Some(_), Some(_)) => {
            Err(parameter_invalid("LastMin is beside StartTime and EndTime; send one or the other"))
        }
        (Some(from), Some(to), None) if from > to => Err(parameter_invalid("StartTime is after EndTime")),
        (Some(from), Some(to), None) if to.saturating_sub(from) > LONGEST_RANGE => {
            Err(parameter_invalid("StartTime and EndTime are more than 15 days apart"))
        }
        (Some(from), Some(to), None) => Ok((from, to)),
        _ => Err(parameter_invalid("StartTime and EndTime are sent both or neither")),
    }
}

fn check_words(call: &DescribeAlertLogList) -> Result<(), Refusal> {
    let one_of = |name: &str, value: &Option<String>, words: &[&str]| match value.as_deref() {
        Some(value) if !value.is_empty() && !words.contains(&value) => {
            Err(parameter_invalid(format!("{name} `{value}` is none of {}", words.join(", "))))
        }
        _ => Ok(()),
    };
    one_of("SendStatus", &call.send_status, &["0", "1", "2", "3", "4"])?;
    one_of("Level", &call.level, &["P2", "P3", "P4", "OK"])?;
    one_of("EventType", &call.event_type, &["TRIGGERED", "RESOLVED"])?;
    one_of("SourceType", &call.source_type, &["METRIC"])?;
    let group_by = ["product", "level", "groupId", "contactGroup", "product,metricName"];
    one_of("GroupBy", &call.group_by, &group_by)
}

/// An event rule's alerts are triggered and never cleared, and have neither metric nor namespace:
/// filters by those find none.
fn is_asked_for(call: &DescribeAlertLogList, entry: &AlertLog) -> bool {
    let fits = |wanted: &Option<String>, got: &dyn Fn(&str) -> bool| {
        wanted.as_deref().is_none_or(|wanted| wanted.is_empty() || got(wanted))
    };
    fits(&call.rule_name, &|name| entry.rule_name == name)
        && fits(&call.rule_id, &|id| entry.rule_id == id)
        && fits(&call.group_id, &|id| entry.group_id.split(',').any(|one| one == id))
        && fits(&call.contact_group, &|name| entry.contact_groups.iter().any(|group| group == name))
        && fits(&call.send_status, &|status| entry.send_status == status)
        && fits(&call.level, &|level| entry.level == level)
        && fits(&call.event_type, &|kind| kind == "TRIGGERED")
        && fits(&call.search_key, &|key| entry.message.contains(key))
        && fits(&call.product, &|product| entry.product.eq_ignore_ascii_case(product))
        && fits(&call.namespace, &|_| false)
        && fits(&call.metric_name, &|_| false)
        && fits(&call.source_type, &|_| false)
}

impl LoggedAlert {
    /// As it is listed; `reads_errcode` is the switch of that name.
    fn read(&self, reads_errcode: bool) -> AlertLog {
        let event = &self.event;
        let instance = event.resource_id.split_once(":instance/").map_or("", |(_, id)| id);
        let mut dimensions = vec![("userId", event.user_id.as_str())];
        if !instance.is_empty() {
            dimensions.push(("instanceId", instance));
        }
        let text = |text: &str| text.to_owned();
        let message = json!({"alertName": self.rule, "curLevel": self.level, "event": event.envelope()});
        let dimension = |(key, value): &(&str, &str)| AlertDimension { key: text(key), value: text(value) };
        let info = |(name, value): &(&str, &str)| AlertInfo { name: text(name), value: text(value) };
        AlertLog {
            log_id: self.id.clone(),
            alert_time: self.at.as_millisecond().to_string(),
            rule_name: self.rule.clone(),
            rule_id: self.rule.clone(),
            event_name: event.name.clone(),
            level: text(self.level),
            level_change: format!("{0}->{0}", self.level),
            product: event.product.clone(),
            group_id: event.group_id.clone(),
            instance_id: text(instance),
            instance_name: event.instance_name.clone(),
            send_status: text(match (self.silenced, self.sent) {
                (true, _) => "2",
                (false, 0) => "4",
                (false, _) => "0",
            }),
            message: message.to_string(),
            contact_groups: self.groups.clone(),
            dingding_webhook_list: self.robots.iter().map(|robot| robot.url.clone()).collect(),
            contact_mail_list: self.addresses("mail"),
            contact_sms_list: self.addresses("sms"),
            contact_on_call_list: self.addresses("phone"),
            contact_aliiww_list: self.addresses("aliim"),
            webhook_list: self.webhooks(),
            dimensions: dimensions.iter().map(dimension).collect(),
            extended_info: dimensions.iter().map(info).collect(),
            send_result_list: self.send_results(reads_errcode),
            send_detail: self.send_detail(reads_errcode),
            ..AlertLog::default()
        }
    }

    fn addresses(&self, channel: &str) -> Vec<String> {
        self.others.iter().filter(|told| told.channel == channel).map(|told| told.to.clone()).collect()
    }

    fn webhooks(&self) -> Vec<AlertWebhook> {
        let called = self.others.iter().filter_map(|told| told.answer.as_ref().map(|answer| (told, answer)));
        called
            .map(|(told, answer)| AlertWebhook {
                code: answer.code(),
                message: answer.message(),
                url: told.to.clone(),
            })
            .collect()
    }

    /// By channel, who got it.
    fn send_results(&self, reads_errcode: bool) -> Vec<AlertSendResult> {
        let robots = self.robots.iter().filter(|robot| robot.failure(reads_errcode) == Some(None));
        let channels = [
            ("MAIL", self.addresses("mail")),
            ("ALIIM", self.addresses("aliim")),
            ("SMS", self.addresses("sms")),
            ("CALL", self.addresses("phone")),
            ("DING", robots.map(|robot| robot.url.clone()).collect()),
        ];
        channels
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| AlertSendResult { key: key.to_owned(), value })
            .collect()
    }

    /// The documented channels have no robots among them. When nobody got it, the result is the
    /// robot's errcode; when there was nobody to tell, the code of what is not there.
    fn send_detail(&self, reads_errcode: bool) -> AlertSendDetail {
        let mut answers = self.robots.iter().filter_map(|robot| robot.failure(reads_errcode));
        let got_it =
            self.others.iter().any(OtherTold::is_success) || answers.clone().any(|failure| failure.is_none());
        let refused = answers.find_map(|failure| failure);
        let result_code = match refused {
            _ if self.silenced => String::new(),
            _ if self.sent == 0 => "ResourceNotFound".to_owned(),
            Some(errcode) if !got_it => errcode.to_string(),
            _ if got_it => "success".to_owned(),
            // Still on its way.
            _ => String::new(),
        };
        let channels = [
            ("MAIL", "mail"),
            ("SMS", "sms"),
            ("WEBHOOK", "webhook"),
            ("SLS", "sls"),
            ("ONCALL", "phone"),
            ("FC", "fc"),
            ("MNS", "mns"),
        ];
        let channel_result_list = channels
            .into_iter()
            .map(|(channel, name)| AlertChannelResult {
                channel: channel.to_owned(),
                result_list: self.others.iter().filter(|told| told.channel == name).map(result).collect(),
            })
            .filter(|channel| !channel.result_list.is_empty())
            .collect();
        AlertSendDetail { result_code, channel_result_list }
    }
}

impl RobotTold {
    /// Why it did not get the message, as far as the log tells; none where it did, and before it answered.
    fn failure(&self, reads_errcode: bool) -> Option<Option<i64>> {
        self.answer.map(|answer| match answer {
            RobotAnswer::Refused(code) if reads_errcode => Some(code),
            RobotAnswer::Failed(code) => Some(code),
            RobotAnswer::Took | RobotAnswer::Refused(_) => None,
        })
    }
}

fn result(told: &OtherTold) -> AlertResult {
    AlertResult {
        code: told.answer.as_ref().map(CallOutcome::code).unwrap_or_default(),
        detail: "{}".to_owned(),
        success: told.is_success(),
        notify_target_list: vec![told.to.clone()],
        ..AlertResult::default()
    }
}
