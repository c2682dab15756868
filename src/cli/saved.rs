//! Plan files: written by `plan --out`, carried out by `apply`.

use std::{fs, path::Path};

use super::{
    Context,
    args::{Apply, Plan, Specs},
    block_on,
    exit::{Exit, Failure},
    input,
    stacks::Job,
};
use crate::{
    api::sts::GetCallerIdentity,
    files,
    openapi::{Client, Product},
    provision::{SavedPlan, SavedStack},
};

/// Writes the job's plans to `path`.
///
/// # Errors
/// Exit code 2 for a path that cannot be written.
pub(super) fn write(context: &Context, path: &Path, args: &Plan, job: &Job) -> Result<(), Failure> {
    // Who is calling is a safeguard more; where it is not told, the endpoint has to do.
    let account = match job.stacks.first().map(|stack| account(&stack.client)) {
        Some(Ok(account)) => Some(account),
        Some(Err(failure)) => {
            let why: Vec<String> = failure.findings.iter().map(ToString::to_string).collect();
            context.console.talk(&format!("the plan does not name its account: {}", why.join("; ")));
            None
        }
        None => None,
    };
    let plan = describe(job, &args.specs, &args.picks.targets, account);
    files::write_whole(path, plan.to_text().as_bytes()).map_err(|error| {
        Failure::new(Exit::Input, "plan::out", format!("cannot write the plan: {error}"), "check the path")
    })?;
    context
        .console
        .talk(&format!("the plan is in {0}: `bellcheck apply {0}` does exactly that", path.display()));
    Ok(())
}

/// The plan file that `specs` names; none where it names specs.
///
/// # Errors
/// Exit code 2 for a plan file that is damaged, changed, or of another version.
pub(super) fn read(specs: &Specs) -> Result<Option<SavedPlan>, Failure> {
    let path = &specs.path;
    // What cannot be read is told when it is read as a spec.
    let Ok(text) = fs::read_to_string(path) else { return Ok(None) };
    if !SavedPlan::is_meant(&text) {
        return Ok(None);
    }
    let plan = SavedPlan::parse(&path.display().to_string(), &text);
    plan.map(Some).map_err(|fault| Failure { exit: Exit::Input, findings: vec![fault] })
}

/// Plans again what a plan file holds, and insists that it is the same.
///
/// # Errors
/// Exit code 1 where it is not, with what differs; 2 and 3 as for any plan.
pub(super) fn again(context: &Context, args: &Apply, saved: &SavedPlan) -> Result<Job, Failure> {
    let rights = &args.rights;
    if rights.adopt || rights.prune || rights.force || !args.picks.targets.is_empty() {
        return Err(Failure::new(
            Exit::Input,
            "apply::plan-file",
            "a plan file says itself what may be done",
            "leave out --adopt, --prune, --force and --target, or make another plan with them",
        ));
    }
    let mut specs = Vec::new();
    for path in &saved.specs {
        specs.push(input::specs(context, &Specs { path: path.into() })?);
    }
    let job = Job::of_specs(context, &specs, saved.options.into(), &saved.targets)?;
    let account = match (&saved.account, job.stacks.first()) {
        (Some(_), Some(stack)) => Some(account(&stack.client)?),
        _ => None,
    };
    let now = describe(&job, &args.specs, &saved.targets, account);
    let differences = saved.differences(&now);
    if differences.is_empty() {
        return Ok(job);
    }
    Err(Failure::new(
        Exit::No,
        "apply::plan-changed",
        format!("nothing was changed: the plan does not hold any more\n{}", differences.join("\n")),
        "make the plan again with `bellcheck plan --out FILE`, and read it again",
    ))
}

fn describe(job: &Job, specs: &Specs, targets: &[String], account: Option<String>) -> SavedPlan {
    let base = |client: &Client| client.base(Product::Cms);
    SavedPlan {
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        specs: vec![specs.path.display().to_string()],
        variables: Vec::new(),
        variable_files: Vec::new(),
        options: job.options.into(),
        targets: targets.to_vec(),
        endpoint: job.stacks.first().map(|stack| base(&stack.client)).unwrap_or_default(),
        account,
        stacks: job
            .stacks
            .iter()
            .zip(&job.looks)
            .map(|(stack, look)| SavedStack::new(&stack.desired, look))
            .collect(),
    }
}

fn account(client: &Client) -> Result<String, Failure> {
    block_on(async { Ok(client.call(&GetCallerIdentity {}).await?.account_id) })
}
