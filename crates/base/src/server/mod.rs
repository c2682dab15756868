//! What every HTTP server here shares: connections that are bounded in number, time and size, bodies
//! that are bounded too, tokens, and refusals with a remedy.

mod body;
mod listen;
mod patience;
mod refusal;
mod tokens;

pub use body::{read_at_most, read_up_to};
pub use listen::{HangUp, Limits, LocalAddress, accept};
pub use refusal::ShellError;
pub use tokens::{Tokens, bearer};
