//! The scenarios of the paths.

use std::{collections::BTreeSet, path::PathBuf};

use super::super::{
    Context,
    args::{Strictness, Variables},
    exit::{Exit, Failure},
    input,
};
use crate::{
    diagnostic::Diagnostic,
    files,
    scenario::{self, FileKind, Scenario, discover, tell_apart},
    spec::StandIns,
};

/// Loads every scenario, with placeholders for secrets where they are welcome, so that a fault in the last file is told before the first one runs.
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
    let variables = input::variables(context, variables)?;
    let environment = |name: &str| context.environment.get(name);
    let mut scenarios = Vec::new();
    let mut faults: Vec<Diagnostic> = Vec::new();
    let mut warnings: Vec<Diagnostic> = Vec::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        // A pattern of the shell's may name the specs beside the scenarios, too.
        let is_several = !path.is_file() || paths.len() > 1;
        for (file, kind) in discover(path).map_err(|error| input::unreadable(path, &error))? {
            if is_several && kind != FileKind::Scenario {
                if path.is_file() {
                    let what = format!("passed over: {} has no `steps:` at the top", file.display());
                    context.console.talk(&what);
                }
                continue;
            }
            // A path that is named twice, or named and found, is one file.
            if !seen.insert(files::place(&file)) {
                continue;
            }
            let text = input::text(&file)?;
            let name = file.display().to_string();
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
