//! `bellcheck test`

use std::{path::PathBuf, thread::available_parallelism};

use super::{
    Context,
    args::{Backend, Test, Variables},
    exit::{Exit, Failure},
    input,
};
use crate::{
    clock::{Clock as _, SystemClock},
    diagnostic::Diagnostic,
    files,
    report::{self, Verdict},
    scenario::{self, FileKind, RunSettings, Scenario, discover, snapshot::WriteMode},
};

pub(super) fn run(context: &Context, args: &Test) -> Result<Exit, Failure> {
    if args.backend == Backend::Live {
        return Err(Failure::new(
            Exit::Input,
            "test::live",
            "this version cannot run scenarios on the real cloud",
            "leave --backend out: the emulator is the default",
        ));
    }
    let scenarios = load(context, &args.paths, &args.variables)?;
    let settings = RunSettings {
        seed: args.seed,
        template: args.template.as_deref().map(input::template).transpose()?,
        write: if context.environment.is_ci() { WriteMode::Never } else { WriteMode::Propose },
        jobs: args.jobs.map_or_else(|| available_parallelism().map_or(1, usize::from), usize::from),
        tool: format!("bellcheck {}", env!("CARGO_PKG_VERSION")),
        date: SystemClock.now().strftime("%Y-%m-%d").to_string(),
    };
    let outcome = scenario::run_all(&scenarios, &settings);
    context.console.out(&report::terminal::render(&outcome, context.console.color, context.console.width));
    if let Some(path) = &args.junit {
        let report = |what: String| {
            Failure::new(Exit::Input, "test::junit", what, "choose a path that can be written")
        };
        let text = report::junit::render(&outcome).map_err(|error| report(error.to_string()))?;
        files::write_whole(path, text.as_bytes()).map_err(|error| report(error.to_string()))?;
    }
    Ok(match outcome.verdict() {
        Verdict::Passed => Exit::Yes,
        Verdict::Failed | Verdict::NotRun => Exit::No,
        // A scenario that failed is an answer; one that could not be judged is none.
        Verdict::Errored if outcome.counts().failed > 0 => Exit::No,
        Verdict::Errored => Exit::Refused,
    })
}

/// Loads every scenario, so that a fault in the last file is told before the first one runs.
pub(super) fn load(
    context: &Context,
    paths: &[PathBuf],
    variables: &Variables,
) -> Result<Vec<Scenario>, Failure> {
    let variables = input::variables(variables)?;
    let environment = |name: &str| context.environment.get(name);
    let mut scenarios = Vec::new();
    let mut faults: Vec<Diagnostic> = Vec::new();
    let mut warnings: Vec<Diagnostic> = Vec::new();
    for path in paths {
        let is_folder = path.is_dir();
        for (file, kind) in discover(path).map_err(|error| input::unreadable(path, &error))? {
            if is_folder && kind != FileKind::Scenario {
                continue;
            }
            let text = input::text(&file)?;
            let name = file.display().to_string();
            match scenario::load(&name, &text, &|variable| variables.get(variable, &environment)) {
                Ok(loaded) => {
                    add_new(&mut warnings, loaded.warnings);
                    scenarios.extend(loaded.value);
                }
                Err(found) => add_new(&mut faults, found),
            }
        }
    }
    if !faults.is_empty() {
        return Err(Failure::invalid(faults));
    }
    warnings.extend(variables.unused());
    context.console.findings(&warnings);
    if scenarios.is_empty() {
        return Err(Failure::new(
            Exit::Input,
            "test::nothing",
            "no scenario was found",
            "name a scenario file, or a folder with YAML files that have `steps:` at the top",
        ));
    }
    Ok(scenarios)
}

/// Several scenarios may use one spec; its findings are told once.
fn add_new(all: &mut Vec<Diagnostic>, found: Vec<Diagnostic>) {
    for finding in found {
        if !all.contains(&finding) {
            all.push(finding);
        }
    }
}
