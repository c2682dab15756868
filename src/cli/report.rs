//! `bellcheck report`

use std::path::Path;

use super::{
    Context,
    args::{Merge, Report, ReportVerb},
    exit::{Exit, Failure},
    input,
};
use crate::{
    files,
    report::fleet::{self, FleetReport, FleetVerdict, MergeError},
};

pub(super) fn run(context: &Context, args: &Report) -> Result<Exit, Failure> {
    match &args.verb {
        ReportVerb::Merge(args) => merge(context, args),
    }
}

fn merge(context: &Context, args: &Merge) -> Result<Exit, Failure> {
    let mut reports = Vec::new();
    for path in &args.files {
        let report = fleet::read(&input::text(path)?).map_err(|fault| {
            Failure::new(
                Exit::Input,
                "report::file",
                format!("{}: {fault}", path.display()),
                "give reports that `bellcheck fleet … --report FILE` wrote",
            )
        })?;
        reports.push(report);
    }
    let whole = fleet::merge(reports, args.allow_missing).map_err(|error| {
        let (exit, help) = match error {
            MergeError::Missing { .. } => (
                Exit::No,
                "look at the logs of those parts and run them again; --allow-missing goes on without them",
            ),
            _ => (Exit::Input, "give each part of one run once"),
        };
        Failure::new(exit, "report::merge", error.to_string(), help)
    })?;
    show(context, &whole, args.out.as_deref(), args.markdown.as_deref())?;
    Ok(exit(&whole, args.check, args.ignore_leftovers))
}

/// Prints a report, and writes it where asked.
pub(super) fn show(
    context: &Context,
    report: &FleetReport,
    json: Option<&Path>,
    markdown: Option<&Path>,
) -> Result<(), Failure> {
    [json, markdown].into_iter().flatten().for_each(|path| context.console.give_away(path));
    context.console.out(&fleet::render(report, context.console.color));
    let texts = [(json, format!("{:#}\n", report.to_json())), (markdown, fleet::markdown(report))];
    for (path, text) in texts {
        let Some(path) = path else { continue };
        files::write_whole(path, context.console.redact(&text).as_bytes()).map_err(|error| {
            Failure::new(Exit::Input, "report::file", error.to_string(), "choose a path that can be written")
        })?;
    }
    Ok(())
}

/// The exit code of a run over a fleet. With `check`, what is to be done is a no, and so is what is left
/// over unless that is ignored.
pub(super) fn exit(report: &FleetReport, check: bool, ignore_leftovers: bool) -> Exit {
    let sum = report.sum();
    let is = |verdict| sum.of(verdict) > 0;
    let stopped = is(FleetVerdict::Failed) || is(FleetVerdict::Guarded) || is(FleetVerdict::NotTried);
    if is(FleetVerdict::Partial) || is(FleetVerdict::Changed) && stopped {
        Exit::Partial
    } else if is(FleetVerdict::Failed) {
        Exit::Refused
    } else if stopped || check && (is(FleetVerdict::Differs) || report.has_leftovers() && !ignore_leftovers) {
        Exit::No
    } else {
        Exit::Yes
    }
}
