//! `bellcheck apply` and `bellcheck destroy`

use super::{
    Context,
    args::{Apply, Destroy, Specs},
    exit::{Exit, Failure},
    input, interrupt, plan,
    progress::Progress,
    saved,
    stacks::{Job, Stack},
};
use crate::{
    diagnostic::Diagnostic,
    provision::{self, Counts, Kept, Look, ObjectKind, Options, View},
    spec::StandIns,
};

pub(super) fn apply(context: &Context, args: &Apply) -> Result<Exit, Failure> {
    let job = if let Some(plan) = saved::read(&args.specs)? {
        saved::again(context, args, &plan)?
    } else {
        let specs = input::specs(context, &args.specs)?;
        let unusual = args.specs.strictness.allow_unusual_tokens;
        Job::of_specs(context, &specs, plan::options(&args.rights), &args.picks.targets, unusual)?
    };
    converge(context, job, args.yes, "Apply")
}

pub(super) fn destroy(context: &Context, args: &Destroy) -> Result<Exit, Failure> {
    // Nothing of the secrets is written.
    let stand_ins = StandIns::default();
    let Specs { paths, variables, strictness } = &args.specs;
    let specs = input::specs_of(context, paths, variables, strictness, Some(&stand_ins))?;
    converge(context, Job::of_removal(context, &specs, args.force)?, args.yes, "Destroy")
}

/// Shows the plans, asks once, carries them out and looks again.
fn converge(context: &Context, job: Job, yes: bool, verb: &str) -> Result<Exit, Failure> {
    let plans = job.plans();
    let view = View { color: context.console.color, foreign: false };
    let header = provision::render_header(&job.caller, &plans);
    context.console.out(&(header + &provision::render_plans(&plans, view)));
    if plans.iter().any(|plan| !plan.conflicts.is_empty()) {
        return Err(Failure::new(
            Exit::No,
            "apply::conflict",
            "nothing was changed: the account has objects in the way that this stack does not own",
            "each conflict above says what to do about it",
        ));
    }
    for plan in &plans {
        plan.guard(&job.options).map_err(|guarded| {
            Failure::new(
                Exit::No,
                "apply::guard",
                guarded.to_string(),
                "read the plan above; --force goes on",
            )
        })?;
    }
    let leftovers: Vec<String> = plans.iter().flat_map(|plan| provision::leftovers(plan)).collect();
    let name_leftovers = || {
        let mut named = Vec::new();
        for line in &leftovers {
            // That of one stack is that of all.
            if !named.contains(&line) {
                context.console.out(&format!("{line}\n"));
                named.push(line);
            }
        }
    };
    if job.is_empty() {
        name_leftovers();
        return Ok(Exit::Yes);
    }
    if plans.iter().all(|plan| plan.changes.is_empty()) {
        return Err(plan::withheld(&plans).unwrap_or_else(|| unsettled(Exit::Refused)));
    }
    if !yes && !confirmed(context, &job, verb)? {
        context.console.talk("nothing was changed");
        return Ok(Exit::No);
    }
    let several = job.stacks.len() > 1;
    let mut ends = Vec::new();
    for (stack, look) in job.stacks.iter().zip(job.looks) {
        if several {
            context.console.out(&format!("Stack {}\n", stack.desired.stack));
        }
        // One stack's failure does not stop the others: they have nothing to do with it.
        let end = carry_out(context, stack, look, &job.options)?;
        if end == Exit::Interrupted {
            return Ok(end);
        }
        ends.push(end);
    }
    name_leftovers();
    Ok(together(&ends))
}

/// How a run over several stacks ends: well when each did, and in part when any has changed anything.
fn together(ends: &[Exit]) -> Exit {
    match ends {
        [end] => *end,
        _ if ends.iter().all(|end| *end == Exit::Yes) => Exit::Yes,
        _ if ends.iter().any(|end| matches!(end, Exit::Yes | Exit::Partial)) => Exit::Partial,
        _ => Exit::Refused,
    }
}

fn carry_out(context: &Context, stack: &Stack, look: Look, options: &Options) -> Result<Exit, Failure> {
    let client = &stack.client;
    let progress = Progress::new(&context.console, &look.plan);
    let tell = |step: &provision::Step| progress.step(step);
    let report = interrupt::writing(&context.console, client.stop(), async {
        Ok(provision::carry_out(client, look.plan, &stack.desired, options, &tell).await)
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
    let kept = report.kept();
    let failure = match report.remaining {
        Some(Err(error)) => Failure::from(error),
        remaining => {
            let left = remaining.and_then(Result::ok).unwrap_or_default();
            context.console.out(&provision::render_text(&left, context.console.color));
            let done = if report.applied.done.is_empty() { Exit::Refused } else { Exit::Partial };
            match plan::withheld(&[&left]).filter(|_| left.changes.is_empty()) {
                Some(failure) => Failure { exit: done, ..failure },
                None if !kept.is_empty() => {
                    let finding =
                        |kept: &Kept| Diagnostic::error("apply::kept", kept.to_string()).help(kept.help());
                    // That a group cannot be emptied is all there is to say of it.
                    let is_all = left.changes.len() == kept.len()
                        && kept.iter().all(|kept| kept.kind == ObjectKind::Group);
                    let mut findings = if is_all { Vec::new() } else { unsettled(Exit::Partial).findings };
                    findings.extend(kept.iter().map(finding));
                    Failure { exit: Exit::Partial, findings }
                }
                None => unsettled(Exit::Partial),
            }
        }
    };
    context.console.findings(&failure.findings);
    Ok(failure.exit)
}

fn unsettled(exit: Exit) -> Failure {
    Failure::new(
        exit,
        "apply::not-settled",
        "every call was accepted, and the account differs as shown above: somebody else changed it meanwhile, or the service does not keep what it was sent",
        "run the command again while nobody else does; if the same is left then, it is the service: report it",
    )
}

fn confirmed(context: &Context, job: &Job, verb: &str) -> Result<bool, Failure> {
    let counts = Counts::of(&job.plans());
    let mut regions: Vec<&str> = job.stacks.iter().map(|stack| stack.client.region()).collect();
    regions.dedup();
    let question = format!(
        "{verb}: {} to create, {} to change, {} to delete in {}, {}? [y/N]",
        counts.create,
        counts.update,
        counts.delete,
        job.caller.shown(),
        regions.join(", ")
    );
    interrupt::agreed(&context.console, &question)
}
