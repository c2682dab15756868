//! `slo`: limits for how long messages took.

use super::story::Story;
use crate::{
    clock::human_duration,
    diagnostic::Diagnostic,
    report::{MomentKind, Verdict, counted},
};

impl Story<'_> {
    /// Judges the times of the messages that the story's steps took; a story that failed has been
    /// judged already.
    pub(super) fn judge_slo(&mut self, so_far: Verdict) -> Verdict {
        let Some(slo) = self.scenario.slo.as_ref().filter(|_| so_far == Verdict::Passed) else {
            return Verdict::Passed;
        };
        let mut times = self.latencies.clone();
        times.sort_unstable();
        let mut verdict = Verdict::Passed;
        for (percentile, limit) in &slo.value.limits {
            let Some(time) = percentile.of(&times).filter(|time| *time > limit.value) else { continue };
            let finding = Diagnostic::error(
                "scenario::slo-missed",
                format!(
                    "{} of the messages is {}, not {} or less",
                    percentile.word,
                    human_duration(time),
                    human_duration(limit.value)
                ),
            )
            .at(
                &self.scenario.source,
                limit.span,
                format!("over {}", counted(times.len(), "expected message")),
            )
            .help("find out in the timeline what took so long, or raise the limit");
            self.say(MomentKind::Broken, format!("slo: {}", finding.message));
            self.findings.push(finding);
            verdict = Verdict::Failed;
        }
        verdict
    }
}
