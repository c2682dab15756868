//! A run on the real cloud.

use super::{config::Binds, ledger::Ledger};
use crate::openapi::Client;

/// What all scenarios of a run on the real cloud have in common.
#[derive(Debug)]
pub struct LiveRun {
    /// What they may touch.
    pub binds: Binds,
    /// The client that speaks to the account; its clock is the run's.
    pub client: Client,
    /// The account.
    pub account: String,
    /// The journal of their acts.
    pub ledger: Ledger,
}
