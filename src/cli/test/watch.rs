//! How far a run is: one live line on a terminal, and an answer to SIGUSR1 everywhere. Its times are
//! real ones; no report has them.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::super::{console::Console, interrupt};
use crate::{
    clock::{Clock as _, Stopwatch, SystemClock, human_duration},
    diagnostic::visible_line,
    report::{Verdict, counted},
    scenario::RunEvent,
};

/// How often slow scenarios are looked for.
const LOOK: Duration = Duration::from_millis(250);

/// The state of a run. Clones are one.
#[derive(Clone)]
pub(super) struct Watch {
    console: Console,
    bar: Option<ProgressBar>,
    slow: Duration,
    begun: Stopwatch,
    state: Arc<Mutex<State>>,
}

struct State {
    total: usize,
    passed: usize,
    others: usize,
    retried: usize,
    running: BTreeMap<usize, Running>,
}

struct Running {
    name: String,
    since: Stopwatch,
    told: bool,
}

impl Watch {
    /// For so many scenarios.
    pub(super) fn new(console: &Console, total: usize, slow: Duration) -> Self {
        let bar = console.is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{pos}/{len} scenarios, {elapsed}  {wide_msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        console.set_live(bar.clone());
        let state = State { total, passed: 0, others: 0, retried: 0, running: BTreeMap::new() };
        Self {
            console: console.clone(),
            bar,
            slow,
            begun: Stopwatch::start(),
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Takes note of what a run tells.
    pub(super) fn note(&self, place: usize, event: RunEvent<'_>) {
        let mut state = self.lock();
        match event {
            RunEvent::Started(scenario) => {
                let name = visible_line(&format!("{}: {}", scenario.file(), scenario.name.value));
                state.running.insert(place, Running { name, since: Stopwatch::start(), told: false });
            }
            RunEvent::Retrying(_) => state.retried += 1,
            RunEvent::Stale(path, why) => self.console.talk(&format!(
                "note: every message equals its snapshot, and the proposal {} could not be removed: {why}",
                path.display()
            )),
            RunEvent::Finished(_, outcome) => {
                match outcome.verdict {
                    Verdict::Passed => state.passed += 1,
                    _ => state.others += 1,
                }
                let running = state.running.remove(&place);
                if let Some(running) = running.filter(|running| running.since.elapsed() >= self.slow) {
                    let took = human_duration(running.since.elapsed());
                    self.console.talk(&format!("slow: {} took {took}", running.name));
                }
            }
        }
        if let Some(bar) = &self.bar {
            bar.set_position((state.passed + state.others) as u64);
            let failed =
                if state.others > 0 { format!("{} not passed  ", state.others) } else { String::new() };
            let name = state.running.values().next().map(|running| running.name.as_str()).unwrap_or_default();
            bar.set_message(self.console.line(&format!("{failed}{name}")));
        }
    }

    /// Tells of slow scenarios while they run, and the state when somebody asks for it.
    pub(super) async fn follow(&self) -> Infallible {
        let mut asked = interrupt::Asked::new();
        loop {
            tokio::select! {
                () = asked.again() => self.console.talk(&self.status()),
                () = SystemClock.sleep(LOOK) => self.look(),
            }
        }
    }

    /// Takes the live line away.
    pub(super) fn end(&self) {
        self.console.set_live(None);
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn look(&self) {
        let mut slow = Vec::new();
        for running in self.lock().running.values_mut() {
            if !running.told && running.since.elapsed() >= self.slow {
                running.told = true;
                slow.push(format!(
                    "slow: {} runs for {} now",
                    running.name,
                    human_duration(running.since.elapsed())
                ));
            }
        }
        slow.iter().for_each(|line| self.console.talk(line));
    }

    fn status(&self) -> String {
        let state = self.lock();
        let waiting = state.total - state.passed - state.others - state.running.len();
        let mut out = format!(
            "{} after {}: {} passed, {} not passed, {} running, {waiting} waiting",
            counted(state.total, "scenario"),
            human_duration(self.begun.elapsed()),
            state.passed,
            state.others,
            state.running.len(),
        );
        if state.retried > 0 {
            out.push_str(&format!(", {} tried again", counted(state.retried, "attempt")));
        }
        for running in state.running.values() {
            out.push_str(&format!("\n  {} for {}", running.name, human_duration(running.since.elapsed())));
        }
        out
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
