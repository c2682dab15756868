//! The body of `PUT faults`.

use axum::http::StatusCode;
use serde::Deserialize;

use super::error::ShellError;
use crate::{
    emulator::{FaultEffect, FaultRule, FaultTarget, operations},
    secret::Secret,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultsBody {
    /// Begins the sequence of draws anew.
    pub(super) seed: Option<u64>,
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    operation: Option<String>,
    robot: Option<String>,
    error: Option<String>,
    status: Option<u16>,
    errcode: Option<i64>,
    drop: Option<serde_json::Value>,
    delay: Option<serde_json::Value>,
    share: Option<f64>,
    times: Option<u64>,
}

impl FaultsBody {
    pub(super) fn rules(self) -> Result<Vec<FaultRule>, ShellError> {
        self.rules.into_iter().map(Rule::read).collect()
    }
}

const SHAPE: &str = r#"write {"operation": NAME or "*", "error": CODE or "status": 500}, or {"robot": TOKEN, "errcode": N}, with "share" and "times" as wished"#;

impl Rule {
    fn read(self) -> Result<FaultRule, ShellError> {
        if self.drop.is_some() || self.delay.is_some() {
            return Err(ShellError::new(
                StatusCode::NOT_IMPLEMENTED,
                "faults that drop or delay are not there yet",
                SHAPE,
            ));
        }
        let wrong = |error: &str| ShellError::bad_request(error, SHAPE);
        let target = match (self.operation, self.robot) {
            (Some(operation), None) if operation == "*" => FaultTarget::AnyOperation,
            (Some(operation), None) if operations().iter().any(|known| known.action == operation) => {
                FaultTarget::Operation(operation)
            }
            (Some(operation), None) => {
                return Err(wrong(&format!("there is no operation `{operation}`")));
            }
            (None, Some(token)) => FaultTarget::Robot(Secret::new(token)),
            _ => return Err(wrong("a fault is for an operation or for a robot, one of the two")),
        };
        let is_robot = matches!(target, FaultTarget::Robot(_));
        let effect = match (self.error, self.status, self.errcode) {
            (Some(code), None, None) if !is_robot => FaultEffect::Error(code),
            (None, Some(status), None) if !is_robot && (400..600).contains(&status) => {
                FaultEffect::Status(status)
            }
            (None, None, Some(errcode)) if is_robot && errcode != 0 => FaultEffect::Errcode(errcode),
            _ => return Err(wrong("a fault needs one effect that its target can have")),
        };
        if self.share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            return Err(wrong("`share` is from 0 to 1"));
        }
        Ok(FaultRule { target, effect, share: self.share, times: self.times })
    }
}
