//! Faults on demand: calls and robots that fail as told.

use super::{gateway::Refusal, ids::Ids, world::World};
use crate::{dingtalk::Reply, secret::Secret};

/// What a fault is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultTarget {
    /// Calls of one operation.
    Operation(String),
    /// All API calls.
    AnyOperation,
    /// The robot with this token.
    Robot(Secret),
}

/// What happens instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultEffect {
    /// The API answers with this `Code`.
    Error(String),
    /// The API answers with this HTTP status.
    Status(u16),
    /// The robot answers with this `errcode`.
    Errcode(i64),
}

/// A fault.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRule {
    /// What it is for.
    pub target: FaultTarget,
    /// What happens instead.
    pub effect: FaultEffect,
    /// How many calls of those it is for it strikes, from 0 to 1; all without.
    pub share: Option<f64>,
    /// How often it strikes before it is spent; for ever without.
    pub times: Option<u64>,
}

/// The faults of a world.
#[derive(Debug, Default)]
pub(super) struct Faults {
    rules: Vec<FaultRule>,
}

impl Faults {
    /// The effect that strikes now, if any: of the first rule that is for this and not spent.
    fn strike(&mut self, ids: &mut Ids, is_for: impl Fn(&FaultRule) -> bool) -> Option<FaultEffect> {
        for rule in &mut self.rules {
            if !is_for(rule) || rule.times == Some(0) {
                continue;
            }
            if rule.share.is_some_and(|share| ids.fraction() >= share) {
                continue;
            }
            rule.times = rule.times.map(|times| times - 1);
            return Some(rule.effect.clone());
        }
        None
    }
}

impl World {
    /// Replaces all faults.
    pub fn set_faults(&mut self, rules: Vec<FaultRule>) {
        self.faults.rules = rules;
    }

    /// Adds a fault.
    pub fn add_fault(&mut self, rule: FaultRule) {
        self.faults.rules.push(rule);
    }

    /// Begins the sequence from which `share` draws anew.
    pub fn seed_faults(&mut self, seed: u64) {
        self.ids.seed_faults(seed);
    }

    pub(super) fn faults_for_call(&mut self, action: &str) -> Result<(), Refusal> {
        let effect = self.faults.strike(&mut self.ids, |rule| match &rule.target {
            FaultTarget::Operation(operation) => operation == action,
            FaultTarget::AnyOperation => true,
            FaultTarget::Robot(_) => false,
        });
        match effect {
            None | Some(FaultEffect::Errcode(_)) => Ok(()),
            Some(FaultEffect::Error(code)) => {
                Err(Refusal::new(status_of(&code), code, "This answer was asked for (injected fault)."))
            }
            Some(FaultEffect::Status(status)) => Err(Refusal::new(
                status,
                if status == 503 { "ServiceUnavailable" } else { "InternalError" },
                "This answer was asked for (injected fault).",
            )),
        }
    }

    pub(super) fn fault_for_robot(&mut self, token: &str) -> Option<Reply> {
        let effect = self.faults.strike(
            &mut self.ids,
            |rule| matches!(&rule.target, FaultTarget::Robot(robot) if robot.expose() == token),
        );
        match effect {
            Some(FaultEffect::Errcode(errcode)) => Some(super::robot::injected_reply(errcode)),
            _ => None,
        }
    }
}

/// The HTTP status that a code usually comes with.
fn status_of(code: &str) -> u16 {
    match code {
        "InternalError" => 500,
        "ServiceUnavailable" => 503,
        _ if code.starts_with("Forbidden") || code == "InvalidAuthorization" || code == "AccessForbidden" => {
            403
        }
        _ if code.ends_with("NotFound") || code.ends_with("NotExists") => 404,
        _ => 400,
    }
}
