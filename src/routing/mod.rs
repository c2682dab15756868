//! The route of an event through a spec, without a cloud: which rules match and why the others do
//! not, whom their targets lead to by which channels, and what the robots at the end would refuse.
//!
//! Matching is `event::Pattern`'s and channels are `spec::Channel`'s, which the emulated cloud uses
//! too; a property test holds a route against what the emulator delivers.

mod candidate;
mod people;
mod question;
mod reach;
mod render_json;
mod render_table;
mod render_text;
mod robots;
mod route;
mod rules;
mod table;
#[cfg(test)]
mod tests;

pub use candidate::{Candidate, Fact};
pub use question::{Answered, Question, Unclear};
pub use reach::can_reach;
pub use render_table::{render_markdown, render_table};
pub use render_text::render_text;
pub use robots::webhook;
pub use route::{
    ChannelRoute, ContactRoute, Hint, Notice, Outcome, Route, RuleRoute, RuleVerdict, TargetRoute, Words,
    open_questions, route,
};
pub use table::{Row, Scope, Table, Told, table};
