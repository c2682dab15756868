//! Simulated system events: the documented safe drill for maintenance and failure.

use serde::{Deserialize, Serialize};

use super::Accepted;
use crate::api::operation;

operation! {
    /// Schedules a simulated event for 1 to 100 instances. bellcheck never sends `TriggerRealOps`,
    /// so the field does not exist here.
    Ecs write CreateSimulatedSystemEvents -> CreateSimulatedSystemEventsResponse {
        /// The region.
        region_id: String,
        /// `SystemMaintenance.Reboot|Stop|Redeploy`, `SystemFailure.Reboot|Stop|Redeploy` or
        /// `InstanceFailure.Reboot`.
        event_type: String,
        /// The instances.
        instance_id: Vec<String>,
        /// UTC. When it is executed; for failures, which execute at once, when that ends.
        not_before: String,
    }
}

operation! {
    /// Cancels 1 to 100 simulated events.
    Ecs write CancelSimulatedSystemEvents -> Accepted {
        /// The region.
        region_id: String,
        /// The events.
        event_id: Vec<String>,
    }
}

/// The answer to [`CreateSimulatedSystemEvents`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateSimulatedSystemEventsResponse {
    /// The service's id of the call.
    pub request_id: String,
    /// The wrapper of the ids.
    pub event_id_set: EventIdSet,
}

/// The wrapper `EventIdSet`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EventIdSet {
    /// One event for each instance, in order.
    pub event_id: Vec<String>,
}
