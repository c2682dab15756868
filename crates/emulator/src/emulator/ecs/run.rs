//! RunInstances.

use super::{
    NewInstance, State,
    fault::{dry_run, given, invalid_parameter},
    instance::Hardware,
    tag::{checked, one_of_each},
};
use crate::{
    api::ecs::{InstanceIdSets, RunInstances, RunInstancesResponse},
    emulator::{
        gateway::{Call, Refusal, Serve},
        switches::CreationEvent,
    },
};

impl Serve for RunInstances {
    fn serve(self, call: &mut Call<'_>) -> Result<RunInstancesResponse, Refusal> {
        given(&self, "RegionId", &self.region_id)?;
        let amount = self.amount.unwrap_or(1);
        if !(1..=100).contains(&amount) || self.min_amount.is_some_and(|least| least == 0 || least > amount) {
            return Err(invalid_parameter("Amount is 1 to 100, MinAmount 1 to Amount"));
        }
        let hardware = hardware(&self)?;
        let tags = checked(&self.tag)?;
        one_of_each(&tags)?;
        let token = self.client_token.clone().filter(|token| !token.is_empty());
        if let Some(known) = token.as_ref().and_then(|token| call.account().client_tokens.get(token)) {
            return Ok(response(known.clone()));
        }
        if self.dry_run == Some(true) {
            return Err(dry_run());
        }
        let account = call.account_id.clone();
        let mut ids = Vec::new();
        for number in 1..=amount {
            let name = match &self.instance_name {
                Some(name) if self.unique_suffix == Some(true) => format!("{name}{number:03}"),
                Some(name) => name.clone(),
                None => String::new(),
            };
            let new = NewInstance {
                name,
                region: self.region_id.clone(),
                instance_type: self.instance_type.clone().unwrap_or_default(),
                state: String::new(),
                tags: tags.clone(),
            };
            let id = call.world.create_instance(&account, new, State::Pending, "RunInstances");
            if let Some(instance) = call.account().instances.get_mut(&id) {
                instance.deletion_protection = self.deletion_protection == Some(true);
                instance.hardware = hardware.clone();
            }
            if call.switches().creation_event == CreationEvent::Pending {
                call.world.emit_state_change(&account, &id, "Pending");
            }
            let rest = [State::Starting, State::Running].into_iter().collect();
            call.world.travel_on(&account, &id, State::Pending, rest, "RunInstances");
            ids.push(id);
        }
        if let Some(token) = token {
            call.account().client_tokens.insert(token, ids.clone());
        }
        Ok(response(ids))
    }
}

/// What the instances are made of; what is not asked for is made up.
fn hardware(call: &RunInstances) -> Result<Hardware, Refusal> {
    let or = |asked: &Option<String>, made_up: String| {
        asked.clone().filter(|asked| !asked.is_empty()).unwrap_or(made_up)
    };
    let made_up = Hardware::default();
    let prepaid = match call.instance_charge_type.as_deref() {
        None | Some("" | "PostPaid") => false,
        Some("PrePaid") => true,
        Some(other) => {
            return Err(invalid_parameter(format!(
                "InstanceChargeType `{other}` is neither PostPaid nor PrePaid"
            )));
        }
    };
    let one = call.security_group_id.iter().filter(|group| !group.is_empty());
    let groups: Vec<String> = one.chain(&call.security_group_ids).cloned().collect();
    if call.security_group_id.is_some() && !call.security_group_ids.is_empty() {
        return Err(invalid_parameter("give SecurityGroupId or SecurityGroupIds, not both"));
    }
    Ok(Hardware {
        image_id: or(&call.image_id, made_up.image_id),
        security_group_ids: if groups.is_empty() { made_up.security_group_ids } else { groups },
        v_switch_id: or(&call.v_switch_id, made_up.v_switch_id),
        disk_category: or(&call.system_disk.category, made_up.disk_category),
        disk_size: disk_size(call)?.unwrap_or(made_up.disk_size),
        prepaid,
        stop_charging: false,
    })
}

fn disk_size(call: &RunInstances) -> Result<Option<u32>, Refusal> {
    match call.system_disk.size.as_deref() {
        None | Some("") => Ok(None),
        Some(size) => size
            .parse()
            .map(Some)
            .map_err(|_| invalid_parameter(format!("SystemDisk.Size `{size}` is no number of GiB"))),
    }
}

fn response(ids: Vec<String>) -> RunInstancesResponse {
    RunInstancesResponse {
        instance_id_sets: InstanceIdSets { instance_id_set: ids },
        ..RunInstancesResponse::default()
    }
}
