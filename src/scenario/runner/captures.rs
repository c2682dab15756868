//! `capture`: values for later steps.

use super::story::{Go, Story};
use crate::{
    diagnostic::Diagnostic,
    report::{MomentKind, Verdict},
    scenario::{Step, capture::Capture, explain::quote, matcher::MessageView},
};

impl Story<'_> {
    /// Takes values from what a step found.
    pub(super) fn capture(&mut self, step: &Step, captures: &[Capture], view: &MessageView) -> (Verdict, Go) {
        for Capture { name, from } in captures {
            match from.take(view) {
                Ok(value) => self.captured.set(&name.value, value),
                Err(why) => {
                    let finding = Diagnostic::error(
                        "scenario::nothing-captured",
                        format!("there is no value to capture as `{}`", name.value),
                    )
                    .at(&self.scenario.source, name.span, why)
                    .help(format!("mend where it is taken from, which is this:\n{}", quote(&view.text, 12)));
                    self.broke(step, self.now(), finding);
                    return (Verdict::Failed, Go::ToEnd);
                }
            }
        }
        (Verdict::Passed, Go::On)
    }

    /// The first value that a step needs and that no step captured.
    pub(super) fn uncaptured(&mut self, step: &Step) -> Option<(Verdict, Go)> {
        let name = step.needs.iter().find(|name| !self.captured.has(name))?;
        let finding = Diagnostic::error("scenario::not-captured", format!("`${{{name}}}` was not captured"))
            .at(&self.scenario.source, step.span, "needed here")
            .help("the step that captures it did not get that far");
        self.say(MomentKind::Broken, format!("{}: {}", step.kind, finding.message));
        self.findings.push(finding);
        Some((Verdict::Errored, Go::ToEnd))
    }
}
