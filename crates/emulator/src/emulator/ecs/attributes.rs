//! An instance as reads show it.

use super::{Instance, State, change::find, fault::given};
use crate::{
    api::ecs::{
        DescribeInstanceAttribute, DescribeInstanceAttributeResponse, Instance as ReadInstance, IpAddresses,
        OperationLocks, ReadTag, SecurityGroupIds, Tags, VpcAttributes,
    },
    emulator::gateway::{Call, Refusal, Serve},
};

/// The network of all instances, recognised as made up.
const VPC: &str = "vpc-bp1emulated00000000";

impl Instance {
    /// The zone: the region's first.
    pub(super) fn zone(&self) -> String {
        // Zones in China have a hyphen before their letter, others have not.
        if self.region.starts_with("cn-") {
            format!("{}-a", self.region)
        } else {
            format!("{}a", self.region)
        }
    }

    pub(super) fn created_at(&self) -> String {
        self.created.strftime("%Y-%m-%dT%H:%MZ").to_string()
    }

    fn stopped_mode(&self) -> &'static str {
        match (self.state, self.hardware.stop_charging) {
            (State::Stopped, true) => "StopCharging",
            (State::Stopped, false) => "KeepCharging",
            _ => "Not-applicable",
        }
    }

    pub(super) fn charge_type(&self) -> &'static str {
        if self.hardware.prepaid { "PrePaid" } else { "PostPaid" }
    }

    fn vpc(&self) -> VpcAttributes {
        VpcAttributes {
            vpc_id: VPC.to_owned(),
            v_switch_id: self.hardware.v_switch_id.clone(),
            private_ip_address: IpAddresses { ip_address: vec![self.private_ip.clone()] },
        }
    }

    fn security_groups(&self) -> SecurityGroupIds {
        SecurityGroupIds { security_group_id: self.hardware.security_group_ids.clone() }
    }

    /// The instance as DescribeInstances shows it.
    pub(super) fn shown(&self) -> ReadInstance {
        let (cpu, memory) = size(&self.instance_type);
        ReadInstance {
            instance_id: self.id.clone(),
            instance_name: self.name.clone(),
            status: self.state.as_str().to_owned(),
            region_id: self.region.clone(),
            instance_type: self.instance_type.clone(),
            creation_time: self.created_at(),
            deletion_protection: self.deletion_protection,
            host_name: self.id.clone(),
            stopped_mode: self.stopped_mode().to_owned(),
            zone_id: self.zone(),
            image_id: self.hardware.image_id.clone(),
            cpu,
            memory,
            instance_charge_type: self.charge_type().to_owned(),
            instance_network_type: "vpc".to_owned(),
            vpc_attributes: self.vpc(),
            public_ip_address: IpAddresses::default(),
            security_group_ids: self.security_groups(),
            operation_locks: OperationLocks::default(),
            metadata_options: None,
            tags: Tags {
                tag: self
                    .tags
                    .iter()
                    .map(|(key, value)| ReadTag { tag_key: key.clone(), tag_value: value.clone() })
                    .collect(),
            },
        }
    }
}

/// vCPUs and MiB of an instance type, by the public naming rule: `large` has 2 vCPUs, `Nxlarge`
/// 4 N; a vCPU has 2 GiB in families that begin with `c`, 8 with `r`, 4 with others.
fn size(instance_type: &str) -> (u32, u32) {
    let mut parts = instance_type.split('.').skip(1);
    let (family, size) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let cpu = match size.strip_suffix("xlarge") {
        Some("") => 4,
        Some(times) => times.parse::<u32>().map_or(2, |times| times.saturating_mul(4)),
        None if size == "small" => 1,
        None => 2,
    };
    let gib = match family.chars().next() {
        Some('c') => 2,
        Some('r') => 8,
        _ => 4,
    };
    (cpu, cpu.saturating_mul(gib).saturating_mul(1024))
}

impl Serve for DescribeInstanceAttribute {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeInstanceAttributeResponse, Refusal> {
        given(&self, "InstanceId", &self.instance_id)?;
        let shown = find(call, &self.instance_id, &self.region_id)?.shown();
        Ok(DescribeInstanceAttributeResponse {
            request_id: String::new(),
            instance_id: shown.instance_id,
            instance_name: shown.instance_name,
            host_name: shown.host_name,
            status: shown.status,
            stopped_mode: shown.stopped_mode,
            region_id: shown.region_id,
            zone_id: shown.zone_id,
            image_id: shown.image_id,
            instance_type: shown.instance_type,
            cpu: shown.cpu,
            memory: shown.memory,
            instance_charge_type: shown.instance_charge_type,
            instance_network_type: shown.instance_network_type,
            creation_time: shown.creation_time,
            vpc_attributes: shown.vpc_attributes,
            public_ip_address: shown.public_ip_address,
            security_group_ids: shown.security_group_ids,
            operation_locks: shown.operation_locks,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_follow_from_the_name() {
        for (name, cpu, memory) in [
            ("ecs.g7.large", 2, 8192),
            ("ecs.c6e.large", 2, 4096),
            ("ecs.r7.xlarge", 4, 32768),
            ("ecs.g7.2xlarge", 8, 32768),
            ("ecs.t5-lc1m1.small", 1, 4096),
            ("what is this", 2, 8192),
        ] {
            assert_eq!(size(name), (cpu, memory), "{name}");
        }
    }
}
