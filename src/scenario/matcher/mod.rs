//! What a message must be like: one matcher, one file.

mod absent;
mod contains;
mod equals;
mod kind;
mod logic;
mod matches;
mod starts_with;
mod view;

pub use absent::Absent;
pub use contains::Contains;
pub use equals::Equals;
pub use kind::{Matcher, MatcherKind, all_match};
pub use logic::{All, Any, Not};
pub use matches::Matches;
pub use starts_with::StartsWith;
pub use view::MessageView;
