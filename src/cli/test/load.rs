//! The scenarios of the paths.

use super::super::{
    Context,
    args::Test,
    exit::{Exit, Failure},
    input,
};
use crate::{
    diagnostic::Diagnostic,
    scenario::{self, FileKind, Scenario, discover},
};

/// Loads every scenario, so that a fault in the last file is told before the first one runs.
pub(super) fn load(context: &Context, args: &Test) -> Result<Vec<Scenario>, Failure> {
    let mut scenarios = Vec::new();
    let mut faults: Vec<Diagnostic> = Vec::new();
    let mut warnings: Vec<Diagnostic> = Vec::new();
    for path in &args.paths {
        let is_folder = path.is_dir();
        for (file, kind) in discover(path).map_err(|error| input::unreadable(path, &error))? {
            if is_folder && kind != FileKind::Scenario {
                continue;
            }
            let text = input::text(&file)?;
            let name = file.display().to_string();
            match scenario::load(&name, &text, &|variable| context.environment.get(variable)) {
                Ok(loaded) => {
                    add_new(&mut warnings, loaded.warnings);
                    scenarios.push(loaded.value);
                }
                Err(found) => add_new(&mut faults, found),
            }
        }
    }
    if !faults.is_empty() {
        return Err(Failure::invalid(faults));
    }
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
