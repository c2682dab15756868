//! The command line: one file per command. It resolves what was typed, calls the rooms below, and
//! prints; it decides nothing.

mod apply;
mod args;
mod completions;
mod conform;
mod connect;
mod console;
mod doctor;
mod emulator;
mod environment;
mod events;
mod exit;
mod explain;
mod fleet;
mod handoff;
mod import;
mod init;
mod input;
mod interrupt;
mod kind;
mod log;
mod looked;
mod man;
mod plan;
mod progress;
mod real;
mod recording;
mod relay;
mod report;
mod review;
mod robots;
mod saved;
mod schema;
mod send;
mod stacks;
mod sweep;
mod switches;
mod test;
mod validate;

use std::{ffi::OsString, process::ExitCode};

use clap::FromArgMatches as _;

use self::{
    args::{Cli, Command},
    console::Console,
    environment::Environment,
    exit::{Exit, Failure},
};
use crate::{cassette::Recording, secret::Secret};

/// What every command gets: the streams, the environment and the global options.
struct Context {
    console: Console,
    environment: Environment,
    global: args::Global,
    /// What `--record` writes.
    recording: Option<Recording>,
    /// What was typed, the program's name included; a run hands it to its guard.
    arguments: Vec<OsString>,
}

/// Runs the program with the process's arguments and environment.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the arguments")]
pub fn main() -> ExitCode {
    let environment = Environment::of_process();
    let console = Console::new(&environment);
    let hook = console.clone();
    std::panic::set_hook(Box::new(move |info| hook.panicked(info)));
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let parsed = args::command().try_get_matches_from(&arguments).and_then(|matches| {
        let command = matches.subcommand_name().unwrap_or_default().to_owned();
        Ok((command, Cli::from_arg_matches(&matches)?))
    });
    match parsed {
        Ok((command, cli)) => run(&command, cli, console, environment, arguments).into(),
        Err(error) => {
            let error = as_typed(&arguments, error);
            let exit = console.usage(&error);
            if let Some(cli) = test::unparsed::reports(&arguments, &error)
                && let Command::Test(args) = &cli.command
            {
                let context =
                    Context { console, environment, global: cli.global, recording: None, arguments };
                test::unparsed::write(&context, args, &error);
            }
            exit.into()
        }
    }
}

/// The same error with the usage of what was typed: clap counts an option that a variable of the environment
/// sets among what the command needs.
fn as_typed(arguments: &[OsString], error: clap::Error) -> clap::Error {
    match args::command_alone().try_get_matches_from(arguments) {
        Err(typed) if typed.kind() == error.kind() => typed,
        _ => error,
    }
}

fn run(
    command: &str,
    cli: Cli,
    console: Console,
    environment: Environment,
    arguments: Vec<OsString>,
) -> Exit {
    let recording = recording::begin(&cli.global, command);
    console.learn(|known| {
        let global = &cli.global;
        for secret in [&global.access_key_secret, &global.security_token].into_iter().flatten() {
            known.add(&Secret::new(secret.as_str()));
        }
        let urls = [&global.endpoint, &global.metadata_endpoint].into_iter().flatten();
        urls.filter(|url| url.contains("://")).for_each(|url| known.add_address(url));
    });
    let context = Context { console, environment, global: cli.global, recording, arguments };
    log::install(&context.console, context.global.log_level);
    let result = match cli.command {
        Command::Validate(args) => validate::run(&context, &args),
        Command::Plan(args) => plan::run(&context, &args),
        Command::Apply(args) => apply::apply(&context, &args),
        Command::Destroy(args) => apply::destroy(&context, &args),
        Command::Import(args) => import::run(&context, &args),
        Command::Fleet(args) => fleet::run(&context, &args),
        Command::Test(args) => test::run(&context, &args),
        Command::Sweep(args) => sweep::run(&context, &args),
        Command::Conform(args) => conform::run(&context, &args),
        Command::Review(args) => review::run(&context, &args),
        Command::Emulator(args) => emulator::run(&context, &args),
        Command::Relay(args) => relay::run(&context, &args),
        Command::Send(args) => send::run(&context, &args),
        Command::Explain(args) => explain::run(&context, &args),
        Command::Doctor(args) => doctor::run(&context, &args),
        Command::Init(args) => init::run(&context, &args),
        Command::Report(args) => report::run(&context, &args),
        Command::Events(args) => events::run(&context, &args),
        Command::Schema(args) => schema::run(&context, &args),
        Command::Man(args) => man::run(&context, &args),
        Command::Completions(args) => completions::run(&context, &args),
    };
    let exit = result.unwrap_or_else(|failure| {
        context.console.findings(&failure.findings);
        failure.exit
    });
    let exit = recording::end(&context, exit);
    context.console.end(exit)
}

/// Runs a future to its end on a runtime of its own.
fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let build = || {
        room_for_a_runtime()?;
        tokio::runtime::Builder::new_multi_thread().enable_all().build()
    };
    let runtime = build().map_err(|error| {
        Failure::new(
            Exit::Refused,
            "cli::runtime",
            format!("the runtime cannot be started: {error}"),
            "let the process open more files (`ulimit -n`) and have more threads (`ulimit -u`)",
        )
    })?;
    runtime.block_on(future)
}

/// Whether the process may open as many files as a runtime begins with. The runtime itself panics when the
/// pair of sockets for its signals cannot be made.
#[cfg(unix)]
fn room_for_a_runtime() -> std::io::Result<()> {
    let pairs = (0..PAIRS).map(|_| std::os::unix::net::UnixStream::pair());
    pairs.collect::<std::io::Result<Vec<_>>>().map(drop)
}

/// Twice as many files as a runtime begins with, and no more than any use of it needs.
#[cfg(unix)]
const PAIRS: usize = 4;

#[cfg(not(unix))]
fn room_for_a_runtime() -> std::io::Result<()> {
    Ok(())
}
