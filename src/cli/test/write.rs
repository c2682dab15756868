//! The reports of a run, as files.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::super::{
    Context,
    args::{JunitCase, Reports},
    exit::{Exit, Failure},
};
use crate::{
    clock::{Clock as _, SystemClock},
    files,
    report::{
        self, RunOutcome,
        junit::Granularity,
        prometheus::{self, Earlier},
    },
};

/// Bytes that GitHub takes as a step's summary.
const SUMMARY: usize = 1_000_000;

/// Refuses two reports in one file, before the run.
pub(super) fn check(reports: &Reports) -> Result<(), Failure> {
    let paths =
        [&reports.junit, &reports.json, &reports.html, &reports.tap, &reports.markdown, &reports.metrics];
    let mut seen: Vec<PathBuf> = Vec::new();
    for path in paths.into_iter().flatten() {
        let identity = files::identity(path);
        if seen.contains(&identity) {
            return Err(Failure::new(
                Exit::Input,
                "test::report",
                format!("two reports would be written to {}", path.display()),
                "give each report a file of its own",
            ));
        }
        seen.push(identity);
    }
    Ok(())
}

/// Writes every report that was asked for; one that cannot be written keeps no other back.
pub(super) fn write(context: &Context, reports: &Reports, run: &RunOutcome) -> Result<(), Failure> {
    let granularity = match reports.junit_granularity {
        JunitCase::Scenario => Granularity::Scenario,
        JunitCase::Step => Granularity::Step,
    };
    let mut findings = Vec::new();
    let mut keep = |path: &Option<PathBuf>, render: &dyn Fn() -> Result<String, String>| {
        let Some(path) = path else { return };
        let written = render().and_then(|text| {
            let text = context.console.redact(&text);
            files::write_whole(path, text.as_bytes()).map_err(|error| error.to_string())
        });
        if let Err(what) = written {
            findings.extend(refused(what).findings);
        }
    };
    keep(&reports.junit, &|| report::junit::render(run, granularity).map_err(|error| error.to_string()));
    keep(&reports.json, &|| Ok(report::jsonl::render(run)));
    keep(&reports.html, &|| report::html::render(run).map_err(|error| error.to_string()));
    keep(&reports.tap, &|| Ok(report::tap::render(run)));
    keep(&reports.markdown, &|| Ok(report::markdown::render(run)));
    if let Some(path) = &reports.metrics {
        let earlier = earlier(context, path);
        keep(&reports.metrics, &|| Ok(prometheus::render(run, SystemClock.now(), &earlier)));
    }
    if reports.github
        && let Some(path) = context.environment.first(&["GITHUB_STEP_SUMMARY"])
        && let Err(error) = append(path.as_ref(), &report::markdown::render_within(run, SUMMARY))
    {
        findings.extend(refused(format!("{path}: {error}")).findings);
    }
    if findings.is_empty() { Ok(()) } else { Err(Failure { exit: Exit::Input, findings }) }
}

/// What the metrics of the run before say. That they cannot be read does not hold up the new ones.
fn earlier(context: &Context, path: &Path) -> Earlier {
    let text = match files::read_text(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Earlier::default(),
        Err(error) => {
            forgotten(context, path, &error);
            return Earlier::default();
        }
    };
    Earlier::read(&text).unwrap_or_else(|fault| {
        forgotten(context, path, &fault);
        Earlier::default()
    })
}

fn forgotten(context: &Context, path: &Path, why: &dyn std::fmt::Display) {
    context.console.talk(&format!(
        "the metrics of the run before in {} cannot be read ({why}); they are replaced, and the last success of scenarios that did not pass now is not known any more",
        path.display()
    ));
}

fn append(path: &Path, text: &str) -> std::io::Result<()> {
    fs::OpenOptions::new().create(true).append(true).open(path)?.write_all(format!("{text}\n").as_bytes())
}

fn refused(what: String) -> Failure {
    Failure::new(
        Exit::Input,
        "test::report",
        format!("a report could not be written: {what}"),
        "choose a path that can be written",
    )
}
