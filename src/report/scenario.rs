//! The result of a scenario, with its steps and its timeline. Plain data, without secrets.

use std::{ops::Range, time::Duration};

use super::{ChatMessage, Evidence, Latency, Route, Verdict};
use crate::{clock::Timestamp, diagnostic::Diagnostic};

/// One scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioOutcome {
    /// The scenario's name.
    pub name: String,
    /// Its file below the project's folder, the same whatever was typed.
    pub file: String,
    /// Its file as the user typed it.
    pub typed: String,
    /// The stack of its spec.
    pub stack: String,
    /// The folder of its project.
    pub project: String,
    /// One-based line of its name.
    pub line: usize,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its result.
    pub verdict: Verdict,
    /// The seed of its world.
    pub seed: u64,
    /// The instant of its world from which times are counted: its first act.
    pub origin: Timestamp,
    /// Its steps, those under `finally` last.
    pub steps: Vec<StepOutcome>,
    /// What happened, oldest first.
    pub timeline: Vec<Moment>,
    /// The way of each event through the rules, oldest first.
    pub routes: Vec<Route>,
    /// What went wrong; empty exactly when it passed or was not run.
    pub findings: Vec<Diagnostic>,
    /// Names of snapshots that were written for a review.
    pub pending_snapshots: Vec<String>,
    /// What was looked up because it did not pass (`on_failure`).
    pub lookups: Vec<Lookup>,
    /// Time that passed in the scenario's world from its first step to its last, before `finally`.
    pub virtual_time: Duration,
    /// Earlier attempts, which did not pass; this outcome is that of the last one.
    pub earlier: Vec<Attempt>,
    /// When it began, by the machine's clock; none where it did not.
    pub began: Option<Timestamp>,
    /// How long it took with all its attempts, by the machine's clock.
    pub real_time: Duration,
}

impl ScenarioOutcome {
    /// By what is known at least that its messages came; none where all is seen, and where none was
    /// waited for.
    #[must_use]
    pub fn evidence(&self) -> Option<Evidence> {
        self.steps.iter().filter_map(|step| step.evidence).min()
    }

    /// How many matchers nobody could judge.
    #[must_use]
    pub fn unjudged(&self) -> usize {
        self.steps.iter().map(|step| step.unjudged).sum()
    }

    /// Whether its last attempt passed and an earlier one did not.
    #[must_use]
    pub fn is_flaky(&self) -> bool {
        let flaky = |finding: &Diagnostic| finding.code == FLAKY;
        !self.earlier.is_empty() && (self.verdict == Verdict::Passed || self.findings.iter().any(flaky))
    }

    /// The findings of a step.
    #[must_use]
    pub fn findings_of(&self, step: &StepOutcome) -> &[Diagnostic] {
        self.findings.get(step.findings.clone()).unwrap_or_default()
    }

    /// The findings that belong to no step.
    pub fn other_findings(&self) -> impl Iterator<Item = &Diagnostic> {
        let in_step = |place: &usize| self.steps.iter().any(|step| step.findings.contains(place));
        self.findings.iter().enumerate().filter(move |(place, _)| !in_step(place)).map(|(_, finding)| finding)
    }

    /// Changes every text that a report shows.
    pub fn each_text(&mut self, change: &dyn Fn(&mut String)) {
        change(&mut self.name);
        change(&mut self.file);
        change(&mut self.typed);
        change(&mut self.stack);
        change(&mut self.project);
        self.tags.iter_mut().for_each(change);
        self.pending_snapshots.iter_mut().for_each(change);
        self.steps.iter_mut().for_each(|step| change(&mut step.text));
        for moment in &mut self.timeline {
            change(&mut moment.text);
            moment.detail.iter_mut().for_each(change);
            moment.message.iter_mut().for_each(|message| message.each_text(change));
        }
        self.routes.iter_mut().for_each(|route| route.each_text(change));
        self.lookups.iter_mut().flat_map(|lookup| &mut lookup.lines).for_each(change);
        let earlier = self.earlier.iter_mut().flat_map(|attempt| &mut attempt.findings);
        self.findings.iter_mut().chain(earlier).for_each(|finding| finding.each_text(change));
    }
}

/// The code of the finding that makes a flaky scenario a failed one.
pub const FLAKY: &str = "scenario::flaky";

/// An attempt that did not pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// The seed of its world.
    pub seed: u64,
    /// Its result.
    pub verdict: Verdict,
    /// What went wrong.
    pub findings: Vec<Diagnostic>,
    /// As that of the scenario.
    pub virtual_time: Duration,
}

/// Something that was looked up for a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// The word by which the scenario asks for it.
    pub name: String,
    /// When, since the scenario's first act.
    pub offset: Duration,
    /// What was found.
    pub lines: Vec<String>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepOutcome {
    /// The step in a few words: `stop web-1`, `expect ops within 2m`.
    pub text: String,
    /// One-based line of the step in the scenario's file.
    pub line: usize,
    /// Whether it stands under `finally`.
    pub cleanup: bool,
    /// Its result.
    pub verdict: Verdict,
    /// How long it took in the scenario's world.
    pub took: Duration,
    /// How long it took by the machine's clock.
    pub real_time: Duration,
    /// Which findings of the scenario are its own.
    pub findings: Range<usize>,
    /// By what an `expect` knows that its messages came; none for other steps, and on the emulator, where
    /// all is seen.
    pub evidence: Option<Evidence>,
    /// How many of its matchers nobody could judge, since the message was not captured.
    pub unjudged: usize,
    /// How long the messages took that it waited for: one for an `expect`, several where it is repeated.
    pub latencies: Vec<Latency>,
}

impl StepOutcome {
    /// The slowest message that it waited for.
    #[must_use]
    pub fn latency(&self) -> Option<Latency> {
        self.latencies.iter().copied().max_by_key(|latency| latency.message)
    }
}

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MomentKind {
    /// The scenario did something.
    Act,
    /// An instance changed its state.
    State,
    /// The event centre received an event.
    Event,
    /// A rule took an event.
    Rule,
    /// A rule did not take an event; shown in full only if something went wrong.
    Passed,
    /// Somebody could not be notified.
    Lost,
    /// A robot accepted a message.
    Message,
    /// A robot refused a message.
    Refused,
    /// Another channel notified somebody: mail, SMS, a webhook.
    Recorded,
    /// An expectation was met.
    Held,
    /// An expectation did not hold, or an act was refused.
    Broken,
}

impl MomentKind {
    /// A word for it, as in reports for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::State => "state",
            Self::Event => "event",
            Self::Rule => "rule",
            Self::Passed => "passed",
            Self::Lost => "lost",
            Self::Message => "message",
            Self::Refused => "refused",
            Self::Recorded => "recorded",
            Self::Held => "held",
            Self::Broken => "broken",
        }
    }

    /// All kinds, for the schema.
    pub const ALL: [Self; 11] = [
        Self::Act,
        Self::State,
        Self::Event,
        Self::Rule,
        Self::Passed,
        Self::Lost,
        Self::Message,
        Self::Refused,
        Self::Recorded,
        Self::Held,
        Self::Broken,
    ];
}

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Time since the scenario's first act.
    pub offset: Duration,
    /// What kind of thing.
    pub kind: MomentKind,
    /// The thing in a line.
    pub text: String,
    /// More lines: a message's title and first lines, the reasons of a mismatch.
    pub detail: Vec<String>,
    /// The whole message, where one was handed to a robot.
    pub message: Option<Box<ChatMessage>>,
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn a_finding_belongs_to_its_step_or_to_the_scenario() {
        let mut run = example::run();
        let broken = &mut run.scenarios[1];
        broken.findings.push(Diagnostic::error("scenario::untaken", "one is left"));
        assert_eq!(broken.findings_of(&broken.steps[0]), []);
        assert_eq!(broken.findings_of(&broken.steps[1])[0].code, "scenario::no-message");
        let others: Vec<&str> = broken.other_findings().map(|finding| finding.code).collect();
        assert_eq!(others, ["scenario::untaken"]);
    }
}
