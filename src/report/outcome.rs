//! What a run came to. Plain data: who makes it has already removed every secret.

use std::{fmt, ops::Range, time::Duration};

use super::{ChatMessage, Latency, Route};
use crate::{
    clock::Timestamp,
    diagnostic::{Diagnostic, Severity},
};

/// What a step, a scenario or a run came to, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is as the scenario says.
    Passed,
    /// It was not reached: an earlier step ended the story, or the run ended before the scenario.
    NotRun,
    /// It is not as the scenario says.
    Failed,
    /// It could not be found out: the cloud refused an act, or the scenario cannot be run.
    Errored,
}

impl Verdict {
    /// A word for it, as in reports for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::NotRun => "not_run",
            Self::Failed => "failed",
            Self::Errored => "errored",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotRun => "not run",
            other => other.as_str(),
        })
    }
}

/// By what it is known that somebody was told, from weak to strong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// CloudMonitor lists the event, and by the spec a rule leads from it to the robot.
    Seen,
    /// CloudMonitor's alert log says that it notified.
    Notified,
    /// The message itself was there to look at.
    Captured,
}

impl Evidence {
    /// All by their words, in scenarios and in reports for programs.
    pub const WORDS: [(&'static str, Self); 3] =
        [("seen", Self::Seen), ("notified", Self::Notified), ("captured", Self::Captured)];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Notified => "notified",
            Self::Captured => "captured",
        }
    }

    /// What is known by it, for a reader.
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Seen => "only the event was seen",
            Self::Notified => "CloudMonitor says that it notified, the message was not captured",
            Self::Captured => "the message was captured",
        }
    }
}

/// Why a run ended otherwise than with its last scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// A scenario did not pass, and the run was to end with the first.
    FailFast,
    /// Somebody told the program to stop.
    Interrupted,
    /// It could not begin; the run's own findings say why.
    NotStarted,
    /// It could not go on; the run's own findings say why.
    BrokenOff,
    /// There was nothing to run, and that is as it was asked for.
    NothingChosen,
    /// Its end is not written: it is under way, or was killed. What a report says until the run ends.
    Unfinished,
}

impl Ended {
    /// All of them, for the schema.
    pub const ALL: [Self; 6] = [
        Self::FailFast,
        Self::Interrupted,
        Self::NotStarted,
        Self::BrokenOff,
        Self::NothingChosen,
        Self::Unfinished,
    ];

    /// A word for it, as in reports for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FailFast => "fail_fast",
            Self::Interrupted => "interrupted",
            Self::NotStarted => "not_started",
            Self::BrokenOff => "broken_off",
            Self::NothingChosen => "nothing_chosen",
            Self::Unfinished => "unfinished",
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FailFast => "the run ended with the first scenario that did not pass",
            Self::Interrupted => "the run was interrupted",
            Self::NotStarted => "the run could not begin",
            Self::BrokenOff => "the run was broken off",
            Self::NothingChosen => "there was nothing to run",
            Self::Unfinished => {
                "the run has begun, and its end is not written: it is under way, or was killed"
            }
        })
    }
}

/// An instant of the machine's clock, as precisely as reports have it.
#[must_use]
pub fn instant(now: Timestamp) -> Timestamp {
    now.round(jiff::Unit::Millisecond).unwrap_or(now)
}

/// A whole run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunOutcome {
    /// Where the scenarios were run: `emulator`.
    pub backend: String,
    /// The seed of every emulated world; that of a retry is counted on from it.
    pub seed: u64,
    /// The scenarios in the order in which they were given.
    pub scenarios: Vec<ScenarioOutcome>,
    /// Why it ended early, if it did.
    pub ended: Option<Ended>,
    /// What concerns the run and no scenario of it: an error is why nobody can rely on it.
    pub findings: Vec<Diagnostic>,
    /// When it began, by the machine's clock.
    pub began: Timestamp,
    /// How long it took, by the machine's clock.
    pub real_time: Duration,
}

impl RunOutcome {
    /// What the run as a whole is, beside its scenarios: none where there is nothing to say of it.
    #[must_use]
    pub fn own_verdict(&self) -> Option<Verdict> {
        let is_error = |finding: &Diagnostic| finding.severity == Severity::Error;
        match self.findings.as_slice() {
            [] => None,
            findings if findings.iter().any(is_error) => Some(Verdict::Errored),
            _ => Some(Verdict::NotRun),
        }
    }

    /// What is to be said of the run as a whole, in a sentence: the first of its findings.
    #[must_use]
    pub fn headline(&self) -> Option<String> {
        let first = self.findings.iter().max_by_key(|finding| finding.severity == Severity::Error);
        match (first, self.ended) {
            (Some(first), Some(ended @ (Ended::NotStarted | Ended::BrokenOff))) => {
                Some(format!("{ended}: {}", first.message))
            }
            (Some(first), _) => Some(first.message.clone()),
            (None, ended) => ended.map(|ended| ended.to_string()),
        }
    }

    /// What to say behind a duration: on the emulator it is no time that anybody waited.
    #[must_use]
    pub fn kind_of_time(&self) -> &'static str {
        if self.backend == "emulator" { " of virtual time" } else { "" }
    }

    /// How many scenarios came to which verdict.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let of = |verdict| self.scenarios.iter().filter(|scenario| scenario.verdict == verdict).count();
        Counts {
            passed: of(Verdict::Passed),
            failed: of(Verdict::Failed),
            errored: of(Verdict::Errored),
            not_run: of(Verdict::NotRun),
            flaky: self.scenarios.iter().filter(|scenario| scenario.is_flaky()).count(),
            pending_snapshots: self.scenarios.iter().map(|scenario| scenario.pending_snapshots.len()).sum(),
        }
    }

    /// The worst verdict of any scenario and of the run itself; a run of nothing passed.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let all = self.scenarios.iter().map(|scenario| scenario.verdict).chain(self.own_verdict());
        all.max().unwrap_or(Verdict::Passed)
    }
}

/// Scenarios by verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// As they should be.
    pub passed: usize,
    /// Not as they should be.
    pub failed: usize,
    /// Could not be judged.
    pub errored: usize,
    /// Not begun, because the run ended before.
    pub not_run: usize,
    /// Passed, or would have, in a later attempt only; they are counted above too.
    pub flaky: usize,
    /// Snapshots that wait for a review, over all scenarios.
    pub pending_snapshots: usize,
}

impl Counts {
    /// All scenarios.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.passed + self.failed + self.errored + self.not_run
    }
}

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
    /// What it came to.
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

    /// Whether its last attempt held what earlier ones did not.
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
    /// What it came to.
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
    /// What it came to.
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
    /// A rule did not take an event; told in full only where something went wrong.
    Passed,
    /// Somebody could not be told.
    Lost,
    /// A robot accepted a message.
    Message,
    /// A robot refused a message.
    Refused,
    /// Something was told by another channel: mail, SMS, a webhook.
    Recorded,
    /// An expectation held.
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
    fn the_worst_verdict_is_the_runs_verdict() {
        let mut run = example::run();
        assert_eq!(run.verdict(), Verdict::Errored);
        run.scenarios.remove(2);
        assert_eq!(run.verdict(), Verdict::Failed);
        run.scenarios.clear();
        assert_eq!(run.verdict(), Verdict::Passed);
        run.findings.push(Diagnostic::warning("test::nothing", "0 of 3 scenarios"));
        assert_eq!(run.verdict(), Verdict::NotRun);
        run.findings.push(Diagnostic::error("test::fault", "no file"));
        assert_eq!(run.verdict(), Verdict::Errored);
        run.ended = Some(Ended::NotStarted);
        assert_eq!(run.headline().unwrap(), "the run could not begin: no file");
    }

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
