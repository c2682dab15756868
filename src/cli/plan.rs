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
    report::counted,
    spec::Spec,
};

pub(super) fn run(context: &Context, args: &Plan) -> Result<Exit, Failure> {
    let specs = input::specs(context, &args.specs)?;
    let unusual = args.specs.strictness.allow_unusual_tokens;
    let job = Job::of_specs(context, &specs, options(&args.rights), &args.picks.targets, unusual)?;
    if let Some(path) = &args.out {
        context.console.give_away(path);
        saved::write(context, path, args, &job)?;
    }
    let plans = job.plans();
    let text = match args.output {
        PlanForm::Text => {
            let view = View { color: context.console.color, foreign: args.show.is_some() };
            provision::render_header(&job.caller, &plans) + &provision::render_plans(&plans, view)
        }
        PlanForm::Json => format!("{:#}\n", provision::plans_to_json(&job.caller, &plans)),
        PlanForm::Markdown => {
            provision::render_markdown_header(&job.caller) + &provision::render_markdown(&plans)
        }
    };
    context.console.out(&text);
    if let Some(failure) = withheld(&plans) {
        return Err(failure);
    }
    let is_settled = job.is_empty() && (args.ignore_leftovers || !job.has_leftovers());
    Ok(if args.check && !is_settled { Exit::No } else { Exit::Yes })
}

/// What to say of plans that are not whole, since something could not be read.
pub(super) fn withheld(plans: &[&provision::Plan]) -> Option<Failure> {
    let count: usize = plans.iter().map(|plan| plan.withheld.len()).sum();
    (count > 0).then(|| {
        Failure::new(
            Exit::Refused,
            "plan::withheld",
            format!("{} left as it is, since the service did not show all of it", counted(count, "object")),
            "each line with a `?` above says what could not be read, and what to do",
        )
    })
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
