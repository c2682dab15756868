//! Foreign judges: clients that others wrote, against a real emulator.

mod captured;
mod evidence;
pub(crate) mod install;
pub(crate) mod judge;
mod quickstart;
mod robots;
mod sdks;
