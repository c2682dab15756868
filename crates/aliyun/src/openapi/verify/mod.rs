//! The gateway's side of signatures: who claims to have sent a request, and whether it is so.
//!
//! What is verified is what is used: each parameter of a [`Claim`] is one that was signed, and a
//! request that can be read in two ways is refused.

mod claim;
mod fault;
mod parts;
mod unsigned;
mod v1;
mod v3;

pub use claim::{Claim, SignatureMismatch, identify};
pub use fault::AuthFault;
pub use unsigned::{identify_unsigned, unsigned_call};
