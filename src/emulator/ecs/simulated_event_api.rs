//! Create and cancel simulated system events.

use std::collections::BTreeSet;

use super::{
    Status,
    instance::{invalid_parameter, not_found},
    simulated_event::TYPES,
};
use crate::{
    api::ecs::{
        Accepted, CancelSimulatedSystemEvents, CreateSimulatedSystemEvents,
        CreateSimulatedSystemEventsResponse, EventIdSet,
    },
    clock::Timestamp,
    emulator::gateway::{Call, Refusal, Serve, required},
};

/// Instances or events in one call; documented.
const MOST: usize = 100;

impl Serve for CreateSimulatedSystemEvents {
    fn serve(self, call: &mut Call<'_>) -> Result<CreateSimulatedSystemEventsResponse, Refusal> {
        required("RegionId", &self.region_id)?;
        required("EventType", &self.event_type)?;
        required("NotBefore", &self.not_before)?;
        if self.instance_id.is_empty() {
            return Err(Refusal::missing("InstanceId"));
        }
        if self.instance_id.len() > MOST {
            return Err(Refusal::new(
                403,
                "InstanceIdLimitExceeded",
                format!("At most {MOST} instances in one call."),
            ));
        }
        let kind = TYPES.into_iter().find(|kind| *kind == self.event_type).ok_or_else(|| {
            invalid_parameter(format!("EventType `{}` is none of {}", self.event_type, TYPES.join(", ")))
        })?;
        let not_before: Timestamp = self
            .not_before
            .parse()
            .map_err(|_| invalid_parameter("NotBefore is a UTC time such as 2026-01-01T00:00:00Z"))?;
        if not_before <= call.now() {
            return Err(Refusal::new(403, "InvalidNotBefore.Passed", "The specified NotBefore has passed."));
        }
        let instances = &call.account().instances;
        let known = |id: &String| instances.get(id).is_some_and(|found| found.region == self.region_id);
        if !self.instance_id.iter().all(known) {
            return Err(not_found());
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
        required("RegionId", &self.region_id)?;
        if self.event_id.is_empty() {
            return Err(Refusal::missing("EventId"));
        }
        if self.event_id.len() > MOST {
            return Err(Refusal::new(
                400,
                "EventIdLimitExceeded",
                format!("At most {MOST} events in one call."),
            ));
        }
        let ids: BTreeSet<&String> = self.event_id.iter().collect();
        let account = call.account();
        for id in &ids {
            match account.simulated_events.get(*id) {
                Some(event) if event.status.is_open() => {}
                // What an event that has ended meets is not documented.
                Some(event) => {
                    return Err(invalid_parameter(format!("event `{id}` is {}", event.status.as_str())));
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
