//! Which of the scenarios are run, and the record of the last run.

use std::path::Path;

use super::super::{
    Context, args,
    exit::{Exit, Failure},
};
use crate::{
    diagnostic::{Diagnostic, Source, Span},
    partition::Partition,
    report::{RunOutcome, counted},
    scenario::{
        Scenario,
        select::{Facts, Filter, LastRun, partition_key},
    },
};

/// Where the record of the last run is kept, in the working directory.
const LAST_RUN: &str = ".bellcheck/last-run.json";

/// What was asked for.
pub(super) struct Choice {
    filter: Option<Filter>,
    partition: Partition,
    rerun: bool,
    last_run: Option<LastRun>,
}

impl Choice {
    /// Reads the expression, and the record of the last run if that is asked for.
    pub(super) fn new(context: &Context, args: &args::Choice) -> Result<Self, Failure> {
        let filter = args.filter.as_deref().map(filter).transpose()?;
        let mut choice = Self {
            filter,
            partition: args.partition.unwrap_or(Partition::WHOLE),
            rerun: args.rerun.is_some(),
            last_run: None,
        };
        if choice.rerun || choice.filter.as_ref().is_some_and(Filter::asks_last_run) {
            let last_run = LastRun::read(Path::new(LAST_RUN)).map_err(|fault| {
                Failure::new(
                    Exit::Input,
                    "test::last-run",
                    format!("the record of the last run cannot be read: {LAST_RUN}: {fault}"),
                    "remove it, and run all scenarios once",
                )
            })?;
            choice.last_run = Some(last_run.ok_or_else(|| {
                let help = if context.environment.is_ci() {
                    "in CI (`CI=true`) no record is kept: choose by name, tag or file, or carry the file over from another run"
                } else {
                    "run the scenarios here once: the first that does not pass is noted there"
                };
                Failure::new(
                    Exit::Input,
                    "test::no-last-run",
                    format!("nothing is known of a last run: there is no {LAST_RUN}"),
                    help,
                )
            })?);
        }
        Ok(choice)
    }

    /// The scenarios that were asked for, in their order. None is a mistake of the expression, and
    /// none for a part or for what failed.
    pub(super) fn of(&self, context: &Context, all: Vec<Scenario>) -> Result<Vec<Scenario>, Failure> {
        let count = all.len();
        let fits = |scenario: &Scenario| {
            let facts = Facts { scenario, last_run: self.last_run.as_ref() };
            self.filter.as_ref().is_none_or(|filter| filter.holds(facts))
                && (!self.rerun || Filter::Failed.holds(facts))
        };
        let unknown = self.last_run.iter().map(|run| all.iter().filter(|one| !run.knows(one)).count()).sum();
        let fitting: Vec<Scenario> = all.into_iter().filter(fits).collect();
        if fitting.len() < count || self.filter.is_some() || self.rerun {
            let share = format!("{} of {}", fitting.len(), counted(count, "scenario"));
            context.console.talk(&format!("chosen: {share}"));
        }
        if unknown > 0 {
            context
                .console
                .talk(&format!("{} not in the record of the last run", counted(unknown, "scenario")));
        }
        if fitting.is_empty() {
            if self.rerun && self.filter.is_none() {
                context
                    .console
                    .talk("nothing to run again: no scenario of these failed when it was run last");
                return Ok(fitting);
            }
            return Err(Failure::new(
                Exit::Input,
                "test::nothing",
                format!("the filter chooses none of {}", counted(count, "scenario")),
                "`bellcheck test --list` shows their names, tags and files",
            ));
        }
        let part = |scenario: &Scenario| self.partition.holds(&partition_key(scenario));
        let total = fitting.len();
        let chosen: Vec<Scenario> = fitting.into_iter().filter(part).collect();
        if self.partition != Partition::WHOLE {
            let share = format!("{} of {}", chosen.len(), counted(total, "scenario"));
            let empty = if chosen.is_empty() { "; nothing is to be run here" } else { "" };
            context.console.talk(&format!("part {}: {share}{empty}", self.partition));
        }
        Ok(chosen)
    }

    /// What is to be said where none of so many scenarios was chosen and that is no fault.
    pub(super) fn nothing(&self, all: usize) -> Diagnostic {
        let why = if self.partition == Partition::WHOLE {
            format!("0 of {} failed when they were run last", counted(all, "scenario"))
        } else {
            format!("part {} has 0 of {}", self.partition, counted(all, "scenario"))
        };
        Diagnostic::warning("test::nothing", format!("{why}: none was run"))
    }

    /// Notes what each scenario came to. A folder in which all passed so far is left as it is, and in
    /// CI nothing is written.
    pub(super) fn remember(&self, context: &Context, scenarios: &[Scenario], outcome: &RunOutcome) {
        if context.environment.is_ci() {
            return;
        }
        let path = Path::new(LAST_RUN);
        // One that cannot be read is begun anew.
        let known = LastRun::read(path).ok().flatten();
        let is_known = known.is_some();
        let mut last_run = known.unwrap_or_default();
        last_run.learn(scenarios, outcome);
        if !is_known && !last_run.any_failed() {
            return;
        }
        if let Err(error) = last_run.write(path) {
            context.console.findings(&[Diagnostic::warning(
                "test::last-run",
                format!("the record of this run could not be written: {error}"),
            )
            .help("`--rerun failed` will not know of it")]);
        }
    }
}

fn filter(text: &str) -> Result<Filter, Failure> {
    Filter::parse(text).map_err(|error| {
        // With a blank behind it, so that its end is a place too.
        let source = Source::new("--filter", &format!("{text} "));
        let len = text.get(error.offset..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        let finding = Diagnostic::error("test::filter", "the filter is not understood")
            .at(&source, Span { offset: error.offset, len }, error.message)
            .help("write, for example: tag(smoke) & !name(~silence) | failed()");
        Failure::invalid(vec![finding])
    })
}
