//! Simulated system events: the documented safe drill for maintenance and failure.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::Accepted;
use crate::api::operation;

/// The values of [`CreateSimulatedSystemEvents`]' `EventType`.
pub const SIMULATED_EVENT_TYPES: [&str; 7] = [
    "SystemMaintenance.Reboot",
    "SystemMaintenance.Stop",
    "SystemMaintenance.Redeploy",
    "SystemFailure.Reboot",
    "SystemFailure.Stop",
    "SystemFailure.Redeploy",
    "InstanceFailure.Reboot",
];

operation! {
    /// Schedules a simulated event for 1 to 100 instances.
    Ecs once CreateSimulatedSystemEvents -> CreateSimulatedSystemEventsResponse {
        /// The region.
        region_id: String,
        /// `SystemMaintenance.Reboot|Stop|Redeploy`, `SystemFailure.Reboot|Stop|Redeploy` or
        /// `InstanceFailure.Reboot`.
        event_type: String,
        /// The instances.
        instance_id: Vec<String>,
        /// UTC. When it is executed; for failures, which execute at once, when that ends.
        not_before: String,
        /// Whether instances are really stopped or released. It can only be false here: bellcheck
        /// never sends true, and the emulator refuses it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trigger_real_ops: Option<OnlyFalse>,
    }
}

operation! {
    /// Cancels 1 to 100 simulated events.
    Ecs once CancelSimulatedSystemEvents -> Accepted {
        /// The region.
        region_id: String,
        /// The events.
        event_id: Vec<String>,
    }
}

/// A boolean that cannot be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OnlyFalse;

impl Serialize for OnlyFalse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(false)
    }
}

impl<'de> Deserialize<'de> for OnlyFalse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if bool::deserialize(deserializer)? {
            return Err(D::Error::custom("true really stops or releases instances; send false or nothing"));
        }
        Ok(Self)
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
