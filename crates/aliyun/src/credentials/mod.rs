//! Whose key pair signs: the standard chain of sources, and keys that are renewed before they
//! expire.
//!
//! A source that is absent is passed over; one that is there and broken ends the search, since the
//! next one would run against another account than the user meant. Order, variables and files are
//! those of the official credential libraries (`alibabacloud-credentials` 1.0.12,
//! `aliyun/credentials-go`) and of the `aliyun` command line; `docs/credentials.md` has the table.
//! Environment, clock and transports are inputs.

mod assume_role;
mod chain;
mod cloud_sso;
mod command_line;
mod config_file;
mod endpoints;
mod environment;
mod error;
mod external;
mod fetch;
mod flags;
mod handed;
mod http;
mod ini_file;
mod ini_profile;
mod ini_value;
mod inputs;
mod metadata;
mod mode;
mod oauth;
mod oidc;
mod pair;
mod profile;
mod read;
mod refreshing;
mod sts;
mod uri;
mod variables;

pub use assume_role::{RoleOf, assumed};
pub use chain::{Resolved, chain};
pub use endpoints::endpoints;
pub use error::{Blame, Error, Tried, Verdict};
pub use handed::handed_over;
pub use inputs::{Ask, Inputs, METADATA};
pub use pair::PairInput;
pub use variables::{account_id, region};
