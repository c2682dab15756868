//! One step of a scenario.

use std::{fmt, time::Duration};

use serde_json::Value;

use super::model::{Count, Expect, Never};
use crate::{
    api::{
        cloudmonitor::SendDryRunSystemEvent,
        ecs::{
            CancelSimulatedSystemEvents, CreateSimulatedSystemEvents, DeleteInstance, RebootInstance,
            StartInstance, StopInstance,
        },
    },
    clock::human_duration,
    diagnostic::Span,
    emulator::FaultRule,
    openapi::{Operation as _, Product},
    spec::yaml::Spanned,
};

/// A step with its place.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where its keyword stands.
    pub span: Span,
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
    Advance(Duration),
    /// Makes calls or robots fail.
    Fault(Faults),
    /// Waits for messages.
    Expect(Box<Expect>),
    /// Watches that no message comes.
    Never(Box<Never>),
    /// A step that this version understands and cannot run.
    Later(&'static str),
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

impl StepKind {
    /// Whether it changes the cloud, rather than observing it or letting time pass.
    #[must_use]
    pub const fn is_act(&self) -> bool {
        !matches!(self, Self::Advance(_) | Self::Fault(_) | Self::Expect(_) | Self::Never(_) | Self::Later(_))
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
            Self::Advance(_) | Self::Fault(_) | Self::Expect(_) | Self::Never(_) | Self::Later(_) => {
                return None;
            }
        })
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
            Self::SendEvent(event) => write!(f, "send event {} {}", event.product, event.name),
            Self::Advance(duration) => write!(f, "advance {}", human_duration(*duration)),
            Self::Fault(faults) => faults.fmt(f),
            Self::Expect(expect) => {
                f.write_str("expect ")?;
                match expect.count {
                    Count::AtLeast(1) => {}
                    Count::AtLeast(number) => write!(f, "at least {number} messages at ")?,
                    Count::Exactly(1) => f.write_str("exactly 1 message at ")?,
                    Count::Exactly(number) => write!(f, "exactly {number} messages at ")?,
                }
                write!(f, "{} within {}", expect.robot.value, human_duration(expect.within))
            }
            Self::Never(never) => {
                write!(f, "never {} for {}", never.robot.value, human_duration(never.duration))
            }
            Self::Later(keyword) => f.write_str(keyword),
        }
    }
}
