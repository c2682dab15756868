//! The view for GitHub Actions: annotations at the lines of the scenario files.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{RunOutcome, ScenarioOutcome, Verdict, findings};
use crate::{
    diagnostic::{Diagnostic, Severity},
    files,
};

/// The folder of a job's checkout, in which GitHub looks for the files that annotations name.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    /// As the job knows it, and its real path.
    roots: Vec<PathBuf>,
}

impl Workspace {
    /// With the value of `GITHUB_WORKSPACE`; outside a job there is none.
    #[must_use]
    pub fn new(folder: Option<&str>) -> Self {
        let folder = folder.filter(|folder| !folder.is_empty()).map(PathBuf::from);
        Self { roots: folder.map(|folder| vec![files::identity(&folder), folder]).unwrap_or_default() }
    }

    /// A path below the folder, for a file that stands there: its own path, or the one that its links lead
    /// to. An absolute path for any other, and what was typed for what is no file.
    #[must_use]
    pub fn path(&self, typed: &str) -> String {
        let path = Path::new(typed);
        if self.roots.is_empty() || !path.exists() {
            return files::tidy(path).display().to_string();
        }
        let (real, place) = (files::identity(path), files::place(path));
        let below =
            |path: &Path| self.roots.iter().find_map(|root| path.strip_prefix(root).ok().map(written));
        below(&real).or_else(|| below(&place)).unwrap_or_else(|| written(&real))
    }
}

/// With `/` between names.
fn written(path: &Path) -> String {
    let names: Vec<_> = path.iter().map(|name| name.to_string_lossy()).collect();
    match path.is_absolute() {
        true => path.display().to_string(),
        false => names.join("/"),
    }
}

/// Workflow commands, one a line: an error for each finding at its place, a warning for each flaky
/// scenario.
#[must_use]
pub fn annotations(run: &RunOutcome, workspace: &Workspace) -> String {
    let mut out = String::new();
    for finding in &run.findings {
        out.push_str(&findings::to_github(finding, workspace));
        out.push('\n');
    }
    for scenario in &run.scenarios {
        for finding in &scenario.findings {
            out.push_str(&findings::to_github_at(finding, workspace, &scenario.typed, scenario.line));
            out.push('\n');
        }
        if scenario.is_flaky() && scenario.verdict == Verdict::Passed {
            out.push_str(&findings::to_github_at(
                &flaky(scenario),
                workspace,
                &scenario.typed,
                scenario.line,
            ));
            out.push('\n');
        }
    }
    out
}

fn flaky(scenario: &ScenarioOutcome) -> Diagnostic {
    let attempt = scenario.earlier.len() + 1;
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error(
            super::FLAKY,
            format!("`{}` is flaky: it passed in attempt {attempt} only", scenario.name),
        )
    }
}

/// A text for the log of a job, in which a line that looks like a workflow command is none: a message
/// must not be able to say `::add-mask::`. What it takes to end that follows from the text itself, so
/// that nobody who writes a part of it can know it.
#[must_use]
pub fn inert(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let token: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("::stop-commands::bellcheck-{token}\n{text}{end}::bellcheck-{token}::\n")
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn each_finding_is_one_line_with_its_place() {
        let text = annotations(&example::full_run(), &Workspace::new(None));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "::error title=scenario%3A%3Ano-message,file=scenarios/broken.yaml,line=4,col=5::no message reached robot `ops` within 2m%0Arule `r` is disabled%0Aenable it"
        );
        assert_eq!(
            lines[1],
            "::error title=scenario%3A%3Arefused,file=scenarios/broken.yaml,line=1::StopInstance failed"
        );
        assert!(lines[2].starts_with("::warning ") && lines[2].contains("`Wobbles` is flaky"), "{text}");
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn no_line_of_an_inert_text_is_a_command() {
        let text = "  ::add-mask::x\n::bellcheck-0::";
        let inert = inert(text);
        let lines: Vec<&str> = inert.lines().collect();
        let token = lines[0].strip_prefix("::stop-commands::").unwrap();
        assert_eq!(lines[3], format!("::{token}::"));
        assert!(!text.contains(token));
    }
}
