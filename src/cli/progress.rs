//! How far a look or an apply is: one live line on a terminal; elsewhere a line for each step of an
//! apply, and none for a look.

use std::{fmt, sync::Arc, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::console::Console;
use crate::{
    clock::BoxFuture,
    openapi::{Client, HttpRequest, HttpResponse, Transport, TransportError},
    provision::{Outcome, Plan, Step},
};

/// How often the line of a look moves although nothing came.
const TICK: Duration = Duration::from_millis(100);

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
        bar.set_message(if is_last {
            "looking again".to_owned()
        } else {
            self.console.line(&step.to_string())
        });
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

/// A look at accounts; its live line counts the answers and goes with it.
pub(super) struct Looking<'a> {
    console: &'a Console,
    bar: Option<ProgressBar>,
}

impl<'a> Looking<'a> {
    /// Shows the line, on a terminal.
    pub(super) fn new(console: &'a Console) -> Self {
        let bar = console.is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style =
                ProgressStyle::with_template("{spinner} looking at the account: {pos} calls, {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.enable_steady_tick(TICK);
            bar
        });
        console.set_live(bar.clone());
        Self { console, bar }
    }

    /// A client whose answers the line counts.
    pub(super) fn client(&self, client: &Client) -> Client {
        match &self.bar {
            Some(bar) => client.clone().through(|inner| Arc::new(Counting { inner, bar: bar.clone() })),
            None => client.clone(),
        }
    }
}

impl Drop for Looking<'_> {
    fn drop(&mut self) {
        self.console.set_live(None);
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[derive(Debug)]
struct Counting {
    inner: Arc<dyn Transport>,
    bar: ProgressBar,
}

impl Transport for Counting {
    fn send<'a>(
        &'a self,
        base: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let answer = self.inner.send(base, request).await;
            self.bar.inc(1);
            answer
        })
    }
}
