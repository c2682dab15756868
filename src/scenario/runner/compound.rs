//! `repeat`, `apply` and `activate`.

use std::sync::Arc;

use super::{
    acts::Failure,
    provide::{Unprovided, provide},
    setup::declare,
    story::{Go, Story},
};
use crate::{
    diagnostic::Diagnostic,
    provision::Options,
    report::{MomentKind, Verdict},
    scenario::{
        Step,
        explain::between,
        mailbox::Mailbox,
        step::{Apply, Repeat},
    },
};

impl Story<'_> {
    /// Does steps again and again; the first that does not hold ends it.
    pub(super) async fn repeat(&mut self, step: &Step, repeat: &Repeat) -> (Verdict, Go) {
        for round in 1..=repeat.times {
            let begin = self.now();
            for inner in &repeat.steps {
                let (verdict, go) = if self.stop.is_pulled() {
                    self.interrupted(inner)
                } else {
                    Box::pin(self.step(inner)).await
                };
                if verdict != Verdict::Passed || go == Go::ToEnd {
                    self.say(MomentKind::Broken, format!("{}: it ended in round {round}", step.kind));
                    return (verdict, go);
                }
            }
            if let Some(every) = repeat.every
                && round < repeat.times
            {
                let wait = self.until(every.saturating_sub(between(begin, self.now())));
                self.cloud.pass_to(wait.end, &self.stop).await;
                if wait.is_cut {
                    return self.timed_out(step);
                }
            }
        }
        (Verdict::Passed, Go::On)
    }

    /// Makes the account match another spec: what the stack owned and the new spec does not have goes.
    pub(super) async fn apply(&mut self, step: &Step, apply: &Apply) -> (Verdict, Go) {
        self.begin_act(&step.kind);
        apply.spec.teach(&mut self.redactor);
        if let Err(why) = declare(&mut self.cloud, &apply.spec) {
            return self.failed_act(step, Failure::Unknown(why));
        }
        for robot in self.cloud.tokens.keys() {
            if !self.mailboxes.contains_key(robot) {
                self.mailboxes.insert(robot.clone(), Mailbox::default());
            }
        }
        let options = Options { adopt: false, prune: true, force: true };
        let provided = provide(&self.cloud, &apply.spec, &options).await;
        match provided {
            Ok(()) => {
                self.spec = Arc::clone(&apply.spec);
                (Verdict::Passed, Go::On)
            }
            Err(Unprovided::Refused(error, _)) => self.failed_act(step, Failure::Refused(error)),
            Err(other) => {
                let findings = other.findings(self.scenario, step.span);
                for finding in findings {
                    self.say(MomentKind::Broken, format!("{}: {}", step.kind, finding.message));
                    self.findings.push(finding);
                }
                (Verdict::Errored, Go::ToEnd)
            }
        }
    }

    /// Opens the links that a contact was sent.
    pub(super) fn activate(
        &mut self,
        step: &Step,
        contact: &str,
        channel: Option<&'static str>,
    ) -> (Verdict, Go) {
        self.begin_act(&step.kind);
        let Some(emulator) = self.cloud.emulator() else {
            return self.failed_act(step, Failure::elsewhere());
        };
        let account = self.cloud.account.clone();
        let was_pending = emulator.with(|world| world.activate_channel(&account, contact, channel));
        if was_pending {
            return (Verdict::Passed, Go::On);
        }
        let what = channel.map_or_else(|| "channel".to_owned(), |channel| format!("{channel} channel"));
        let finding = Diagnostic::error(
            "scenario::nothing-to-activate",
            format!("contact `{contact}` has no {what} that waits for its activation"),
        )
        .at(&self.scenario.source, step.span, "in this step")
        .help("give the contact `email` or `phone` in the spec; with the switch `activation: immediate` nothing waits");
        self.say(MomentKind::Broken, format!("{}: {}", step.kind, finding.message));
        self.findings.push(finding);
        (Verdict::Errored, Go::ToEnd)
    }
}
