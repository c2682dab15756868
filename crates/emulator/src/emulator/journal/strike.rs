//! A fault that struck.

use serde_json::{Value, json};

use super::RobotRef;
use crate::emulator::{FaultEffect, robot::Origin};

/// A fault that struck a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Strike {
    /// The operation that was called; empty where it was a robot.
    pub operation: String,
    /// The robot that was called, if it was one.
    pub robot: Option<RobotRef>,
    /// Why CloudMonitor called the robot; none for other callers.
    pub origin: Option<Origin>,
    /// What the fault did.
    pub effect: FaultEffect,
    /// The line of the scenario that asked for it; none for the control API.
    pub line: Option<usize>,
}

impl Strike {
    pub(in crate::emulator) fn new(effect: FaultEffect, line: Option<usize>) -> Self {
        Self { operation: String::new(), robot: None, origin: None, effect, line }
    }

    pub(super) fn to_json(&self) -> Value {
        let mut object = json!({});
        if let Some(robot) = &self.robot {
            object["robot"] = robot.to_json();
        } else {
            object["operation"] = self.operation.as_str().into();
        }
        if let Some(Origin { event_id, rule, contact }) = &self.origin {
            object["event_id"] = event_id.as_str().into();
            object["rule"] = rule.as_str().into();
            object["contact"] = contact.as_str().into();
        }
        object["effect"] = self.effect.to_string().into();
        object
    }
}
