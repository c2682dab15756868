//! A command line that is not understood. The reports that it asks for say so: what an earlier run wrote
//! does not stay there as if it were of this one.

use std::ffi::{OsStr, OsString};

use clap::{CommandFactory as _, Parser as _, error::ErrorKind};

use super::{
    super::{
        Context,
        args::{Cli, Test},
        console::Console,
    },
    Known, without_end,
    write::Reports,
};
use crate::{diagnostic::Diagnostic, report::Ended};

/// Options with a value that say where reports go, and which backend they name.
const KEPT: [&str; 8] =
    ["--junit", "--json", "--html", "--tap", "--markdown", "--metrics", "--metrics-label", "--backend"];
/// The option without a value.
const GITHUB: &str = "--github";

/// The arguments of a run that has nothing but the reports of a command line; none where that is no `test`,
/// asks for no report, or only looks.
pub(in crate::cli) fn reports(arguments: &[OsString], error: &clap::Error) -> Option<Cli> {
    let looks = |argument: &OsString| argument == "--list" || argument == "--dry-run";
    let is_look = error.kind() == ErrorKind::ArgumentConflict && arguments.iter().any(looks);
    if !error.use_stderr() || is_look || command(arguments)? != "test" {
        return None;
    }
    let mut pairs = Vec::new();
    let mut rest = arguments.iter().skip(1).take_while(|argument| *argument != "--").peekable();
    while let Some(argument) = rest.next() {
        let text = argument.to_string_lossy();
        let name = text.split_once('=').map_or(&*text, |(name, _)| name);
        let Some(place) = KEPT.iter().position(|known| *known == name) else { continue };
        let mut pair = vec![argument.clone()];
        if name.len() == text.len() {
            pair.extend(rest.next_if(|value| !value.to_string_lossy().starts_with("--")).cloned());
        }
        pairs.push((place, pair));
    }
    // A label is refused where no metrics stand before it.
    pairs.sort_by_key(|(place, _)| *place);
    let mut kept = vec![OsString::from("bellcheck"), OsString::from("test")];
    if arguments.iter().any(|argument| argument == GITHUB) {
        kept.push(GITHUB.into());
    }
    for (_, pair) in pairs {
        // What cannot be read itself is left out: the other reports are written all the same.
        let more = [kept.as_slice(), pair.as_slice()].concat();
        if Cli::try_parse_from(&more).is_ok() {
            kept = more;
        }
    }
    Cli::try_parse_from(kept).ok()
}

/// Writes the reports of `args`: they say why the command line was not understood.
pub(in crate::cli) fn write(context: &Context, args: &Test, error: &clap::Error) {
    let reports = Reports::new(context, args);
    // A report that has no place is named like one that cannot be written.
    if let Err(failure) = reports.begin() {
        context.console.findings(&failure.findings);
    }
    let text = Console::usage_text(error);
    let why = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
    let finding = Diagnostic::error("cli::usage", why.to_owned())
        .help("`bellcheck test --help` shows what can be given");
    let outcome = without_end(context, args, &reports, &Known::default(), (Ended::NotStarted, &[finding]));
    context.console.findings(&reports.end(&outcome));
}

/// The command of a command line.
fn command(arguments: &[OsString]) -> Option<&OsStr> {
    let cli = Cli::command();
    let is_one = |argument: &&OsString| cli.get_subcommands().any(|one| one.get_name() == **argument);
    arguments.iter().skip(1).find(is_one).map(OsString::as_os_str)
}
