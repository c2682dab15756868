//! Scenarios on the real cloud: whether they may run, what they would do, and whether somebody agrees.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::super::{
    Context,
    args::{Live, Test},
    connect,
    exit::{Exit, Failure},
    input, interrupt,
    real::Real,
};
use crate::{
    clock::{Clock, SystemClock},
    diagnostic::visible_line,
    openapi::{Client, Product},
    report::counted,
    scenario::{
        Scenario, Step, StepKind,
        live::{self, Binds, Ledger, LiveRun, Prepared},
    },
};

/// The file that is read where none is named.
const BINDS: &str = "binds.yaml";

/// A run that nothing keeps from beginning, and that nobody has agreed to so far.
pub(super) struct Ready {
    binds: Binds,
    /// The file that was read.
    pub(super) file: Option<PathBuf>,
    client: Client,
    account: String,
    prepared: Vec<Prepared>,
}

/// Refuses the options of the real cloud elsewhere.
pub(super) fn unused(args: &Live) -> Result<(), Failure> {
    if args.bind.is_empty() && args.binds.is_none() && args.allow_accounts.is_empty() && !args.yes {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Input,
        "test::live-only",
        "--bind, --binds, --allow-account and --yes are for the real cloud",
        "add --backend live, or leave them out",
    ))
}

/// The file of the run and what options add to it.
///
/// # Errors
/// Exit code 2 for a file that is unreadable or invalid.
pub(in crate::cli) fn binds(
    context: &Context,
    file: Option<&Path>,
) -> Result<(Binds, Option<PathBuf>), Failure> {
    let usual = Path::new(BINDS);
    let Some(path) = file.or_else(|| usual.exists().then_some(usual)) else {
        return Ok((Binds::default(), None));
    };
    let environment = |name: &str| context.environment.get(name);
    let binds = live::load(&path.display().to_string(), &input::text(path)?, &environment)
        .map_err(Failure::invalid)?;
    Ok((binds, Some(path.to_owned())))
}

/// The clock of a run: the machine's, but for a rehearsal.
pub(in crate::cli) fn clock(binds: &Binds) -> Arc<dyn Clock> {
    match binds.rehearsal.clone() {
        Some(clock) => Arc::new(clock),
        None => Arc::new(SystemClock),
    }
}

/// Looks whether scenarios may run. Nothing is changed.
///
/// # Errors
/// Exit code 2 with everything that keeps them from running, also where the cloud does not answer; those of
/// [`connect::resolve`] for credentials.
pub(super) fn ready(context: &Context, args: &Test, scenarios: &[Scenario]) -> Result<Ready, Failure> {
    let (mut binds, file) = binds(context, args.live.binds.as_deref())?;
    binds.instances.extend(args.live.bind.iter().cloned());
    binds.allow_accounts.extend(args.live.allow_accounts.iter().cloned());
    let refused: Vec<_> = scenarios.iter().flat_map(|scenario| live::refusals(scenario, &binds)).collect();
    if !refused.is_empty() {
        return Err(Failure::invalid(refused));
    }
    let region = scenarios.first().and_then(|scenario| scenario.spec.named_region());
    let mut inputs = connect::inputs(context, region)?;
    inputs.clock = clock(&binds);
    let resolved = connect::resolve(context, &inputs)?;
    let client = connect::client_of(context, &inputs, &resolved, region)?;
    let unfit = scenarios.iter().flat_map(|scenario| &scenario.spec.unfit);
    Real::new(context, args.strictness.allow_unusual_tokens).check(unfit, &client.base(Product::Cms))?;
    let looked = async { live::look(&client, scenarios, &binds).await.map_err(Failure::invalid) };
    let (account, prepared) = interrupt::reading(looked)?;
    Ok(Ready { binds, file, client, account, prepared })
}

impl Ready {
    /// What is about to be done, and to what.
    pub(super) fn describe(&self, context: &Context, scenarios: &[Scenario]) -> String {
        let mut out = format!(
            "Account {}, region {}, {}\n",
            self.account,
            self.client.region(),
            self.client.base(Product::Ecs)
        );
        for (scenario, prepared) in scenarios.iter().zip(&self.prepared) {
            let _ =
                writeln!(out, "{}", visible_line(&format!("{}: {}", scenario.file(), scenario.name.value)));
            for step in scenario.steps.iter().chain(&scenario.finally) {
                act(step, prepared, &mut out);
            }
            for (name, found) in &prepared.instances {
                let _ =
                    writeln!(out, "  at the end {name} ({}) is {} again", found.instance_id, found.status);
            }
            prepared.doubts.iter().for_each(|doubt| context.console.talk(&visible_line(doubt)));
        }
        let evidence = match &self.binds.relay {
            Some(relay) => format!("messages are captured by the relay at {}", relay.url),
            None => "no relay captures messages: CloudMonitor's alert log is the evidence".to_owned(),
        };
        let _ = writeln!(out, "{evidence}");
        if let Some(clock) = &self.binds.rehearsal {
            let speed = clock.speed();
            let _ =
                writeln!(out, "a rehearsal, {speed} times as fast: it proves nothing about the real cloud");
        }
        out
    }

    /// The run, when somebody agrees to it: with its journal begun.
    ///
    /// # Errors
    /// Exit code 2 where nobody can be asked or nothing can be written; 1 where the answer is no.
    pub(super) fn agreed(
        self,
        context: &Context,
        args: &Live,
        tool: &str,
        scenarios: usize,
    ) -> Result<LiveRun, Failure> {
        let question = format!("Run {} on account {}? [y/N]", counted(scenarios, "scenario"), self.account);
        if !args.yes && !interrupt::agreed(&context.console, &question)? {
            return Err(Failure::new(
                Exit::No,
                "test::declined",
                "nothing was touched",
                "answer `y`, or give --yes",
            ));
        }
        let ledger = Ledger::create(&args.journal, tool, &self.account, self.client.clock().now()).map_err(
            |error| {
                Failure::new(
                    Exit::Input,
                    "test::journal",
                    format!("nothing is done that cannot be written down first: {error}"),
                    "name a folder that can be written to with --journal",
                )
            },
        )?;
        Ok(LiveRun { binds: self.binds, client: self.client, account: self.account, ledger })
    }
}

/// The acts of a step, one a line.
fn act(step: &Step, prepared: &Prepared, out: &mut String) {
    if let StepKind::Repeat(repeat) = &step.kind {
        let _ = writeln!(out, "  {} times:", repeat.times);
        repeat.steps.iter().for_each(|step| act(step, prepared, out));
        return;
    }
    if step.kind.operation().is_none() {
        return;
    }
    let on = live::instance_of(&step.kind).and_then(|name| prepared.instances.get(name));
    let on = on.map(|found| format!("  {} ({}), {} now", found.instance_id, found.region_id, found.status));
    let _ = writeln!(out, "  {}{}", visible_line(&step.kind.to_string()), on.unwrap_or_default());
}
