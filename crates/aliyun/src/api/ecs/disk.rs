//! Disks, as far as the emulator has them. Source: the models of `alibabacloud-ecs20140526` 7.11.8.

use serde::{Deserialize, Serialize};

use super::{OperationLocks, Tags};
use crate::api::{lenient, operation};

operation! {
    /// Disks with their attributes.
    Ecs read DescribeDisks -> DescribeDisksResponse {
        /// The region.
        region_id: String,
        /// The zone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zone_id: Option<String>,
        /// A JSON array of up to 100 ids, in a string.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disk_ids: Option<String>,
        /// The instance that they are attached to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance_id: Option<String>,
        /// `all`, `system` or `data`; `all` by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disk_type: Option<String>,
        /// A category such as `cloud_essd`; `all` by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        category: Option<String>,
        /// A state such as `In_use`; `All` by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<String>,
        /// A resource group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resource_group_id: Option<String>,
        /// `Placement`, of regional disks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        additional_attributes: Vec<String>,
        /// From 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_number: Option<u32>,
        /// Entries a page; 10 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page_size: Option<u32>,
        /// Where the last answer ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_token: Option<String>,
        /// From 10.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_results: Option<u32>,
        /// Only checks; answers `DryRunOperation`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dry_run: Option<bool>,
    }
}

/// The answer to [`DescribeDisks`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeDisksResponse {
    /// The service's id of the call.
    pub request_id: String,
    /// Number of disks over all pages.
    #[serde(deserialize_with = "lenient::number")]
    pub total_count: Option<u64>,
    /// From 1.
    pub page_number: u32,
    /// Entries a page.
    pub page_size: u32,
    /// Where the next page begins; empty at the end.
    pub next_token: String,
    /// The wrapper of the list.
    pub disks: DiskList,
}

/// The wrapper `Disks`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DiskList {
    /// The disks.
    pub disk: Vec<Disk>,
}

/// A disk as it is read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Disk {
    /// The id.
    pub disk_id: String,
    /// The name.
    pub disk_name: String,
    /// Free text.
    pub description: String,
    /// The region.
    pub region_id: String,
    /// The zone.
    pub zone_id: String,
    /// `system` or `data`.
    pub r#type: String,
    /// The category, such as `cloud_essd`.
    pub category: String,
    /// The performance level of an ESSD; others have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performance_level: Option<String>,
    /// GiB.
    pub size: u32,
    /// `In_use`, `Available`, …
    pub status: String,
    /// The image that the instance was made of.
    pub image_id: String,
    /// The instance that it is attached to.
    pub instance_id: String,
    /// The device in the instance.
    pub device: String,
    /// `PostPaid` or `PrePaid`.
    pub disk_charge_type: String,
    /// Whether it goes with its instance.
    pub delete_with_instance: bool,
    /// Whether it can be detached.
    pub portable: bool,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// UTC.
    pub creation_time: String,
    /// UTC.
    pub attached_time: String,
    /// Why the disk is locked, if it is.
    pub operation_locks: OperationLocks,
    /// The tags.
    pub tags: Tags,
}
