//! `bellcheck completions`

use super::{
    Context,
    args::{Completions, command},
    exit::{Exit, Failure},
};

pub(super) fn run(context: &Context, args: &Completions) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "bellcheck", &mut script);
    context.console.raw(&String::from_utf8_lossy(&script));
    Ok(Exit::Yes)
}
