//! RunInstances.

use super::{
    NewInstance, State,
    instance::{dry_run, invalid_parameter},
    tag::{MOST_TAGS, checked},
};
use crate::{
    api::ecs::{InstanceIdSets, RunInstances, RunInstancesResponse},
    emulator::{
        gateway::{Call, Refusal, Serve, required},
        switches::CreationEvent,
    },
};

impl Serve for RunInstances {
    fn serve(self, call: &mut Call<'_>) -> Result<RunInstancesResponse, Refusal> {
        required("RegionId", &self.region_id)?;
        let amount = self.amount.unwrap_or(1);
        if !(1..=100).contains(&amount) || self.min_amount.is_some_and(|least| least == 0 || least > amount) {
            return Err(invalid_parameter("Amount is 1 to 100, MinAmount 1 to Amount"));
        }
        if self.tag.len() > MOST_TAGS {
            return Err(invalid_parameter(format!("at most {MOST_TAGS} tags")));
        }
        let tags = checked(&self.tag)?;
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

fn response(ids: Vec<String>) -> RunInstancesResponse {
    RunInstancesResponse {
        instance_id_sets: InstanceIdSets { instance_id_set: ids },
        ..RunInstancesResponse::default()
    }
}
