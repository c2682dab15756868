//! What is told to whom: system events, their catalogue and patterns, and the channels of contacts.

pub mod channel;
pub mod event;
