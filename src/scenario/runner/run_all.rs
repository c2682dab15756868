//! Many scenarios at once, told in the order in which they were given.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use super::{RunSettings, story};
use crate::{
    diagnostic::Diagnostic,
    report::{RunOutcome, ScenarioOutcome, Verdict},
    scenario::Scenario,
};

/// Runs scenarios on the emulator, several at once, each in its own world. The outcome does not
/// depend on how many run at once.
#[must_use]
pub fn run_all(scenarios: &[Scenario], settings: &RunSettings) -> RunOutcome {
    let next = AtomicUsize::new(0);
    let done: Vec<Mutex<Option<ScenarioOutcome>>> = scenarios.iter().map(|_| Mutex::new(None)).collect();
    let work = || {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let (Some(scenario), Some(slot)) = (scenarios.get(place), done.get(place)) else { return };
            let outcome = guarded(scenario, settings);
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        }
    };
    thread::scope(|scope| {
        for _ in 1..settings.jobs.min(scenarios.len()) {
            scope.spawn(work);
        }
        work();
    });
    let outcomes = done.into_iter().zip(scenarios).map(|(slot, scenario)| {
        slot.into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .unwrap_or_else(|| broken(scenario, "it was not run"))
    });
    RunOutcome { backend: "emulator".to_owned(), seed: settings.seed, scenarios: outcomes.collect() }
}

/// Runs one scenario; a defect of bellcheck ends that scenario and no other.
fn guarded(scenario: &Scenario, settings: &RunSettings) -> ScenarioOutcome {
    let run = || match tokio::runtime::Builder::new_current_thread().build() {
        Ok(runtime) => runtime.block_on(story::run(scenario, settings)),
        Err(error) => broken(scenario, &format!("no runtime could be made: {error}")),
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| broken(scenario, "bellcheck itself failed"))
}

fn broken(scenario: &Scenario, why: &str) -> ScenarioOutcome {
    errored(
        scenario,
        vec![
            Diagnostic::error("scenario::internal", format!("the scenario could not be run: {why}"))
                .at(&scenario.source, scenario.name.span, "this scenario")
                .help("this is a defect of bellcheck: please report it with the scenario and the spec"),
        ],
    )
}

/// The outcome of a scenario that could not begin.
pub(super) fn errored(scenario: &Scenario, findings: Vec<Diagnostic>) -> ScenarioOutcome {
    ScenarioOutcome {
        name: scenario.name.value.clone(),
        file: scenario.file().to_owned(),
        tags: scenario.tags.clone(),
        verdict: Verdict::Errored,
        steps: Vec::new(),
        timeline: Vec::new(),
        findings,
        pending_snapshots: Vec::new(),
        lookups: Vec::new(),
        virtual_time: Duration::ZERO,
    }
}
