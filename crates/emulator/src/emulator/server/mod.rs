//! The HTTP shell: one port for the OpenAPI, the robots and the control API.

mod application_group;
mod control;
mod fault_body;
mod guard;
mod instance;
mod metric_rule;
mod options;
mod outbound;
mod people;
mod request;
mod robot_body;
mod shell;
mod state;
mod stream;
mod switches;
mod worded;

pub use options::ServeOptions;
pub(super) use request::read_body;
pub(super) use shell::control_router;
pub use shell::{serve, serve_with};
