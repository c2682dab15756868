//! The reports of a run: each speaks of this run, or is not there.
//!
//! Files say from the beginning that a run is under way, so that one that is killed leaves nothing behind
//! that speaks of another. What is no regular file gets one report, at the end.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

use super::{
    super::{
        Context,
        args::{self, JunitCase},
        exit::{Exit, Failure},
    },
    Known,
};
use crate::{
    clock::{Clock as _, Stopwatch, SystemClock, Timestamp},
    diagnostic::Diagnostic,
    files::{self, Destination, Identity},
    report::{
        self, Ended, RunOutcome,
        junit::Granularity,
        prometheus::{self, Earlier},
        visible,
    },
    scenario,
};

/// Bytes that GitHub takes as a step's summary.
const SUMMARY: usize = 1_000_000;

/// The reports that were asked for.
pub(super) struct Reports<'a> {
    context: &'a Context,
    args: &'a args::Test,
    targets: Vec<Target<'a>>,
    /// Where GitHub takes a summary.
    summary: Option<PathBuf>,
    /// What is wrong with where they go.
    faults: Vec<Diagnostic>,
    /// What the metrics of the run before say.
    earlier: Earlier,
    began: Timestamp,
    watch: Stopwatch,
}

/// One report.
struct Target<'a> {
    form: Form,
    path: &'a Path,
    place: Destination,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Junit,
    Json,
    Html,
    Tap,
    Markdown,
    Metrics,
}

impl<'a> Reports<'a> {
    /// Looks where the reports go. Nothing is written.
    pub(super) fn new(context: &'a Context, args: &'a args::Test) -> Self {
        let own = &args.reports;
        let summary = if own.github { context.environment.first(&["GITHUB_STEP_SUMMARY"]) } else { None };
        let mut reports = Self {
            context,
            args,
            targets: Vec::new(),
            summary: summary.map(PathBuf::from),
            faults: Vec::new(),
            earlier: Earlier::default(),
            began: report::instant(SystemClock.now()),
            watch: Stopwatch::start(),
        };
        let mut taken = reports.inputs();
        let known = reports.summary.iter().map(|path| (files::identity_of(path), Taken::Report));
        taken.extend(known.filter_map(|(identity, by)| Some((identity?, by))));
        for (form, path) in [
            (Form::Junit, &own.junit),
            (Form::Json, &own.json),
            (Form::Html, &own.html),
            (Form::Tap, &own.tap),
            (Form::Markdown, &own.markdown),
            (Form::Metrics, &own.metrics),
        ] {
            let Some(path) = path else { continue };
            match reports.place(path, &taken) {
                Ok(place) => {
                    taken.push((place.identity(), Taken::Report));
                    context.console.give_away(path);
                    reports.targets.push(Target { form, path, place });
                }
                Err(fault) => reports.faults.push(*fault),
            }
        }
        reports.check_labels();
        reports.earlier = reports.earlier();
        reports
    }

    /// The files that a run reads, as far as they are named.
    fn inputs(&self) -> Vec<(Identity, Taken)> {
        let args = self.args;
        let paths = args.paths.iter().chain(&args.variables.var_files).chain(&args.template);
        let paths = paths.chain(&args.live.binds).filter(|path| path.is_file());
        paths.filter_map(|path| Some((files::identity_of(path)?, Taken::Input))).collect()
    }

    fn place(&self, path: &Path, taken: &[(Identity, Taken)]) -> Result<Destination, Box<Diagnostic>> {
        let shown = path.display();
        let fault =
            |message: String, help: &str| Box::new(Diagnostic::error("test::report", message).help(help));
        let place = Destination::of(path).map_err(|error| {
            fault(format!("a report cannot be written to {shown}: {error}"), "name a file")
        })?;
        let identity = place.identity();
        // What a folder of scenarios has is not read yet.
        let is_yaml = path.extension().is_some_and(|end| end == "yaml" || end == "yml")
            && files::read_text(path).is_ok_and(|text| !is_report(&text));
        match taken.iter().find(|(known, _)| *known == identity).map(|(_, by)| by) {
            Some(Taken::Report) => Err(fault(
                format!("two reports would be written to {shown}"),
                "give each report a file of its own",
            )),
            None if !is_yaml => Ok(place),
            Some(Taken::Input) | None => Err(fault(
                format!("a report would be written over {shown}, which is no report"),
                "name another file",
            )),
        }
    }

    fn check_labels(&mut self) {
        let labels = &self.args.reports.metrics_label;
        let twice = labels
            .iter()
            .enumerate()
            .filter(|(place, label)| labels[..*place].iter().any(|earlier| earlier.name == label.name));
        for (_, label) in twice {
            let fault = format!("--metrics-label gives the label `{}` twice", label.name);
            self.faults.push(Diagnostic::error("test::label", fault).help("give each label once"));
        }
    }

    /// What the metrics of the run before say. That they cannot be read does not hold up the new ones.
    fn earlier(&self) -> Earlier {
        let own = self.targets.iter().find(|target| target.form == Form::Metrics);
        let Some(Target { path, place: Destination::File(_), .. }) = own else { return Earlier::default() };
        let read = match files::read_text(path) {
            Ok(text) => Earlier::read(&text).map_err(|fault| fault.to_string()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Earlier::default()),
            Err(error) => Err(error.to_string()),
        };
        read.unwrap_or_else(|why| {
            self.context.console.talk(&format!(
                "the metrics of the run before in {} cannot be read ({why}); they are replaced, and the last success of scenarios that did not pass now is not known any more",
                path.display()
            ));
            Earlier::default()
        })
    }

    /// Lets each file say that a run is under way, before anything else is done.
    ///
    /// # Errors
    /// Exit code 2 where no report can be written to what was asked for.
    pub(super) fn begin(&self) -> Result<(), Failure> {
        if !self.faults.is_empty() {
            return Err(Failure { exit: Exit::Input, findings: self.faults.clone() });
        }
        let finding = Diagnostic::error("run::unfinished", Ended::Unfinished.to_string())
            .help("look whether it is under way, and for what may have killed it; then run it again");
        let outcome = self.outcome(Ended::Unfinished, &[finding], &Known::default());
        for target in self.files() {
            // That it cannot be written is told at the end, when it is tried again.
            if self.write_one(target, &outcome).is_err() {
                files::discard(target.path).ok();
            }
        }
        Ok(())
    }

    fn files(&self) -> impl Iterator<Item = &Target<'a>> {
        self.targets.iter().filter(|target| matches!(target.place, Destination::File(_)))
    }

    /// The outcome of a run that ended otherwise than with its last scenario, with what is known of its
    /// scenarios.
    pub(super) fn outcome(&self, ended: Ended, findings: &[Diagnostic], known: &Known) -> RunOutcome {
        let mut findings = findings.to_vec();
        findings.iter_mut().for_each(|finding| finding.each_text(&|text| *text = visible(text)));
        let is_rehearsal = known.is_rehearsal.load(Ordering::Relaxed);
        let scenarios = known.take();
        let project = match scenarios.first() {
            Some(scenario) => scenario.project.clone(),
            None => self.args.paths.first().map(|path| scenario::project_of(path)).unwrap_or_default(),
        };
        RunOutcome {
            project,
            backend: if is_rehearsal { "rehearsal" } else { self.args.backend.as_str() }.to_owned(),
            seed: self.args.seed,
            scenarios,
            ended: Some(ended),
            findings,
            began: self.began,
            real_time: self.watch.elapsed(),
        }
    }

    /// Writes every report that was asked for; one that cannot be written keeps no other back. What went
    /// wrong, for whoever ran it.
    pub(super) fn end(&self, outcome: &RunOutcome) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for target in &self.targets {
            if let Err(what) = self.write_one(target, outcome) {
                findings.push(self.unwritten(target, &what));
            }
        }
        if let Some(path) = &self.summary {
            let text = self.context.console.redact(&report::markdown::render_within(outcome, SUMMARY));
            if let Err(error) = append(path, &text) {
                findings.push(refused(&format!("{}: {error}", path.display())));
            }
        }
        findings
    }

    /// A report that could not be written; an older one in its place is taken away.
    fn unwritten(&self, target: &Target<'_>, what: &str) -> Diagnostic {
        match files::discard(target.path) {
            Ok(()) => refused(what),
            Err(_) => refused(&format!(
                "{what}; what is in {} is of an earlier run and could not be removed either",
                target.path.display()
            )),
        }
    }

    fn write_one(&self, target: &Target<'_>, outcome: &RunOutcome) -> Result<(), String> {
        let words = |error: &dyn std::fmt::Display| error.to_string();
        let text = match target.form {
            Form::Junit => {
                report::junit::render(outcome, self.granularity()).map_err(|error| words(&error))?
            }
            Form::Json => report::jsonl::render(outcome),
            Form::Html => report::html::render(outcome).map_err(|error| words(&error))?,
            Form::Tap => report::tap::render(outcome),
            Form::Markdown => report::markdown::render(outcome),
            Form::Metrics => {
                let labels = &self.args.reports.metrics_label;
                prometheus::render(outcome, SystemClock.now(), &self.earlier, labels)
            }
        };
        // What keeps a run from beginning may quote what no scenario has cleaned.
        let text = self.context.console.redact(&text);
        let write = match target.form {
            Form::Metrics => files::write_readable,
            _ => files::write_whole,
        };
        write(target.path, text.as_bytes()).map_err(|error| words(&error))
    }

    const fn granularity(&self) -> Granularity {
        match self.args.reports.junit_granularity {
            JunitCase::Scenario => Granularity::Scenario,
            JunitCase::Step => Granularity::Step,
        }
    }
}

/// What a file is taken by.
#[derive(Clone, Copy)]
enum Taken {
    Report,
    Input,
}

/// Whether a text is what an earlier run wrote, or nothing.
fn is_report(text: &str) -> bool {
    const BEGINNINGS: [&str; 6] =
        ["TAP version", "<?xml", "<!DOCTYPE html>", "{\"event\"", "## bellcheck", "# HELP bellcheck"];
    text.is_empty() || BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    fs::OpenOptions::new().create(true).append(true).open(path)?.write_all(format!("{text}\n").as_bytes())
}

fn refused(what: &str) -> Diagnostic {
    Diagnostic::error("test::report", format!("a report could not be written: {what}"))
        .help("choose a path that can be written")
}
