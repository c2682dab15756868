//! Rules of metric alarms, as they are listed.

use serde::{Deserialize, Serialize};

use crate::api::{lenient, operation};

operation! {
    /// Lists the rules of metric alarms, 10 a page by default; without `EnableState`, those that are
    /// switched off as well.
    Cms read DescribeMetricRuleList -> DescribeMetricRuleListResponse {
        /// Ids, up to 20, separated by commas.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule_ids: Option<String>,
        /// A part of the name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule_name: Option<String>,
        /// The namespace, such as `acs_ecs_dashboard`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        namespace: Option<String>,
        /// The metric.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        metric_name: Option<String>,
        /// The id of an application group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group_id: Option<String>,
        /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alert_state: Option<String>,
        /// Whether it is switched on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        enable_state: Option<bool>,
        /// Dimensions of a resource, a JSON object.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dimensions: Option<String>,
        /// From 1; not `PageNumber`, as elsewhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<u32>,
        /// Entries a page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_size: Option<u32>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

/// The answer to [`DescribeMetricRuleList`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeMetricRuleListResponse {
    /// 200; a number here.
    #[serde(deserialize_with = "lenient::number")]
    pub code: Option<u64>,
    /// Free text.
    pub message: String,
    /// The service's id of the call.
    pub request_id: String,
    /// Whether it worked.
    #[serde(deserialize_with = "lenient::boolean")]
    pub success: bool,
    /// Number of rules over all pages; a text here.
    #[serde(deserialize_with = "lenient::text")]
    pub total: String,
    /// The wrapper of the list.
    pub alarms: MetricAlarms,
}

/// The wrapper `Alarms`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct MetricAlarms {
    /// The rules of this page.
    pub alarm: Vec<MetricAlarm>,
}

/// A rule as it is listed. Clients rely on texts that are there even when they are empty.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct MetricAlarm {
    /// Its id, which its maker chose.
    #[serde(deserialize_with = "lenient::text")]
    pub rule_id: String,
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub rule_name: String,
    /// The namespace of its metric.
    #[serde(deserialize_with = "lenient::text")]
    pub namespace: String,
    /// Its metric.
    #[serde(deserialize_with = "lenient::text")]
    pub metric_name: String,
    /// Names of contact groups, separated by commas.
    #[serde(deserialize_with = "lenient::text")]
    pub contact_groups: String,
    /// What it watches, a JSON list in a text.
    #[serde(deserialize_with = "lenient::text")]
    pub resources: String,
    /// Further dimensions, a JSON list in a text.
    #[serde(deserialize_with = "lenient::text")]
    pub dimensions: String,
    /// When it rings.
    #[serde(deserialize_with = "lenient::text")]
    pub effective_interval: String,
    /// When it does not.
    #[serde(deserialize_with = "lenient::text")]
    pub no_effective_interval: String,
    /// Seconds between two values; a text in the SDK models.
    #[serde(deserialize_with = "lenient::text")]
    pub period: String,
    /// Seconds in which it does not notify again; a number in the SDK models, a text in a sample.
    #[serde(deserialize_with = "lenient::number", skip_serializing_if = "Option::is_none")]
    pub silence_time: Option<u64>,
    /// A URL that is called as well.
    #[serde(deserialize_with = "lenient::text")]
    pub webhook: String,
    /// The subject of its mails.
    #[serde(deserialize_with = "lenient::text")]
    pub mail_subject: String,
    /// What no data means.
    #[serde(deserialize_with = "lenient::text")]
    pub no_data_policy: String,
    /// Whether it notifies of recovery, too.
    #[serde(rename = "SendOK", deserialize_with = "lenient::boolean")]
    pub send_ok: bool,
    /// Whether it is switched on; a text in a sample.
    #[serde(deserialize_with = "lenient::boolean")]
    pub enable_state: bool,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    #[serde(deserialize_with = "lenient::text")]
    pub alert_state: String,
    /// `METRIC`.
    #[serde(deserialize_with = "lenient::text")]
    pub source_type: String,
    /// The id of its application group.
    #[serde(deserialize_with = "lenient::text")]
    pub group_id: String,
    /// The name of its application group.
    #[serde(deserialize_with = "lenient::text")]
    pub group_name: String,
    /// The product's category.
    #[serde(deserialize_with = "lenient::text")]
    pub product_category: String,
    /// Its conditions by level.
    pub escalations: MetricEscalations,
}

/// The conditions of a rule. A level without one is an empty object, and is not left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct MetricEscalations {
    /// For calls, SMS, mail and robots.
    pub critical: MetricEscalation,
    /// For SMS, mail and robots.
    pub warn: MetricEscalation,
    /// For mail and robots.
    pub info: MetricEscalation,
}

/// The condition of one level.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct MetricEscalation {
    /// Such as `Average`.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "String::is_empty")]
    pub statistics: String,
    /// Such as `GreaterThanOrEqualToThreshold`.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "String::is_empty")]
    pub comparison_operator: String,
    /// The text that was sent.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "String::is_empty")]
    pub threshold: String,
    /// How many values in a row; a number in the SDK models, a text in a sample.
    #[serde(deserialize_with = "lenient::number", skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
}
