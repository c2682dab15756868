//! What is known when an expectation did not hold.

use std::{sync::Arc, time::Duration};

use crate::{
    clock::{Timestamp, human_duration},
    diagnostic::{Source, Span},
    emulator::Entry,
    scenario::mailbox::Letter,
    spec::Spec,
};

/// How many times a line tells.
const SHOWN_TIMES: usize = 12;

/// What is known when an expectation did not hold.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The scenario's text.
    pub source: &'a Arc<Source>,
    /// The spec that was put to the proof.
    pub spec: &'a Spec,
    /// The journal since the last acts began.
    pub entries: &'a [Entry],
    /// The last acts, in words; empty when nothing was done yet.
    pub acts: &'a [String],
    /// The messages of the robot that is asked about.
    pub letters: &'a [Letter],
    /// When the last acts began.
    pub since: Timestamp,
    /// When the scenario's first act was done: times are told from here.
    pub origin: Timestamp,
    /// When the step began.
    pub started: Timestamp,
}

impl Evidence<'_> {
    /// A time as a reader of the timeline finds it: `+32s`.
    pub(super) fn when(&self, at: Timestamp) -> String {
        format!("+{}", human_duration(between(self.origin, at)))
    }

    /// Several times, the first of them when there are many.
    pub(super) fn whens(&self, times: impl ExactSizeIterator<Item = Timestamp>) -> String {
        let count = times.len();
        let mut text = times.take(SHOWN_TIMES).map(|at| self.when(at)).collect::<Vec<_>>().join(", ");
        if count > SHOWN_TIMES {
            text.push_str(&format!(" and {} times more", count - SHOWN_TIMES));
        }
        text
    }

    /// A place in the spec: `bellcheck.yaml:33`.
    pub(super) fn spec_place(&self, span: Span) -> String {
        format!("{}:{}", self.spec.source.name_at(span.offset), self.spec.source.line(span.offset))
    }

    /// The last acts as a phrase.
    pub(super) fn acts(&self) -> String {
        self.acts.iter().map(|act| format!("`{act}`")).collect::<Vec<_>>().join(" and ")
    }
}

/// The time from one instant to a later one; zero when it is earlier.
pub(in crate::scenario) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}
