//! What reached the event centre: rows, counts and a histogram.

use serde::{Deserialize, Serialize};

use crate::api::{lenient, operation};

/// An operation that looks for system events: the filters that all three have, and its own.
macro_rules! query {
    (
        $(#[$meta:meta])*
        $action:ident -> $response:ty { $( $(#[$field_meta:meta])* $field:ident: $type:ty, )* }
    ) => {
        operation! {
            $(#[$meta])*
            Cms read $action -> $response {
                /// The product, such as `ECS`.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                product: Option<String>,
                /// `StatusNotification`, `Exception`, `Maintenance`, …
                #[serde(default, skip_serializing_if = "Option::is_none")]
                event_type: Option<String>,
                /// The event's name.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                name: Option<String>,
                /// `CRITICAL`, `WARN` or `INFO`.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                level: Option<String>,
                /// The status.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                status: Option<String>,
                /// An application group.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                group_id: Option<String>,
                /// `a and b`, or `a or b`.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                search_keywords: Option<String>,
                /// Milliseconds since 1970.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                start_time: Option<String>,
                /// Milliseconds since 1970.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                end_time: Option<String>,
                /// Sent by the older SDKs, without meaning here.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                region_id: Option<String>,
                $( $(#[$field_meta])* $field: $type, )*
            }
        }
    };
}

query! {
    /// The system events of an account, 10 a page by default and 100 at most.
    DescribeSystemEventAttribute -> DescribeSystemEventAttributeResponse {
        /// From 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_number: Option<u32>,
        /// 1 to 100.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_size: Option<u32>,
    }
}

query! {
    /// How many system events there were, by product and name.
    DescribeSystemEventCount -> DescribeSystemEventCountResponse {}
}

query! {
    /// How many system events there were in each interval of a time range.
    DescribeSystemEventHistogram -> DescribeSystemEventHistogramResponse {}
}

macro_rules! answer {
    ($(#[$meta:meta])* $name:ident { $(#[$field_meta:meta])* $field:ident: $type:ty }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "PascalCase", default)]
        pub struct $name {
            /// `"200"`.
            #[serde(deserialize_with = "lenient::text")]
            pub code: String,
            /// Free text.
            pub message: String,
            /// The service's id of the call.
            pub request_id: String,
            /// `"true"`; a string here.
            #[serde(deserialize_with = "lenient::text")]
            pub success: String,
            $(#[$field_meta])*
            pub $field: $type,
        }
    };
}

answer! {
    /// The answer to [`DescribeSystemEventAttribute`], which has no total.
    DescribeSystemEventAttributeResponse {
        /// The wrapper of the list.
        system_events: SystemEventList
    }
}
answer! {
    /// The answer to [`DescribeSystemEventCount`].
    DescribeSystemEventCountResponse {
        /// The wrapper of the list.
        system_event_counts: SystemEventCountList
    }
}
answer! {
    /// The answer to [`DescribeSystemEventHistogram`].
    DescribeSystemEventHistogramResponse {
        /// The wrapper of the list.
        system_event_histograms: SystemEventHistogramList
    }
}

/// The wrapper `SystemEvents`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SystemEventList {
    /// The events of this page.
    pub system_event: Vec<SystemEventRow>,
}

/// The wrapper `SystemEventCounts`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SystemEventCountList {
    /// One row for each product and name.
    pub system_event_count: Vec<SystemEventRow>,
}

/// The wrapper `SystemEventHistograms`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SystemEventHistogramList {
    /// The intervals, oldest first.
    pub system_event_histogram: Vec<SystemEventBar>,
}

/// A system event, or the newest of those that are counted.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SystemEventRow {
    /// The event's id; absent in counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How many there are; in counts only.
    #[serde(deserialize_with = "lenient::number", skip_serializing_if = "Option::is_none")]
    pub num: Option<u64>,
    /// The product.
    pub product: String,
    /// The event's name.
    pub name: String,
    /// The level.
    pub level: String,
    /// The status.
    pub status: String,
    /// The region.
    pub region_id: String,
    /// The resource's ARN.
    pub resource_id: String,
    /// The resource's name.
    pub instance_name: String,
    /// Application groups, separated by commas.
    pub group_id: String,
    /// Milliseconds since 1970; a number in the SDK models, a string in the samples.
    #[serde(deserialize_with = "lenient::number")]
    pub time: Option<u64>,
    /// What is particular to the event: JSON in a string.
    pub content: String,
}

/// One interval of a histogram.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SystemEventBar {
    /// Milliseconds since 1970, in the interval.
    pub start_time: i64,
    /// Milliseconds since 1970, no more in the interval.
    pub end_time: i64,
    /// How many events.
    pub count: u64,
}
