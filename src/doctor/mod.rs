//! What is missing for a spec to work on an account. Nothing here changes anything: calls of the cloud
//! are reads, and what a write would need is named and not tried.

mod account;
mod check;
mod clock_skew;
mod cloud;
mod limits;
mod needs;
mod probe;
mod regions;
mod render;
mod retirement;
mod robots;
mod watch;

pub use check::{Check, Examination, State, Trouble};
pub use cloud::{Subject, examine};
pub use limits::limits;
pub use needs::{Need, Purpose, needs, policy};
pub use regions::region;
pub use render::render_text;
pub use retirement::retirement;
pub use robots::{Sent, robots, secrets, sent, test_message};
