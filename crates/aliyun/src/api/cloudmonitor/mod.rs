//! CloudMonitor, API version 2019-01-01. Sources: the SDK models of `@alicloud/cms20190101` 4.0.10
//! and the samples of `AlibabaCloudDocs/cms`.

mod alert_log;
mod contact;
mod contact_by_group;
mod contact_group;
mod custom_event;
mod event_rule;
mod event_rule_target;
mod metric_rule;
mod monitor_group;
mod system_event;
mod system_event_query;

pub use alert_log::*;
pub use contact::*;
pub use contact_by_group::*;
pub use contact_group::*;
pub use custom_event::*;
pub use event_rule::*;
pub use event_rule_target::*;
pub use metric_rule::*;
pub use monitor_group::*;
pub use system_event::*;
pub use system_event_query::*;

/// The answer of an operation that returns nothing but success.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Ack {
    /// `"200"`; a string here, a number in a few newer samples.
    #[serde(deserialize_with = "super::lenient::text")]
    pub code: String,
    /// Free text; often looks like an error in successful samples.
    pub message: String,
    /// The service's id of the call.
    pub request_id: String,
    /// Whether the call took effect.
    #[serde(deserialize_with = "super::lenient::boolean")]
    pub success: bool,
}
