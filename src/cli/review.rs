//! `bellcheck review`

use std::path::PathBuf;

use super::{
    Context,
    args::{Review, Strictness},
    exit::{Exit, Failure},
    test,
};
use crate::{
    report::{counted, visible},
    scenario::{
        Scenario,
        snapshot::{Name, Pending, SnapshotError, pending, unused},
    },
    spec::StandIns,
};

/// What is to become of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Accept,
    Reject,
    Skip,
}

/// What somebody answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    This(Verdict),
    AllLeft(Verdict),
}

pub(super) fn run(context: &Context, args: &Review) -> Result<Exit, Failure> {
    if args.unreferenced {
        return unreferenced(context, args);
    }
    let mut proposals = Vec::new();
    for path in &args.paths {
        proposals.extend(pending(path).map_err(failure)?);
    }
    choose(&mut proposals, args)?;
    if proposals.is_empty() {
        context.console.talk("no snapshot is pending");
        return Ok(Exit::Yes);
    }
    if args.list || args.diff {
        for one in &proposals {
            context.console.out(&if args.diff { shown(one) } else { format!("{}\n", one.target.display()) });
        }
        return Ok(Exit::No);
    }
    let (mut left, mut failed) = (0, 0);
    let mut for_all = match (args.accept, args.reject) {
        (true, _) => Some(Verdict::Accept),
        (_, true) => Some(Verdict::Reject),
        _ => None,
    };
    for one in &proposals {
        context.console.out(&shown(one));
        let verdict = match for_all.map_or_else(|| ask(context), Answer::This) {
            Answer::This(verdict) => verdict,
            Answer::AllLeft(verdict) => *for_all.insert(verdict),
        };
        let (done, settled) = match verdict {
            Verdict::Accept => ("accepted", one.accept()),
            Verdict::Reject => ("rejected", one.reject()),
            Verdict::Skip => {
                left += 1;
                ("still pending", Ok(()))
            }
        };
        match settled {
            Ok(()) => context.console.talk(&format!("{done}: {}", one.target.display())),
            // One that cannot be settled does not keep the others from it.
            Err(error) => {
                failed += 1;
                context.console.findings(&failure(error).findings);
            }
        }
    }
    if left > 0 && !context.console.can_ask() {
        context.console.talk("run again with --accept or --reject to settle them");
    }
    Ok(if left + failed == 0 { Exit::Yes } else { Exit::No })
}

/// Keeps the proposals that `--snapshot` names.
fn choose(proposals: &mut Vec<Pending>, args: &Review) -> Result<(), Failure> {
    if args.snapshots.is_empty() {
        return Ok(());
    }
    let names: Vec<Name> = args.snapshots.iter().map(|name| Name::new(name)).collect();
    for (name, given) in names.iter().zip(&args.snapshots) {
        if !proposals.iter().any(|one| name.fits(&one.target)) {
            return Err(Failure::new(
                Exit::Input,
                "review::name",
                format!("no snapshot named `{given}` is pending"),
                "`bellcheck review --list` lists what is pending",
            ));
        }
    }
    proposals.retain(|one| names.iter().any(|name| name.fits(&one.target)));
    Ok(())
}

/// Finds the snapshots that no scenario names. Any scenario that cannot be read might.
fn unreferenced(context: &Context, args: &Review) -> Result<Exit, Failure> {
    let scenarios = test::load(
        context,
        &args.paths,
        &args.variables,
        &Strictness::default(),
        Some(&StandIns::default()),
    )?;
    let file = |scenario: &Scenario, name: &str| scenario.fixtures.join(format!("{name}.snap"));
    let used: Vec<PathBuf> =
        scenarios.iter().flat_map(|scenario| scenario.snapshots().map(|name| file(scenario, name))).collect();
    let found = unused(&args.paths, &used).map_err(failure)?;
    for path in &found {
        context.console.out(&format!("{}\n", path.display()));
        if args.delete {
            std::fs::remove_file(path).map_err(|error| failure(error.into()))?;
        }
    }
    let what = counted(found.len(), "snapshot");
    context.console.talk(&match (found.len(), args.delete) {
        (0, _) => "each snapshot is compared with a message".to_owned(),
        (_, true) => format!("{what} deleted"),
        (_, false) => format!("{what} that no scenario under these paths names; --delete deletes them"),
    });
    Ok(if found.is_empty() || args.delete { Exit::Yes } else { Exit::No })
}

fn shown(one: &Pending) -> String {
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
    for cause in one.causes() {
        text.push_str(&format!("  {cause}\n"));
    }
    for line in one.difference().lines() {
        text.push_str(&format!("  {line}\n"));
    }
    // The file keeps what the message had; here it must not act on the reader.
    visible(&text)
}

fn ask(context: &Context) -> Answer {
    if !context.console.can_ask() {
        return Answer::This(Verdict::Skip);
    }
    loop {
        let answer = context.console.ask("accept, reject or skip? [a/r/s; A, R, S for all that are left]");
        match answer.as_deref() {
            Some("a" | "accept") => return Answer::This(Verdict::Accept),
            Some("r" | "reject") => return Answer::This(Verdict::Reject),
            Some("s" | "skip" | "") => return Answer::This(Verdict::Skip),
            Some("A") => return Answer::AllLeft(Verdict::Accept),
            Some("R") => return Answer::AllLeft(Verdict::Reject),
            Some("S") | None => return Answer::AllLeft(Verdict::Skip),
            Some(_) => {}
        }
    }
}

fn failure(error: SnapshotError) -> Failure {
    Failure::new(Exit::Input, "review::snapshot", error.to_string(), "the other snapshots are not concerned")
}
