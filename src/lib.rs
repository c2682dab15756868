//! bellcheck makes Alibaba Cloud CloudMonitor match a YAML description of who must be told about
//! which cloud event, and proves that the DingTalk message arrives.
//!
//! The rooms, lowest floor first; a room imports only rooms on lower floors
//! (`docs/architecture.md` has the picture, `tests/it/house.rs` holds it to the code):
//!
//! 1. [`clock`], [`secret`], [`files`], [`journal`], [`diagnostic`], [`partition`]
//! 2. [`event`], [`openapi`], [`dingtalk`], [`server`]
//! 3. [`spec`], [`api`], [`report`], [`robot`], [`cassette`]
//! 4. [`provision`], [`emulator`], [`relay`], [`routing`], [`credentials`]
//! 5. [`scenario`], [`doctor`], [`fleet`], [`conform`]
//! 6. [`cli`]

pub use bellcheck_alerting::{channel, event};
pub use bellcheck_aliyun::{api, cassette, credentials, for_each_operation, openapi};
pub use bellcheck_base::{clock, diagnostic, files, journal, nearest, partition, secret, server};
pub use bellcheck_dingtalk::dingtalk;
pub use bellcheck_emulator::emulator;

pub mod cli;
pub mod conform;
pub mod doctor;
pub mod fleet;
pub mod provision;
pub mod relay;
pub mod report;
pub mod robot;
pub mod routing;
pub mod scenario;
pub mod spec;
