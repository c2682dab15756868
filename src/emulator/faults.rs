//! Faults on demand: calls and robots that fail as told.

use std::time::Duration;

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
    /// The API answers with this `Code`, and nothing is done.
    Error(String),
    /// The API answers with this HTTP status, and nothing is done.
    Status(u16),
    /// The robot answers with this `errcode`, and takes no message.
    Errcode(i64),
    /// The connection ends without an answer.
    Drop(Dropped),
    /// The answer comes that much later on the world's clock. It adds to what other faults do.
    Delay(Duration),
}

/// When a connection ends without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// Before anything was done.
    Before,
    /// When all was done.
    After,
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

/// What befalls an answer on its way back to the caller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Passage {
    pub(super) delay: Duration,
    pub(super) dropped: Option<Dropped>,
}

/// The faults of a world.
#[derive(Debug, Default)]
pub(super) struct Faults {
    rules: Vec<FaultRule>,
    /// Of the call that is being answered.
    passage: Passage,
}

impl Faults {
    /// The effect that strikes now, if any: of the first rule that is for this and not spent. The
    /// first delay strikes beside it. Delays and drops are left in `passage`.
    fn strike(&mut self, ids: &mut Ids, is_for: impl Fn(&FaultRule) -> bool) -> Option<FaultEffect> {
        self.passage = Passage::default();
        let mut effect = None;
        let mut is_delayed = false;
        for rule in &mut self.rules {
            let is_taken =
                if matches!(rule.effect, FaultEffect::Delay(_)) { is_delayed } else { effect.is_some() };
            if is_taken || !is_for(rule) || rule.times == Some(0) {
                continue;
            }
            if rule.share.is_some_and(|share| ids.fraction() >= share) {
                continue;
            }
            rule.times = rule.times.map(|times| times - 1);
            match rule.effect {
                FaultEffect::Delay(delay) => {
                    self.passage.delay = delay;
                    is_delayed = true;
                }
                FaultEffect::Drop(dropped) => {
                    self.passage.dropped = Some(dropped);
                    effect = Some(rule.effect.clone());
                }
                _ => effect = Some(rule.effect.clone()),
            }
        }
        effect
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

    /// What befalls the answer of the call just handled; forgotten thereby.
    pub(super) fn take_passage(&mut self) -> Passage {
        std::mem::take(&mut self.faults.passage)
    }

    /// Puts back what [`World::take_passage`] took, for the one whose call it belongs to.
    pub(super) fn restore_passage(&mut self, passage: Passage) {
        self.faults.passage = passage;
    }

    /// When the answer of the call being handled is to be lost.
    pub(super) fn dropped(&self) -> Option<Dropped> {
        self.faults.passage.dropped
    }

    pub(super) fn faults_for_call(&mut self, action: &str) -> Result<(), Refusal> {
        let effect = self.faults.strike(&mut self.ids, |rule| match &rule.target {
            FaultTarget::Operation(operation) => operation == action,
            FaultTarget::AnyOperation => true,
            FaultTarget::Robot(_) => false,
        });
        match effect {
            None
            | Some(FaultEffect::Errcode(_) | FaultEffect::Delay(_) | FaultEffect::Drop(Dropped::After)) => {
                Ok(())
            }
            Some(FaultEffect::Error(code)) => Err(Refusal::new(status_of(&code), code, INJECTED)),
            Some(FaultEffect::Status(status)) => Err(Refusal::new(
                status,
                if status == 503 { "ServiceUnavailable" } else { "InternalError" },
                INJECTED,
            )),
            // Nobody reads it: the answer is dropped.
            Some(FaultEffect::Drop(Dropped::Before)) => Err(Refusal::internal()),
        }
    }

    pub(super) fn fault_for_robot(&mut self, token: &str) -> Option<Reply> {
        let effect = self.faults.strike(
            &mut self.ids,
            |rule| matches!(&rule.target, FaultTarget::Robot(robot) if robot.expose() == token),
        );
        match effect {
            Some(FaultEffect::Errcode(errcode)) => Some(super::robot::injected_reply(errcode)),
            Some(FaultEffect::Drop(dropped @ Dropped::Before)) => Some(no_reply(dropped)),
            _ => None,
        }
    }
}

const INJECTED: &str = "This answer was asked for (injected fault).";

/// What the journal says of a robot whose connection ended without an answer: nobody reads it from
/// the robot itself.
pub(super) fn no_reply(dropped: Dropped) -> Reply {
    let when = match dropped {
        Dropped::Before => "before the robot took the message",
        Dropped::After => "after the robot took the message",
    };
    Reply { errcode: -1, errmsg: format!("no answer: the connection ended {when} (injected fault)") }
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
