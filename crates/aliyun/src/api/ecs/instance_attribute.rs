//! One instance with all its attributes. Source: the models of `alibabacloud-ecs20140526` 7.11.8.

use serde::{Deserialize, Serialize};

use super::{IpAddresses, OperationLocks, SecurityGroupIds, VpcAttributes};
use crate::api::operation;

operation! {
    /// The attributes of one instance; the region is not asked for.
    Ecs read DescribeInstanceAttribute -> DescribeInstanceAttributeResponse {
        /// The instance.
        instance_id: String,
        /// The region; not needed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region_id: Option<String>,
    }
}

/// The answer to [`DescribeInstanceAttribute`]: a flat object.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeInstanceAttributeResponse {
    /// The service's id of the call.
    pub request_id: String,
    /// The id.
    pub instance_id: String,
    /// The name.
    pub instance_name: String,
    /// The name inside the instance.
    pub host_name: String,
    /// `Pending`, `Starting`, `Running`, `Stopping` or `Stopped`.
    pub status: String,
    /// Whether a stopped instance is charged: `KeepCharging`, `StopCharging` or `Not-applicable`.
    pub stopped_mode: String,
    /// The region.
    pub region_id: String,
    /// The zone.
    pub zone_id: String,
    /// The image.
    pub image_id: String,
    /// The instance type.
    pub instance_type: String,
    /// vCPUs.
    pub cpu: u32,
    /// MiB.
    pub memory: u32,
    /// `PostPaid` or `PrePaid`.
    pub instance_charge_type: String,
    /// `vpc`; the classic network is gone.
    pub instance_network_type: String,
    /// UTC.
    pub creation_time: String,
    /// The network.
    pub vpc_attributes: VpcAttributes,
    /// Addresses that the internet reaches.
    pub public_ip_address: IpAddresses,
    /// The security groups.
    pub security_group_ids: SecurityGroupIds,
    /// Why the instance is locked, if it is.
    pub operation_locks: OperationLocks,
}
