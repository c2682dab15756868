//! An instance.

use serde_json::{Value, json};

use crate::clock::Timestamp;

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

impl NewInstance {
    /// The states that one can begin in.
    pub const STATES: [&str; 5] = ["Pending", "Starting", "Running", "Stopping", "Stopped"];
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
    pub(in crate::emulator) hardware: Hardware,
}

/// What an instance was made of and how it is paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emulator) struct Hardware {
    pub(in crate::emulator) image_id: String,
    /// At least one.
    pub(in crate::emulator) security_group_ids: Vec<String>,
    pub(in crate::emulator) v_switch_id: String,
    /// Of the system disk, which is the only one.
    pub(in crate::emulator) disk_category: String,
    /// GiB.
    pub(in crate::emulator) disk_size: u32,
    /// Paid for a time in advance.
    pub(in crate::emulator) prepaid: bool,
    /// Stopped without being charged.
    pub(in crate::emulator) stop_charging: bool,
}

impl Default for Hardware {
    /// Ids that are recognised as made up.
    fn default() -> Self {
        Self {
            image_id: "m-bp1emulated0000000000".to_owned(),
            security_group_ids: vec!["sg-bp1emulated000000000".to_owned()],
            v_switch_id: "vsw-bp1emulated00000000".to_owned(),
            disk_category: "cloud_essd".to_owned(),
            disk_size: 40,
            prepaid: false,
            stop_charging: false,
        }
    }
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
