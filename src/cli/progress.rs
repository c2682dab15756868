//! How far an apply is: one live line on a terminal, elsewhere a line for each step.

use std::fmt;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

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
            let style = ProgressStyle::with_template("{pos}/{len} calls, {rate}/s  {wide_msg}");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style.with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
                write!(out, "{:.0}", state.per_sec()).ok();
            }));
            bar
        });
        console.set_live(bar.clone());
        Self { console, bar }
    }

    /// A step has ended.
    pub(super) fn step(&self, step: &Step) {
        let Some(bar) = &self.bar else { return self.console.talk(&step.to_string()) };
        if step.outcome != Outcome::Done {
            self.console.talk(&step.to_string());
        }
        bar.inc(1);
        let is_last = bar.length() == Some(bar.position());
        bar.set_message(if is_last { "looking again".to_owned() } else { step.to_string() });
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
