//! The step `fault`, and how it is told of.

use super::{acts::Failure, story::Story};
use crate::{
    emulator::{Strike, What},
    openapi::ApiError,
    scenario::step::Faults,
};

impl Story<'_> {
    /// Puts faults into the world; they hold for all calls from here on, also the story's own.
    pub(super) fn inject(&mut self, faults: &Faults) -> Result<(), Failure> {
        let Some(emulator) = self.cloud.emulator() else { return Err(Failure::elsewhere()) };
        let mut rules = Vec::new();
        for rule in &faults.rules {
            let token = |robot: String| {
                self.cloud
                    .tokens
                    .get(&robot)
                    .cloned()
                    .ok_or_else(|| Failure::Unknown(format!("there is no robot `{robot}`")))
            };
            rules.push((rule.value.clone().named(token)?, self.scenario.source.line(rule.span.offset)));
        }
        emulator.with(|world| {
            if faults.replaces {
                world.set_faults(Vec::new());
            }
            for (rule, line) in rules {
                world.add_fault_of_line(rule, line);
            }
        });
        Ok(())
    }

    /// The fault that struck a refused call of the last acts: the latest one for its operation.
    pub(super) fn struck(&self, error: &ApiError) -> Option<Strike> {
        self.cloud.journal(|journal| {
            journal.get(self.acts.journal..)?.iter().rev().find_map(|entry| match &entry.what {
                What::Fault(strike) if strike.operation == error.operation => Some((**strike).clone()),
                _ => None,
            })
        })
    }
}
