//! An instance.

use serde_json::{Value, json};

use crate::{clock::Timestamp, emulator::gateway::Refusal};

/// An instance that exists before the story begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewInstance {
    /// The name.
    pub name: String,
    /// The region; empty for `cn-hangzhou`.
    pub region: String,
    /// The instance type; empty for `ecs.g7.large`.
    pub instance_type: String,
    /// `Pending`, `Starting`, `Running`, `Stopping` or `Stopped`; anything else counts as `Running`.
    /// A state that is passing lasts as long as its switch says, and then the next one comes.
    pub state: String,
    /// Tags.
    pub tags: Vec<(String, String)>,
}

/// A state of the instance state table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) enum State {
    Pending,
    Starting,
    Running,
    Stopping,
    Stopped,
}

impl State {
    const ALL: [Self; 5] = [Self::Pending, Self::Starting, Self::Running, Self::Stopping, Self::Stopped];

    pub(in crate::emulator) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Starting => "Starting",
            Self::Running => "Running",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
        }
    }

    pub(in crate::emulator) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str().eq_ignore_ascii_case(text))
    }
}

/// An instance. Released ones are gone.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct Instance {
    pub(in crate::emulator) id: String,
    pub(in crate::emulator) name: String,
    pub(in crate::emulator) region: String,
    pub(in crate::emulator) instance_type: String,
    pub(in crate::emulator) state: State,
    pub(in crate::emulator) private_ip: String,
    pub(in crate::emulator) tags: Vec<(String, String)>,
    pub(in crate::emulator) created: Timestamp,
    pub(in crate::emulator) deletion_protection: bool,
}

impl Instance {
    pub(in crate::emulator) fn arn(&self, account: &str) -> String {
        format!("acs:ecs:{}:{account}:instance/{}", self.region, self.id)
    }

    /// The content of a state change, with the keys of a delivery captured in 2024.
    pub(in crate::emulator) fn change_content(&self, state: &str) -> Value {
        json!({
            "resourceId": self.id,
            "publicIpAddress": "",
            "instanceName": self.name,
            "instanceType": self.instance_type,
            "state": state,
            "privateIpAddress": self.private_ip,
            "resourceType": "ALIYUN::ECS::Instance",
        })
    }
}

pub(super) fn not_found() -> Refusal {
    Refusal::new(404, "InvalidInstanceId.NotFound", "The specified InstanceId does not exist.")
}

/// The instance is in a state in which the operation makes no sense.
pub(super) fn incorrect_status(state: State) -> Refusal {
    Refusal::new(
        403,
        "IncorrectInstanceStatus",
        format!(
            "The current status of the resource does not support this operation. (it is {})",
            state.as_str()
        ),
    )
}

/// A dry run that found nothing wrong answers with this error. Its HTTP status is not documented.
pub(super) fn dry_run() -> Refusal {
    Refusal::new(400, "DryRunOperation", "The request would have been accepted; DryRun was set.")
}

/// ECS's refusal of a parameter's value.
pub(super) fn invalid_parameter(reason: impl AsRef<str>) -> Refusal {
    Refusal::new(
        403,
        "InvalidParameter",
        format!("The specified parameter is not valid. ({})", reason.as_ref()),
    )
}
