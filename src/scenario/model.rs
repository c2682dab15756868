//! What a scenario file says, checked.

use std::{path::PathBuf, sync::Arc, time::Duration};

use indexmap::IndexMap;

use super::{
    capture::Capture,
    diagnosis::Diagnosis,
    identity::Identity,
    matcher::Matcher,
    snapshot::Rules,
    step::{Step, StepKind},
};
use crate::{
    diagnostic::{Source, Span},
    emulator::Sink,
    report::Evidence,
    spec::{Spec, yaml::Spanned},
};

/// One scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The file's text, for findings; its name is the path as typed.
    pub source: Arc<Source>,
    /// Which file it is, whatever was typed.
    pub identity: Identity,
    /// Its name.
    pub name: Spanned<String>,
    /// Words to choose scenarios by.
    pub tags: Vec<String>,
    /// Scenarios that name the same word here never run at the same time.
    pub exclusive: Option<String>,
    /// Whether it is a drill: it does nothing but send test events that say so.
    pub drill: Option<Drill>,
    /// The spec that is put to the proof.
    pub spec: Arc<Spec>,
    /// Where the spec's key stands in the scenario.
    pub spec_span: Span,
    /// Where snapshots lie: `fixtures/` beside the spec.
    pub fixtures: PathBuf,
    /// How long the steps may take in all, in the scenario's time.
    pub timeout: Option<Spanned<Duration>>,
    /// Switches of the emulator, by name.
    pub switches: Vec<(Spanned<String>, Spanned<String>)>,
    /// The instances that exist before the first step, by the name that steps use.
    pub instances: IndexMap<String, Instance>,
    /// The story.
    pub steps: Vec<Step>,
    /// What is done at the end in any case.
    pub finally: Vec<Step>,
    /// What its snapshots leave out.
    pub normalise: Rules,
    /// Whether a message that no step took is a failure.
    pub strict: bool,
    /// What webhooks answer that are no robots.
    pub webhooks: Vec<Sink>,
    /// What is looked up for the report when the story failed.
    pub on_failure: Vec<Diagnosis>,
    /// How well it must be known on the real cloud that a message came.
    pub require: Option<Spanned<Evidence>>,
    /// How long messages may take.
    pub slo: Vec<Slo>,
}

impl Scenario {
    /// The file, as the user typed it.
    #[must_use]
    pub fn file(&self) -> &str {
        self.source.name()
    }

    /// Names of the snapshots that its steps check.
    pub fn snapshots(&self) -> impl Iterator<Item = &str> {
        self.all_steps().filter_map(|step| match &step.kind {
            StepKind::Expect(expect) => expect.snapshot.as_ref().map(|snapshot| snapshot.name.value.as_str()),
            _ => None,
        })
    }

    /// Every step, also those within others.
    pub fn all_steps(&self) -> impl Iterator<Item = &Step> {
        let mut all: Vec<&Step> = Vec::new();
        let mut open: Vec<&Step> = self.steps.iter().chain(&self.finally).rev().collect();
        while let Some(step) = open.pop() {
            all.push(step);
            if let StepKind::Repeat(repeat) = &step.kind {
                open.extend(repeat.steps.iter().rev());
            }
        }
        all.into_iter()
    }
}

/// What makes a scenario a drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drill {
    /// Where its key stands.
    pub span: Span,
    /// What its events say to those who read the message.
    pub words: String,
}

/// An instance that a scenario begins with.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Where its name stands.
    pub span: Span,
    /// `Running` or `Stopped`.
    pub state: String,
    /// Its name in the cloud.
    pub name: String,
    /// Its instance type.
    pub instance_type: String,
    /// Its region.
    pub region: String,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

/// A limit for the time from an act to its message, over the scenario's `expect` steps.
#[derive(Debug, Clone)]
pub struct Slo {
    /// Of which messages.
    pub percentile: Percentile,
    /// How long they may take.
    pub limit: Spanned<Duration>,
}

/// A percentile, by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Percentile {
    /// Half of all.
    P50,
    /// 90 of 100.
    P90,
    /// 95 of 100.
    P95,
    /// 99 of 100.
    P99,
    /// All.
    Max,
}

impl Percentile {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::P50, Self::P90, Self::P95, Self::P99, Self::Max];

    /// Its key in a scenario.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::P50 => "p50",
            Self::P90 => "p90",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::Max => "max",
        }
    }

    /// How many of a hundred.
    #[must_use]
    pub const fn percent(self) -> usize {
        match self {
            Self::P50 => 50,
            Self::P90 => 90,
            Self::P95 => 95,
            Self::P99 => 99,
            Self::Max => 100,
        }
    }
}

/// A message that must come.
#[derive(Debug, Clone)]
pub struct Expect {
    /// The robot, by its name in the spec.
    pub robot: Spanned<String>,
    /// How long it may take from the start of the step.
    pub within: Duration,
    /// How many.
    pub count: Count,
    /// How far apart they must be at least.
    pub every: Option<Spanned<Duration>>,
    /// What it must be like; nothing means any message.
    pub message: Vec<Matcher>,
    /// What is taken from the first of them.
    pub capture: Vec<Capture>,
    /// The snapshot that the first message must equal.
    pub snapshot: Option<Expected>,
}

/// A snapshot that a message must equal.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Its name.
    pub name: Spanned<String>,
    /// The fields that it holds; without, the whole message.
    pub fields: Option<Vec<String>>,
}

/// How many messages an [`Expect`] wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many, as soon as they are there.
    AtLeast(usize),
    /// So many at the end of the time, not one more.
    Exactly(usize),
}

impl Count {
    /// The number.
    #[must_use]
    pub const fn number(self) -> usize {
        match self {
            Self::AtLeast(number) | Self::Exactly(number) => number,
        }
    }
}

/// A message that must not come.
#[derive(Debug, Clone)]
pub struct Never {
    /// The robot, by its name in the spec.
    pub robot: Spanned<String>,
    /// How long it must not come, from the start of the step.
    pub duration: Duration,
    /// What it would be like; nothing means any message.
    pub message: Vec<Matcher>,
}
