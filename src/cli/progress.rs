//! How far an apply is: one live line on a terminal, elsewhere a line for each step.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::console::Console;
use crate::provision::{Outcome, Plan, Step};

/// The progress of one apply; the live line goes with it.
pub(super) struct Progress<'a> {
    console: &'a Console,
    bar: Option<ProgressBar>,
}

impl<'a> Progress<'a> {
    /// For the calls of a plan.
    pub(super) fn new(console: &'a Console, plan: &Plan) -> Self {
        let calls: usize = plan.changes.iter().map(|change| change.writes.len()).sum();
        let bar = console.is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(calls as u64), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{pos}/{len} calls, {per_sec}  {wide_msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        console.set_live(bar.clone());
        Self { console, bar }
    }

    /// A step has ended.
    pub(super) fn step(&self, step: &Step) {
        let Some(bar) = &self.bar else { return self.console.talk(&step.to_string()) };
        if step.outcome == Outcome::Done {
            bar.set_message(step.to_string());
        } else {
            self.console.talk(&step.to_string());
        }
        bar.inc(1);
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.console.set_live(None);
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
