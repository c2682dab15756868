//! Faults on demand: calls and robots that fail as told.

use std::{convert::Infallible, fmt, time::Duration};

use super::{
    gateway::Refusal,
    ids::Ids,
    journal::{Strike, What},
    robot::Origin,
    world::World,
};
use crate::{clock::human_duration, dingtalk::Reply, secret::Secret};

/// What a fault is for; `R` names a robot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultTarget<R = Secret> {
    /// Calls of one operation.
    Operation(String),
    /// All API calls.
    AnyOperation,
    /// A robot; in a world the one with this token.
    Robot(R),
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

/// A fault; `R` names a robot.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRule<R = Secret> {
    /// What it is for.
    pub target: FaultTarget<R>,
    /// What happens instead.
    pub effect: FaultEffect,
    /// How many calls of those it is for it strikes, from 0 to 1; all without.
    pub share: Option<f64>,
    /// How often it strikes before it is spent; for ever without.
    pub times: Option<u64>,
}

impl<R> FaultRule<R> {
    /// The same fault with another name for its robot.
    ///
    /// # Errors
    /// That of `name`.
    pub fn named<S, E>(self, name: impl FnOnce(R) -> Result<S, E>) -> Result<FaultRule<S>, E> {
        let target = match self.target {
            FaultTarget::Operation(operation) => FaultTarget::Operation(operation),
            FaultTarget::AnyOperation => FaultTarget::AnyOperation,
            FaultTarget::Robot(robot) => FaultTarget::Robot(name(robot)?),
        };
        Ok(FaultRule { target, effect: self.effect, share: self.share, times: self.times })
    }
}

impl fmt::Display for FaultEffect {
    /// As it is written: `error Throttling.User`, `delay 2s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(code) => write!(f, "error {code}"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::Errcode(errcode) => write!(f, "errcode {errcode}"),
            Self::Drop(dropped) => write!(f, "drop {}", dropped.as_str()),
            Self::Delay(delay) => write!(f, "delay {}", human_duration(*delay)),
        }
    }
}

impl Dropped {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

impl<R: fmt::Display> fmt::Display for FaultRule<R> {
    /// In a few words: `PutContact: error Throttling.User, 3 times`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            FaultTarget::Operation(operation) => f.write_str(operation)?,
            FaultTarget::AnyOperation => f.write_str("every operation")?,
            FaultTarget::Robot(robot) => write!(f, "robot {robot}")?,
        }
        write!(f, ": {}", self.effect)?;
        if let Some(share) = self.share {
            write!(f, ", a share of {share}")?;
        }
        match self.times {
            None => Ok(()),
            Some(1) => f.write_str(", once"),
            Some(times) => write!(f, ", {times} times"),
        }
    }
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
    rules: Vec<Armed>,
    /// Of the call that is being answered.
    passage: Passage,
}

/// A fault that waits for its calls.
#[derive(Debug)]
struct Armed {
    rule: FaultRule,
    /// See [`Strike::line`].
    line: Option<usize>,
}

/// The faults that strike a call: an effect, with the lines that asked for it and for a delay.
#[derive(Debug, Default)]
struct Struck {
    effect: Option<(FaultEffect, Option<usize>)>,
    delay: Option<(FaultEffect, Option<usize>)>,
}

impl Faults {
    /// What strikes now: the effect of the first rule that is for this and not spent. The first delay
    /// strikes beside it. Delays and drops are left in `passage`.
    fn strike(&mut self, ids: &mut Ids, is_for: impl Fn(&FaultRule) -> bool) -> Struck {
        self.passage = Passage::default();
        let mut struck = Struck::default();
        for Armed { rule, line } in &mut self.rules {
            let is_delay = matches!(rule.effect, FaultEffect::Delay(_));
            let place = if is_delay { &mut struck.delay } else { &mut struck.effect };
            if place.is_some() || !is_for(rule) || rule.times == Some(0) {
                continue;
            }
            if rule.share.is_some_and(|share| ids.fraction() >= share) {
                continue;
            }
            rule.times = rule.times.map(|times| times - 1);
            match rule.effect {
                FaultEffect::Delay(delay) => self.passage.delay = delay,
                FaultEffect::Drop(dropped) => self.passage.dropped = Some(dropped),
                _ => {}
            }
            *place = Some((rule.effect.clone(), *line));
        }
        struck
    }
}

impl World {
    /// Replaces all faults.
    pub fn set_faults(&mut self, rules: Vec<FaultRule>) {
        self.faults.rules = rules.into_iter().map(|rule| Armed { rule, line: None }).collect();
    }

    /// Adds a fault.
    pub fn add_fault(&mut self, rule: FaultRule) {
        self.faults.rules.push(Armed { rule, line: None });
    }

    /// Adds a fault that a scenario asks for in this line; the journal names it when it strikes.
    pub fn add_fault_of_line(&mut self, rule: FaultRule, line: usize) {
        self.faults.rules.push(Armed { rule, line: Some(line) });
    }

    /// The faults that are not spent, as they may be shown.
    pub(super) fn armed_faults(&self) -> Vec<String> {
        let shown = |robot: Secret| {
            let robot = self.robot_ref(robot.expose());
            Ok::<_, Infallible>(robot.name.unwrap_or(robot.token))
        };
        let armed = self.faults.rules.iter().map(|armed| &armed.rule).filter(|rule| rule.times != Some(0));
        armed.filter_map(|rule| rule.clone().named(shown).ok()).map(|rule| rule.to_string()).collect()
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
        let struck = self.faults.strike(&mut self.ids, |rule| match &rule.target {
            FaultTarget::Operation(operation) => operation == action,
            FaultTarget::AnyOperation => true,
            FaultTarget::Robot(_) => false,
        });
        let of_call = |effect, line| Strike { operation: action.to_owned(), ..Strike::new(effect, line) };
        match self.note_strikes(struck, of_call) {
            None
            | Some(FaultEffect::Errcode(_) | FaultEffect::Delay(_) | FaultEffect::Drop(Dropped::After)) => {
                Ok(())
            }
            Some(FaultEffect::Error(code)) => Err(injected(status_of(&code), &code)),
            Some(FaultEffect::Status(status)) => Err(injected(status, code_of(status))),
            // Nobody reads it: the answer is dropped.
            Some(FaultEffect::Drop(Dropped::Before)) => Err(Refusal::internal()),
        }
    }

    pub(super) fn fault_for_robot(&mut self, token: &str, origin: Option<&Origin>) -> Option<Reply> {
        let struck = self.faults.strike(
            &mut self.ids,
            |rule| matches!(&rule.target, FaultTarget::Robot(robot) if robot.expose() == token),
        );
        let robot = self.robot_ref(token);
        let of_robot = |effect, line| Strike {
            robot: Some(robot.clone()),
            origin: origin.cloned(),
            ..Strike::new(effect, line)
        };
        match self.note_strikes(struck, of_robot) {
            Some(FaultEffect::Errcode(errcode)) => Some(super::robot::injected_reply(errcode)),
            Some(FaultEffect::Drop(dropped @ Dropped::Before)) => Some(no_reply(dropped)),
            _ => None,
        }
    }
}

impl World {
    /// Writes into the journal what strikes; the effect, which is not a delay.
    fn note_strikes(
        &mut self,
        struck: Struck,
        strike: impl Fn(FaultEffect, Option<usize>) -> Strike,
    ) -> Option<FaultEffect> {
        let effect = struck.effect.as_ref().map(|(effect, _)| effect.clone());
        for (effect, line) in struck.delay.into_iter().chain(struck.effect) {
            self.note(What::Fault(Box::new(strike(effect, line))));
        }
        effect
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

/// A refusal that was asked for. Flow control says how long to wait, as the emulator's own does: by that
/// header alone an official client tells throttling from other errors.
fn injected(status: u16, code: &str) -> Refusal {
    let retry_after = code.contains("Throttling").then_some(super::gateway::INTERVAL);
    Refusal { retry_after, ..Refusal::new(status, code, INJECTED) }
}

/// The code that usually comes with an HTTP status.
const fn code_of(status: u16) -> &'static str {
    match status {
        429 => "ThrottlingException",
        503 => "ServiceUnavailable",
        _ => "InternalError",
    }
}

/// The HTTP status that a code usually comes with.
fn status_of(code: &str) -> u16 {
    match code {
        "InternalError" => 500,
        "ServiceUnavailable" => 503,
        "ThrottlingException" => 429,
        _ if code.starts_with("Forbidden") || code == "InvalidAuthorization" || code == "AccessForbidden" => {
            403
        }
        _ if code.ends_with("NotFound") || code.ends_with("NotExists") => 404,
        _ => 400,
    }
}
