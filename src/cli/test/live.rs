//! Scenarios on the real cloud: whether they may run, what they would do, and whether somebody agrees.

use std::{
    fmt::Write as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    super::{
        Context,
        args::{Live, Test},
        connect,
        exit::{Exit, Failure},
        input, interrupt,
        real::Real,
    },
    guard::Actor,
};
use crate::{
    clock::{Clock, SystemClock},
    credentials::Resolved,
    diagnostic::{Diagnostic, visible_line},
    openapi::{Client, Product},
    report::{ScenarioOutcome, Verdict, counted},
    scenario::{
        self, Scenario, Step, StepKind,
        live::{self, Binds, Ledger, LiveRun, Prepared, Refused, Why},
    },
};

/// The file that is read where none is named.
const BINDS: &str = "binds.yaml";

/// A run that nothing keeps from beginning, and that nobody has agreed to so far.
pub(super) struct Ready {
    binds: Binds,
    resolved: Resolved,
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
pub(in crate::cli) fn binds(context: &Context, file: Option<&Path>) -> Result<Binds, Failure> {
    let usual = Path::new(BINDS);
    let Some(path) = file.or_else(|| usual.exists().then_some(usual)) else {
        return Ok(Binds::default());
    };
    let environment = |name: &str| context.environment.get(name);
    live::load(&path.display().to_string(), &input::text(path)?, &environment).map_err(Failure::invalid)
}

/// The clock of a run: the machine's, but for a rehearsal.
pub(in crate::cli) fn clock(binds: &Binds) -> Arc<dyn Clock> {
    match binds.rehearsal.clone() {
        Some(clock) => Arc::new(clock),
        None => Arc::new(SystemClock),
    }
}

/// What was found before a run on the real cloud.
pub(super) enum Looked {
    /// It may begin.
    Ready(Box<Ready>),
    /// The account is not as a spec says. That is the answer, whatever else was found: what each scenario
    /// came to.
    Unlike(Vec<ScenarioOutcome>),
}

/// Looks whether scenarios may run. Nothing is changed.
///
/// # Errors
/// Everything that keeps them from running: exit code 3 where it could not be found out, 2 for what is to
/// be put right first, and those of [`connect::resolve`] for credentials.
pub(super) fn ready(
    context: &Context,
    args: &Test,
    scenarios: &[Scenario],
    is_rehearsal: &AtomicBool,
) -> Result<Looked, Failure> {
    let mut binds = binds(context, args.live.binds.as_deref())?;
    is_rehearsal.store(binds.rehearsal.is_some(), Ordering::Relaxed);
    binds.instances.extend(args.live.bind.iter().cloned());
    binds.allow_accounts.extend(args.live.allow_accounts.iter().cloned());
    let refused: Vec<_> = scenarios.iter().flat_map(|scenario| live::refusals(scenario, &binds)).collect();
    if !refused.is_empty() {
        return Err(Failure::invalid(refused));
    }
    if binds.relay.is_none() {
        let mut unjudged = Vec::new();
        Diagnostic::add_new(&mut unjudged, scenarios.iter().filter_map(live::unjudged));
        input::doubts(context, unjudged, &args.strictness)?;
    }
    let region = scenarios.first().and_then(|scenario| scenario.spec.named_region());
    connect::warn_of_region(context);
    let mut inputs = connect::inputs(context, region)?;
    inputs.clock = clock(&binds);
    let resolved = connect::resolve(context, &inputs)?;
    let client = connect::client_of(context, &inputs, &resolved, region)?;
    let looked =
        async { live::look(&client, scenarios, &binds).await.map_err(|refused| failure([&refused])) };
    let (account, found) = interrupt::reading(looked)?;
    let unfit = scenarios.iter().flat_map(|scenario| &scenario.spec.unfit);
    Real::new(context, args.strictness.allow_unusual_tokens).check(unfit, &client.base(Product::Cms))?;
    if found.iter().any(|found| found.as_ref().is_err_and(|refused| refused.why == Why::Unlike)) {
        let outcome = |(scenario, found): (&Scenario, &Result<Prepared, Refused>)| {
            let (verdict, findings) = match found {
                Ok(_) => (Verdict::NotRun, Vec::new()),
                Err(refused) => (refused.verdict(), refused.findings.clone()),
            };
            scenario::unrun(scenario, args.seed, verdict, findings)
        };
        return Ok(Looked::Unlike(scenarios.iter().zip(&found).map(outcome).collect()));
    }
    if found.iter().any(Result::is_err) {
        return Err(failure(found.iter().filter_map(|found| found.as_ref().err())));
    }
    let prepared = found.into_iter().flatten().collect();
    Ok(Looked::Ready(Box::new(Ready { binds, resolved, client, account, prepared })))
}

/// Why a run does not begin. What is to be put right counts more than what may be had by trying again.
fn failure<'a>(refused: impl IntoIterator<Item = &'a Refused>) -> Failure {
    let mut failure = Failure { exit: Exit::Refused, findings: Vec::new() };
    for refused in refused {
        if refused.why != Why::Unread {
            failure.exit = Exit::Input;
        }
        Diagnostic::add_new(&mut failure.findings, refused.findings.iter().cloned());
    }
    failure
}

impl Ready {
    /// As whom the run acts.
    pub(super) fn actor(&self) -> Actor {
        Actor { resolved: self.resolved.clone(), region: Some(self.client.region().to_owned()) }
    }

    /// What is about to be done, and to what.
    pub(super) fn describe(&self, context: &Context, scenarios: &[Scenario]) -> String {
        let mut out = format!(
            "Account {}, credentials from {}, region {}, {}\n",
            self.account,
            visible_line(&self.resolved.source),
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
