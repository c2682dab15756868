//! Reads of instances.

use serde::{Deserialize, Serialize};

use super::Tag;
use crate::api::{lenient, operation};

operation! {
    /// Instances with their attributes.
    Ecs read DescribeInstances -> DescribeInstancesResponse {
        /// The region.
        region_id: String,
        /// A JSON array of up to 100 ids, in a string.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance_ids: Option<String>,
        /// A state.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<String>,
        /// A name; `*` is a wildcard.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance_name: Option<String>,
        /// What is shown beside the rest, such as `META_OPTIONS`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        additional_attributes: Vec<String>,
        /// All of these tags.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tag: Vec<Tag>,
        /// From 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_number: Option<u32>,
        /// Entries a page; 10 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_size: Option<u32>,
        /// Where the last answer ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_token: Option<String>,
        /// 10 to 100.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_results: Option<u32>,
        /// Only checks; answers `DryRunOperation`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dry_run: Option<bool>,
    }
}

operation! {
    /// Instances with their state only.
    Ecs read DescribeInstanceStatus -> DescribeInstanceStatusResponse {
        /// The region.
        region_id: String,
        /// Up to 100 ids.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        instance_id: Vec<String>,
        /// The zone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zone_id: Option<String>,
        /// From 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_number: Option<u32>,
        /// Up to 50; 10 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_size: Option<u32>,
    }
}

/// The answer to [`DescribeInstances`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeInstancesResponse {
    /// The service's id of the call.
    pub request_id: String,
    /// Number of instances over all pages.
    #[serde(deserialize_with = "lenient::number")]
    pub total_count: Option<u64>,
    /// From 1.
    pub page_number: u32,
    /// Entries a page.
    pub page_size: u32,
    /// Where the next page begins; empty at the end.
    pub next_token: String,
    /// The wrapper of the list.
    pub instances: InstanceList,
}

/// The wrapper `Instances`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct InstanceList {
    /// The instances.
    pub instance: Vec<Instance>,
}

/// An instance as it is read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Instance {
    /// The id.
    pub instance_id: String,
    /// The name.
    pub instance_name: String,
    /// `Pending`, `Starting`, `Running`, `Stopping` or `Stopped`.
    pub status: String,
    /// The region.
    pub region_id: String,
    /// The instance type.
    pub instance_type: String,
    /// UTC.
    pub creation_time: String,
    /// Whether deletion is refused.
    pub deletion_protection: bool,
    /// The name inside the instance.
    pub host_name: String,
    /// Whether a stopped instance is charged: `KeepCharging`, `StopCharging` or `Not-applicable`.
    pub stopped_mode: String,
    /// The zone.
    pub zone_id: String,
    /// The image.
    pub image_id: String,
    /// vCPUs.
    pub cpu: u32,
    /// MiB.
    pub memory: u32,
    /// `PostPaid` or `PrePaid`.
    pub instance_charge_type: String,
    /// `vpc`; the classic network is gone.
    pub instance_network_type: String,
    /// The network.
    pub vpc_attributes: VpcAttributes,
    /// Addresses that the internet reaches.
    pub public_ip_address: IpAddresses,
    /// The security groups.
    pub security_group_ids: SecurityGroupIds,
    /// Why the instance is locked, if it is.
    pub operation_locks: OperationLocks,
    /// How the instance's metadata is reached, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata_options: Option<MetadataOptions>,
    /// The tags.
    pub tags: Tags,
}

/// The wrapper `SecurityGroupIds`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SecurityGroupIds {
    /// The groups.
    pub security_group_id: Vec<String>,
}

/// How the metadata of an instance is reached.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct MetadataOptions {
    /// `enabled` or `disabled`.
    pub http_endpoint: String,
    /// `optional` or `required`.
    pub http_tokens: String,
}

/// The wrapper `OperationLocks`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct OperationLocks {
    /// The reasons.
    pub lock_reason: Vec<LockReason>,
}

/// Why an instance is locked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LockReason {
    /// `financial`, `security`, …
    pub lock_reason: String,
}

/// The wrapper `VpcAttributes`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct VpcAttributes {
    /// The network.
    pub vpc_id: String,
    /// Its part.
    #[serde(rename = "VSwitchId")]
    pub v_switch_id: String,
    /// The wrapper of the addresses.
    pub private_ip_address: IpAddresses,
}

/// The wrapper `PrivateIpAddress` or `PublicIpAddress`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct IpAddresses {
    /// Addresses.
    pub ip_address: Vec<String>,
}

/// The wrapper `Tags`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tags {
    /// The tags.
    pub tag: Vec<ReadTag>,
}

/// A tag as it is read, under other names than it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ReadTag {
    /// The key.
    pub tag_key: String,
    /// The value.
    pub tag_value: String,
}

/// The answer to [`DescribeInstanceStatus`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeInstanceStatusResponse {
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
    pub instance_statuses: InstanceStatusList,
}

/// The wrapper `InstanceStatuses`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct InstanceStatusList {
    /// The states.
    pub instance_status: Vec<InstanceStatus>,
}

/// One instance's state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct InstanceStatus {
    /// The id.
    pub instance_id: String,
    /// The state.
    pub status: String,
}
