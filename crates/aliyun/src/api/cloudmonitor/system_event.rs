//! The event catalogue and test events.

use serde::{Deserialize, Serialize};

use crate::api::{lenient, operation};

operation! {
    /// The catalogue of system events.
    Cms read DescribeSystemEventMetaList -> DescribeSystemEventMetaListResponse {
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// Sends a test event through the account's real rules.
    Cms once SendDryRunSystemEvent -> SendDryRunSystemEventResponse {
        /// The product, such as `ECS`.
        product: String,
        /// The event's name.
        event_name: String,
        /// An application group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group_id: Option<String>,
        /// A JSON object: a whole envelope or a part of one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event_content: Option<String>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

/// The answer to [`DescribeSystemEventMetaList`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeSystemEventMetaListResponse {
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
    /// The wrapper of the list.
    pub data: SystemEventMetaList,
}

/// The wrapper `Data`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SystemEventMetaList {
    /// The events.
    pub resource: Vec<SystemEventMeta>,
}

/// One kind of event.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SystemEventMeta {
    /// The product.
    pub product: String,
    /// The event's name.
    pub name: String,
    /// The Chinese name.
    pub name_desc: String,
    /// The English name, under a key with a dot in it.
    #[serde(rename = "NameDesc.En")]
    pub name_desc_en: String,
    /// The level.
    pub level: String,
    /// The event type.
    pub event_type: String,
    /// The status.
    pub status: String,
    /// The status in words.
    pub status_desc: String,
}

/// The answer to [`SendDryRunSystemEvent`], whose `Success` is a string.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SendDryRunSystemEventResponse {
    /// `"200"`.
    #[serde(deserialize_with = "lenient::text")]
    pub code: String,
    /// Free text.
    pub message: String,
    /// The service's id of the call.
    pub request_id: String,
    /// `"true"`.
    #[serde(deserialize_with = "lenient::text")]
    pub success: String,
}
