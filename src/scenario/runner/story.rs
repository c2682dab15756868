//! One scenario from beginning to end.

use std::{sync::Arc, time::Duration};

use indexmap::IndexMap;
use serde_json::Value;

use super::{
    Backend, RunSettings,
    acts::Failure,
    cloud::Cloud,
    finding,
    provide::provide,
    route::routes,
    run_all::unrun,
    seal::{redactor, seal},
    setup,
    snapshots::Compared,
    timeline::{Point, Timeline},
};
use crate::{
    clock::{Stopwatch, Timestamp},
    diagnostic::Diagnostic,
    openapi::Stop,
    provision::Options,
    report::{Evidence, Latency, Lookup, MomentKind, ScenarioOutcome, StepOutcome, Verdict},
    scenario::{
        Scenario, Step, StepKind,
        capture::Captured,
        explain::between,
        mailbox::{Mailbox, Taker},
        matcher::MessageView,
        sighting::TakenBy,
        snapshot::Normaliser,
    },
    secret::Redactor,
    spec::Spec,
};

/// A scenario while it runs.
pub(super) struct Story<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) settings: &'a RunSettings,
    pub(super) cloud: Cloud,
    /// The spec that the account matches.
    pub(super) spec: Arc<Spec>,
    /// When it began.
    pub(super) began: Timestamp,
    /// Messages by robot, as far as they were looked at.
    pub(super) mailboxes: IndexMap<String, Mailbox>,
    /// What steps took besides messages of robots, by its kind.
    pub(super) taken: IndexMap<&'static str, TakenBy>,
    /// Values for later steps.
    pub(super) captured: Captured,
    /// Ids of simulated events by the names that steps gave them.
    pub(super) simulated: IndexMap<String, Vec<String>>,
    pub(super) normaliser: Normaliser,
    pub(super) redactor: Redactor,
    pub(super) compared: Vec<Compared>,
    pub(super) findings: Vec<Diagnostic>,
    pub(super) timeline: Timeline,
    /// The latest acts without an observation between them.
    pub(super) acts: Acts,
    /// When time is up, with a timeout.
    deadline: Option<Timestamp>,
    steps: Vec<StepOutcome>,
    /// How many findings there were before the step that is under way.
    told: usize,
    /// What the step that is under way measured.
    pub(super) latencies: Vec<Latency>,
    /// By what is known that the messages of the step that is under way came.
    pub(super) evidence: Option<Evidence>,
    /// How many matchers of the step under way nobody could judge.
    pub(super) unjudged: usize,
    /// What was looked up at the first failure.
    pub(super) lookups: Option<Vec<Lookup>>,
    /// When the step that is under way failed, where the story looked on after that.
    pub(super) failed_at: Option<Timestamp>,
    /// When the last step ended.
    ended: Timestamp,
    /// Real time since the last step was recorded.
    watch: Stopwatch,
    /// Whether somebody wants the run to end.
    pub(super) stop: Stop,
}

/// The acts that a step observes the effect of.
#[derive(Debug, Default)]
pub(super) struct Acts {
    /// In words.
    pub(super) texts: Vec<String>,
    /// Length of the journal when the first of them was done.
    pub(super) journal: usize,
    /// When the first of them was done.
    pub(super) since: Timestamp,
    /// Whether a step observed since.
    observed: bool,
}

/// How long a step may wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    /// The end.
    pub(super) end: Timestamp,
    /// Whether that is earlier than the step asked for.
    pub(super) is_cut: bool,
}

/// Whether the story goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Go {
    /// With the next step.
    On,
    /// To `finally`.
    ToEnd,
}

/// Runs one scenario.
pub(super) async fn run(
    scenario: &Scenario,
    settings: &RunSettings,
    stop: &Stop,
) -> (ScenarioOutcome, Vec<Compared>) {
    let cloud = match &settings.backend {
        Backend::Emulator => {
            setup::cloud(scenario, settings).map_err(|finding| (Verdict::Errored, vec![finding]))
        }
        Backend::Live(run) => {
            setup::live(scenario, run, stop).await.map_err(|refused| (refused.verdict(), refused.findings))
        }
    };
    let cloud = match cloud {
        Ok(cloud) => cloud,
        Err((verdict, findings)) => return (unrun(scenario, settings.seed, verdict, findings), Vec::new()),
    };
    let mut redactor = redactor(&scenario.spec);
    if let Some(relay) = cloud.live().and_then(|live| live.run.binds.relay.as_ref()) {
        redactor.add(&relay.token);
    }
    for step in scenario.all_steps() {
        if let StepKind::Apply(apply) = &step.kind {
            apply.spec.teach(&mut redactor);
        }
    }
    let provided = match cloud.live() {
        // That the account is as the spec says has been looked at; nothing is changed there.
        Some(_) => Ok(()),
        None => provide(&cloud, &scenario.spec, &Options::default()).await,
    };
    let (mut outcome, compared) = match provided {
        Ok(()) => Story::new(scenario, settings, cloud, redactor.clone(), stop).tell().await,
        Err(why) => {
            let findings = why.findings(scenario, scenario.spec_span);
            (unrun(scenario, settings.seed, Verdict::Errored, findings), Vec::new())
        }
    };
    seal(&mut outcome, &redactor);
    (outcome, compared)
}

impl<'a> Story<'a> {
    fn new(
        scenario: &'a Scenario,
        settings: &'a RunSettings,
        cloud: Cloud,
        redactor: Redactor,
        stop: &Stop,
    ) -> Self {
        let now = cloud.now();
        let journal = cloud.journal_len();
        Self {
            scenario,
            settings,
            mailboxes: cloud.tokens.keys().map(|robot| (robot.clone(), Mailbox::default())).collect(),
            spec: Arc::clone(&scenario.spec),
            began: now,
            taken: IndexMap::new(),
            captured: Captured::default(),
            simulated: IndexMap::new(),
            normaliser: Normaliser::new(scenario.normalise.clone()),
            redactor,
            compared: Vec::new(),
            findings: Vec::new(),
            timeline: Timeline::new(journal, now),
            acts: Acts { journal, since: now, ..Acts::default() },
            deadline: scenario.timeout.as_ref().map(|timeout| later(now, timeout.value)),
            steps: Vec::new(),
            told: 0,
            latencies: Vec::new(),
            evidence: None,
            unjudged: 0,
            lookups: None,
            failed_at: None,
            ended: now,
            watch: Stopwatch::start(),
            stop: stop.clone(),
            cloud,
        }
    }

    async fn tell(mut self) -> (ScenarioOutcome, Vec<Compared>) {
        let begin = self.now();
        let mut verdict = self.story().await;
        let virtual_time = between(begin, self.ended);
        if self.scenario.strict && verdict == Verdict::Passed {
            verdict = verdict.max(self.untaken().await);
        }
        if verdict == Verdict::Passed {
            verdict = verdict.max(self.judge_slo());
        }
        if verdict != Verdict::Passed {
            self.diagnose().await;
        }
        verdict = verdict.max(self.cleanup().await);
        verdict = verdict.max(self.restore().await);
        let timeline = self.cloud.journal(|journal| self.timeline.draw(journal));
        let routes = self.cloud.journal(|journal| routes(journal, &self.timeline));
        let outcome = ScenarioOutcome {
            name: self.scenario.name.value.clone(),
            file: self.scenario.identity.file(),
            typed: self.scenario.file().to_owned(),
            stack: self.scenario.spec.stack.to_string(),
            project: self.scenario.identity.project(),
            line: self.scenario.source.line(self.scenario.name.span.offset),
            tags: self.scenario.tags.clone(),
            verdict,
            seed: self.settings.seed,
            origin: self.timeline.origin(),
            steps: self.steps,
            timeline,
            routes,
            findings: self.findings,
            // Known when the run is over.
            pending_snapshots: Vec::new(),
            lookups: self.lookups.unwrap_or_default(),
            virtual_time,
            earlier: Vec::new(),
            began: None,
            real_time: Duration::ZERO,
        };
        (outcome, self.compared)
    }

    async fn story(&mut self) -> Verdict {
        let scenario = self.scenario;
        let mut worst = Verdict::Passed;
        let mut go = Go::On;
        for step in &scenario.steps {
            if go == Go::ToEnd {
                self.record(step, Verdict::NotRun, self.now(), false);
                continue;
            }
            let begin = self.now();
            let (verdict, next) =
                if self.stop.is_pulled() { self.interrupted(step) } else { self.step(step).await };
            // Some failures let the story go on.
            if verdict != Verdict::Passed {
                self.diagnose().await;
            }
            self.record(step, verdict, begin, false);
            worst = worst.max(verdict);
            go = next;
        }
        worst
    }

    /// One step; what is wrong with it is among the findings afterwards.
    pub(super) async fn step(&mut self, step: &Step) -> (Verdict, Go) {
        if step.needs.is_empty() {
            return self.do_step(step).await;
        }
        match self.uncaptured(step) {
            Some(missing) => missing,
            None => match step.filled(&self.captured) {
                Ok(filled) => self.do_step(&filled).await,
                Err(why) => self.failed_act(step, Failure::Unfit(why)),
            },
        }
    }

    async fn do_step(&mut self, step: &Step) -> (Verdict, Go) {
        match &step.kind {
            StepKind::Expect(expect) => {
                self.acts.observed = true;
                self.expect(step, expect).await
            }
            StepKind::Never(never) => {
                self.acts.observed = true;
                self.never(step, never).await
            }
            StepKind::Look(look) => {
                self.acts.observed = true;
                self.look(step, look).await
            }
            StepKind::Repeat(repeat) => self.repeat(step, repeat).await,
            StepKind::Apply(apply) => self.apply(step, apply).await,
            StepKind::Activate { contact, channel } => self.activate(step, contact, *channel),
            StepKind::Fault(faults) => {
                self.say(MomentKind::Act, step.kind.to_string());
                match self.inject(faults) {
                    Ok(()) => (Verdict::Passed, Go::On),
                    Err(failure) => self.failed_act(step, failure),
                }
            }
            StepKind::Advance(passage) => {
                self.say(MomentKind::Act, step.kind.to_string());
                let wait = self.until(between(self.now(), passage.end(self.now())));
                self.cloud.pass_to(wait.end, &self.stop).await;
                if self.stop.is_pulled() && self.now() < wait.end {
                    // A wait that was called off has shown nothing.
                    self.interrupted(step)
                } else if wait.is_cut {
                    self.timed_out(step)
                } else {
                    (Verdict::Passed, Go::On)
                }
            }
            _ => {
                self.begin_act(&step.kind);
                match self.act_on_record(step).await {
                    Ok(answer) => self.capture(step, &step.capture, &answered(answer)),
                    Err(failure) => self.failed_act(step, failure),
                }
            }
        }
    }

    pub(super) fn begin_act(&mut self, kind: &StepKind) {
        if self.acts.observed || self.acts.texts.is_empty() {
            let journal = self.cloud.journal_len();
            self.acts = Acts { texts: Vec::new(), journal, since: self.now(), observed: false };
        }
        self.acts.texts.push(kind.to_string());
        self.timeline.begin(self.now());
        self.say(MomentKind::Act, kind.to_string());
    }

    pub(super) fn failed_act(&mut self, step: &Step, failure: Failure) -> (Verdict, Go) {
        let finding = match failure {
            Failure::Refused(error) => {
                let finding = finding::refused(self.scenario, step.span, &error, None);
                match self.struck(&error) {
                    Some(strike) => finding::struck(finding, &strike),
                    None => finding,
                }
            }
            Failure::Other(what, help) => Diagnostic::error("live::cannot-go-on", what)
                .at(&self.scenario.source, step.span, "in this step")
                .help(help),
            Failure::Unfit(why) => Diagnostic::error("scenario::bad-value", why)
                .at(&self.scenario.source, step.span, "in this step")
                .help("capture less, with a narrower expression"),
            Failure::Interrupted => finding::interrupted(self.scenario, step.span),
            Failure::Unknown(what) => Diagnostic::error("scenario::unknown-name", what)
                .at(&self.scenario.source, step.span, "in this step")
                .help("the step that should have made it did not run"),
        };
        self.say(MomentKind::Broken, format!("{}: {}", step.kind, finding.message));
        self.findings.push(finding);
        (Verdict::Errored, Go::ToEnd)
    }

    /// Somebody wants the run to end: the story ends here, and `finally` still comes.
    pub(super) fn interrupted(&mut self, step: &Step) -> (Verdict, Go) {
        // What nobody has told of yet went on as the spec says, as far as is known.
        self.cloud.conclude();
        let finding = finding::interrupted(self.scenario, step.span);
        self.say(MomentKind::Broken, finding.message.clone());
        self.findings.push(finding);
        (Verdict::Errored, Go::ToEnd)
    }

    async fn cleanup(&mut self) -> Verdict {
        let scenario = self.scenario;
        let mut worst = Verdict::Passed;
        self.told = self.findings.len();
        // What is to be done in any case is not interrupted.
        self.stop = Stop::default();
        self.cloud.client = self.cloud.client.clone().with_stop(&self.stop);
        for step in &scenario.finally {
            let begin = self.now();
            self.deadline = None;
            self.timeline.clean_up();
            let verdict = match self.tidy_up(step).await {
                Some(verdict) => verdict,
                None => self.step(step).await.0,
            };
            if verdict != Verdict::Passed {
                self.diagnose().await;
            }
            self.record(step, verdict, begin, true);
            worst = worst.max(verdict);
        }
        worst
    }

    /// With `strict`: each message that no step took.
    async fn untaken(&mut self) -> Verdict {
        // What cannot be asked for now was not there a moment ago.
        self.cloud.collect(&mut self.mailboxes, self.began).await.ok();
        let mut verdict = Verdict::Passed;
        for (robot, mailbox) in &self.mailboxes {
            let left = mailbox.waiting(&[]);
            let Some(first) = left.first().and_then(|place| mailbox.letters().get(*place)) else { continue };
            verdict = Verdict::Failed;
            self.findings.push(super::tell::untaken(self.scenario, robot, left.len(), first));
        }
        if verdict == Verdict::Failed {
            self.say(MomentKind::Broken, "strict: messages are left that no step took".to_owned());
        }
        verdict
    }

    /// The scenario's time was over in a step.
    pub(super) fn timed_out(&mut self, step: &Step) -> (Verdict, Go) {
        if let Some(timeout) = &self.scenario.timeout {
            let left = self.scenario.steps.len().saturating_sub(self.steps.len() + 1);
            let finding = finding::timed_out(self.scenario, step.span, timeout, left);
            self.say(MomentKind::Broken, format!("{}: {}", step.kind, finding.message));
            self.findings.push(finding);
        }
        (Verdict::Failed, Go::ToEnd)
    }

    fn record(&mut self, step: &Step, verdict: Verdict, begin: Timestamp, cleanup: bool) {
        self.ended = self.failed_at.take().unwrap_or_else(|| self.now());
        self.steps.push(StepOutcome {
            text: step.kind.to_string(),
            line: self.scenario.source.line(step.listed.offset),
            cleanup,
            verdict,
            took: between(begin, self.ended),
            real_time: std::mem::replace(&mut self.watch, Stopwatch::start()).elapsed(),
            findings: self.told..self.findings.len(),
            evidence: self.evidence.take(),
            unjudged: std::mem::take(&mut self.unjudged),
            latencies: std::mem::take(&mut self.latencies),
        });
        self.told = self.findings.len();
    }

    /// What the steps came to so far.
    pub(super) fn steps(&self) -> &[StepOutcome] {
        &self.steps
    }

    pub(super) fn now(&self) -> Timestamp {
        self.cloud.now()
    }

    /// A wait that begins now; it ends with the scenario's time if that is earlier.
    pub(super) fn until(&self, duration: Duration) -> Wait {
        self.cloud.attend();
        let end = later(self.now(), duration);
        match self.deadline {
            Some(deadline) if deadline < end => Wait { end: deadline.max(self.now()), is_cut: true },
            _ => Wait { end, is_cut: false },
        }
    }

    /// Adds a line of the story to the timeline.
    pub(super) fn say(&mut self, kind: MomentKind, text: String) {
        self.timeline.say(self.point(), kind, text);
    }

    /// Where the story is.
    pub(super) fn point(&self) -> Point {
        Point { at: self.now(), journal: self.cloud.journal_len() }
    }

    pub(super) fn taker(&self, step: &Step) -> Taker {
        Taker { line: self.scenario.source.line(step.listed.offset), text: step.kind.to_string() }
    }
}

/// The answer of an act as matchers see it.
fn answered(body: Value) -> MessageView {
    MessageView { text: body.to_string(), body }
}

/// An instant so much later, at most the end of time.
pub(super) fn later(at: Timestamp, duration: Duration) -> Timestamp {
    at.checked_add(duration).unwrap_or(Timestamp::MAX)
}
