//! What happened in a world: one typed entry for each arrow between an act and a message, so that
//! a silence can be explained by the arrow that broke.

mod entry;
mod json;
mod kept;
mod mask;
mod strike;
mod webhook;

pub use entry::{ContactVerdict, Entry, RobotRef, RuleVerdict, TargetVerdict, What};
pub(super) use kept::Journal;
pub(super) use mask::mask_address;
pub use strike::Strike;
pub use webhook::{CallOutcome, WebhookCall, WebhookVerdict};
