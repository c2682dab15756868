//! What a message must be like: one matcher, one file.

mod absent;
mod approx;
mod contains;
mod equals;
mod fill;
mod json_path;
mod kind;
mod logic;
mod matches;
mod occurs;
mod order;
mod place;
mod starts_with;
mod view;

pub use absent::Absent;
pub use approx::{Approx, Measure, Taken};
pub use contains::Contains;
pub use equals::{Compared, Equals};
pub(in crate::scenario) use fill::fill_all;
pub use json_path::JsonPath;
pub use kind::{Matcher, MatcherKind, all_match};
pub use logic::{All, Any, Not};
pub use matches::Matches;
pub use occurs::{Counted, Occurs};
pub use order::Order;
pub use place::Place;
pub use starts_with::StartsWith;
pub use view::MessageView;
