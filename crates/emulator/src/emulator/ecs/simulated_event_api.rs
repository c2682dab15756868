//! Create and cancel simulated system events.

use std::collections::BTreeSet;

use super::{
    Status,
    fault::{given, invalid_event_parameter, not_found, some_given, too_many_events, too_many_instances},
};
use crate::{
    api::ecs::{
        Accepted, CancelSimulatedSystemEvents, CreateSimulatedSystemEvents,
        CreateSimulatedSystemEventsResponse, EventIdSet, SIMULATED_EVENT_TYPES,
    },
    clock::Timestamp,
    emulator::gateway::{Call, Refusal, Serve},
};

/// Instances or events in one call; documented.
const MOST: usize = 100;

impl Serve for CreateSimulatedSystemEvents {
    fn serve(self, call: &mut Call<'_>) -> Result<CreateSimulatedSystemEventsResponse, Refusal> {
        given(&self, "RegionId", &self.region_id)?;
        given(&self, "EventType", &self.event_type)?;
        given(&self, "NotBefore", &self.not_before)?;
        some_given(&self, "InstanceId", &self.instance_id)?;
        if self.instance_id.len() > MOST {
            return Err(too_many_instances());
        }
        let kind =
            SIMULATED_EVENT_TYPES.into_iter().find(|kind| *kind == self.event_type).ok_or_else(|| {
                invalid_event_parameter(format!(
                    "EventType `{}` is none of {}",
                    self.event_type,
                    SIMULATED_EVENT_TYPES.join(", ")
                ))
            })?;
        let not_before: Timestamp = self
            .not_before
            .parse()
            .map_err(|_| invalid_event_parameter("NotBefore is a UTC time such as 2026-01-01T00:00:00Z"))?;
        if not_before <= call.now() {
            return Err(Refusal::new(
                403,
                "InvalidNotBefore.Passed",
                "The NotBefore of system event has passed.",
            ));
        }
        let limit = call.switches().simulated_events_limit;
        let account = call.account();
        let instances = &account.instances;
        let known = |id: &String| instances.get(id).is_some_and(|found| found.region == self.region_id);
        if !self.instance_id.iter().all(known) {
            return Err(not_found());
        }
        let open = account
            .simulated_events
            .values()
            .filter(|event| event.status.is_open())
            .filter_map(|event| instances.get(&event.instance_id))
            .filter(|instance| instance.region == self.region_id)
            .count();
        if open + self.instance_id.len() > limit as usize {
            return Err(Refusal::new(
                403,
                "SimulatedEventLimitExceeded",
                format!(
                    "The amount of active simulated system event exceeds limit. (switch `simulated_events_limit={limit}`)"
                ),
            ));
        }
        let account = call.account_id.clone();
        let ids = self
            .instance_id
            .iter()
            .map(|instance| call.world.simulate(&account, instance, kind, not_before))
            .collect();
        Ok(CreateSimulatedSystemEventsResponse {
            event_id_set: EventIdSet { event_id: ids },
            ..CreateSimulatedSystemEventsResponse::default()
        })
    }
}

impl Serve for CancelSimulatedSystemEvents {
    fn serve(self, call: &mut Call<'_>) -> Result<Accepted, Refusal> {
        given(&self, "RegionId", &self.region_id)?;
        some_given(&self, "EventId", &self.event_id)?;
        if self.event_id.len() > MOST {
            return Err(too_many_events(400));
        }
        let ids: BTreeSet<&String> = self.event_id.iter().collect();
        let account = call.account();
        for id in &ids {
            match account.simulated_events.get(*id) {
                Some(event) if event.status.is_open() => {}
                // What an event that has ended meets is not documented.
                Some(event) => {
                    return Err(invalid_event_parameter(format!(
                        "event `{id}` is {}",
                        event.status.as_str()
                    )));
                }
                None => {
                    return Err(Refusal::new(
                        403,
                        "InvalidEventId.NotFound",
                        "The specified EventId does not exist.",
                    ));
                }
            }
        }
        let account_id = call.account_id.clone();
        for id in ids {
            call.world.advance_simulated(&account_id, id, Status::Canceled);
        }
        Ok(Accepted::default())
    }
}
