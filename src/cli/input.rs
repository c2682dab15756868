//! Files that the user names.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    Context,
    args::{self, Specs},
    exit::{Exit, Failure},
    kind::{self, Wanted},
    looked,
};
use crate::{
    diagnostic::Diagnostic,
    emulator::{RobotConfig, Template},
    files,
    report::counted,
    scenario::FileKind,
    secret::{Secret, show_addresses},
    spec::{self, Environment, Loaded, Spec, StandIns, Supply, Variables},
};

/// The spec of a folder.
pub(super) const SPEC_FILE: &str = "bellcheck.yaml";

/// A text file.
///
/// # Errors
/// Exit code 2, with path, cause and remedy.
pub(super) fn text(path: &Path) -> Result<String, Failure> {
    files::read_input(path).map_err(|error| unreadable(path, &error))
}

/// A secret in a file of its own.
///
/// # Errors
/// Exit code 2 for a file that cannot be read, or that has more than one word.
pub(super) fn one_line(path: &Path, what: &str) -> Result<Secret, Failure> {
    let text = files::read_input(path).map_err(|error| {
        let mut failure = unreadable(path, &error);
        if error.kind() == io::ErrorKind::NotFound {
            let help = format!("write {what} into this file, for yourself only (chmod 600), or name another");
            failure.findings =
                failure.findings.into_iter().map(|finding| finding.help(help.clone())).collect();
        }
        failure
    })?;
    let line = text.trim();
    if line.is_empty() || line.contains(char::is_whitespace) {
        return Err(Failure::new(
            Exit::Input,
            "cli::secret",
            format!("{} does not have one line with {what}", path.display()),
            "write it alone into the file",
        ));
    }
    Ok(Secret::new(line))
}

/// Why a path cannot be used.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let help = match error.kind() {
        io::ErrorKind::NotFound => "check the path",
        io::ErrorKind::PermissionDenied => "make the file readable for this user",
        io::ErrorKind::InvalidData => "save the file as UTF-8",
        io::ErrorKind::InvalidInput | io::ErrorKind::IsADirectory => "name a regular file",
        _ => "check the path",
    };
    // Messages of our own files module name the path already.
    let shown = path.display().to_string();
    let text = error.to_string();
    let text = text.strip_prefix(&format!("{shown}: ")).unwrap_or(&text).to_owned();
    // An address is no path, and somebody may take it for one.
    let shown = show_addresses(&shown);
    Failure::new(Exit::Input, "cli::file", format!("cannot read {shown}: {text}"), help)
}

/// The spec at a path, filled with the given values; a folder stands for the `bellcheck.yaml` in it.
/// Warnings are printed.
///
/// # Errors
/// Exit code 2 for a file that is unreadable or invalid, and for values that are.
pub(super) fn spec(context: &Context, path: &Path, variables: &args::Variables) -> Result<Spec, Failure> {
    let variables = self::variables(context, variables)?;
    let path: PathBuf = if path.is_dir() { path.join(SPEC_FILE) } else { path.to_owned() };
    let text = text(&path)?;
    kind::check(&path.display().to_string(), &text, Wanted::Specs)?;
    let environment = |name: &str| context.environment.get(name);
    let loaded = spec::load(&path.display().to_string(), &text, &|name| variables.get(name, &environment))
        .map_err(Failure::invalid)?;
    let mut warnings = loaded.warnings;
    warnings.extend(variables.unused());
    context.console.learn(|known| loaded.value.teach(known));
    context.console.findings(&warnings);
    Ok(loaded.value)
}

/// The specs that a command's arguments name: one for each stack, by the stacks' names. Warnings are
/// printed.
///
/// # Errors
/// Exit code 2 for files that are unreadable or invalid, and for denied warnings.
pub(super) fn specs(context: &Context, args: &Specs) -> Result<Vec<Spec>, Failure> {
    specs_of(context, &args.paths, &args.variables, &args.strictness, None)
}

/// As [`specs`], for a command with paths of its own. With `stand_ins` secrets need no value: only for
/// what calls nothing, or writes nothing of them.
///
/// # Errors
/// As [`specs`].
pub(super) fn specs_of(
    context: &Context,
    paths: &[PathBuf],
    variables: &args::Variables,
    strictness: &args::Strictness,
    stand_ins: Option<&StandIns>,
) -> Result<Vec<Spec>, Failure> {
    let variables = self::variables(context, variables)?;
    let environment = |name: &str| context.environment.get(name);
    let lookup = |name: &str| variables.get(name, &environment);
    let loaded = specs_in(paths, supply(&lookup, stand_ins))?;
    let mut warnings = loaded.warnings;
    warnings.extend(variables.unused());
    context.console.learn(|known| loaded.value.iter().for_each(|spec| spec.teach(known)));
    doubts(context, warnings, strictness)?;
    Ok(loaded.value)
}

/// Tells of what is doubtful.
///
/// # Errors
/// Exit code 2 where that is denied.
pub(super) fn doubts(
    context: &Context,
    mut warnings: Vec<Diagnostic>,
    strictness: &args::Strictness,
) -> Result<(), Failure> {
    if is_denied(strictness) && !warnings.is_empty() {
        warnings.push(denied(warnings.len()));
        return Err(Failure::invalid(warnings));
    }
    context.console.findings(&warnings);
    Ok(())
}

/// Values by `lookup`, and placeholders for secrets where they are welcome.
pub(super) fn supply<'a>(lookup: Environment<'a>, stand_ins: Option<&'a StandIns>) -> Supply<'a> {
    let supply = Supply::of(lookup);
    stand_ins.map_or(supply, |stand_ins| supply.with_stand_ins(stand_ins))
}

/// Placeholders for the secrets of a command that calls nothing; none where they must have values.
pub(super) fn stand_ins(args: &args::Secrets) -> Option<StandIns> {
    (!args.require_vars).then(StandIns::default)
}

/// Names the secrets that had no value.
pub(super) fn note_stand_ins(context: &Context, stand_ins: Option<&StandIns>) {
    if let Some(sentence) = stand_ins.and_then(StandIns::sentence) {
        context.console.talk(&sentence);
    }
}

/// The specs that paths stand for, one for each stack, with variables filled by `supply`.
///
/// # Errors
/// Exit code 2 for files that are unreadable or invalid.
pub(super) fn specs_in(paths: &[PathBuf], supply: Supply<'_>) -> Result<Loaded<Vec<Spec>>, Failure> {
    let files = spec_texts(paths)?;
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    spec::load_all_from(&files, supply).map_err(Failure::invalid)
}

/// The names and texts of the spec files that paths stand for, each file once.
///
/// # Errors
/// Exit code 2 for files that are unreadable.
pub(super) fn spec_texts(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Failure> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut seen = Vec::new();
    for path in paths {
        for file in spec_files(path)? {
            let identity = files::identity(&file);
            if !seen.contains(&identity) {
                let (name, text) = (file.display().to_string(), text(&file)?);
                kind::check(&name, &text, Wanted::Specs)?;
                files.push((name, text));
                seen.push(identity);
            }
        }
    }
    Ok(files)
}

/// The one spec that a command's arguments name, for a command that knows one only and calls nothing.
///
/// # Errors
/// As [`specs`], and for several stacks.
pub(super) fn only_spec(context: &Context, args: &Specs, secrets: &args::Secrets) -> Result<Spec, Failure> {
    let stand_ins = stand_ins(secrets);
    let mut specs = specs_of(context, &args.paths, &args.variables, &args.strictness, stand_ins.as_ref())?;
    note_stand_ins(context, stand_ins.as_ref());
    match (specs.pop(), specs.pop()) {
        (Some(spec), None) => Ok(spec),
        _ => Err(Failure::new(
            Exit::Input,
            "cli::several-stacks",
            "these files describe several stacks",
            "name the files of one stack",
        )),
    }
}

/// The spec files that a path stands for.
///
/// # Errors
/// Exit code 2 for a path that is unreadable, and for a folder without specs.
fn spec_files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let whole = path.join(SPEC_FILE);
    if whole.is_file() {
        return Ok(vec![whole]);
    }
    let mut found = Vec::new();
    for met in looked::at(&[path.to_owned()], &[])?.files {
        match met.kind {
            _ if met.path.parent() != Some(path) => {}
            FileKind::Spec => found.push(met.path),
            // A misspelt spec must not be left out of what is done.
            FileKind::Mistaken(_, finding) => return Err(Failure::invalid(vec![*finding])),
            _ => {}
        }
    }
    if found.is_empty() {
        return Err(Failure::new(
            Exit::Input,
            "cli::no-spec",
            format!("no spec is in {}", path.display()),
            format!(
                "name a spec, or a folder with a {SPEC_FILE} or YAML files that have `stack:` at the top"
            ),
        ));
    }
    Ok(found)
}

/// The values of `--var` and `--var-file`.
///
/// # Errors
/// Exit code 2 for a file that is unreadable or invalid, and for a flag that is none.
pub(super) fn variables(context: &Context, args: &args::Variables) -> Result<Variables, Failure> {
    let mut variables = Variables::default();
    let mut faults = Vec::new();
    for path in &args.var_files {
        let added = variables.add_file(&path.display().to_string(), &text(path)?);
        faults.extend(added.err().unwrap_or_default());
    }
    faults.extend(args.vars.iter().filter_map(|pair| variables.add_flag(pair).err()));
    context.console.learn(|known| variables.teach(known));
    if faults.is_empty() { Ok(variables) } else { Err(Failure::invalid(faults)) }
}

/// Whether warnings stop a command.
pub(super) fn is_denied(args: &args::Strictness) -> bool {
    args.deny.is_some()
}

/// Why a command stops at warnings.
pub(super) fn denied(warnings: usize) -> Diagnostic {
    Diagnostic::error("cli::denied", format!("{} denied", counted(warnings, "warning")))
        .help("mend what is doubtful, or leave `--deny warnings` out")
}

/// The robots that a spec declares, for an emulator.
///
/// # Errors
/// Exit code 2; a checked spec has nothing wrong here.
pub(super) fn robots(spec: &Spec) -> Result<Vec<RobotConfig>, Failure> {
    let robots = spec.robots.values();
    let robots: Result<Vec<RobotConfig>, String> =
        robots.map(|robot| RobotConfig::at(&robot.webhook, &robot.name, robot.security()?)).collect();
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
