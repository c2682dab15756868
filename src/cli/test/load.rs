//! The scenarios of the paths.

use std::path::{Path, PathBuf};

use super::super::{
    Context,
    args::{Strictness, Variables},
    exit::{Exit, Failure},
    input,
    kind::{self, Wanted},
    looked,
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    files,
    scenario::{self, FileKind, Looked, Scenario, tell_apart},
    spec::StandIns,
};

/// Where scenarios are looked for when no path is named.
const SCENARIOS: &str = "scenarios";

/// Loads every scenario, so that a fault in the last file is reported before the first one runs. With
/// `stand_ins` secrets need no value.
///
/// # Errors
/// Exit code 2 for files that are unreadable or invalid, for denied doubts, and where there is no
/// scenario.
pub(in crate::cli) fn load(
    context: &Context,
    paths: &[PathBuf],
    variables: &Variables,
    strictness: &Strictness,
    stand_ins: Option<&StandIns>,
) -> Result<Vec<Scenario>, Failure> {
    if let [path] = paths
        && path.as_os_str() == SCENARIOS
        && !path.exists()
    {
        return Err(Failure::new(
            Exit::Input,
            "test::nothing",
            format!("there is no `{SCENARIOS}` here, which is taken where no path is named"),
            "name a scenario or a folder: `bellcheck test FILE`",
        ));
    }
    let looked = looked::at(paths, &variables.var_files)?;
    // Whoever types one file alone means it, whatever it seems to be; but for what it certainly is.
    if let Some(only) = looked.only() {
        let text = input::text(&only.path)?;
        kind::check(&only.path.display().to_string(), &text, Wanted::Scenarios)?;
    }
    let is_scenario = |kind: &FileKind| *kind == FileKind::Scenario;
    context.console.talk(&looked::sum_up(&looked, &is_scenario, "with scenarios"));
    let variables = input::variables(context, variables)?;
    let environment = |name: &str| context.environment.get(name);
    let mut scenarios = Vec::new();
    let (mut faults, mut warnings) = (Vec::new(), Vec::new());
    if looked.only().is_none() {
        let (wrong, doubtful): (Vec<Diagnostic>, Vec<Diagnostic>) =
            looked.findings(true).into_iter().partition(|finding| finding.severity == Severity::Error);
        (faults, warnings) = (wrong, doubtful);
        warnings.extend(paths.iter().filter(|path| is_bare(path, &looked)).map(|path| bare(path)));
    }
    for met in &looked.files {
        if !is_scenario(&met.kind) && looked.only().is_none() {
            continue;
        }
        let text = input::text(&met.path)?;
        let name = met.path.display().to_string();
        let lookup = |variable: &str| variables.get(variable, &environment);
        match scenario::load_from(&name, &text, input::supply(&lookup, stand_ins)) {
            Ok(loaded) => {
                // Several scenarios may use one spec.
                Diagnostic::add_new(&mut warnings, loaded.warnings);
                context.console.learn(|known| {
                    loaded.value.iter().for_each(|scenario| scenario.spec.teach(known));
                });
                let is_known = |one: &Scenario| {
                    scenarios.iter().any(|known: &Scenario| known.identity.is(&one.identity))
                };
                if !loaded.value.iter().any(is_known) {
                    scenarios.extend(loaded.value);
                }
            }
            Err(found) => Diagnostic::add_new(&mut faults, found),
        }
    }
    if !faults.is_empty() {
        return Err(Failure::invalid(faults));
    }
    warnings.extend(scenario::shared_snapshots(&scenarios));
    warnings.extend(variables.unused());
    input::doubts(context, warnings, strictness)?;
    if scenarios.is_empty() {
        return Err(Failure::new(
            Exit::Input,
            "test::nothing",
            "no scenario was found",
            "name a scenario file, or a folder with YAML files that have `steps:` at the top",
        ));
    }
    tell_apart(&mut scenarios);
    Ok(scenarios)
}

/// Whether a folder was named without a scenario in it.
fn is_bare(path: &Path, looked: &Looked) -> bool {
    let folder = files::identity(path);
    let is_in = |file: &Path| file.starts_with(path) || files::identity(file).starts_with(&folder);
    path.is_dir() && !looked.files.iter().any(|met| met.kind == FileKind::Scenario && is_in(&met.path))
}

fn bare(path: &Path) -> Diagnostic {
    Diagnostic::warning("test::bare-folder", format!("no scenario is in {}", path.display()))
        .help("check the path, or leave it out")
}
