//! `bellcheck test`

mod choose;
mod load;
mod look;
mod watch;
mod write;

use std::thread::available_parallelism;

pub(in crate::cli) use self::load::load;
use self::watch::Watch;
use super::{
    Context,
    args::{Backend, FlakyChoice, Test},
    exit::{Exit, Failure},
    input, interrupt,
};
use crate::{
    clock::{Clock as _, SystemClock},
    openapi::Stop,
    report::{self, RunOutcome, Verdict},
    scenario::{self, Flaky, RunSettings, Scenario, Schedule, snapshot::WriteMode},
};

pub(super) fn run(context: &Context, args: &Test) -> Result<Exit, Failure> {
    if args.backend == Backend::Live {
        return Err(Failure::new(
            Exit::Input,
            "test::live",
            "this version cannot run scenarios on the real cloud",
            "leave --backend out: the emulator is the default",
        ));
    }
    write::check(&args.reports)?;
    let choice = choose::Choice::new(context, &args.choice)?;
    let scenarios = choice.of(context, load(context, &args.paths, &args.variables, &args.strictness)?)?;
    if args.choice.list {
        look::list(context, args, &scenarios);
        return Ok(Exit::Yes);
    }
    if args.choice.dry_run {
        look::dry_run(context, args, &scenarios);
        return Ok(Exit::Yes);
    }
    if scenarios.is_empty() {
        // Why it is empty, and that this is no fault, has been told.
        return Ok(Exit::Yes);
    }
    let (scenarios, outcome) = tell(context, args, scenarios)?;
    show(context, args, &outcome);
    // The record is for the next run; that it cannot be kept does not change what this one came to.
    choice.remember(context, &scenarios, &outcome);
    write::write(context, &args.reports, &outcome)?;
    Ok(exit(&outcome))
}

/// Runs the scenarios, and follows interrupts and questions about the state meanwhile.
fn tell(
    context: &Context,
    args: &Test,
    scenarios: Vec<Scenario>,
) -> Result<(Vec<Scenario>, RunOutcome), Failure> {
    let settings = RunSettings {
        seed: args.seed,
        template: args.template.as_deref().map(input::template).transpose()?,
        write: if context.environment.is_ci() { WriteMode::Never } else { WriteMode::Propose },
        jobs: args.running.jobs.map_or_else(|| available_parallelism().map_or(1, usize::from), usize::from),
        tool: format!("bellcheck {}", env!("CARGO_PKG_VERSION")),
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
        }
    };
    let result = interrupt::running(&context.console, &stop, waiting);
    watch.end();
    result
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
