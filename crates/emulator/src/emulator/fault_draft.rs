//! A fault as somebody wrote it, before it is known to make sense. The control API and scenarios use
//! the same words.

use std::time::Duration;

use super::{
    faults::{Dropped, FaultEffect, FaultRule, FaultTarget},
    gateway::operations,
};

/// A fault as somebody wrote it; `R` names a robot.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultDraft<R> {
    /// An operation, or `*` for all.
    pub operation: Option<String>,
    /// A robot.
    pub robot: Option<R>,
    /// The `Code` that an operation answers.
    pub error: Option<String>,
    /// The HTTP status that an operation answers.
    pub status: Option<u32>,
    /// The `errcode` that a robot answers.
    pub errcode: Option<i64>,
    /// When the connection ends without an answer.
    pub drop: Option<Dropped>,
    /// How much later the answer comes.
    pub delay: Option<Duration>,
    /// See [`FaultRule::share`].
    pub share: Option<f64>,
    /// See [`FaultRule::times`].
    pub times: Option<u64>,
}

/// What makes no sense in a [`FaultDraft`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFault {
    /// The key that is wrong; none where something is missing.
    pub key: Option<&'static str>,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub remedy: &'static str,
}

const OPERATION_EFFECTS: &str = "of an operation write `error`, `status`, `drop` or `delay`";
const ROBOT_EFFECTS: &str = "of a robot write `errcode`, `drop` or `delay`";

impl<R> FaultDraft<R> {
    /// The fault, if it makes sense.
    ///
    /// # Errors
    /// The first thing that does not.
    pub fn rule(self) -> Result<FaultRule<R>, BadFault> {
        let wrong = |key, what: &str, remedy| BadFault { key, what: what.to_owned(), remedy };
        let target = match (self.operation, self.robot) {
            (Some(operation), None) if operation == "*" => FaultTarget::AnyOperation,
            (Some(operation), None) if operations().iter().any(|known| known.action == operation) => {
                FaultTarget::Operation(operation)
            }
            (Some(operation), None) => {
                let what = format!("there is no operation `{operation}`");
                return Err(wrong(
                    Some("operation"),
                    &what,
                    "write one that the emulator has, or `*` for all",
                ));
            }
            (None, Some(robot)) => FaultTarget::Robot(robot),
            (operation, _) => {
                let key = operation.map(|_| "robot");
                let what = "a fault strikes either an operation or a robot";
                return Err(wrong(
                    key,
                    what,
                    "write one of the two: `operation: PutContact`, or `robot: ops`",
                ));
            }
        };
        let effects = [
            ("error", self.error.map(FaultEffect::Error)),
            ("status", self.status.map(|status| FaultEffect::Status(u16::try_from(status).unwrap_or(0)))),
            ("errcode", self.errcode.map(FaultEffect::Errcode)),
            ("drop", self.drop.map(FaultEffect::Drop)),
            ("delay", self.delay.map(FaultEffect::Delay)),
        ];
        let mut effects = effects.into_iter().filter_map(|(key, effect)| Some((key, effect?)));
        let is_robot = matches!(target, FaultTarget::Robot(_));
        let possible = if is_robot { ROBOT_EFFECTS } else { OPERATION_EFFECTS };
        let (key, effect) = match (effects.next(), effects.next()) {
            (Some(effect), None) => effect,
            (None, _) => return Err(wrong(None, "a fault without an effect does nothing", possible)),
            (Some(_), Some((second, _))) => {
                let what = format!("a fault has one effect, and `{second}` is a second");
                return Err(wrong(Some(second), &what, "write a fault for each"));
            }
        };
        match effect {
            FaultEffect::Error(_) | FaultEffect::Status(_) if is_robot => {
                let what =
                    format!("a robot answers HTTP 200 and an `errcode`, so it cannot have this `{key}`");
                return Err(wrong(Some(key), &what, possible));
            }
            FaultEffect::Errcode(_) if !is_robot => {
                return Err(wrong(Some(key), "an operation answers no `errcode`", possible));
            }
            FaultEffect::Errcode(0) => {
                return Err(wrong(
                    Some(key),
                    "`errcode` 0 is a success",
                    "write another number, such as 130101",
                ));
            }
            FaultEffect::Status(status) if !(400..600).contains(&status) => {
                let what = "`status` is from 400 to 599: others are no failure";
                return Err(wrong(Some(key), what, "write a status such as 500"));
            }
            _ => {}
        }
        if self.share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            return Err(wrong(Some("share"), "`share` is from 0 to 1", "write 0.5 for half of the calls"));
        }
        Ok(FaultRule { target, effect, share: self.share, times: self.times })
    }
}
