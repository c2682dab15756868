//! The body of `PUT faults`.

use serde::Deserialize;

use super::error::ShellError;
use crate::{
    clock::parse_duration,
    emulator::{Dropped, FaultEffect, FaultRule, FaultTarget, operations},
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
    drop: Option<When>,
    delay: Option<String>,
    share: Option<f64>,
    times: Option<u64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum When {
    Before,
    After,
}

impl From<When> for Dropped {
    fn from(when: When) -> Self {
        match when {
            When::Before => Self::Before,
            When::After => Self::After,
        }
    }
}

impl FaultsBody {
    pub(super) fn rules(self) -> Result<Vec<FaultRule>, ShellError> {
        self.rules.into_iter().map(Rule::read).collect()
    }
}

const SHAPE: &str = r#"write {"operation": NAME or "*", "error": CODE or "status": 500}, or {"robot": TOKEN, "errcode": N}, or for either "drop": "before" or "after", or "delay": "2s", with "share" and "times" as wished"#;

impl Rule {
    fn read(self) -> Result<FaultRule, ShellError> {
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
        let delay = self.delay.as_deref().map(parse_duration).transpose().map_err(|fault| wrong(&fault))?;
        let effects = [
            self.error.map(FaultEffect::Error),
            self.status.map(FaultEffect::Status),
            self.errcode.map(FaultEffect::Errcode),
            self.drop.map(|when| FaultEffect::Drop(when.into())),
            delay.map(FaultEffect::Delay),
        ];
        let mut effects = effects.into_iter().flatten();
        let (Some(effect), None) = (effects.next(), effects.next()) else {
            return Err(wrong("a fault has one effect; write a rule for each"));
        };
        let is_possible = match effect {
            FaultEffect::Error(_) => !is_robot,
            FaultEffect::Status(status) => !is_robot && (400..600).contains(&status),
            FaultEffect::Errcode(errcode) => is_robot && errcode != 0,
            FaultEffect::Drop(_) | FaultEffect::Delay(_) => true,
        };
        if !is_possible {
            return Err(wrong("its target cannot have this effect"));
        }
        if self.share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            return Err(wrong("`share` is from 0 to 1"));
        }
        Ok(FaultRule { target, effect, share: self.share, times: self.times })
    }
}
