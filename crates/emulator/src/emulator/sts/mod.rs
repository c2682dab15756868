//! STS: temporary key pairs for roles, and who is calling. There are no users, roles or policies
//! behind it: a role of an account that the world has can be assumed, and may do everything.

mod assume;
mod identity;
mod key;
mod oidc;
mod role;

pub(super) use key::TemporaryKeys;
