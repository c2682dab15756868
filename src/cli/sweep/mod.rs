//! `bellcheck sweep`

mod guard;

use super::{
    Context,
    args::Sweep,
    connect,
    exit::{Exit, Failure},
    interrupt, test,
};
use crate::{
    api::sts::GetCallerIdentity,
    diagnostic::visible_line,
    journal::journals,
    openapi::{Client, Product, Stop},
    report::counted,
    scenario::live::{self, Limits, OpenJournal, Owing, Plan, Settled},
};

/// The region of calls that are no instance's; each instance's own is in the journal.
const REGION: &str = "cn-hangzhou";

pub(super) fn run(context: &Context, args: &Sweep) -> Result<Exit, Failure> {
    if let Some(journal) = &args.guard {
        return guard::run(context, args, journal);
    }
    let paths = journals(&args.journal).map_err(|error| {
        Failure::new(Exit::Input, "sweep::journal", error.to_string(), "name the folder with --journal")
    })?;
    let mut exit = Exit::Yes;
    let mut open = Vec::new();
    let mut is_settled = true;
    for owing in live::owing(&paths, false) {
        is_settled = false;
        match owing {
            Owing::Open(journal) => open.push(*journal),
            Owing::UnderWay(path, debts) => {
                if !debts.is_empty() {
                    exit = worse(exit, Exit::No);
                }
                let path = path.display();
                context
                    .console
                    .talk(&format!("{path}: its run is under way (or another sweep is); left alone"));
                debts.iter().for_each(|line| context.console.talk(&format!("  {}", visible_line(line))));
            }
            Owing::Unreadable(_, why) => {
                exit = worse(exit, Exit::Input);
                context.console.talk(&format!(
                    "{why}\n  left alone: look at its instances by hand, then move the file away"
                ));
            }
        }
    }
    if is_settled {
        context.console.out("nothing is left to undo\n");
    }
    if open.is_empty() {
        return Ok(exit);
    }
    let found = look(context, args, open)?;
    show(context, &found);
    if found.plans.iter().any(Plan::leaves_something) {
        exit = worse(exit, Exit::No);
    }
    let doable: Vec<Plan> = found.plans.into_iter().filter(Plan::does_something).collect();
    if doable.is_empty() {
        return Ok(exit);
    }
    if args.dry_run {
        return Ok(worse(exit, Exit::No));
    }
    let question = format!("Undo this on account {}? [y/N]", found.account);
    if !args.yes && !interrupt::agreed(&context.console, &question)? {
        return Err(Failure::new(
            Exit::No,
            "sweep::declined",
            "nothing was touched",
            "answer `y`, or give --yes",
        ));
    }
    let stop = Stop::default();
    let client = found.client.with_stop(&stop);
    let undone = undo(context, &client, doable);
    Ok(worse(exit, interrupt::writing(&context.console, &stop, async { Ok(undone.await) })?))
}

/// What was found before anything is touched.
struct FoundOut {
    client: Client,
    account: String,
    /// Where its key pair comes from.
    source: String,
    plans: Vec<Plan>,
}

/// Looks whose account this is, and at all that journals name.
fn look(context: &Context, args: &Sweep, open: Vec<OpenJournal>) -> Result<FoundOut, Failure> {
    let words = |journal: &OpenJournal| {
        let lines = journal.in_words().into_iter().map(|line| format!("\n  {}", visible_line(&line)));
        format!("{}{}", visible_line(&journal.path().display().to_string()), lines.collect::<String>())
    };
    let said: Vec<String> = open.iter().map(words).collect();
    let all = journals(&args.journal).unwrap_or_default();
    let found = || {
        let binds = test::binds(context, args.binds.as_deref())?;
        let mut inputs = connect::inputs(context, None)?;
        inputs.clock = test::clock(&binds);
        let resolved = connect::resolve(context, &inputs)?;
        let client = connect::client_of(context, &inputs, &resolved, Some(REGION))?;
        let mut allow_accounts = binds.allow_accounts;
        allow_accounts.extend(args.allow_accounts.iter().cloned());
        // The clock of a rehearsal says nothing about how long ago something was.
        let max_age = binds.rehearsal.is_none().then_some(args.max_age);
        interrupt::reading(async {
            let account = client.call(&GetCallerIdentity {}).await?.account_id;
            let limits = Limits { account: account.clone(), allow_accounts, max_age };
            let plans = live::look_back(&client, &limits, open, &all).await?;
            Ok(FoundOut { client: client.clone(), account, source: resolved.source, plans })
        })
    };
    // What cannot be looked at is named all the same.
    found().inspect_err(|_| said.iter().for_each(|words| context.console.out(&format!("{words}\n"))))
}

/// Shows what would be done to what, and what is left alone.
fn show(context: &Context, found: &FoundOut) {
    let FoundOut { client, account, source, plans } = found;
    let mut out = format!("Account {account}, {}, credentials from {source}\n", client.base(Product::Ecs));
    let now = client.clock().now();
    for plan in plans {
        let age = plan.journal().age(now).map(|age| format!(", {} ago", live::roughly(age)));
        let path = visible_line(&plan.path().display().to_string());
        out.push_str(&format!("{path}{}\n", age.unwrap_or_default()));
        if let Some(why) = &plan.refused {
            let words = plan.journal().in_words();
            words.iter().for_each(|line| out.push_str(&format!("  {}\n", visible_line(line))));
            out.push_str(&format!("  left alone: {}\n", visible_line(why)));
        }
        for item in &plan.items {
            let outlook = match &item.outlook {
                Ok(what) => what.clone(),
                Err(why) => format!("left alone: {why}"),
            };
            out.push_str(&format!("  {}\n    {}\n", visible_line(&item.in_words()), visible_line(&outlook)));
        }
    }
    context.console.out(&out);
}

/// Does what the plans say.
async fn undo(context: &Context, client: &Client, plans: Vec<Plan>) -> Exit {
    let mut exit = Exit::Yes;
    for plan in plans {
        let path = plan.path().display().to_string();
        let mut tell = |line: String| context.console.out(&format!("{}\n", visible_line(&line)));
        let settled = live::carry_out(client, plan, &mut tell).await;
        if let Some(done) = in_words(&settled) {
            context.console.out(&format!("{}: {done}\n", visible_line(&path)));
        }
        if !settled.failed.is_empty() {
            exit = worse(exit, Exit::Refused);
            let again = if settled.may_heal { "; run it again" } else { "" };
            context.console.talk(&format!("{path}: something is left: {}{again}", settled.failed.join("; ")));
        }
    }
    exit
}

/// What was done, if anything was.
fn in_words(settled: &Settled) -> Option<String> {
    let back = (settled.back > 0).then(|| format!("{} restored", counted(settled.back, "instance")));
    let gone = (settled.gone > 0).then(|| format!("{} gone", counted(settled.gone, "instance")));
    let parts: Vec<String> = back.into_iter().chain(gone).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The exit code that says more about what went wrong.
fn worse(one: Exit, other: Exit) -> Exit {
    let rank = |exit: Exit| match exit {
        Exit::Yes => 0,
        Exit::No => 1,
        Exit::Input => 2,
        Exit::Partial | Exit::Refused => 3,
        Exit::Interrupted => 4,
    };
    if rank(other) > rank(one) { other } else { one }
}
