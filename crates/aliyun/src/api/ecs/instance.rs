//! Acts on instances.

use serde::{Deserialize, Serialize};

use super::{Accepted, Tag};
use crate::api::operation;

/// The system disk of a new instance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SystemDisk {
    /// The disk category, such as `cloud_essd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// GiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
}

operation! {
    /// Creates instances and starts them: Pending, Starting, Running.
    Ecs once RunInstances -> RunInstancesResponse {
        /// The region.
        region_id: String,
        /// The image.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image_id: Option<String>,
        /// The instance type, such as `ecs.g7.large`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance_type: Option<String>,
        /// The security group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        security_group_id: Option<String>,
        /// Several security groups, in the place of one.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        security_group_ids: Vec<String>,
        /// The vSwitch.
        #[serde(rename = "VSwitchId", default, skip_serializing_if = "Option::is_none")]
        v_switch_id: Option<String>,
        /// 1 to 100.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<u32>,
        /// 1 to 100.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min_amount: Option<u32>,
        /// The name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance_name: Option<String>,
        /// `PostPaid` by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance_charge_type: Option<String>,
        /// The bidding policy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spot_strategy: Option<String>,
        /// Mbit/s.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        internet_max_bandwidth_out: Option<u32>,
        /// The system disk.
        #[serde(default)]
        system_disk: SystemDisk,
        /// Up to 20 tags.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tag: Vec<Tag>,
        /// Makes a repeated call harmless.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_token: Option<String>,
        /// Only checks; answers `DryRunOperation`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dry_run: Option<bool>,
        /// Numbers the names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unique_suffix: Option<bool>,
        /// When the instance is released by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        auto_release_time: Option<String>,
        /// Whether deletion is refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deletion_protection: Option<bool>,
    }
}

operation! {
    /// Starts a stopped instance.
    Ecs once StartInstance -> Accepted {
        /// The instance.
        instance_id: String,
        /// Only checks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dry_run: Option<bool>,
        /// For instances with local disks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        init_local_disk: Option<bool>,
        /// The region; not needed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// Stops a running instance; the answer comes before the effect.
    Ecs once StopInstance -> Accepted {
        /// The instance.
        instance_id: String,
        /// Like pulling the plug.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        force_stop: Option<bool>,
        /// `StopCharging` or `KeepCharging`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stopped_mode: Option<String>,
        /// Only checks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dry_run: Option<bool>,
        /// Ignored by the service.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confirm_stop: Option<bool>,
        /// In preview.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hibernate: Option<bool>,
        /// The region; not needed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// Restarts a running instance.
    Ecs once RebootInstance -> Accepted {
        /// The instance.
        instance_id: String,
        /// Like pulling the plug.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        force_stop: Option<bool>,
        /// Only checks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dry_run: Option<bool>,
        /// The region; not needed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// Releases a stopped instance, or any with `Force`.
    Ecs once DeleteInstance -> Accepted {
        /// The instance.
        instance_id: String,
        /// Also when running.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        force: Option<bool>,
        /// With `Force`: like pulling the plug.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        force_stop: Option<bool>,
        /// Also when subscribed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terminate_subscription: Option<bool>,
        /// Only checks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dry_run: Option<bool>,
        /// The region; not needed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

operation! {
    /// Sets tags on 1 to 50 resources.
    Ecs write TagResources -> Accepted {
        /// The region.
        region_id: String,
        /// `instance`, `disk`, …
        resource_type: String,
        /// The resources.
        resource_id: Vec<String>,
        /// 1 to 20 tags.
        tag: Vec<Tag>,
    }
}

/// The answer to [`RunInstances`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RunInstancesResponse {
    /// The service's id of the call.
    pub request_id: String,
    /// The wrapper of the ids.
    pub instance_id_sets: InstanceIdSets,
}

/// The wrapper `InstanceIdSets`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct InstanceIdSets {
    /// The new instances.
    pub instance_id_set: Vec<String>,
}
