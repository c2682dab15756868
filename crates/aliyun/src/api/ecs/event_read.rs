//! Reads of system events as ECS itself tells them. Sources: the models of
//! `alibabacloud-ecs20140526` 7.11.8, the samples of `AlibabaCloudDocs/ecs`.

use serde::{Deserialize, Serialize};

use super::Tag;
use crate::api::{lenient, operation};

/// A span of time, ends included.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Period {
    /// UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

operation! {
    /// System events of instances; without a status, those that have ended.
    Ecs read DescribeInstanceHistoryEvents -> DescribeInstanceHistoryEventsResponse {
        /// The region.
        region_id: String,
        /// One instance.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance_id: Option<String>,
        /// Up to 100 resources; wins over `InstanceId`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        resource_id: Vec<String>,
        /// `instance` (the default), `ddh` or `managedhost`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resource_type: Option<String>,
        /// Up to 100 events.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        event_id: Vec<String>,
        /// Up to 30 types; wins over `EventType`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        instance_event_type: Vec<String>,
        /// One type.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event_type: Option<String>,
        /// Up to 7 statuses; wins over `EventCycleStatus`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        instance_event_cycle_status: Vec<String>,
        /// One status.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event_cycle_status: Option<String>,
        /// When it is executed.
        #[serde(default)]
        not_before: Period,
        /// When it was published.
        #[serde(default)]
        event_publish_time: Period,
        /// All of these tags.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tag: Vec<Tag>,
        /// From 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_number: Option<u32>,
        /// Up to 100; 10 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_size: Option<u32>,
        /// Where the last answer ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_token: Option<String>,
        /// 10 to 100.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_results: Option<u32>,
    }
}

operation! {
    /// Instances with their state, their health and the system events to come.
    Ecs read DescribeInstancesFullStatus -> DescribeInstancesFullStatusResponse {
        /// The region.
        region_id: String,
        /// Up to 100 instances.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        instance_id: Vec<String>,
        /// Up to 100 events.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        event_id: Vec<String>,
        /// `Starting`, `Running` or `Stopped`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<String>,
        /// `Ok`, `Impaired`, `Warning`, `Maintaining`, `Initializing`, `InsufficientData` or
        /// `NotApplicable`; case counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        health_status: Option<String>,
        /// Up to 30 types; wins over `EventType`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        instance_event_type: Vec<String>,
        /// One type.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event_type: Option<String>,
        /// When it is executed.
        #[serde(default)]
        not_before: Period,
        /// When it was published.
        #[serde(default)]
        event_publish_time: Period,
        /// From 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_number: Option<u32>,
        /// Up to 100; 10 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_size: Option<u32>,
    }
}

/// A word and its number. Public samples give few of the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CodeName {
    /// The number.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::number")]
    pub code: Option<u64>,
    /// The word.
    pub name: String,
}

/// What some kinds of events have besides; simulated ones have nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ExtendedAttribute {}

/// The answer to [`DescribeInstanceHistoryEvents`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeInstanceHistoryEventsResponse {
    /// The service's id of the call.
    pub request_id: String,
    /// Number of events over all pages.
    #[serde(deserialize_with = "lenient::number")]
    pub total_count: Option<u64>,
    /// From 1.
    pub page_number: u32,
    /// Entries a page.
    pub page_size: u32,
    /// Where the next page begins; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// The wrapper of the list.
    pub instance_system_event_set: InstanceSystemEventSet,
}

/// The wrapper `InstanceSystemEventSet`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct InstanceSystemEventSet {
    /// The events.
    pub instance_system_event_type: Vec<InstanceSystemEvent>,
}

/// A system event with its whole life.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct InstanceSystemEvent {
    /// The event.
    pub event_id: String,
    /// The instance.
    pub instance_id: String,
    /// `instance`.
    pub resource_type: String,
    /// The kind.
    pub event_type: CodeName,
    /// The status.
    pub event_cycle_status: CodeName,
    /// UTC.
    pub event_publish_time: String,
    /// UTC.
    pub not_before: String,
    /// UTC; absent while the event is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_finish_time: Option<String>,
    /// Why.
    pub reason: String,
    /// Nothing, for simulated events.
    pub extended_attribute: ExtendedAttribute,
}

/// The answer to [`DescribeInstancesFullStatus`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeInstancesFullStatusResponse {
    /// The service's id of the call.
    pub request_id: String,
    /// Number of instances over all pages.
    #[serde(deserialize_with = "lenient::number")]
    pub total_count: Option<u64>,
    /// From 1.
    pub page_number: u32,
    /// Entries a page.
    pub page_size: u32,
    /// The wrapper of the list.
    pub instance_full_status_set: InstanceFullStatusSet,
}

/// The wrapper `InstanceFullStatusSet`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct InstanceFullStatusSet {
    /// The instances.
    pub instance_full_status_type: Vec<InstanceFullStatus>,
}

/// One instance's state, health and events.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct InstanceFullStatus {
    /// The instance.
    pub instance_id: String,
    /// The state.
    pub status: CodeName,
    /// The health.
    pub health_status: CodeName,
    /// The wrapper of the events.
    pub scheduled_system_event_set: ScheduledSystemEventSet,
}

/// The wrapper `ScheduledSystemEventSet`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ScheduledSystemEventSet {
    /// The events.
    pub scheduled_system_event_type: Vec<ScheduledSystemEvent>,
}

/// A system event beside its instance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ScheduledSystemEvent {
    /// The event.
    pub event_id: String,
    /// The kind.
    pub event_type: CodeName,
    /// The status.
    pub event_cycle_status: CodeName,
    /// UTC.
    pub event_publish_time: String,
    /// UTC.
    pub not_before: String,
    /// Why.
    pub reason: String,
    /// Nothing, for simulated events.
    pub extended_attribute: ExtendedAttribute,
}
