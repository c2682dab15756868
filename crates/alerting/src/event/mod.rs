//! System events: what happened in the cloud, which kinds there are, and which rules match.

mod catalogue;
mod facts;
mod keyword;
mod keywords;
mod level;
mod pattern;
mod system_event;

pub use catalogue::{Catalogue, Entry, catalogue};
pub use facts::Facts;
pub use keyword::KeywordFilter;
pub use keywords::{Keywords, Relation};
pub use level::Level;
pub use pattern::{Mismatch, Pattern, is_any};
pub use system_event::{CUSTOM_PRODUCT, SystemEvent, event_time};
