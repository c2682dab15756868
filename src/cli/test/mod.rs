//! `bellcheck test`

mod choose;
mod guard;
mod live;
mod load;
mod look;
mod watch;
mod write;

use std::{convert::Infallible, sync::Arc, thread::available_parallelism, time::Duration};

use self::watch::Watch;
pub(in crate::cli) use self::{
    live::{binds, clock},
    load::load,
};
use super::{
    Context,
    args::{Backend, FlakyChoice, Test},
    exit::{Exit, Failure},
    input, interrupt,
};
use crate::{
    clock::{Clock, SystemClock, human_duration},
    openapi::Stop,
    report::{self, RunOutcome, Verdict},
    scenario::{self, Flaky, RunSettings, Scenario, Schedule, snapshot::WriteMode},
};

pub(super) fn run(context: &Context, args: &Test) -> Result<Exit, Failure> {
    if args.backend == Backend::Emulator {
        live::unused(&args.live)?;
    }
    write::check(&args.reports)?;
    let choice = choose::Choice::new(context, &args.choice)?;
    // What runs on the real cloud needs the real secrets.
    let stand_ins = if args.backend == Backend::Emulator { input::stand_ins(&args.secrets) } else { None };
    let loaded = load(context, &args.paths, &args.variables, &args.strictness, stand_ins.as_ref())?;
    input::note_stand_ins(context, stand_ins.as_ref());
    let scenarios = choice.of(context, loaded)?;
    if args.choice.list {
        look::list(context, args, &scenarios);
        return Ok(Exit::Yes);
    }
    if args.choice.dry_run && args.backend == Backend::Emulator {
        look::dry_run(context, args, &scenarios);
        return Ok(Exit::Yes);
    }
    if scenarios.is_empty() {
        // Why it is empty, and that this is no fault, has been told.
        return Ok(Exit::Yes);
    }
    let (scenarios, outcome) = match args.backend {
        Backend::Emulator => tell(context, args, scenarios, scenario::Backend::Emulator)?,
        Backend::Live => match on_live(context, args, scenarios)? {
            Some(told) => told,
            None => return Ok(Exit::Yes),
        },
    };
    show(context, args, &outcome);
    // The record is for the next run; that it cannot be kept does not change what this one came to.
    choice.remember(context, &scenarios, &outcome);
    write::write(context, &args.reports, &outcome)?;
    Ok(exit(&outcome))
}

/// Runs the scenarios on the real cloud, guarded; `None` when they were only to be shown.
fn on_live(
    context: &Context,
    args: &Test,
    scenarios: Vec<Scenario>,
) -> Result<Option<(Vec<Scenario>, RunOutcome)>, Failure> {
    let ready = live::ready(context, args, &scenarios)?;
    let description = ready.describe(context, &scenarios);
    if args.choice.dry_run {
        context.console.out(&description);
        return Ok(None);
    }
    context.console.talk(description.trim_end());
    let file = ready.file.clone();
    let run = Arc::new(ready.agreed(context, &args.live, &tool(), scenarios.len())?);
    let guard = if args.live.no_guard {
        None
    } else {
        match guard::start(context, run.ledger.path(), file.as_deref(), run.binds.deadline) {
            Ok(guard) => Some(guard),
            Err(error) => {
                context.console.talk(&format!(
                    "nothing guards this run ({error}): should it be killed, run `bellcheck sweep`"
                ));
                None
            }
        }
    };
    let told = tell(context, args, scenarios, scenario::Backend::Live(Arc::clone(&run)))?;
    // What is not settled is left to the guard, and told.
    match run.ledger.end(run.client.clock().now()) {
        Ok(true) => guard.into_iter().for_each(guard::Guard::dismiss),
        Ok(false) => context.console.talk("something is left to undo: run `bellcheck sweep`"),
        Err(error) => context.console.talk(&format!("{error}: run `bellcheck sweep`")),
    }
    Ok(Some(told))
}

fn tool() -> String {
    format!("bellcheck {}", env!("CARGO_PKG_VERSION"))
}

/// Runs the scenarios, and follows interrupts and questions about the state meanwhile.
fn tell(
    context: &Context,
    args: &Test,
    scenarios: Vec<Scenario>,
    backend: scenario::Backend,
) -> Result<(Vec<Scenario>, RunOutcome), Failure> {
    let limit = match &backend {
        scenario::Backend::Emulator => None,
        scenario::Backend::Live(run) => Some((run.binds.deadline, Arc::clone(run.client.clock()))),
    };
    let settings = RunSettings {
        backend,
        seed: args.seed,
        template: args.template.as_deref().map(input::template).transpose()?,
        write: if context.environment.is_ci() { WriteMode::Never } else { WriteMode::Propose },
        jobs: args.running.jobs.map_or_else(|| available_parallelism().map_or(1, usize::from), usize::from),
        tool: tool(),
        date: SystemClock.now().strftime("%Y-%m-%d").to_string(),
    };
    let schedule = Schedule {
        retries: args.running.retries,
        flaky: match args.running.flaky {
            FlakyChoice::Pass => Flaky::Pass,
            FlakyChoice::Fail => Flaky::Fail,
        },
        fail_fast: args.running.fail_fast,
        stop: Stop::default(),
    };
    let watch = Watch::new(&context.console, scenarios.len(), args.running.slow);
    let stop = schedule.stop.clone();
    // A run is computation and cannot be waited for like a call. After a second interrupt its thread is
    // left behind.
    let (answer, mut answered) = tokio::sync::mpsc::channel(1);
    let observer = watch.clone();
    let work = move || {
        let outcome = scenario::run_with(&scenarios, &settings, &schedule, &|place, event| {
            observer.note(place, event);
        });
        answer.blocking_send((scenarios, outcome)).ok();
    };
    let waiting = async {
        std::thread::spawn(work);
        tokio::select! {
            biased;
            answer = answered.recv() => answer.ok_or_else(defect),
            never = watch.follow() => match never {},
            never = deadline(context, limit, &stop) => match never {},
        }
    };
    let result = interrupt::running(&context.console, &stop, waiting);
    watch.end();
    result
}

/// Ends a run that takes too long: its scenario under way does its `finally`, and all is undone.
async fn deadline(context: &Context, limit: Option<(Duration, Arc<dyn Clock>)>, stop: &Stop) -> Infallible {
    if let Some((limit, clock)) = limit {
        clock.sleep(limit).await;
        context.console.talk(&format!(
            "stopping: the deadline of {} is over; all is undone, and reports are written",
            human_duration(limit)
        ));
        stop.pull();
    }
    std::future::pending().await
}

fn defect() -> Failure {
    Failure::new(Exit::Refused, "test::internal", "the run ended without an outcome", "please report this")
}

fn show(context: &Context, args: &Test, outcome: &RunOutcome) {
    let text = report::terminal::render(outcome, context.console.color, context.console.width);
    if args.reports.github {
        context.console.out(&report::github::inert(&text));
        context.console.out(&report::github::annotations(outcome));
    } else {
        context.console.out(&text);
    }
}

fn exit(outcome: &RunOutcome) -> Exit {
    if outcome.ended == Some(report::Ended::Interrupted) {
        return Exit::Interrupted;
    }
    match outcome.verdict() {
        Verdict::Passed => Exit::Yes,
        Verdict::Failed | Verdict::NotRun => Exit::No,
        // A scenario that failed is an answer; one that could not be judged is none.
        Verdict::Errored if outcome.counts().failed > 0 => Exit::No,
        Verdict::Errored => Exit::Refused,
    }
}
