//! Files that the user names.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    Context,
    args::Specs,
    exit::{Exit, Failure},
};
use crate::{
    emulator::{RobotConfig, Template},
    spec::{self, Spec},
};

/// A text file.
///
/// # Errors
/// Exit code 2, with path, cause and remedy.
pub(super) fn text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| unreadable(path, &error))
}

/// Why a path cannot be used.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let help = match error.kind() {
        io::ErrorKind::NotFound => "check the path; `bellcheck validate` lists what it finds in a folder",
        io::ErrorKind::PermissionDenied => "make the file readable for this user",
        io::ErrorKind::InvalidData => "save the file as UTF-8",
        _ => "check the path",
    };
    // Messages of our own files module name the path already.
    let shown = path.display().to_string();
    let text = error.to_string();
    let text = text.strip_prefix(&format!("{shown}: ")).unwrap_or(&text).to_owned();
    Failure::new(Exit::Input, "cli::file", format!("cannot read {shown}: {text}"), help)
}

/// The spec at a path; a folder stands for the `bellcheck.yaml` in it. Warnings are printed.
///
/// # Errors
/// Exit code 2 for a file that is unreadable or invalid.
pub(super) fn spec(context: &Context, path: &Path) -> Result<Spec, Failure> {
    spec_with(context, path, &|name| context.environment.get(name))
}

/// The spec at a path, whose variables `lookup` fills; a folder stands for the `bellcheck.yaml` in it.
///
/// # Errors
/// As [`spec`].
pub(super) fn spec_with(
    context: &Context,
    path: &Path,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<Spec, Failure> {
    let path: PathBuf = if path.is_dir() { path.join("bellcheck.yaml") } else { path.to_owned() };
    let text = text(&path)?;
    let loaded = spec::load(&path.display().to_string(), &text, lookup).map_err(Failure::invalid)?;
    context.console.findings(&loaded.warnings);
    Ok(loaded.value)
}

/// The spec that a command's arguments name.
///
/// # Errors
/// As [`spec`].
pub(super) fn specs(context: &Context, args: &Specs) -> Result<Spec, Failure> {
    spec(context, &args.path)
}

/// The robots that a spec declares, for an emulator.
///
/// # Errors
/// Exit code 2; a checked spec has nothing wrong here.
pub(super) fn robots(spec: &Spec) -> Result<Vec<RobotConfig>, Failure> {
    let robots: Result<Vec<RobotConfig>, String> = spec.robots.values().map(RobotConfig::from_spec).collect();
    robots.map_err(|fault| Failure::new(Exit::Input, "cli::robot", fault, "mend the spec"))
}

/// A template of messages.
///
/// # Errors
/// Exit code 2, with the template's line.
pub(super) fn template(path: &Path) -> Result<Template, Failure> {
    Template::parse(&text(path)?).map_err(|error| {
        Failure::new(
            Exit::Input,
            "cli::template",
            format!("{}: {error}", path.display()),
            "the first line is the title, the rest the text, in Jinja; docs/architecture.md names the built-in template",
        )
    })
}
