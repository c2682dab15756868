//! Plan files: written by `plan --out`, carried out by `apply`.

use std::path::{Path, PathBuf};

use super::{
    Context,
    args::{Apply, Plan, Specs, Strictness, Variables},
    exit::{Exit, Failure},
    input,
    stacks::Job,
};
use crate::{
    files,
    openapi::{Client, Product},
    provision::{SavedPlan, SavedStack},
    secret::Secret,
};

/// Writes the job's plans to `path`.
///
/// # Errors
/// Exit code 2 for a path that cannot be written, 3 where it is not known which account the plan is for.
pub(super) fn write(context: &Context, path: &Path, args: &Plan, job: &Job) -> Result<(), Failure> {
    if job.caller.account.is_none() {
        // Two accounts without the stack's objects look the same: only the id keeps a plan from another one.
        return Err(Failure::new(
            Exit::Refused,
            "plan::account",
            "the plan is not written: it would not say which account it is for",
            "run it again when STS answers GetCallerIdentity, which needs no permission",
        ));
    }
    let plan = describe(job, &args.specs, &args.picks.targets);
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
    for path in specs.paths.iter().filter(|path| path.is_file()) {
        // What cannot be read is told when it is read as a spec.
        let Ok(text) = files::read_text(path) else { continue };
        if !SavedPlan::is_meant(&text) {
            continue;
        }
        if specs.paths.len() > 1 {
            return Err(Failure::new(
                Exit::Input,
                "apply::plan-file",
                format!("{} is a plan, and a plan stands alone", path.display()),
                "name the plan only; it knows its specs",
            ));
        }
        let plan = SavedPlan::parse(&path.display().to_string(), &text);
        return plan.map(Some).map_err(|fault| Failure::invalid(vec![fault]));
    }
    Ok(None)
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
    let given = names(&args.specs.variables);
    let missing: Vec<String> = saved
        .variables
        .iter()
        .filter(|name| !given.contains(name))
        .map(|name| format!("--var {name}=…"))
        .collect();
    if !missing.is_empty() {
        return Err(Failure::new(
            Exit::Input,
            "apply::plan-variables",
            "the plan was made with variables from the command line, whose values it does not hold",
            format!("give them again: {}", missing.join(" ")),
        ));
    }
    let specs = Specs {
        paths: saved.specs.iter().map(Into::into).collect(),
        variables: Variables {
            vars: args.specs.variables.vars.clone(),
            // Files that are named now count over those of the plan.
            var_files: saved
                .variable_files
                .iter()
                .map(Into::into)
                .chain(args.specs.variables.var_files.iter().cloned())
                .collect(),
        },
        strictness: Strictness { ..args.specs.strictness },
    };
    let job_specs = input::specs(context, &specs)?;
    let unusual = args.specs.strictness.allow_unusual_tokens;
    let job = Job::of_specs(context, &job_specs, saved.options.into(), &saved.targets, unusual)?;
    let now = describe(&job, &specs, &saved.targets);
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

fn describe(job: &Job, specs: &Specs, targets: &[String]) -> SavedPlan {
    let base = |client: &Client| client.base(Product::Cms);
    SavedPlan {
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        specs: shown(&specs.paths),
        variables: names(&specs.variables),
        variable_files: shown(&specs.variables.var_files),
        options: job.options.into(),
        targets: targets.to_vec(),
        endpoint: job.stacks.first().map(|stack| base(&stack.client)).unwrap_or_default(),
        account: job.caller.account.clone(),
        stacks: job
            .stacks
            .iter()
            .zip(&job.looks)
            .map(|(stack, look)| SavedStack::new(&stack.desired, look))
            .collect(),
    }
}

/// The names of the variables that the command line gives; their values may be secret.
fn names(variables: &Variables) -> Vec<String> {
    let pairs = variables.vars.iter().map(Secret::expose);
    pairs.filter_map(|pair| Some(pair.split_once('=')?.0.to_owned())).collect()
}

fn shown(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.display().to_string()).collect()
}
