//! Acts on the real cloud: each in the journal before it is done, none done twice because its answer was
//! lost, and all undone at the end.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    acts::Failure,
    rows::{self, Since},
    story::{Story, later},
};
use crate::{
    clock::Timestamp,
    diagnostic::Diagnostic,
    openapi::{ApiError, ErrorKind},
    report::{MomentKind, Verdict},
    scenario::{
        Step, StepKind,
        live::{Act, Answered, Line, Simulated, Touched, instance, instance_of, lacking, still_open},
    },
};

/// How often an act is tried whose answer is lost and that had no effect.
const ATTEMPTS: u32 = 3;
/// How long the effect of an act without an answer is waited for.
const EFFECT: Duration = Duration::from_secs(30);
/// How often it is looked for.
const EACH: Duration = Duration::from_secs(3);

impl Story<'_> {
    /// Does an act; on the real cloud as one that may be interrupted at any moment.
    pub(super) async fn act_on_record(&mut self, step: &Step) -> Result<Value, Failure> {
        self.still_allowed(&step.kind).await?;
        let Some(number) = self.intend(step)? else { return self.act(&step.kind).await };
        let began = self.now();
        let mut attempt = 1;
        let outcome = loop {
            let outcome = self.act(&step.kind).await;
            let Err(Failure::Refused(error)) = &outcome else { break outcome };
            // With an answer that is a refusal nothing was done, unless an earlier attempt did it.
            if error.kind == ErrorKind::Interrupted || !(error.retryable() || attempt > 1) {
                break outcome;
            }
            if let Some(answer) = self.was_done(&step.kind, began).await {
                break Ok(answer);
            }
            if attempt == ATTEMPTS || !error.retryable() {
                break outcome;
            }
            attempt += 1;
        };
        self.answered(number, &outcome)?;
        outcome
    }

    /// Looks once more, right before an act on the real cloud, whether its instance carries the tag: it may
    /// have lost it since the run was agreed to.
    async fn still_allowed(&self, kind: &StepKind) -> Result<(), Failure> {
        let Some((name, live)) = instance_of(kind).zip(self.cloud.live()) else { return Ok(()) };
        let Some(touched) = live.touched.get(name).filter(|_| !matches!(kind, StepKind::SendEvent(_))) else {
            return Ok(());
        };
        // An instance that is not there any more is the act's to say.
        let found = instance(&self.cloud.client, &touched.region, &touched.id).await?;
        match found.and_then(|found| lacking(&found, matches!(kind, StepKind::Release { .. }))) {
            None => Ok(()),
            Some(why) => Err(Failure::Other(
                format!("instance `{name}` ({}) is not touched any more: {why}", touched.id),
                "somebody took the tag away during the run; set it again, if the instance may be touched",
            )),
        }
    }

    /// Writes down what is about to be done; `None` where nothing is lost when it is not.
    fn intend(&self, step: &Step) -> Result<Option<u64>, Failure> {
        let Some(live) = self.cloud.live() else { return Ok(None) };
        let touched = instance_of(&step.kind)
            // A test event leaves its instance as it is.
            .filter(|_| !matches!(step.kind, StepKind::SendEvent(_)))
            .and_then(|name| Some((name, live.touched.get(name)?)));
        let act = Act {
            number: 0,
            at: self.now(),
            scenario: format!("{}: {}", self.scenario.file(), self.scenario.name.value),
            line: self.scenario.source.line(step.listed.offset),
            act: step.kind.to_string(),
            on: touched.map(|(name, touched)| Touched {
                instance: touched.id.clone(),
                name: name.to_owned(),
                region: touched.region.clone(),
                stopped_mode: touched.stopped_mode.clone(),
                was: Some(touched.was.clone()),
            }),
            simulates: match &step.kind {
                StepKind::Simulate { event, .. } => Some(event.clone()),
                _ => None,
            },
            releases: matches!(step.kind, StepKind::Release { .. }),
        };
        let number = live.run.ledger.intend(act).map_err(|error| {
            let what = format!("nothing is done that cannot be written down first: {error}");
            Failure::Other(what, "make room for the journal, or name another folder with `--journal`")
        })?;
        Ok(Some(number))
    }

    fn answered(&self, number: u64, outcome: &Result<Value, Failure>) -> Result<(), Failure> {
        let Some(live) = self.cloud.live() else { return Ok(()) };
        live.attend();
        let (said, events) = match outcome {
            Ok(answer) => {
                let events = answer["EventIdSet"]["EventId"].as_array().cloned().unwrap_or_default();
                let events = events.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                (answer["RequestId"].as_str().unwrap_or("done").to_owned(), events)
            }
            Err(Failure::Refused(error)) if error.code.is_empty() => ("no answer".to_owned(), Vec::new()),
            Err(Failure::Refused(error)) => (error.code.clone(), Vec::new()),
            Err(Failure::Unknown(_) | Failure::Unfit(_) | Failure::Interrupted | Failure::Other(..)) => {
                ("not called".to_owned(), Vec::new())
            }
        };
        let line = Line::Answered(Answered { number, said, accepted: outcome.is_ok(), events });
        live.run.ledger.write(&line).map_err(|error| {
            Failure::Other(error.to_string(), "make room for the journal; then run `bellcheck sweep`")
        })
    }

    /// Whether an act without an answer had its effect: then as if it had been answered.
    async fn was_done(&mut self, kind: &StepKind, since: Timestamp) -> Option<Value> {
        let until = later(self.now(), EFFECT);
        loop {
            // What cannot be asked for is not known; it is asked again.
            if let Ok(Some(answer)) = self.effect(kind, since).await {
                return Some(answer);
            }
            if self.now() >= until || self.stop.is_pulled() {
                return None;
            }
            self.cloud.pass_to(later(self.now(), EACH), &self.stop).await;
        }
    }

    async fn effect(&mut self, kind: &StepKind, since: Timestamp) -> Result<Option<Value>, ApiError> {
        let id = instance_of(kind).and_then(|name| self.cloud.instances.get(name)).cloned();
        let states: &[&str] = match kind {
            StepKind::Start { .. } => &["Starting", "Running"],
            StepKind::Stop { .. } => &["Stopping", "Stopped"],
            StepKind::Reboot { .. } => &["Stopping", "Stopped", "Starting"],
            StepKind::Release { .. } => {
                let state = self.cloud.instance_state(&id.unwrap_or_default()).await?;
                return Ok(state.is_none().then(|| json!({})));
            }
            StepKind::Simulate { instance, event, name, .. } => {
                let sought = Simulated { event_type: event.clone(), since, ids: Vec::new() };
                let (region, id) = (self.region(instance), id.unwrap_or_default());
                let mut ids = still_open(&self.cloud.client, (&region, Some(&id)), &sought).await?;
                ids.retain(|id| !self.simulated.values().flatten().any(|known| known == id));
                if ids.is_empty() {
                    return Ok(None);
                }
                if let Some(name) = name {
                    self.simulated.insert(name.clone(), ids.clone());
                }
                return Ok(Some(json!({"EventIdSet": {"EventId": ids}})));
            }
            StepKind::SendEvent(event) => {
                let since = Since::at(since);
                let listed = rows::events(&self.cloud.client, since).await?;
                let told = rows::alerts(&self.cloud.client, since, "").await?;
                let is_there = listed.iter().any(|row| row.name == event.name)
                    || told.iter().any(|entry| entry.event_name == event.name);
                return Ok(is_there.then(|| json!({})));
            }
            StepKind::Cancel { name } => {
                let Some(ids) = self.simulated.get(name).cloned() else { return Ok(None) };
                let sought = Simulated { event_type: String::new(), since, ids };
                let open = still_open(&self.cloud.client, (&self.region_of(kind), None), &sought).await?;
                return Ok(open.is_empty().then(|| json!({})));
            }
            _ => return Ok(None),
        };
        let state = self.cloud.instance_state(&id.unwrap_or_default()).await?;
        Ok(state.filter(|state| states.contains(&state.as_str())).map(|_| json!({})))
    }

    /// Undoes what the story did to instances.
    pub(super) async fn restore(&mut self) -> Verdict {
        let Some(live) = self.cloud.live() else { return Verdict::Passed };
        let run = std::sync::Arc::clone(&live.run);
        let mut said = Vec::new();
        let failed = match run.ledger.debts() {
            Ok(debts) => {
                let mut say = |line: String| said.push((run.client.clock().now(), line));
                // What the run itself did it also undoes where the tag is gone: an instance that is left
                // stopped is the worse surprise.
                run.ledger.settle(&self.cloud.client, &debts, &|_, _| Ok(()), &mut say).await.failed
            }
            Err(error) => vec![error.to_string()],
        };
        let journal = self.cloud.journal_len();
        for (at, line) in said {
            let point = super::timeline::Point { at, journal };
            self.timeline.say(point, MomentKind::Act, format!("undone: {line}"));
        }
        if failed.is_empty() {
            return Verdict::Passed;
        }
        self.findings.push(
            Diagnostic::error("live::not-restored", "not everything that the scenario did was undone")
                .at(&self.scenario.source, self.scenario.name.span, failed.join("; "))
                .help(format!("run `bellcheck sweep`: the journal is {}", run.ledger.path().display())),
        );
        Verdict::Errored
    }
}
