//! A file of another kind than the command reads: one sentence instead of a finding for each of its keys.

use super::exit::Failure;
use crate::{diagnostic::Diagnostic, provision::SavedPlan, scenario::FileKind};

/// What a command reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Specs,
    Scenarios,
    Fleet,
    /// Any of these.
    Yaml,
}

/// What a file is, where that is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Spec,
    Scenario,
    Fleet,
    /// Written by `plan --out`.
    Plan,
    /// Written for a program: also by `-o json`.
    Json,
}

/// Insists that a file is not certainly of another kind than what is wanted.
///
/// # Errors
/// Exit code 2, with the command that reads the file.
pub(super) fn check(name: &str, text: &str, wanted: Wanted) -> Result<(), Failure> {
    misplaced(name, text, wanted).map_or(Ok(()), |finding| Err(Failure::invalid(vec![finding])))
}

/// That a file is certainly of another kind than what is wanted.
pub(super) fn misplaced(name: &str, text: &str, wanted: Wanted) -> Option<Diagnostic> {
    let kind = kind(name, text)?;
    let is_wanted = match wanted {
        Wanted::Specs => kind == Kind::Spec,
        Wanted::Scenarios => kind == Kind::Scenario,
        Wanted::Fleet => kind == Kind::Fleet,
        Wanted::Yaml => !matches!(kind, Kind::Plan | Kind::Json),
    };
    if is_wanted {
        return None;
    }
    let (what, help) = match kind {
        Kind::Spec => (
            "a spec",
            format!(
                "`bellcheck plan {name}` reads it; scenarios, which `bellcheck test` runs, have `steps:` at the top"
            ),
        ),
        Kind::Scenario => ("a scenario", format!("`bellcheck test {name}` runs it; name its spec here")),
        Kind::Fleet => ("a fleet", format!("`bellcheck fleet plan {name}` reads it")),
        Kind::Plan => ("a saved plan", format!("`bellcheck apply {name}` does what it says")),
        Kind::Json => (
            "JSON for a program, and no saved plan",
            "`bellcheck plan --out FILE` writes a plan that `bellcheck apply FILE` takes; `-o json` does not"
                .to_owned(),
        ),
    };
    let reads = match wanted {
        Wanted::Specs => "specs are read here",
        Wanted::Scenarios => "scenarios are read here",
        Wanted::Fleet => "a fleet is read here",
        Wanted::Yaml => "specs, scenarios and fleets are read here",
    };
    Some(Diagnostic::error("cli::kind", format!("{name} is {what}; {reads}")).help(help))
}

fn kind(name: &str, text: &str) -> Option<Kind> {
    if SavedPlan::is_meant(text) {
        return Some(Kind::Plan);
    }
    match FileKind::of(name, text) {
        FileKind::Spec => Some(Kind::Spec),
        FileKind::Scenario => Some(Kind::Scenario),
        FileKind::Fleet => Some(Kind::Fleet),
        FileKind::Mistaken(..) | FileKind::Unknown(_) if is_json(text) => Some(Kind::Json),
        _ => None,
    }
}

/// Whether a text is a JSON object. A spec may be written as one, and has its own keys then.
fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{') && serde_json::from_str::<serde_json::Map<_, _>>(text).is_ok()
}
