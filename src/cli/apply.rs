//! `bellcheck apply` and `bellcheck destroy`

use super::{
    Context,
    args::{Apply, Destroy},
    connect,
    exit::{Exit, Failure},
    input, interrupt, plan,
    progress::Progress,
};
use crate::{
    openapi::Client,
    provision::{self, Desired, Options, Plan},
};

pub(super) fn apply(context: &Context, args: &Apply) -> Result<Exit, Failure> {
    let spec = input::only_spec(context, &args.specs)?;
    let desired = plan::desired(&spec)?;
    let client = connect::client(context, &spec)?;
    let desired = plan::resolved(&client, &spec, desired)?;
    converge(context, &client, &desired, &plan::options(&args.rights), args.yes, "Apply")
}

pub(super) fn destroy(context: &Context, args: &Destroy) -> Result<Exit, Failure> {
    let spec = input::only_spec(context, &args.specs)?;
    let client = connect::client(context, &spec)?;
    let options = Options::destroy(args.force);
    converge(context, &client, &Desired::empty(&spec.stack), &options, args.yes, "Destroy")
}

/// Shows the plan, asks, carries it out and looks again.
fn converge(
    context: &Context,
    client: &Client,
    desired: &Desired,
    options: &Options,
    yes: bool,
    verb: &str,
) -> Result<Exit, Failure> {
    let plan = interrupt::reading(async { Ok(provision::prepare(client, desired, options).await?) })?;
    context.console.out(&provision::render_text(&plan, context.console.color));
    if !plan.conflicts.is_empty() {
        return Err(Failure::new(
            Exit::No,
            "apply::conflict",
            "nothing was changed: the account has objects in the way that this stack does not own",
            "each conflict above says what to do about it",
        ));
    }
    plan.guard(options).map_err(|guarded| {
        Failure::new(Exit::No, "apply::guard", guarded.to_string(), "read the plan above; --force goes on")
    })?;
    if plan.is_empty() {
        return Ok(Exit::Yes);
    }
    if !yes && !confirmed(context, &plan, client, verb)? {
        context.console.talk("nothing was changed");
        return Ok(Exit::No);
    }
    let progress = Progress::new(&context.console, &plan);
    let tell = |step: &provision::Step| progress.step(step);
    let report = interrupt::writing(&context.console, client.stop(), async {
        Ok(provision::carry_out(client, plan, desired, options, &tell).await)
    })?;
    drop(progress);
    context.console.out(&provision::render_report(&report.applied));
    if client.stop().is_pulled() && report.remaining.is_none() {
        return Ok(Exit::Interrupted);
    }
    if report.converged() {
        return Ok(Exit::Yes);
    }
    if !report.applied.is_success() {
        return Ok(if report.applied.done.is_empty() { Exit::Refused } else { Exit::Partial });
    }
    match report.remaining {
        Some(Err(error)) => Err(error.into()),
        remaining => {
            let left = remaining.and_then(Result::ok).unwrap_or_default();
            context.console.out(&provision::render_text(&left, context.console.color));
            Err(Failure::new(
                Exit::Partial,
                "apply::not-settled",
                "every call was accepted, and the account differs as shown above: somebody else changed it meanwhile, or the service does not keep what it was sent",
                "run the command again while nobody else does; if the same is left then, it is the service: report it",
            ))
        }
    }
}

fn confirmed(context: &Context, plan: &Plan, client: &Client, verb: &str) -> Result<bool, Failure> {
    if !context.console.can_ask() {
        return Err(Failure::new(
            Exit::Input,
            "apply::unconfirmed",
            "nobody can be asked here, and nothing was changed",
            "--yes goes on without asking",
        ));
    }
    let counts = plan.counts();
    let question = format!(
        "{verb}: {} to create, {} to change, {} to delete in {}? [y/N]",
        counts.create,
        counts.update,
        counts.delete,
        client.region()
    );
    let answer = interrupt::asking(&context.console, &question)?.unwrap_or_default();
    Ok(matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes"))
}
