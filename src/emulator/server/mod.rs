//! The HTTP shell: one port for the OpenAPI, the robots and the control API.

mod control;
mod error;
mod fault_body;
mod outbound;
mod people;
mod request;
mod shell;
mod state;

pub use shell::serve;
