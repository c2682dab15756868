//! `expect_event`, `expect_alert`, `expect_request` and `expect_outbox`.

use super::{
    acts::Failure,
    story::{Go, Story, later},
};
use crate::{
    clock::{Timestamp, human_duration},
    report::{MomentKind, Verdict},
    scenario::{
        Step,
        explain::{self, Missed, between},
        look::Look,
        model::Count,
        sighting::Sightings,
    },
};

impl Story<'_> {
    pub(super) async fn look(&mut self, step: &Step, look: &Look) -> (Verdict, Go) {
        let noun = look.at.noun();
        let mut seen = Sightings::after(self.taken.shift_remove(noun).unwrap_or_default());
        let came_to = self.look_at(step, look, &mut seen).await;
        self.taken.insert(noun, seen.into_taken());
        came_to.unwrap_or_else(|failure| self.failed_act(step, failure))
    }

    async fn look_at(
        &mut self,
        step: &Step,
        look: &Look,
        seen: &mut Sightings,
    ) -> Result<(Verdict, Go), Failure> {
        let started = self.now();
        let limit = self.until(look.within);
        let enough = match look.count {
            Count::AtLeast(number) => Some(number),
            Count::Exactly(_) => None,
        };
        let found = self.await_sightings(look, seen, limit.end, enough).await?;
        let holds = match look.count {
            Count::AtLeast(number) => found.len() >= number,
            Count::Exactly(number) => found.len() == number,
        };
        if limit.is_cut && (enough.is_none() || !holds) {
            return Ok(self.timed_out(step));
        }
        if !holds {
            self.diagnose().await;
            let failed_at = self.point();
            let known = seen.all().len();
            if found.is_empty() {
                self.look_on_for(look, seen).await?;
            }
            self.cloud.conclude();
            let late = seen.waiting(&look.matchers).into_iter().find(|place| *place >= known);
            let late = late.map(|late| (late, self.now()));
            let all = seen.all();
            let missed = Missed { look, seen: &all, known, found: &found, late };
            let finding = self.evidence("", started, |evidence| explain::look(&evidence, step.span, &missed));
            self.broke(step, failed_at, finding);
            return Ok((Verdict::Failed, Go::ToEnd));
        }
        let taken = match look.count {
            Count::AtLeast(number) => found.get(..number).unwrap_or(&found),
            Count::Exactly(_) => found.as_slice(),
        };
        seen.take(taken, &self.taker(step));
        let took = human_duration(between(started, self.now()));
        self.say(MomentKind::Held, format!("{}: after {took}", step.kind));
        let first = taken.first().and_then(|place| seen.all().get(*place).map(|first| first.view.clone()));
        Ok(match first {
            Some(view) => self.capture(step, &look.capture, &view),
            None => (Verdict::Passed, Go::On),
        })
    }

    /// Advances until enough fit, or to the end.
    async fn await_sightings(
        &mut self,
        look: &Look,
        seen: &mut Sightings,
        end: Timestamp,
        enough: Option<usize>,
    ) -> Result<Vec<usize>, Failure> {
        loop {
            self.gather(&look.at, seen).await?;
            let found = seen.waiting(&look.matchers);
            if enough.is_some_and(|enough| found.len() >= enough) || self.now() >= end {
                return Ok(found);
            }
            if self.cloud.live().is_some() {
                self.cloud.collect(&mut self.mailboxes, self.began).await?;
            }
            self.may_go_on()?;
            self.cloud.pass(end, &self.stop).await;
        }
    }

    /// Looks on after the end, to tell "too late" from "not at all".
    async fn look_on_for(&mut self, look: &Look, seen: &mut Sightings) -> Result<(), Failure> {
        let end = later(self.now(), self.cloud.patience());
        self.cloud.attend();
        while seen.waiting(&look.matchers).is_empty() && self.cloud.pass_on(end, &self.stop).await {
            self.gather(&look.at, seen).await?;
        }
        Ok(())
    }
}
