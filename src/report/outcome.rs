//! What a run came to. Plain data: who makes it has already removed every secret.

use std::{fmt, time::Duration};

use super::ScenarioOutcome;
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
    /// The account is not as a spec says, so nothing was touched; the scenario's findings show how it
    /// differs. That is an answer: the scenario failed.
    AccountDiffers,
    /// It could not go on; the run's own findings say why.
    BrokenOff,
    /// There was nothing to run, and that is as it was asked for.
    NothingChosen,
    /// Its end is not written: it is under way, or was killed. What a report says until the run ends.
    Unfinished,
}

impl Ended {
    /// All of them, for the schema.
    pub const ALL: [Self; 7] = [
        Self::FailFast,
        Self::Interrupted,
        Self::NotStarted,
        Self::AccountDiffers,
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
            Self::AccountDiffers => "account_differs",
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
            Self::AccountDiffers => "the account is not as the spec says, so nothing was touched",
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
    /// The folder of the project that it is of, also where no scenario of it is known.
    pub project: String,
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

    /// How bad what the [headline](Self::headline) says is; none where the counts of scenarios say it all.
    #[must_use]
    pub fn headline_verdict(&self) -> Option<Verdict> {
        let differs = self.ended == Some(Ended::AccountDiffers);
        self.own_verdict().or_else(|| differs.then_some(Verdict::Failed))
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

    /// Whether its scenarios had the time of emulated worlds.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        self.backend == "emulator"
    }

    /// What to say behind a duration: on the emulator it is no time that anybody waited.
    #[must_use]
    pub fn kind_of_time(&self) -> &'static str {
        if self.is_virtual() { " of virtual time" } else { "" }
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
}
