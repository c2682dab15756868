//! `bellcheck validate`

use super::{
    Context,
    args::Validate,
    exit::{Exit, Failure},
    input,
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    fleet,
    report::counted,
    scenario::{self, FileKind, discover},
    spec,
};

pub(super) fn run(context: &Context, args: &Validate) -> Result<Exit, Failure> {
    let mut files = Vec::new();
    for path in &args.paths {
        files.extend(discover(path).map_err(|error| input::unreadable(path, &error))?);
    }
    if files.is_empty() {
        return Err(Failure::new(
            Exit::Input,
            "validate::nothing",
            "no spec, no scenario and no fleet was found",
            "name a file, or a folder with YAML files that have `stack:`, `steps:` or `fleet:` at the top",
        ));
    }
    let mut told: Vec<Diagnostic> = Vec::new();
    let mut faulty = 0;
    for (path, kind) in &files {
        let text = input::text(path)?;
        let name = path.display().to_string();
        let environment = |variable: &str| context.environment.get(variable);
        let (word, result) = match kind {
            FileKind::Scenario => {
                ("scenario", scenario::load(&name, &text, &environment).map(scenario_warnings))
            }
            FileKind::Fleet => {
                ("fleet", fleet::load(&name, &text, &environment).map(|loaded| loaded.warnings))
            }
            FileKind::Spec | FileKind::Other => {
                ("spec", spec::load(&name, &text, &environment).map(|loaded| loaded.warnings))
            }
        };
        let (found, state) = match result {
            Ok(warnings) => (warnings, "ok"),
            Err(faults) => {
                faulty += 1;
                (faults, "faulty")
            }
        };
        context.console.out(&format!("{state:<6} {name} ({word})\n"));
        // A fault in a spec is a fault for each scenario that uses it; once is enough.
        for finding in found {
            if !told.contains(&finding) {
                context.console.findings(std::slice::from_ref(&finding));
                told.push(finding);
            }
        }
    }
    let count = |severity| told.iter().filter(|finding| finding.severity == severity).count();
    context.console.talk(&format!(
        "{} checked, {faulty} faulty: {}, {}",
        counted(files.len(), "file"),
        counted(count(Severity::Error), "error"),
        counted(count(Severity::Warning), "warning")
    ));
    Ok(if faulty == 0 { Exit::Yes } else { Exit::No })
}

/// What a run would refuse is no fault of the file, but worth a word.
fn scenario_warnings(loaded: spec::Loaded<scenario::Scenario>) -> Vec<Diagnostic> {
    let mut warnings = loaded.warnings;
    if let Some(finding) = scenario::unavailable(&loaded.value) {
        warnings.push(Diagnostic { severity: Severity::Warning, ..finding });
    }
    warnings
}
