//! ECS: instances with their states, tags, simulated system events.

mod attributes;
mod batch;
mod change;
mod disk;
mod event_read;
mod fault;
mod instance;
mod instance_read;
mod lifecycle;
mod page;
mod run;
mod simulated_event;
mod simulated_event_api;
mod tag;

pub(super) use fault::of_params;
pub use instance::NewInstance;
pub(super) use instance::{Instance, State};
pub(super) use lifecycle::Journey;
pub(super) use simulated_event::{SimulatedEvent, Status};
