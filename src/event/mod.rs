//! System events: what happened in the cloud, which kinds there are, and which rules match.

mod catalogue;
mod keyword;
mod level;
mod pattern;
mod system_event;

pub use catalogue::{Catalogue, Entry, catalogue};
pub use keyword::KeywordFilter;
pub use level::Level;
pub use pattern::{Mismatch, Pattern};
pub use system_event::{SystemEvent, event_time};
