//! From specs to stacks: what each wants, a client for it, and a look at the account.

use std::collections::BTreeMap;

use super::{
    Context, connect,
    exit::{Exit, Failure},
    interrupt, plan,
    progress::Looking,
    real::Real,
};
use crate::{
    diagnostic::Diagnostic,
    openapi::{Client, Product},
    provision::{self, Caller, Desired, Look, Options, Plan, Unresolved},
    spec::Spec,
};

/// One stack of a command.
pub(super) struct Stack {
    pub(super) desired: Desired,
    pub(super) client: Client,
}

/// All stacks of a command, each with what was seen of it and planned for it.
pub(super) struct Job {
    /// As whom it is done.
    pub(super) caller: Caller,
    pub(super) stacks: Vec<Stack>,
    pub(super) looks: Vec<Look>,
    pub(super) options: Options,
}

impl Job {
    /// What `specs` want, planned.
    ///
    /// # Errors
    /// Exit code 2 for faults in a spec and for a target that nothing has; 3 for a call that failed.
    pub(super) fn of_specs(
        context: &Context,
        specs: &[Spec],
        options: Options,
        targets: &[String],
        unusual_tokens: bool,
    ) -> Result<Self, Failure> {
        // What is wrong in a spec is wrong in each region, and is reported before any call.
        let faults: Vec<Diagnostic> =
            specs.iter().filter_map(|spec| plan::desired(spec).err()).flat_map(|f| f.findings).collect();
        if !faults.is_empty() {
            return Err(Failure::invalid(faults));
        }
        let fit = |client: &Client| {
            let unfit = specs.iter().flat_map(|spec| &spec.unfit);
            Real::new(context, unusual_tokens).check(unfit, &client.base(Product::Cms))
        };
        let (caller, clients) = clients(context, specs, &fit)?;
        let mut stacks = Vec::new();
        for (spec, client) in specs.iter().zip(clients) {
            let spec = spec.in_region(client.region());
            let desired = resolved(&client, &spec, plan::desired(&spec)?)?;
            stacks.push(Stack { desired, client });
        }
        let mut looks = look(context, &stacks, &options)?;
        if !targets.is_empty() {
            let mut limited: Vec<(&mut Desired, &Plan)> =
                stacks.iter_mut().zip(&looks).map(|(stack, look)| (&mut stack.desired, &look.plan)).collect();
            provision::select(targets, &mut limited).map_err(|unknown| {
                Failure::new(Exit::Input, "plan::target", unknown.to_string(), unknown.help)
            })?;
            looks = looks
                .into_iter()
                .zip(&stacks)
                .map(|(look, stack)| look.again(&stack.desired, &options))
                .collect();
        }
        // A stack that no target names has nothing to do.
        if !targets.is_empty() {
            let chosen = |stack: &Stack| !stack.desired.only.is_empty();
            let kept: Vec<bool> = stacks.iter().map(chosen).collect();
            stacks.retain(chosen);
            looks = looks.into_iter().zip(kept).filter_map(|(look, kept)| kept.then_some(look)).collect();
        }
        Ok(Self { caller, stacks, looks, options })
    }

    /// The removal of all that the specs' stacks own, planned.
    ///
    /// # Errors
    /// Exit code 3 for a call that failed.
    pub(super) fn of_removal(context: &Context, specs: &[Spec], force: bool) -> Result<Self, Failure> {
        let options = Options::destroy(force);
        let (caller, clients) = clients(context, specs, &|_| Ok(()))?;
        let stacks = specs.iter().zip(clients);
        let stacks: Vec<Stack> =
            stacks.map(|(spec, client)| Stack { desired: Desired::empty(&spec.stack), client }).collect();
        let looks = look(context, &stacks, &options)?;
        Ok(Self { caller, stacks, looks, options })
    }

    pub(super) fn plans(&self) -> Vec<&Plan> {
        self.looks.iter().map(|look| &look.plan).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.looks.iter().all(|look| look.plan.is_empty())
    }

    /// Whether the stacks own what their specs do not have.
    pub(super) fn has_leftovers(&self) -> bool {
        self.looks.iter().any(|look| !look.plan.would_prune.is_empty())
    }
}

/// A client for each spec, and as whom they call. Specs of one region share theirs, and with it the pace of
/// its calls. `fit` says whether one may call at all, before its first call.
fn clients(
    context: &Context,
    specs: &[Spec],
    fit: &dyn Fn(&Client) -> Result<(), Failure>,
) -> Result<(Caller, Vec<Client>), Failure> {
    connect::warn_of_region(context);
    let inputs = connect::inputs(context, specs.first().and_then(Spec::named_region))?;
    let resolved = connect::resolve(context, &inputs)?;
    let mut by_region: BTreeMap<Option<&str>, Client> = BTreeMap::new();
    let mut clients = Vec::new();
    for spec in specs {
        let client = match by_region.get(&spec.named_region()) {
            Some(client) => client.clone(),
            None => connect::client_of(context, &inputs, &resolved, spec.named_region())?,
        };
        by_region.insert(spec.named_region(), client.clone());
        clients.push(client);
    }
    let caller = match clients.first() {
        Some(client) => {
            fit(client)?;
            connect::caller(context, client, &resolved, specs)?
        }
        None => Caller::default(),
    };
    Ok((caller, clients))
}

fn look(context: &Context, stacks: &[Stack], options: &Options) -> Result<Vec<Look>, Failure> {
    let looking = Looking::new(&context.console);
    interrupt::reading(async {
        let mut looks = Vec::new();
        for stack in stacks {
            looks.push(provision::look(&looking.client(&stack.client), &stack.desired, options).await?);
        }
        Ok(looks)
    })
}

/// What the spec wants, with the ids of its application groups.
fn resolved(client: &Client, spec: &Spec, mut desired: Desired) -> Result<Desired, Failure> {
    interrupt::reading(async {
        match provision::resolve(client, spec, &mut desired).await {
            Ok(()) => Ok(desired),
            Err(Unresolved::Api(error)) => Err(error.into()),
            Err(Unresolved::Faults(faults)) => Err(Failure::invalid(faults)),
        }
    })
}
