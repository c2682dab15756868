//! Cassettes: what was asked of the cloud and what it answered, without secrets, in order.
//!
//! A cassette is a file of JSON lines: a [`Header`], then one [`Exchange`] a line. It is written as
//! the exchanges happen ([`Recording`]), so that one that a crash cut short can be read up to its last
//! whole line ([`read`]). Whatever is secret or personal is a placeholder such as `{robot-1}`, the same
//! one wherever the value comes back ([`Placeholders`]); each line is checked once more before it is
//! written, and one that holds a secret all the same is refused. Nothing here knows, or needs to know,
//! whether the other side is an emulator.

mod exchange;
mod kind;
mod placeholder;
mod read;
mod record;
mod recorded;

pub use exchange::{Cassette, Exchange, FORMAT, Header, Lost, Provenance};
pub use kind::Kind;
pub use placeholder::{Placeholders, nested};
pub use read::{ReadError, read};
pub use record::{Origin, RecordError, Recorder, Recording};
