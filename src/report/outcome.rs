//! What a run came to. Plain data: who makes it has already removed every secret.

use std::time::Duration;

use serde::{Serialize, Serializer, ser::SerializeSeq as _};

use crate::diagnostic::{Diagnostic, Severity};

/// What a step, a scenario or a run came to, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is as the scenario says.
    Passed,
    /// It was not reached, because an earlier step of the scenario ended the story.
    NotRun,
    /// It is not as the scenario says.
    Failed,
    /// It could not be found out: the cloud refused an act, or the scenario cannot be run.
    Errored,
}

/// A whole run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunOutcome {
    /// Where the scenarios were run: `emulator`.
    pub backend: String,
    /// The seed of every emulated world.
    pub seed: u64,
    /// The scenarios in the order in which they were given.
    pub scenarios: Vec<ScenarioOutcome>,
}

impl RunOutcome {
    /// How many scenarios came to which verdict.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let of = |verdict| self.scenarios.iter().filter(|scenario| scenario.verdict == verdict).count();
        Counts {
            passed: of(Verdict::Passed),
            failed: of(Verdict::Failed),
            errored: of(Verdict::Errored),
            pending_snapshots: self.scenarios.iter().map(|scenario| scenario.pending_snapshots.len()).sum(),
        }
    }

    /// The worst verdict of any scenario; a run of nothing passed.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.scenarios.iter().map(|scenario| scenario.verdict).max().unwrap_or(Verdict::Passed)
    }
}

/// Scenarios by verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// As they should be.
    pub passed: usize,
    /// Not as they should be.
    pub failed: usize,
    /// Could not be judged.
    pub errored: usize,
    /// Snapshots that wait for a review, over all scenarios.
    pub pending_snapshots: usize,
}

impl Counts {
    /// All scenarios.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.passed + self.failed + self.errored
    }
}

/// One scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScenarioOutcome {
    /// The scenario's name.
    pub name: String,
    /// Its file, as the user typed it.
    pub file: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// What it came to.
    pub verdict: Verdict,
    /// Its steps, those under `finally` last.
    pub steps: Vec<StepOutcome>,
    /// What happened, oldest first.
    pub timeline: Vec<Moment>,
    /// What went wrong; empty exactly when it passed.
    #[serde(serialize_with = "serialize_findings")]
    pub findings: Vec<Diagnostic>,
    /// Names of snapshots that were written for a review.
    pub pending_snapshots: Vec<String>,
    /// What was looked up because it did not pass (`on_failure`).
    pub lookups: Vec<Lookup>,
    /// Time that passed in the scenario's world from its first step to its last, before `finally`.
    #[serde(rename = "virtual_time_ms", serialize_with = "serialize_millis")]
    pub virtual_time: Duration,
}

/// Something that was looked up for a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lookup {
    /// The word by which the scenario asks for it.
    pub name: String,
    /// What was found.
    pub lines: Vec<String>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    #[serde(rename = "took_ms", serialize_with = "serialize_millis")]
    pub took: Duration,
}

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
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

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// Time since the scenario's first act.
    #[serde(rename = "offset_ms", serialize_with = "serialize_millis")]
    pub offset: Duration,
    /// What kind of thing.
    pub kind: MomentKind,
    /// The thing in a line.
    pub text: String,
    /// More lines: a message's title and first lines, the reasons of a mismatch.
    pub detail: Vec<String>,
}

fn serialize_millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

fn serialize_findings<S: Serializer>(findings: &[Diagnostic], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Finding<'a> {
        code: &'a str,
        severity: &'static str,
        message: &'a str,
        place: Option<String>,
        labels: Vec<&'a str>,
        help: Option<&'a str>,
    }
    let mut list = serializer.serialize_seq(Some(findings.len()))?;
    for finding in findings {
        list.serialize_element(&Finding {
            code: finding.code,
            severity: match finding.severity {
                Severity::Warning => "warning",
                Severity::Error => "error",
            },
            message: &finding.message,
            place: finding.place(),
            labels: finding.labels.iter().map(|(_, label)| label.as_str()).collect(),
            help: finding.help.as_deref(),
        })?;
    }
    list.end()
}

#[cfg(test)]
pub(super) mod example {
    //! A run with one scenario of each verdict, for the tests of the views.

    use super::*;
    use crate::diagnostic::{Source, Span};

    fn moment(seconds: u64, kind: MomentKind, text: &str, detail: &[&str]) -> Moment {
        Moment {
            offset: Duration::from_secs(seconds),
            kind,
            text: text.to_owned(),
            detail: detail.iter().map(|line| (*line).to_owned()).collect(),
        }
    }

    pub(in crate::report) fn run() -> RunOutcome {
        let text = "name: Broken\nsteps:\n  - stop: web-1\n  - expect:\n      robot: ops\n";
        let source = Source::new("scenarios/broken.yaml", text);
        let span = Span { offset: text.find("expect").unwrap(), len: 6 };
        let step = |text: &str, line, verdict| StepOutcome {
            text: text.to_owned(),
            line,
            cleanup: false,
            verdict,
            took: Duration::from_secs(1),
        };
        let scenario = |name: &str, file: &str, verdict| ScenarioOutcome {
            name: name.to_owned(),
            file: file.to_owned(),
            tags: vec!["smoke".to_owned()],
            verdict,
            steps: vec![step("stop web-1", 3, Verdict::Passed), step("expect ops within 2m", 4, verdict)],
            timeline: vec![
                moment(0, MomentKind::Act, "stop web-1", &[]),
                moment(0, MomentKind::State, "web-1: Running → Stopping", &[]),
                moment(1, MomentKind::Passed, "rule `other` did not match", &["level INFO is not in [WARN]"]),
            ],
            findings: Vec::new(),
            pending_snapshots: Vec::new(),
            lookups: Vec::new(),
            virtual_time: Duration::from_secs(620),
        };
        let mut passed = scenario("Rings", "scenarios/rings.yaml", Verdict::Passed);
        passed.timeline.push(moment(
            2,
            MomentKind::Message,
            "duty-engineer → ops: ok",
            &["CloudMonitor", "Instance:StateChange"],
        ));
        let mut failed = scenario("Broken <&>", "scenarios/broken.yaml", Verdict::Failed);
        failed.findings.push(
            Diagnostic::error("scenario::no-message", "no message reached robot `ops` within 2m")
                .at(&source, span, "rule `r` is disabled")
                .help("enable it"),
        );
        let mut errored = scenario("Refused", "scenarios/broken.yaml", Verdict::Errored);
        errored.findings.push(Diagnostic::error("scenario::refused", "StopInstance failed"));
        RunOutcome { backend: "emulator".to_owned(), seed: 7, scenarios: vec![passed, failed, errored] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_verdict_is_the_runs_verdict() {
        let mut run = example::run();
        assert_eq!(run.verdict(), Verdict::Errored);
        run.scenarios.pop();
        assert_eq!(run.verdict(), Verdict::Failed);
        run.scenarios.clear();
        assert_eq!(run.verdict(), Verdict::Passed);
    }

    #[test]
    fn an_outcome_serialises_with_its_findings_and_milliseconds() {
        let json = serde_json::to_value(example::run()).unwrap();
        assert_eq!(json["scenarios"][1]["findings"][0]["place"], "scenarios/broken.yaml:4");
        assert_eq!(json["scenarios"][0]["virtual_time_ms"], 620_000);
        assert_eq!(json["scenarios"][0]["verdict"], "passed");
    }
}
