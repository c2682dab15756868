//! The HTTP shell: one port for the OpenAPI, the robots and the control API.

mod control;
mod error;
mod fault_body;
mod listen;
mod options;
mod outbound;
mod people;
mod request;
mod robot_body;
mod shell;
mod state;
mod stream;

pub use options::ServeOptions;
pub use shell::{serve, serve_with};
