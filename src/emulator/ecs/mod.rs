//! ECS: instances with their states, tags, simulated system events.

mod change;
mod instance;
mod instance_read;
mod lifecycle;
mod run;
mod simulated_event;
mod simulated_event_api;
mod tag;

pub use instance::NewInstance;
pub(super) use instance::{Instance, State};
pub(super) use lifecycle::Journey;
pub(super) use simulated_event::{SimulatedEvent, Status};
