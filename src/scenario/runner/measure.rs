//! How long the bell took to ring, and whether that was too long.

use super::story::Story;
use crate::{
    clock::human_duration,
    diagnostic::Diagnostic,
    emulator::{ContactVerdict, What},
    report::{Latency, MomentKind, Verdict, counted, percentile},
    scenario::{explain::between, mailbox::Letter},
};

impl Story<'_> {
    /// Measures the message that an `expect` waited for, from the first of the acts before it.
    pub(super) fn measure(&mut self, letter: &Letter) {
        let since = self.acts.since;
        let (mut event, mut notified) = (None, None);
        self.cloud.journal(|journal| {
            for entry in journal.get(self.acts.journal..).unwrap_or_default() {
                let at = between(since, entry.at);
                match &entry.what {
                    What::Event { event: seen } if Some(&seen.id) == letter.event_id.as_ref() => {
                        event = Some(at);
                    }
                    What::Contact { event_id, rule, contact, verdict: ContactVerdict::Sent, .. }
                        if Some(event_id) == letter.event_id.as_ref()
                            && Some(rule) == letter.rule.as_ref()
                            && Some(contact) == letter.contact.as_ref() =>
                    {
                        notified = Some(at);
                    }
                    _ => {}
                }
            }
        });
        self.latencies.push(Latency { event, notified, message: between(since, letter.at) });
    }

    /// Each limit of `slo` that the scenario's messages exceed.
    pub(super) fn judge_slo(&mut self) -> Verdict {
        let scenario = self.scenario;
        let Some(first) = scenario.slo.first() else { return Verdict::Passed };
        let messages = self.latencies();
        if messages.is_empty() {
            self.findings.push(
                Diagnostic::error(
                    "scenario::slo-unmeasured",
                    "there is a limit for messages, and none was measured",
                )
                .at(&scenario.source, first.limit.span, "nothing could exceed this limit")
                .help(if self.cloud.live().is_some() {
                    "on the real cloud a relay measures when a message arrives: name one under `relay` of binds.yaml, or remove `slo`"
                } else {
                    "add an `expect` for a message, or remove `slo`"
                }),
            );
            return Verdict::Failed;
        }
        let mut verdict = Verdict::Passed;
        for slo in &scenario.slo {
            let Some(found) = percentile(&messages, slo.percentile.percent()) else { continue };
            if found <= slo.limit.value {
                continue;
            }
            verdict = Verdict::Failed;
            let (name, limit) = (slo.percentile.name(), human_duration(slo.limit.value));
            let over = messages.iter().filter(|latency| **latency > slo.limit.value).count();
            let slow = self.steps().iter().filter_map(|step| {
                let took = step.latency()?.message;
                (took > slo.limit.value)
                    .then(|| format!("line {}: {} took {}", step.line, step.text, human_duration(took)))
            });
            let slow: Vec<String> = slow.collect();
            let finding = Diagnostic::error(
                "scenario::slo",
                format!("{name} of act to message is {}, and the limit is {limit}", human_duration(found)),
            )
            .at(
                &scenario.source,
                slo.limit.span,
                format!("{over} of {} took longer", counted(messages.len(), "message")),
            )
            .help(format!(
                "{}\nfind out on the timeline which arrow took so long, or raise the limit",
                slow.join("\n")
            ));
            self.say(MomentKind::Broken, format!("slo: {}", finding.message));
            self.findings.push(finding);
        }
        verdict
    }

    fn latencies(&self) -> Vec<std::time::Duration> {
        self.steps().iter().flat_map(|step| &step.latencies).map(|latency| latency.message).collect()
    }
}
