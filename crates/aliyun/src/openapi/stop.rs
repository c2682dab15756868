//! A wish to stop, shared by the one who has it and those who follow it.

use std::sync::Arc;

use tokio::sync::watch;

/// Once pulled, nothing new is begun; what is under way goes on to its end. Clones are one.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    /// Asks everybody to stop, for good.
    pub fn pull(&self) {
        self.0.send_replace(true);
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn is_pulled(&self) -> bool {
        *self.0.borrow()
    }

    /// Completes when somebody asks.
    pub async fn pulled(&self) {
        // The sender lives as long as `self`, so the wait ends only this way.
        self.0.subscribe().wait_for(|pulled| *pulled).await.ok();
    }
}
