//! One authenticated call, as operations see it.

use super::Refusal;
use crate::{
    clock::Timestamp,
    emulator::{account::Account, switches::Switches, world::World},
    openapi::Operation,
};

/// The world and the account for which an operation runs.
pub(in crate::emulator) struct Call<'a> {
    pub(in crate::emulator) world: &'a mut World,
    pub(in crate::emulator) account_id: String,
    /// The key that signed; empty when none did.
    pub(in crate::emulator) access_key_id: String,
}

impl Call<'_> {
    /// What the caller's account holds.
    pub(in crate::emulator) fn account(&mut self) -> &mut Account {
        self.world.account(&self.account_id)
    }

    pub(in crate::emulator) fn now(&self) -> Timestamp {
        self.world.now()
    }

    pub(in crate::emulator) fn switches(&self) -> &Switches {
        &self.world.switches
    }
}

/// An operation that the emulator can carry out. `for_each_operation!` demands it of all.
pub(in crate::emulator) trait Serve: Operation {
    /// Carries it out. The answer's `RequestId` is filled in by the gateway.
    ///
    /// # Errors
    /// The service's refusal.
    fn serve(self, call: &mut Call<'_>) -> Result<Self::Response, Refusal>;
}

/// A mandatory parameter, which must not be empty either.
pub(in crate::emulator) fn required(name: &str, value: &str) -> Result<(), Refusal> {
    if value.is_empty() { Err(Refusal::missing(name)) } else { Ok(()) }
}
