//! One after the other: what changes a kept world does so in turn, at an instant that stands still,
//! so that the file has the same order and the same instants.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use super::{
    command::{Command, Did},
    log::{Broken, Kept, Log},
};
use crate::{
    clock::{BoxFuture, Timestamp},
    emulator::CallOutcome,
};

/// What stands between a world and its file.
#[derive(Default)]
pub(in crate::emulator) struct Keeper {
    turn: tokio::sync::Mutex<()>,
    /// Held with the turn, but for an advance that stands still until webhooks have answered.
    outcomes: tokio::sync::Mutex<()>,
    /// The instant of the command in hand.
    instant: Mutex<Option<Timestamp>>,
    log: std::sync::OnceLock<Log>,
    /// The rest of a command in whose midst the last process ended.
    unfinished: Mutex<Option<BoxFuture<'static, ()>>>,
}

/// The time that a command has the world for itself.
pub(in crate::emulator) struct Turn<'a> {
    keeper: &'a Keeper,
    at: Timestamp,
    outcomes: Option<tokio::sync::MutexGuard<'a, ()>>,
    _lock: tokio::sync::MutexGuard<'a, ()>,
}

impl Keeper {
    /// Whether there is a file.
    pub(in crate::emulator) fn is_open(&self) -> bool {
        self.log.get().is_some()
    }

    /// The instant at which time stands still, if it does.
    pub(in crate::emulator) fn instant(&self) -> Option<Timestamp> {
        *self.instant.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets time stand still at `instant`, or go on.
    pub(super) fn hold(&self, instant: Option<Timestamp>) {
        *self.instant.lock().unwrap_or_else(PoisonError::into_inner) = instant;
    }

    pub(super) fn set_log(&self, log: Log) {
        // A second file is refused before this.
        self.log.set(log).ok();
    }

    /// Waits for the world, and stops its time at what `now` says then.
    pub(super) async fn turn(&self, now: impl FnOnce() -> Timestamp) -> Turn<'_> {
        let lock = self.turn.lock().await;
        let outcomes = Some(self.outcomes.lock().await);
        let at = now();
        self.hold(Some(at));
        Turn { keeper: self, at, outcomes, _lock: lock }
    }

    /// Waits until no command has the world for itself, or one that waits for an outcome. Without a
    /// file there is nothing to wait for.
    pub(in crate::emulator) async fn outcome_turn(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        if self.is_open() { Some(self.outcomes.lock().await) } else { None }
    }

    /// Writes down that the world is served from `at` on, and that its webhooks are called.
    pub(in crate::emulator) fn note_served(&self, at: Timestamp, authorities: Vec<String>) {
        self.note(at, Did::Served { authorities, calls: true });
    }

    /// Writes down what came of the call of a webhook.
    pub(in crate::emulator) fn note_called(&self, at: Timestamp, number: u64, outcome: &CallOutcome) {
        if self.is_open() {
            self.note(at, Did::Called { number, outcome: outcome.clone() });
        }
    }

    /// Writes down what happened outside of any call. Nobody waits for it, but the calls that follow
    /// wait for it with their own.
    fn note(&self, at: Timestamp, did: Did) {
        if let Some(log) = self.log.get() {
            drop(log.put(Some(Command { at, did })));
        }
    }

    /// Leaves the rest of a command to the one who serves the world.
    pub(super) fn leave(&self, rest: Option<BoxFuture<'static, ()>>) {
        *self.unfinished.lock().unwrap_or_else(PoisonError::into_inner) = rest;
    }

    /// Takes what [`Keeper::leave`] left.
    pub(super) fn take_unfinished(&self) -> Option<BoxFuture<'static, ()>> {
        self.unfinished.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Waits until all that was done so far is in the file.
    pub(super) async fn settled(&self) -> Result<(), Broken> {
        match self.log.get() {
            Some(log) => wait(log.put(None)).await,
            None => Ok(()),
        }
    }
}

impl Turn<'_> {
    /// From now on outcomes of webhooks may come in: the command waits for them.
    pub(super) fn let_outcomes_in(&mut self) {
        self.outcomes = None;
    }

    /// Writes down what is done in this turn; the receipt completes when it is kept.
    pub(super) fn note(&self, did: Did) -> Kept {
        match self.keeper.log.get() {
            Some(log) => log.put(Some(Command { at: self.at, did })),
            // Cannot be: a turn is taken when there is a log.
            None => tokio::sync::oneshot::channel().1,
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.keeper.hold(None);
    }
}

/// Waits for a receipt.
pub(super) async fn wait(kept: Kept) -> Result<(), Broken> {
    kept.await.unwrap_or_else(|_| Err("the thread that writes it has ended".to_owned()))
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("open", &self.is_open()).finish_non_exhaustive()
    }
}
