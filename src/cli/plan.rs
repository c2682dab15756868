//! `bellcheck plan`

use super::{
    Context,
    args::{Plan, PlanForm, Rights},
    connect,
    exit::{Exit, Failure},
    input, interrupt,
};
use crate::{
    openapi::Client,
    provision::{self, Desired, Options, Unresolved},
    spec::Spec,
};

pub(super) fn run(context: &Context, args: &Plan) -> Result<Exit, Failure> {
    let spec = input::only_spec(context, &args.specs)?;
    let desired = desired(&spec)?;
    let client = connect::client(context, &spec)?;
    let desired = resolved(&client, &spec, desired)?;
    let options = options(&args.rights);
    let plan = interrupt::reading(async { Ok(provision::prepare(&client, &desired, &options).await?) })?;
    match args.output {
        PlanForm::Text => context.console.out(&provision::render_text(&plan, context.console.color)),
        PlanForm::Json => context.console.out(&format!("{:#}\n", plan.to_json())),
    }
    Ok(if args.check && !plan.is_empty() { Exit::No } else { Exit::Yes })
}

pub(super) fn options(rights: &Rights) -> Options {
    Options { adopt: rights.adopt, prune: rights.prune, force: rights.force }
}

/// What the spec wants, with the ids of its application groups.
pub(super) fn resolved(client: &Client, spec: &Spec, mut desired: Desired) -> Result<Desired, Failure> {
    interrupt::reading(async {
        match provision::resolve(client, spec, &mut desired).await {
            Ok(()) => Ok(desired),
            Err(Unresolved::Api(error)) => Err(error.into()),
            Err(Unresolved::Faults(faults)) => Err(Failure::invalid(faults)),
        }
    })
}

pub(super) fn desired(spec: &Spec) -> Result<Desired, Failure> {
    provision::desired(spec).map_err(Failure::invalid)
}
