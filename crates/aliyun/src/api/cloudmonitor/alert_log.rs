//! The history of alerts: what rules told, to whom, and what came of it.

use serde::{Deserialize, Serialize};

use crate::api::{lenient, operation};

operation! {
    /// The alert history, 10 entries a page and the last 15 minutes by default.
    Cms read DescribeAlertLogList -> DescribeAlertLogListResponse {
        /// Milliseconds since 1970; with `EndTime` or not at all, 15 days apart at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start_time: Option<i64>,
        /// Milliseconds since 1970.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        end_time: Option<i64>,
        /// The last so many minutes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_min: Option<String>,
        /// A rule's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule_name: Option<String>,
        /// A rule's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule_id: Option<String>,
        /// An application group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group_id: Option<String>,
        /// A contact group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_group: Option<String>,
        /// `0` to `4`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        send_status: Option<String>,
        /// `P2`, `P3`, `P4` or `OK`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<String>,
        /// `TRIGGERED` or `RESOLVED`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event_type: Option<String>,
        /// A keyword.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        search_key: Option<String>,
        /// The product.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        product: Option<String>,
        /// The namespace of a metric.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        namespace: Option<String>,
        /// A metric.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        metric_name: Option<String>,
        /// `product`, `level`, `groupId`, `contactGroup` or `product,metricName`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group_by: Option<String>,
        /// `METRIC` is the only documented value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_type: Option<String>,
        /// From 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_number: Option<u32>,
        /// Entries a page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_size: Option<u32>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

/// The answer to [`DescribeAlertLogList`], which has no total.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeAlertLogListResponse {
    /// A string in the SDK models, a number in the samples.
    #[serde(deserialize_with = "lenient::text")]
    pub code: String,
    /// Free text.
    pub message: String,
    /// The service's id of the call.
    pub request_id: String,
    /// Whether it worked.
    #[serde(deserialize_with = "lenient::boolean")]
    pub success: bool,
    /// The page that this is.
    pub page_number: u32,
    /// Entries a page.
    pub page_size: u32,
    /// The entries of this page, without a wrapper.
    pub alert_log_list: Vec<AlertLog>,
}

/// One telling of one rule.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AlertLog {
    /// The entry's id.
    pub log_id: String,
    /// Milliseconds since 1970: a string in the SDK models, a number in the samples.
    #[serde(deserialize_with = "lenient::text")]
    pub alert_time: String,
    /// The rule.
    pub rule_name: String,
    /// The rule's id.
    pub rule_id: String,
    /// The event's name.
    pub event_name: String,
    /// `P2`, `P3`, `P4` or `OK`.
    pub level: String,
    /// `P4->P4` for an alert, `P4->OK` for its end.
    pub level_change: String,
    /// The product.
    pub product: String,
    /// The namespace of a metric.
    pub namespace: String,
    /// The metric.
    pub metric_name: String,
    /// The application group.
    pub group_id: String,
    /// Its name.
    pub group_name: String,
    /// The resource.
    pub instance_id: String,
    /// Its name.
    pub instance_name: String,
    /// `0` told, `2` silent, `4` nothing to tell.
    pub send_status: String,
    /// JSON in a string.
    pub message: String,
    /// The contact groups.
    pub contact_groups: Vec<String>,
    /// The robots' addresses.
    pub dingding_webhook_list: Vec<String>,
    /// DingTalk accounts.
    pub contact_ding_list: Vec<String>,
    /// Mail addresses.
    pub contact_mail_list: Vec<String>,
    /// Numbers for text messages.
    #[serde(rename = "ContactSMSList")]
    pub contact_sms_list: Vec<String>,
    /// Numbers for calls.
    pub contact_on_call_list: Vec<String>,
    /// TradeManager accounts.
    #[serde(rename = "ContactALIIWWList")]
    pub contact_aliiww_list: Vec<String>,
    /// URLs that were called.
    pub webhook_list: Vec<AlertWebhook>,
    /// The resource in parts.
    pub dimensions: Vec<AlertDimension>,
    /// The condition of a metric rule.
    pub escalation: AlertEscalation,
    /// More of the resource.
    pub extended_info: Vec<AlertInfo>,
    /// By channel, who got it.
    pub send_result_list: Vec<AlertSendResult>,
    /// By channel, what came of it.
    pub send_detail: AlertSendDetail,
}

/// A URL that was called.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertWebhook {
    /// The HTTP status.
    pub code: String,
    /// What came back.
    pub message: String,
    /// The URL.
    pub url: String,
}

/// A part of the resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AlertDimension {
    /// Such as `instanceId`.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// The condition of a metric rule.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AlertEscalation {
    /// The condition.
    pub expression: String,
    /// The level.
    pub level: String,
    /// How often it held.
    pub times: u64,
}

/// More of the resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AlertInfo {
    /// Such as `userId`.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Who got it on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AlertSendResult {
    /// `MAIL`, `ALIIM`, `SMS`, `CALL`, `DING` or `Merged`.
    pub key: String,
    /// The addresses.
    pub value: Vec<String>,
}

/// What came of all channels.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AlertSendDetail {
    /// `success`, or an error code.
    pub result_code: String,
    /// By channel.
    pub channel_result_list: Vec<AlertChannelResult>,
}

/// What came of one channel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AlertChannelResult {
    /// `MAIL`, `SMS`, `WEBHOOK`, `SLS`, `ONCALL`, `FC` or `MNS`.
    pub channel: String,
    /// Each call.
    pub result_list: Vec<AlertResult>,
}

/// What came of one call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AlertResult {
    /// `200` or `500` for a webhook, empty otherwise.
    pub code: String,
    /// What came back.
    pub detail: String,
    /// The other service's id of the call.
    pub request_id: String,
    /// Whether it worked.
    #[serde(deserialize_with = "lenient::boolean")]
    pub success: bool,
    /// Who was told.
    #[serde(rename = "notifyTargetList")]
    pub notify_target_list: Vec<String>,
}
