//! One step of a scenario.

use std::{fmt, sync::Arc, time::Duration};

use serde_json::Value;

use super::{
    capture::{Capture, Captured, readable},
    look::Look,
    matcher::fill_all,
    model::{Count, Expect, Never},
    passage::Passage,
};
use crate::{
    api::{
        cloudmonitor::SendDryRunSystemEvent,
        ecs::{
            CancelSimulatedSystemEvents, CreateSimulatedSystemEvents, DeleteInstance,
            DescribeInstanceHistoryEvents, RebootInstance, StartInstance, StopInstance,
        },
    },
    clock::human_duration,
    diagnostic::Span,
    emulator::FaultRule,
    openapi::{Operation, Product},
    spec::{Spec, yaml::Spanned},
};

/// A step with its place.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where its keyword stands.
    pub span: Span,
    /// Where the scenario's own file has it: at its keyword, or at the `use` of the list that it is in.
    pub listed: Span,
    /// Names of captured values that it uses.
    pub needs: Vec<String>,
    /// What is taken from the answer of an act.
    pub capture: Vec<Capture>,
    /// What it is.
    pub kind: StepKind,
}

/// What a step does or asks.
#[derive(Debug, Clone)]
pub enum StepKind {
    /// Starts a stopped instance.
    Start {
        /// The instance, by its name in the scenario.
        instance: String,
    },
    /// Stops a running instance.
    Stop {
        /// The instance.
        instance: String,
        /// Like pulling the plug.
        force: bool,
    },
    /// Restarts a running instance.
    Reboot {
        /// The instance.
        instance: String,
        /// Like pulling the plug.
        force: bool,
    },
    /// Releases a stopped instance; with force, any.
    Release {
        /// The instance.
        instance: String,
        /// Also when it is running.
        force: bool,
    },
    /// Schedules a simulated system event.
    Simulate {
        /// The instance.
        instance: String,
        /// Its type, one of [`crate::api::ecs::SIMULATED_EVENT_TYPES`].
        event: String,
        /// When it is executed, from now; for a failure, when its execution ends.
        not_before: Duration,
        /// A name to cancel it by.
        name: Option<String>,
    },
    /// Cancels a simulated system event.
    Cancel {
        /// The name that `simulate` gave it.
        name: String,
    },
    /// Sends a test event through the account's rules.
    SendEvent(Box<SendEvent>),
    /// Lets time pass.
    Advance(Passage),
    /// Makes calls or robots fail.
    Fault(Faults),
    /// Makes the account match another spec.
    Apply(Box<Apply>),
    /// Opens the links that were sent to a contact.
    Activate {
        /// The contact, by its name in the spec.
        contact: String,
        /// The channel; all that wait without one.
        channel: Option<&'static str>,
    },
    /// Does steps again and again.
    Repeat(Box<Repeat>),
    /// Waits for something other than a robot's messages.
    Look(Box<Look>),
    /// Waits for messages.
    Expect(Box<Expect>),
    /// Watches that no message comes.
    Never(Box<Never>),
}

/// Another spec to apply.
#[derive(Debug, Clone)]
pub struct Apply {
    /// Its path as the scenario writes it.
    pub path: String,
    /// The spec.
    pub spec: Arc<Spec>,
}

/// Steps to repeat.
#[derive(Debug, Clone)]
pub struct Repeat {
    /// How often; at least once.
    pub times: u32,
    /// From the beginning of one round to that of the next, unless a round takes longer.
    pub every: Option<Duration>,
    /// The steps.
    pub steps: Vec<Step>,
}

/// A test event.
#[derive(Debug, Clone)]
pub struct SendEvent {
    /// The product, such as `ECS`.
    pub product: String,
    /// The event's name.
    pub name: String,
    /// The level; the service decides without one.
    pub level: Option<String>,
    /// The status; the service decides without one.
    pub status: Option<String>,
    /// The instance that it is about.
    pub instance: Option<String>,
    /// What is particular to the event.
    pub content: Option<Value>,
}

/// Faults to inject; robots by their names in the spec.
#[derive(Debug, Clone, PartialEq)]
pub struct Faults {
    /// Whether all faults of before are gone; they are for a list, also for an empty one.
    pub replaces: bool,
    /// The faults, each with its place.
    pub rules: Vec<Spanned<FaultRule<String>>>,
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rules.is_empty() {
            return f.write_str("no faults from here on");
        }
        f.write_str(if self.replaces { "faults " } else { "fault " })?;
        let rules: Vec<String> = self.rules.iter().map(|rule| rule.value.to_string()).collect();
        f.write_str(&rules.join("; "))
    }
}

impl Step {
    /// The step with captured values in their places.
    ///
    /// # Errors
    /// Why an expression is none with its values.
    pub fn filled(&self, captured: &Captured) -> Result<Self, String> {
        let mut step = self.clone();
        step.captures_mut().try_for_each(|capture| capture.from.fill(captured))?;
        match &mut step.kind {
            StepKind::Expect(expect) => fill_all(&mut expect.message, captured)?,
            StepKind::Never(never) => fill_all(&mut never.message, captured)?,
            StepKind::Look(look) => fill_all(&mut look.matchers, captured)?,
            StepKind::SendEvent(event) => {
                for text in [Some(&mut event.product), Some(&mut event.name), event.status.as_mut()] {
                    text.into_iter().for_each(|text| *text = captured.fill(text));
                }
                event.content.iter_mut().for_each(|content| captured.fill_json(content));
            }
            _ => {}
        }
        Ok(step)
    }
}

impl Step {
    /// What is taken from what the step finds, or from the answer of an act.
    fn captures_mut(&mut self) -> impl Iterator<Item = &mut Capture> {
        let of_kind: &mut [Capture] = match &mut self.kind {
            StepKind::Expect(expect) => &mut expect.capture,
            StepKind::Look(look) => &mut look.capture,
            _ => &mut [],
        };
        self.capture.iter_mut().chain(of_kind)
    }
}

impl StepKind {
    /// The operation that an act calls; none for other steps.
    #[must_use]
    pub const fn operation(&self) -> Option<(Product, &'static str)> {
        Some(match self {
            Self::Start { .. } => (StartInstance::PRODUCT, StartInstance::ACTION),
            Self::Stop { .. } => (StopInstance::PRODUCT, StopInstance::ACTION),
            Self::Reboot { .. } => (RebootInstance::PRODUCT, RebootInstance::ACTION),
            Self::Release { .. } => (DeleteInstance::PRODUCT, DeleteInstance::ACTION),
            Self::Simulate { .. } => {
                (CreateSimulatedSystemEvents::PRODUCT, CreateSimulatedSystemEvents::ACTION)
            }
            Self::Cancel { .. } => {
                (CancelSimulatedSystemEvents::PRODUCT, CancelSimulatedSystemEvents::ACTION)
            }
            Self::SendEvent(_) => (SendDryRunSystemEvent::PRODUCT, SendDryRunSystemEvent::ACTION),
            // Who may read what the steps look for may read it; what `apply` needs follows from the spec.
            Self::Apply(_)
            | Self::Activate { .. }
            | Self::Repeat(_)
            | Self::Look(_)
            | Self::Advance(_)
            | Self::Fault(_)
            | Self::Expect(_)
            | Self::Never(_) => return None,
        })
    }

    /// The operations that a run on the real cloud may call besides because of this act: to find out what
    /// became of it, and to undo it. With whether each changes anything.
    #[must_use]
    pub fn undoing(&self) -> Vec<(Product, &'static str, bool)> {
        const fn of<O: Operation>() -> (Product, &'static str, bool) {
            (O::PRODUCT, O::ACTION, O::WRITES)
        }
        match self {
            Self::Start { .. } => vec![of::<StopInstance>()],
            // An instance that was released may only have been stopped.
            Self::Stop { .. } | Self::Reboot { .. } | Self::Release { .. } => vec![of::<StartInstance>()],
            Self::Simulate { .. } | Self::Cancel { .. } => {
                vec![of::<CancelSimulatedSystemEvents>(), of::<DescribeInstanceHistoryEvents>()]
            }
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for StepKind {
    /// The step in a few words, for timelines and reports.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by_force = |force: &bool| if *force { " by force" } else { "" };
        match self {
            Self::Start { instance } => write!(f, "start {instance}"),
            Self::Stop { instance, force } => write!(f, "stop {instance}{}", by_force(force)),
            Self::Reboot { instance, force } => write!(f, "reboot {instance}{}", by_force(force)),
            Self::Release { instance, force } => write!(f, "release {instance}{}", by_force(force)),
            Self::Simulate { instance, event, not_before, .. } => {
                write!(f, "simulate {event} on {instance}, not before {}", human_duration(*not_before))
            }
            Self::Cancel { name } => write!(f, "cancel {name}"),
            Self::SendEvent(event) => {
                write!(f, "send event {} {}", readable(&event.product), readable(&event.name))
            }
            Self::Apply(apply) => write!(f, "apply {}", apply.path),
            Self::Activate { contact, channel } => {
                write!(
                    f,
                    "activate {}of {contact}",
                    channel.map(|channel| format!("{channel} ")).unwrap_or_default()
                )
            }
            Self::Repeat(repeat) => {
                let steps: Vec<String> = repeat.steps.iter().map(|step| step.kind.to_string()).collect();
                let every = repeat.every.map(|every| format!(" every {}", human_duration(every)));
                let every = every.unwrap_or_default();
                write!(f, "repeat {} times{every}: {}", repeat.times, steps.join(", "))
            }
            Self::Look(look) => look.fmt(f),
            Self::Advance(passage) => write!(f, "advance {passage}"),
            Self::Fault(faults) => faults.fmt(f),
            Self::Expect(expect) => {
                f.write_str("expect ")?;
                match expect.count {
                    Count::AtLeast(1) => {}
                    Count::AtLeast(number) => write!(f, "at least {number} messages at ")?,
                    Count::Exactly(1) => f.write_str("exactly 1 message at ")?,
                    Count::Exactly(number) => write!(f, "exactly {number} messages at ")?,
                }
                f.write_str(&expect.robot.value)?;
                if let Some(every) = &expect.every {
                    write!(f, ", {} apart,", human_duration(every.value))?;
                }
                write!(f, " within {}", human_duration(expect.within))
            }
            Self::Never(never) => {
                write!(f, "never {} for {}", never.robot.value, human_duration(never.duration))
            }
        }
    }
}
