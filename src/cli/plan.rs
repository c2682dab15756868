//! `bellcheck plan`

use super::{
    Context,
    args::{Plan, PlanForm, Rights},
    exit::{Exit, Failure},
    input, saved,
    stacks::Job,
};
use crate::{
    provision::{self, Desired, Options, View},
    spec::Spec,
};

pub(super) fn run(context: &Context, args: &Plan) -> Result<Exit, Failure> {
    let specs = input::specs(context, &args.specs)?;
    let job = Job::of_specs(context, &specs, options(&args.rights), &args.picks.targets)?;
    if let Some(path) = &args.out {
        saved::write(context, path, args, &job)?;
    }
    let plans = job.plans();
    let text = match args.output {
        PlanForm::Text => {
            let view = View { color: context.console.color, foreign: args.show.is_some() };
            provision::render_plans(&plans, view)
        }
        PlanForm::Json => format!("{:#}\n", provision::plans_to_json(&plans)),
        PlanForm::Markdown => provision::render_markdown(&plans),
    };
    context.console.out(&text);
    Ok(if args.check && !job.is_empty() { Exit::No } else { Exit::Yes })
}

/// What the spec wants.
///
/// # Errors
/// Exit code 2, with the faults under their lines.
pub(super) fn desired(spec: &Spec) -> Result<Desired, Failure> {
    provision::desired(spec).map_err(Failure::invalid)
}

pub(super) fn options(rights: &Rights) -> Options {
    Options { adopt: rights.adopt, prune: rights.prune, force: rights.force }
}
