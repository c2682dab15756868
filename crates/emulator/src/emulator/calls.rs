//! Webhooks between the world, which says what is to be called, and the one outside who calls.

use tokio::sync::Notify;

use super::{
    CallOutcome, Emulator,
    notifier::{CallId, OutboundCall},
};
use crate::clock::Timestamp;

/// Who waits for what.
#[derive(Debug, Default)]
pub(super) struct CallSignals {
    /// There is a call to make.
    waiting: Notify,
    /// A call has its outcome.
    answered: Notify,
}

impl CallSignals {
    /// Wakes the one who makes the calls, if there is one to make.
    pub(super) fn tell(&self, is_waiting: bool) {
        if is_waiting {
            self.waiting.notify_one();
        }
    }
}

impl Emulator {
    /// The next call of a webhook, when there is one.
    pub(super) async fn next_call(&self) -> OutboundCall {
        loop {
            if let Some(call) = self.with(super::World::take_call) {
                return call;
            }
            self.call_signals().waiting.notified().await;
        }
    }

    /// Tells the world what came of a call, and the state file, if there is one: no caller waits for
    /// it, but the next answer does.
    pub(super) async fn called(&self, id: CallId, outcome: CallOutcome) {
        let turn = self.keeper().outcome_turn().await;
        self.with(|world| {
            if let Some(number) = world.open_call(id) {
                self.keeper().note_called(world.now(), number, &outcome);
                world.called(number, outcome);
            }
        });
        drop(turn);
        self.call_answered();
    }

    /// Tells the one who waits for outcomes that there is one.
    pub(super) fn call_answered(&self) {
        self.call_signals().answered.notify_one();
    }

    /// Moves a virtual clock to `to`. Time stands still while somebody outside makes a call, so that
    /// retries follow in virtual time.
    pub(super) async fn pass(&self, to: Timestamp) {
        while !self.with(|world| world.advance_until_call(to)) {
            self.call_signals().answered.notified().await;
        }
        // Another one who passes time may wait for the same answer.
        self.call_signals().answered.notify_one();
    }
}
