//! Events that an application reports itself.

use serde::{Deserialize, Serialize};

use crate::api::{lenient, operation};

/// One event to report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct EventInfo {
    /// The event's name.
    pub event_name: String,
    /// What happened, in any form.
    pub content: String,
    /// An application group; `0` for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// `yyyyMMddTHHmmss.SSSZ`, or milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

operation! {
    /// Reports 1 to 50 events.
    Cms once PutCustomEvent -> PutCustomEventResponse {
        /// The events.
        event_info: Vec<EventInfo>,
        /// Sent by the older SDKs, without meaning here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

/// The answer to [`PutCustomEvent`], which has no `Success`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutCustomEventResponse {
    /// `"200"`.
    #[serde(deserialize_with = "lenient::text")]
    pub code: String,
    /// Free text.
    pub message: String,
    /// The service's id of the call.
    pub request_id: String,
}
