//! What became of a plan, as a reader sees it.

use std::fmt;

use super::apply::{ApplyReport, Outcome, Step};
use super::plan::Action;
use crate::diagnostic::visible_line;

impl fmt::Display for Step {
    /// `created contact duty-engineer (PutContact)`, or what went wrong in its stead. A rule and its targets
    /// are written by calls of their own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, operation, .. } = self;
        let name = visible_line(&self.name);
        match &self.outcome {
            Outcome::Done => {
                let done = match self.action {
                    Action::Create => "created",
                    Action::Update => "changed",
                    Action::Delete => "deleted",
                };
                let of = if operation.contains("Targets") { "targets of " } else { "" };
                write!(f, "{done} {of}{kind} {name} ({operation})")
            }
            Outcome::Failed(error) => write!(f, "failed {kind} {name}: {error}"),
            Outcome::Interrupted => write!(f, "not tried {kind} {name} ({operation}): stopped before it"),
            Outcome::NotTried { kind: broken, name: of } => {
                let of = visible_line(of);
                write!(f, "not tried {kind} {name} ({operation}): {broken} {of} is not as planned")
            }
        }
    }
}

/// The report after the last step: every call that failed, with what to do about it, or that was not
/// tried, and a sum. An object may take several calls, so calls are counted.
#[must_use]
pub fn render_report(report: &ApplyReport) -> String {
    let mut out = String::new();
    for step in report.failed.iter().chain(&report.not_tried) {
        out.push_str(&format!("! {step}\n"));
        if let Outcome::Failed(error) = &step.outcome {
            out.push_str(&format!("    {}\n", error.remedy()));
        }
    }
    out.push_str(&format!(
        "Applied: {} done, {} failed, {} not tried\n",
        calls(report.done.len()),
        report.failed.len(),
        report.not_tried.len()
    ));
    if report.not_tried.iter().any(|step| step.outcome == Outcome::Interrupted) {
        out.push_str(
            "Stopped. What was under way has ended; run the command again, and it continues from here\n",
        );
    }
    out
}

fn calls(count: usize) -> String {
    if count == 1 { "1 call".to_owned() } else { format!("{count} calls") }
}
