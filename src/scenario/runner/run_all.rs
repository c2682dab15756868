//! Many scenarios at once, told in the order in which they were given.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use super::{
    Backend, RunSettings,
    queue::Queue,
    seal::{redactor, seal},
    snapshots::{Compared, settle_all},
    story,
};
use crate::{
    clock::{Clock as _, Stopwatch, SystemClock, Timestamp},
    diagnostic::Diagnostic,
    emulator::WorldConfig,
    openapi::Stop,
    report::{self, Attempt, Ended, FLAKY, RunOutcome, ScenarioOutcome, Verdict, counted, visible},
    scenario::Scenario,
};

/// What a scenario that only a later attempt held came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flaky {
    /// It passed, and is marked.
    #[default]
    Pass,
    /// It failed.
    Fail,
}

/// How the scenarios of a run follow each other.
#[derive(Debug, Clone, Default)]
pub struct Schedule {
    /// How often a scenario that did not pass is tried again, each time with the next seed: with the
    /// same one the emulated world would do the same again.
    pub retries: u32,
    /// What becomes of those that passed then.
    pub flaky: Flaky,
    /// Whether the run ends with the first scenario that does not pass.
    pub fail_fast: bool,
    /// Somebody's wish that the run ends.
    pub stop: Stop,
}

/// What a run tells while it goes on.
#[derive(Debug, Clone, Copy)]
pub enum RunEvent<'a> {
    /// A scenario begins.
    Started(&'a Scenario),
    /// A scenario did not pass and is tried again.
    Retrying(&'a Scenario),
    /// A scenario has ended.
    Finished(&'a Scenario, &'a ScenarioOutcome),
    /// A proposal of a snapshot is out of date and could not be removed, and why.
    Stale(&'a Path, &'a str),
}

/// Who is told while a run goes on, from its threads: with the place of the scenario in the run.
pub type Observer<'a> = &'a (dyn Fn(usize, RunEvent<'_>) + Sync);

/// Runs scenarios as they come, each once.
#[must_use]
pub fn run_all(scenarios: &[Scenario], settings: &RunSettings) -> RunOutcome {
    run_with(scenarios, settings, &Schedule::default(), &|_, _| {})
}

/// Runs scenarios on the emulator, several at once, each in its own world. The outcome does not
/// depend on how many run at once: a run that ends with the first scenario that does not pass counts
/// all behind it as not run, also those that were under way.
#[must_use]
pub fn run_with(
    scenarios: &[Scenario],
    settings: &RunSettings,
    schedule: &Schedule,
    observer: Observer<'_>,
) -> RunOutcome {
    let (began, watch) = (report::instant(SystemClock.now()), Stopwatch::start());
    let queue = Queue::new(scenarios.iter().map(|scenario| scenario.exclusive.as_deref()).collect());
    let done: Vec<Mutex<Option<Told>>> = scenarios.iter().map(|_| Mutex::new(None)).collect();
    let work = || {
        while let Some(place) = queue.take() {
            let (Some(scenario), Some(slot)) = (scenarios.get(place), done.get(place)) else { return };
            if schedule.stop.is_pulled() {
                queue.done(place);
                queue.close();
                return;
            }
            observer(place, RunEvent::Started(scenario));
            let told = attempts(scenario, settings, schedule, &|event| observer(place, event));
            let (outcome, _) = &told;
            observer(place, RunEvent::Finished(scenario, outcome));
            if schedule.fail_fast && outcome.verdict != Verdict::Passed {
                queue.end_behind(place);
            }
            let was_run = !outcome.steps.is_empty();
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
            if was_run && place + 1 < scenarios.len() {
                settle(settings, &schedule.stop);
            }
            queue.done(place);
        }
    };
    thread::scope(|scope| {
        let at_once = match settings.backend {
            Backend::Emulator => settings.jobs.min(scenarios.len()),
            // They share instances and robots.
            Backend::Live(_) => 1,
        };
        for _ in 1..at_once {
            // Where no more threads can be had, those that are there do it all.
            thread::Builder::new().spawn_scoped(scope, work).ok();
        }
        work();
    });
    let outcomes = done.into_iter().map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner));
    let outcome = collect(scenarios, outcomes.collect(), settings, schedule, observer);
    RunOutcome { began, real_time: watch.elapsed(), ..outcome }
}

/// A scenario's outcome, and what it compared with snapshots.
type Told = (ScenarioOutcome, Vec<Compared>);

/// Waits on the real cloud for what undoing a scenario causes.
fn settle(settings: &RunSettings, stop: &Stop) {
    let Backend::Live(run) = &settings.backend else { return };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        tokio::select! {
            () = run.client.clock().sleep(run.binds.settle) => {}
            () = stop.pulled() => {}
        }
    });
}

fn collect(
    scenarios: &[Scenario],
    outcomes: Vec<Option<Told>>,
    settings: &RunSettings,
    schedule: &Schedule,
    observer: Observer<'_>,
) -> RunOutcome {
    let bad =
        |told: &Option<Told>| told.as_ref().is_some_and(|(outcome, _)| outcome.verdict != Verdict::Passed);
    let last = if schedule.fail_fast { outcomes.iter().position(bad) } else { None };
    let in_time = |place: usize| last.is_none_or(|last| place <= last);
    let mut told: Vec<Told> = outcomes
        .into_iter()
        .zip(scenarios)
        .enumerate()
        .map(|(place, (outcome, scenario))| {
            let outcome = outcome.filter(|_| in_time(place));
            let not_run = || (unrun(scenario, settings.seed, Verdict::NotRun, Vec::new()), Vec::new());
            outcome.unwrap_or_else(not_run)
        })
        .collect();
    settle_all(&mut told, settings.write, |path, why| observer(0, RunEvent::Stale(path, why)));
    let told: Vec<ScenarioOutcome> = told.into_iter().map(|(outcome, _)| outcome).collect();
    let any_left = told.iter().any(|outcome| outcome.verdict == Verdict::NotRun);
    let ended = if schedule.stop.is_pulled() {
        Some(Ended::Interrupted)
    } else {
        any_left.then_some(Ended::FailFast)
    };
    let findings = if ended == Some(Ended::Interrupted) { vec![interrupted()] } else { Vec::new() };
    RunOutcome {
        project: told.first().map(|outcome| outcome.project.clone()).unwrap_or_default(),
        backend: settings.backend.as_str().to_owned(),
        seed: settings.seed,
        scenarios: told,
        ended,
        findings,
        began: Timestamp::UNIX_EPOCH,
        real_time: Duration::ZERO,
    }
}

/// Why nobody can rely on a run that was told to stop, whatever its scenarios had come to by then.
fn interrupted() -> Diagnostic {
    Diagnostic::error("run::interrupted", Ended::Interrupted.to_string()).help("run it again")
}

/// Runs a scenario until it passes or no attempt is left.
fn attempts(
    scenario: &Scenario,
    settings: &RunSettings,
    schedule: &Schedule,
    observer: &dyn Fn(RunEvent<'_>),
) -> Told {
    let mut settings = settings.clone();
    let mut earlier = Vec::new();
    let (began, watch) = (report::instant(SystemClock.now()), Stopwatch::start());
    loop {
        let (mut outcome, compared) = guarded(scenario, &settings, &schedule.stop);
        // What could not begin cannot begin with another seed either.
        let again = outcome.verdict != Verdict::Passed
            && !outcome.steps.is_empty()
            && earlier.len() < usize::try_from(schedule.retries).unwrap_or(usize::MAX)
            && !schedule.stop.is_pulled();
        if again {
            observer(RunEvent::Retrying(scenario));
            earlier.push(Attempt {
                seed: settings.seed,
                verdict: outcome.verdict,
                findings: outcome.findings,
                virtual_time: outcome.virtual_time,
            });
            settings.seed = settings.seed.wrapping_add(1);
            continue;
        }
        outcome.earlier = earlier;
        (outcome.began, outcome.real_time) = (Some(began), watch.elapsed());
        if schedule.flaky == Flaky::Fail && outcome.verdict == Verdict::Passed && !outcome.earlier.is_empty()
        {
            outcome.verdict = Verdict::Failed;
            outcome.findings.push(flaky(scenario, &outcome));
        }
        outcome.each_text(&|text| *text = visible(text));
        return (outcome, compared);
    }
}

fn flaky(scenario: &Scenario, outcome: &ScenarioOutcome) -> Diagnostic {
    let why = outcome.earlier.iter().filter_map(|attempt| {
        let first = attempt.findings.first()?;
        Some(format!("with seed {}: {}", attempt.seed, first.message))
    });
    let why: Vec<String> = why.collect();
    Diagnostic::error(
        FLAKY,
        format!("it passed only after {}", counted(outcome.earlier.len(), "failed attempt")),
    )
    .at(&scenario.source, scenario.name.span, "this scenario is flaky")
    .help(format!(
        "{}\nmake it hold with every seed; `--flaky pass` lets such scenarios pass",
        why.join("\n")
    ))
}

/// Runs one scenario; a defect of bellcheck ends that scenario and no other.
fn guarded(scenario: &Scenario, settings: &RunSettings, stop: &Stop) -> Told {
    let run = || match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(story::run(scenario, settings, stop)),
        Err(error) => (no_runtime(scenario, settings.seed, &error), Vec::new()),
    };
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or_else(|_| (broken(scenario, settings.seed, "bellcheck itself failed"), Vec::new()))
}

/// The machine gives this process no more of what a runtime needs: open files, most often.
fn no_runtime(scenario: &Scenario, seed: u64, error: &io::Error) -> ScenarioOutcome {
    unrun(
        scenario,
        seed,
        Verdict::Errored,
        vec![
            Diagnostic::error("scenario::no-runtime", format!("the scenario could not begin: {error}"))
                .at(&scenario.source, scenario.name.span, "this scenario")
                .help("let the process open more files (`ulimit -n`), or run fewer at once with `--jobs`"),
        ],
    )
}

fn broken(scenario: &Scenario, seed: u64, why: &str) -> ScenarioOutcome {
    unrun(
        scenario,
        seed,
        Verdict::Errored,
        vec![
            Diagnostic::error("scenario::internal", format!("the scenario could not be run: {why}"))
                .at(&scenario.source, scenario.name.span, "this scenario")
                .help("this is a defect of bellcheck: please report it with the scenario and the spec"),
        ],
    )
}

/// The outcome of a scenario of which no step was run, and what is known of it all the same.
#[must_use]
pub fn unrun(scenario: &Scenario, seed: u64, verdict: Verdict, findings: Vec<Diagnostic>) -> ScenarioOutcome {
    let mut outcome = ScenarioOutcome {
        name: visible(&scenario.name.value),
        file: visible(&scenario.identity.file()),
        typed: visible(scenario.file()),
        stack: visible(&scenario.spec.stack),
        project: visible(&scenario.identity.project()),
        line: scenario.source.line(scenario.name.span.offset),
        tags: scenario.tags.clone(),
        verdict,
        seed,
        origin: WorldConfig::default().start,
        steps: Vec::new(),
        timeline: Vec::new(),
        routes: Vec::new(),
        findings,
        pending_snapshots: Vec::new(),
        lookups: Vec::new(),
        virtual_time: Duration::ZERO,
        earlier: Vec::new(),
        began: None,
        real_time: Duration::ZERO,
    };
    // A name may be made of a variable.
    seal(&mut outcome, &redactor(&scenario.spec));
    outcome
}
