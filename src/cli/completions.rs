//! `bellcheck completions`

use clap::CommandFactory as _;

use super::{
    Context,
    args::{Cli, Completions},
    exit::{Exit, Failure},
};

pub(super) fn run(context: &Context, args: &Completions) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "bellcheck", &mut script);
    context.console.raw(&String::from_utf8_lossy(&script));
    Ok(Exit::Yes)
}
