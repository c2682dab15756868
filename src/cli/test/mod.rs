//! `bellcheck test`

mod choose;
mod guard;
mod live;
mod load;
mod look;
pub(in crate::cli) mod unparsed;
mod watch;
mod write;

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::available_parallelism,
    time::Duration,
};

use self::{live::Looked, watch::Watch, write::Reports};
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
    diagnostic::Diagnostic,
    openapi::Stop,
    report::{self, Ended, RunOutcome, ScenarioOutcome, Verdict},
    scenario::{self, Flaky, RunEvent, RunSettings, Scenario, Schedule, snapshot::WriteMode},
};

pub(super) fn run(context: &Context, args: &Test) -> Result<Exit, Failure> {
    // An interrupt that comes while files are read is told in the reports like any other.
    interrupt::listen();
    let reports = Reports::new(context, args);
    let known = Known::default();
    let ended = reports.begin().and_then(|()| attempt(context, args, &reports, &known));
    let (outcome, ended) = match ended {
        Ok(Course::Looked) => return Ok(Exit::Yes),
        Ok(Course::Ran(outcome, exit)) => (*outcome, Ok(exit)),
        Err(failure) => {
            let why = (known.ended(failure.exit), failure.findings.as_slice());
            (without_end(context, args, &reports, &known, why), Err(failure))
        }
    };
    let unwritten = reports.end(&outcome);
    if unwritten.is_empty() {
        return ended;
    }
    // What the run came to counts more than that it could not be written down; but it is no success.
    let (exit, mut findings) = match ended {
        Ok(Exit::Yes) => (Exit::Input, Vec::new()),
        Ok(exit) => (exit, Vec::new()),
        Err(failure) => (failure.exit, failure.findings),
    };
    findings.extend(unwritten);
    Err(Failure { exit, findings })
}

/// The outcome of a run that has no outcome of its own, with GitHub's annotations of it.
fn without_end(
    context: &Context,
    args: &Test,
    reports: &Reports<'_>,
    known: &Known,
    (ended, findings): (Ended, &[Diagnostic]),
) -> RunOutcome {
    let outcome = reports.outcome(ended, findings, known);
    if args.reports.github {
        context.console.out(&report::github::annotations(&outcome, &workspace(context)));
    }
    outcome
}

/// What came of a command that nothing kept from its work.
enum Course {
    /// Nothing was to be run.
    Looked,
    /// What the run came to, and with which code it ends.
    Ran(Box<RunOutcome>, Exit),
}

/// What is known of the scenarios while nobody can tell the whole outcome. Clones are one.
#[derive(Clone, Default)]
struct Known {
    outcomes: Arc<Mutex<Vec<ScenarioOutcome>>>,
    is_running: Arc<AtomicBool>,
    is_rehearsal: Arc<AtomicBool>,
}

impl Known {
    fn set(&self, outcomes: Vec<ScenarioOutcome>) {
        *self.lock() = outcomes;
    }

    fn of(&self, scenarios: &[Scenario], seed: u64) {
        let unrun = |scenario| scenario::unrun(scenario, seed, Verdict::NotRun, Vec::new());
        self.set(scenarios.iter().map(unrun).collect());
    }

    fn note(&self, place: usize, event: &RunEvent<'_>) {
        self.is_running.store(true, Ordering::Relaxed);
        if let RunEvent::Finished(_, outcome) = event
            && let Some(slot) = self.lock().get_mut(place)
        {
            slot.clone_from(outcome);
        }
    }

    fn take(&self) -> Vec<ScenarioOutcome> {
        std::mem::take(&mut *self.lock())
    }

    /// How a run ended that has no outcome.
    fn ended(&self, exit: Exit) -> Ended {
        match exit {
            Exit::Interrupted => Ended::Interrupted,
            _ if self.is_running.load(Ordering::Relaxed) => Ended::BrokenOff,
            _ => Ended::NotStarted,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<ScenarioOutcome>> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn attempt(context: &Context, args: &Test, reports: &Reports<'_>, known: &Known) -> Result<Course, Failure> {
    if args.backend == Backend::Emulator {
        live::unused(&args.live)?;
    }
    let choice = choose::Choice::new(context, &args.choice)?;
    // What runs on the real cloud needs the real secrets.
    let stand_ins = if args.backend == Backend::Emulator { input::stand_ins(&args.secrets) } else { None };
    let all = load(context, &args.paths, &args.variables, &args.strictness, stand_ins.as_ref())?;
    input::note_stand_ins(context, stand_ins.as_ref());
    interrupt::check("nothing was run")?;
    let count = all.len();
    let scenarios = choice.of(context, all)?;
    if args.choice.list {
        look::list(context, args, &scenarios);
        return Ok(Course::Looked);
    }
    if args.choice.dry_run && args.backend == Backend::Emulator {
        look::dry_run(context, args, &scenarios);
        return Ok(Course::Looked);
    }
    if scenarios.is_empty() {
        // That this is no fault has been told.
        let outcome = reports.outcome(Ended::NothingChosen, &[choice.nothing(count)], known);
        return Ok(Course::Ran(Box::new(outcome), Exit::Yes));
    }
    known.of(&scenarios, args.seed);
    let (scenarios, outcome) = match args.backend {
        Backend::Emulator => tell(context, args, scenarios, scenario::Backend::Emulator, known)?,
        Backend::Live => match on_live(context, args, scenarios, reports, known)? {
            Some(told) => told,
            None => return Ok(Course::Looked),
        },
    };
    show(context, args, &outcome);
    // The record is for the next run; that it cannot be kept does not change what this one came to.
    choice.remember(context, &scenarios, &outcome);
    let exit = exit(&outcome);
    Ok(Course::Ran(Box::new(outcome), exit))
}

/// Runs the scenarios on the real cloud, guarded; `None` when they were only to be shown.
fn on_live(
    context: &Context,
    args: &Test,
    scenarios: Vec<Scenario>,
    reports: &Reports<'_>,
    known: &Known,
) -> Result<Option<(Vec<Scenario>, RunOutcome)>, Failure> {
    let ready = match live::ready(context, args, &scenarios, &known.is_rehearsal)? {
        Looked::Ready(ready) => *ready,
        Looked::Unlike(outcomes) => {
            known.set(outcomes);
            let outcome = reports.outcome(Ended::AccountDiffers, &[], known);
            return Ok(Some((scenarios, outcome)));
        }
    };
    let description = ready.describe(context, &scenarios);
    if args.choice.dry_run {
        context.console.out(&description);
        return Ok(None);
    }
    context.console.talk(description.trim_end());
    let actor = ready.actor();
    let run = Arc::new(ready.agreed(context, &args.live, &tool(), scenarios.len())?);
    let guard = if args.live.no_guard {
        None
    } else {
        match guard::start(context, &run, &actor) {
            Ok(guard) => {
                context.console.talk(&guard.in_words());
                Some(guard)
            }
            Err(error) => {
                context.console.talk(&format!(
                    "nothing guards this run ({error}): should it be killed, run `bellcheck sweep`"
                ));
                None
            }
        }
    };
    let told = tell(context, args, scenarios, scenario::Backend::Live(Arc::clone(&run)), known)?;
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
    known: &Known,
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
    let (observer, known) = (watch.clone(), known.clone());
    let work = move || {
        let outcome = scenario::run_with(&scenarios, &settings, &schedule, &|place, event| {
            known.note(place, &event);
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
        context.console.out(&report::github::annotations(outcome, &workspace(context)));
    } else {
        context.console.out(&text);
    }
}

fn workspace(context: &Context) -> report::github::Workspace {
    report::github::Workspace::new(context.environment.get("GITHUB_WORKSPACE").as_deref())
}

fn exit(outcome: &RunOutcome) -> Exit {
    if outcome.ended == Some(Ended::Interrupted) {
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
