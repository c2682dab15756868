//! `expect` and `never`: waiting is advancing the world to the next thing due.

use std::time::Duration;

use super::{
    acts::Failure,
    finding,
    story::{Go, Story, later},
    timeline::Point,
};
use crate::{
    clock::{Timestamp, human_duration},
    diagnostic::Diagnostic,
    report::{Evidence as Known, MomentKind, Verdict, counted},
    routing::can_reach,
    scenario::{
        Step, StepKind,
        explain::{self, Evidence, Shortfall, between},
        live::instance_of,
        mailbox::{Letter, Mailbox},
        matcher::Matcher,
        model::{Count, Expect, Never},
    },
    spec::{Spec, yaml::Spanned},
};

impl Story<'_> {
    pub(super) async fn expect(&mut self, step: &Step, expect: &Expect) -> (Verdict, Go) {
        let started = self.now();
        let limit = self.until(expect.within);
        let robot = expect.robot.value.as_str();
        let enough = match expect.count {
            Count::AtLeast(number) => Some(number),
            Count::Exactly(_) => None,
        };
        let mut found = match self.wait(robot, &expect.message, limit.end, enough).await {
            Ok(found) => found,
            Err(failure) => return self.failed_act(step, failure),
        };
        if found.len() < expect.count.number() && self.required() == Known::Seen {
            found = self.look_for_less(robot, &expect.message);
        }
        let holds = match expect.count {
            Count::AtLeast(number) => found.len() >= number,
            Count::Exactly(number) => found.len() == number,
        };
        let is_over = matches!(expect.count, Count::Exactly(_)) || !holds;
        if limit.is_cut && is_over {
            return self.timed_out(step);
        }
        if !holds {
            // An act's lateness is worth telling; this goes on in a story that has failed already.
            self.diagnose().await;
            let failed_at = self.point();
            if self.cloud.live().is_some() && !self.may_ring(robot) {
                self.cloud.conclude();
                let finding = finding::unreachable(self.scenario, &expect.robot, step.span);
                self.broke(step, failed_at, finding);
                return (Verdict::Failed, Go::ToEnd);
            }
            let late = if found.is_empty() { self.look_on(robot, &expect.message).await } else { None };
            self.cloud.conclude();
            let shortfall = Shortfall { found: &found, late: late.as_ref() };
            let undelivered = self.cloud.live().and_then(|live| live.undelivered(robot));
            let finding = match undelivered.filter(|_| late.is_none()) {
                Some(one) => finding::undelivered(self.scenario, &expect.robot, step.span, &one),
                None => self.evidence(robot, started, |evidence| {
                    explain::expect(&evidence, step.span, expect, shortfall)
                }),
            };
            let finding = match self.cloud.live() {
                Some(live) => finding::known(finding, &live.known(robot, self.acts.journal)),
                None => finding,
            };
            self.broke(step, failed_at, finding);
            return (Verdict::Failed, Go::ToEnd);
        }
        if let Some(every) = &expect.every
            && let Some(finding) = self.too_close(robot, &found, every)
        {
            self.broke(step, self.point(), finding);
            return (Verdict::Failed, Go::ToEnd);
        }
        let taken = match expect.count {
            Count::AtLeast(number) => &found[..number.min(found.len())],
            Count::Exactly(_) => found.as_slice(),
        };
        let taker = self.taker(step);
        let first = self.mailboxes.get_mut(robot).and_then(|mailbox| {
            mailbox.take(taken, &taker);
            taken.first().and_then(|place| mailbox.letters().get(*place)).cloned()
        });
        let took = human_duration(between(started, self.now()));
        let known = self.known_by(robot, taken);
        let how = known.map(|evidence| format!("; {}", evidence.phrase())).unwrap_or_default();
        let is_judged = known.is_none_or(|evidence| evidence == Known::Captured);
        let not = if is_judged { String::new() } else { not_judged(expect) };
        self.say(MomentKind::Held, format!("{}: after {took}{how}{not}", step.kind));
        self.unjudged = if is_judged { 0 } else { expect.message.len() };
        if let Some(weak) = known.filter(|evidence| *evidence < self.required()) {
            let finding = finding::weak(self.scenario, step.span, weak);
            self.broke(step, self.point(), finding);
            return (Verdict::Failed, Go::ToEnd);
        }
        let Some(first) = first else { return (Verdict::Passed, Go::On) };
        // Nobody saw when a message arrived that nobody captured.
        if first.evidence == Known::Captured {
            self.measure(&first);
        }
        let (captured, go) = self.capture(step, &expect.capture, &first.view);
        let compared = match &expect.snapshot {
            Some(expected) => self.check_snapshot(step, expected, &first),
            None => Verdict::Passed,
        };
        (captured.max(compared), go)
    }

    /// Whether a rule of the spec that is switched on leads to a robot.
    fn may_ring(&self, robot: &str) -> bool {
        let mut spec = Spec::clone(&self.spec);
        spec.rules.retain(|_, rule| rule.enabled);
        can_reach(&spec, robot)
    }

    /// Whether waiting makes sense on the real cloud: somebody may want the run to end, and an instance may
    /// be gone.
    pub(super) fn may_go_on(&self) -> Result<(), Failure> {
        if self.cloud.live().is_some() && self.stop.is_pulled() {
            return Err(Failure::Interrupted);
        }
        self.gone().map_or(Ok(()), Err)
    }

    /// An instance that somebody else released while the story goes on.
    fn gone(&self) -> Option<Failure> {
        let released = |step: &Step| matches!(step.kind, StepKind::Release { .. });
        let name = self.cloud.live()?.gone()?;
        let is_ours =
            self.scenario.all_steps().any(|step| released(step) && instance_of(&step.kind) == Some(&name));
        let what = format!("instance `{name}` is not there any more: somebody released it");
        (!is_ours).then_some(Failure::Other(what, "bind an instance that nobody else touches"))
    }

    /// By what must be known at least that a message came.
    fn required(&self) -> Known {
        self.scenario.require.as_ref().map_or(Known::Notified, |required| required.value)
    }

    /// By what is known that these messages came; none where all is seen.
    fn known_by(&mut self, robot: &str, taken: &[usize]) -> Option<Known> {
        self.cloud.live()?;
        let letters = self.mailboxes.get(robot)?.letters();
        self.evidence =
            taken.iter().filter_map(|place| letters.get(*place)).map(|letter| letter.evidence).min();
        self.evidence
    }

    /// Messages that nothing but their events tell of.
    fn look_for_less(&mut self, robot: &str, matchers: &[Matcher]) -> Vec<usize> {
        let Some(mailbox) = self.mailboxes.get_mut(robot) else { return Vec::new() };
        let seen = self.cloud.live().map(|live| live.only_seen(robot)).unwrap_or_default();
        seen.into_iter().for_each(|letter| mailbox.receive(letter));
        mailbox.waiting(matchers)
    }

    /// The first two messages that are closer together than `every`.
    fn too_close(&self, robot: &str, found: &[usize], every: &Spanned<Duration>) -> Option<Diagnostic> {
        let letters = self.mailboxes.get(robot)?.letters();
        let times: Vec<Timestamp> =
            found.iter().filter_map(|place| letters.get(*place)).map(|letter| letter.at).collect();
        let pair = times.windows(2).find_map(|pair| match pair {
            [one, other] if between(*one, *other) < every.value => Some((*one, *other)),
            _ => None,
        });
        let (one, other) = pair?;
        let offset = |at| human_duration(between(self.timeline.origin(), at));
        Some(
            Diagnostic::error(
                "scenario::too-close",
                format!(
                    "two messages at robot `{robot}` are {} apart, not {}",
                    human_duration(between(one, other)),
                    human_duration(every.value)
                ),
            )
            .at(&self.scenario.source, every.span, format!("came at +{} and +{}", offset(one), offset(other)))
            .help("set `silence` of the rule so that it tells less often, or lower `every`"),
        )
    }

    pub(super) async fn never(&mut self, step: &Step, never: &Never) -> (Verdict, Go) {
        let started = self.now();
        let limit = self.until(never.duration);
        let robot = never.robot.value.as_str();
        let found = match self.wait(robot, &never.message, limit.end, Some(1)).await {
            Ok(found) => found,
            Err(failure) => return self.failed_act(step, failure),
        };
        let letter = found.first().and_then(|place| {
            self.mailboxes.get(robot).and_then(|mailbox| mailbox.letters().get(*place)).cloned()
        });
        let Some(letter) = letter else {
            if limit.is_cut {
                return self.timed_out(step);
            }
            self.say(MomentKind::Held, step.kind.to_string());
            return (Verdict::Passed, Go::On);
        };
        let finding =
            self.evidence(robot, started, |evidence| explain::never(&evidence, step.span, never, &letter));
        self.broke(step, self.point(), finding);
        (Verdict::Failed, Go::ToEnd)
    }

    /// A step did not hold at a point that may be over by now.
    pub(super) fn broke(&mut self, step: &Step, at: Point, finding: Diagnostic) {
        let headline = finding.message.clone();
        self.failed_at = Some(at.at);
        self.timeline.say(at, MomentKind::Broken, format!("{}: {headline}", step.kind));
        self.findings.push(finding);
    }

    /// Advances until `enough` untaken messages fit, or to the end; their places in the mailbox.
    async fn wait(
        &mut self,
        robot: &str,
        matchers: &[Matcher],
        end: Timestamp,
        enough: Option<usize>,
    ) -> Result<Vec<usize>, Failure> {
        loop {
            self.cloud.collect(&mut self.mailboxes, self.began).await?;
            let found =
                self.mailboxes.get(robot).map(|mailbox| mailbox.waiting(matchers)).unwrap_or_default();
            if enough.is_some_and(|enough| found.len() >= enough) || self.now() >= end {
                return Ok(found);
            }
            self.may_go_on()?;
            // Nothing will come, so that nobody waits for it.
            if self.cloud.live().is_some() && enough.is_some() && !self.may_ring(robot) {
                return Ok(found);
            }
            self.cloud.pass(end, &self.stop).await;
        }
    }

    /// The first message that fits and comes after the end, as long as is looked on.
    async fn look_on(&mut self, robot: &str, matchers: &[Matcher]) -> Option<Letter> {
        let over = self.now();
        let end = later(over, self.cloud.patience());
        let known = self.mailboxes.get(robot).map_or(0, |mailbox| mailbox.letters().len());
        self.cloud.attend();
        while self.cloud.pass_on(end, &self.stop).await {
            self.cloud.collect(&mut self.mailboxes, self.began).await.ok()?;
            let Some(mailbox) = self.mailboxes.get(robot) else { break };
            let new = mailbox.waiting(matchers).into_iter().find(|place| *place >= known);
            if let Some(letter) = new.and_then(|place| mailbox.letters().get(place)) {
                // What is told of so late has not arrived before: its robot had not answered.
                let at = if letter.at > over { letter.at } else { self.now() };
                return Some(Letter { at, ..letter.clone() });
            }
        }
        None
    }

    pub(super) fn evidence<T>(
        &self,
        robot: &str,
        started: Timestamp,
        judge: impl FnOnce(Evidence<'_>) -> T,
    ) -> T {
        self.cloud.journal(|journal| {
            judge(Evidence {
                source: &self.scenario.source,
                spec: &self.spec,
                entries: journal.get(self.acts.journal..).unwrap_or_default(),
                acts: &self.acts.texts,
                letters: self.mailboxes.get(robot).map(Mailbox::letters).unwrap_or_default(),
                since: self.acts.since,
                origin: self.timeline.origin(),
                started,
            })
        })
    }
}

/// What of an expectation nobody could judge, since nobody saw the message.
fn not_judged(expect: &Expect) -> String {
    match expect.message.len() {
        0 => String::new(),
        number => format!("; not judged: {}", counted(number, "matcher")),
    }
}
