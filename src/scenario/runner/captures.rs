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
                    self.broke(step, self.point(), finding);
                    return (Verdict::Failed, Go::ToEnd);
                }
            }
        }
        (Verdict::Passed, Go::On)
    }

    /// A step under `finally` that names a value which the story did not get as far as to capture is not
    /// done: there is nothing to tidy up. Steps of the story follow the one that captures.
    pub(super) fn uncaptured(&mut self, step: &Step) -> Option<(Verdict, Go)> {
        let name = step.needs.iter().find(|name| !self.captured.has(name))?;
        let text = format!("{}: not done, since `${{{name}}}` was not captured", step.kind);
        self.say(MomentKind::Passed, text);
        Some((Verdict::NotRun, Go::On))
    }
}
