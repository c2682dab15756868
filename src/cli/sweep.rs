//! `bellcheck sweep`

use std::{io::Read as _, path::PathBuf};

use super::{
    Context,
    args::Sweep,
    block_on, connect,
    exit::{Exit, Failure},
    interrupt, test,
};
use crate::{
    api::sts::GetCallerIdentity,
    clock::{Clock as _, SystemClock},
    credentials::Ask,
    journal::journals,
    openapi::Client,
    report::counted,
    scenario::live::{self, Swept},
};

pub(super) fn run(context: &Context, args: &Sweep) -> Result<Exit, Failure> {
    if let Some(journal) = &args.guard {
        return guard(context, args, journal.clone());
    }
    let journals = journals(&args.journal).map_err(|error| {
        Failure::new(Exit::Input, "sweep::journal", error.to_string(), "name the folder with --journal")
    })?;
    let owing = live::owing(&journals);
    if owing.is_empty() {
        context.console.out("nothing is left to undo\n");
        return Ok(Exit::Yes);
    }
    if args.dry_run {
        for (path, lines) in &owing {
            context.console.out(&format!("{}\n", path.display()));
            lines.iter().for_each(|line| context.console.out(&format!("  {line}\n")));
        }
        return Ok(Exit::No);
    }
    let client = client(context, args)?;
    let paths = owing.into_iter().map(|(path, _)| path).collect();
    interrupt::reading(sweep(context, &client, paths, false))
}

fn client(context: &Context, args: &Sweep) -> Result<Client, Failure> {
    let (binds, _) = test::binds(context, args.binds.as_deref())?;
    let mut inputs = connect::inputs(context, None)?;
    if args.guard.is_some() {
        // The guard's input is the run's, which says by it that it came to its end.
        inputs.ask = Ask::Nobody;
    }
    inputs.clock = test::clock(&binds);
    let resolved = connect::resolve(context, &inputs)?;
    // Each instance's own region is in the journal.
    let region = Some("cn-hangzhou");
    let client = connect::client_of(context, &inputs, &resolved, region)?;
    if args.guard.is_none() {
        let caller = connect::caller(context, &client, &resolved, &[])?;
        context.console.talk(&caller.line());
    }
    Ok(client)
}

async fn sweep(
    context: &Context,
    client: &Client,
    journals: Vec<PathBuf>,
    by_force: bool,
) -> Result<Exit, Failure> {
    let account = client.call(&GetCallerIdentity {}).await?.account_id;
    let mut exit = Exit::Yes;
    for journal in journals {
        let mut tell = |line: String| context.console.out(&format!("{line}\n"));
        match live::sweep(client, &account, &journal, by_force, &mut tell).await {
            None => {}
            Some(Swept::Restored(path, instances)) => {
                let what = counted(instances, "instance");
                context.console.out(&format!("{}: {what} restored\n", path.display()));
            }
            Some(Swept::UnderWay(path)) => {
                context.console.talk(&format!("{}: its run is under way; left alone", path.display()));
            }
            Some(Swept::OtherAccount(path, other)) => {
                exit = Exit::No;
                context.console.talk(&format!(
                    "{}: it is of account {other}, and these credentials are of {account}; sweep it with `--profile`",
                    path.display()
                ));
            }
            Some(Swept::Left(path, why)) => {
                exit = Exit::Refused;
                context.console.talk(&format!(
                    "{}: something is left: {}; run it again",
                    path.display(),
                    why.join("; ")
                ));
            }
            Some(Swept::Unreadable(path, why)) => {
                exit = Exit::Input;
                context.console.talk(&format!(
                    "{}: {why}; look at its instances by hand, then move the file away",
                    path.display()
                ));
            }
        }
    }
    Ok(exit)
}

/// Waits for the run that started this; undoes what it did when it dies, or does not come to its end.
fn guard(context: &Context, args: &Sweep, journal: PathBuf) -> Result<Exit, Failure> {
    // A thread that reads cannot be stopped. It is left behind, and not waited for.
    let (tell, mut told) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        let mut said = Vec::new();
        std::io::stdin().read_to_end(&mut said).ok();
        tell.blocking_send(said).ok();
    });
    let ended = block_on(async {
        tokio::select! {
            said = told.recv() => Ok(said),
            () = SystemClock.sleep(args.guard_for) => Ok(None),
        }
    })?;
    if ended.as_deref() == Some(b"done\n") {
        return Ok(Exit::Yes);
    }
    let client = client(context, args)?;
    block_on(sweep(context, &client, vec![journal], ended.is_none()))
}
