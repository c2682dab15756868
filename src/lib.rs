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

pub mod api;
pub mod cassette;
pub mod cli;
pub mod clock;
pub mod conform;
pub mod credentials;
pub mod diagnostic;
pub mod dingtalk;
pub mod doctor;
pub mod emulator;
pub mod event;
pub mod files;
pub mod fleet;
pub mod journal;
pub mod openapi;
pub mod partition;
pub mod provision;
pub mod relay;
pub mod report;
pub mod robot;
pub mod routing;
pub mod scenario;
pub mod secret;
pub mod server;
pub mod spec;
