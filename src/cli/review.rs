//! `bellcheck review`

use super::{
    Context,
    args::Review,
    exit::{Exit, Failure},
};
use crate::scenario::snapshot::{Pending, SnapshotError, pending};

/// What is to become of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Accept,
    Reject,
    Skip,
}

pub(super) fn run(context: &Context, args: &Review) -> Result<Exit, Failure> {
    let mut all = Vec::new();
    for path in &args.paths {
        all.extend(pending(path).map_err(failure)?);
    }
    if !args.snapshots.is_empty() {
        for name in &args.snapshots {
            if !all.iter().any(|one| is_named(one, name)) {
                return Err(Failure::new(
                    Exit::Input,
                    "review::name",
                    format!("no snapshot named `{name}` is pending"),
                    "`bellcheck review` without options lists what is pending",
                ));
            }
        }
        all.retain(|one| args.snapshots.iter().any(|name| is_named(one, name)));
    }
    if all.is_empty() {
        context.console.talk("no snapshot is pending");
        return Ok(Exit::Yes);
    }
    let mut left = 0;
    for one in &all {
        show(context, one);
        let verdict = match (args.accept, args.reject) {
            (true, _) => Verdict::Accept,
            (_, true) => Verdict::Reject,
            _ => ask(context),
        };
        match verdict {
            Verdict::Accept => one.accept().map_err(failure)?,
            Verdict::Reject => one.reject().map_err(failure)?,
            Verdict::Skip => left += 1,
        }
        let done = match verdict {
            Verdict::Accept => "accepted",
            Verdict::Reject => "rejected",
            Verdict::Skip => "still pending",
        };
        context.console.talk(&format!("{done}: {}", one.target.display()));
    }
    if left > 0 && !context.console.can_ask() {
        context.console.talk("run again with --accept or --reject to settle them");
    }
    Ok(if left == 0 { Exit::Yes } else { Exit::No })
}

fn is_named(one: &Pending, name: &str) -> bool {
    one.target.file_name().is_some_and(|file| file.to_string_lossy() == format!("{name}.snap"))
}

fn show(context: &Context, one: &Pending) {
    let header = &one.new.header;
    let state = if one.old.is_some() { "changed" } else { "new" };
    let mut text = format!(
        "{} ({state})\n  scenario: {}\n  step: {}\n  provenance: {}, {} backend, {}, {}\n",
        one.target.display(),
        header.scenario,
        header.step,
        header.provenance.as_str(),
        header.backend,
        header.date,
        header.tool
    );
    for line in one.difference().lines() {
        text.push_str(&format!("  {line}\n"));
    }
    context.console.out(&text);
}

fn ask(context: &Context) -> Verdict {
    if !context.console.can_ask() {
        return Verdict::Skip;
    }
    loop {
        match context.console.ask("accept, reject or skip? [a/r/s]").as_deref() {
            Some("a" | "accept") => return Verdict::Accept,
            Some("r" | "reject") => return Verdict::Reject,
            Some("s" | "skip" | "") | None => return Verdict::Skip,
            Some(_) => {}
        }
    }
}

fn failure(error: SnapshotError) -> Failure {
    Failure::new(Exit::Input, "review::snapshot", error.to_string(), "nothing else was changed")
}
