//! DingTalk custom robots: messages, security settings, replies.
//!
//! Wire facts: copies of the vendor's page on custom robots and captures of live answers, listed
//! with their sources in `docs/architecture.md`.

mod message;
mod parse;
mod reply;
mod security;
mod webhook;

pub use message::{ActionCard, Button, Buttons, FeedCard, FeedLink, Link, Markdown, Mentions, Message, Text};
pub use reply::Reply;
pub use security::{IpRange, KeywordScope, Security, sign};
pub use webhook::{ROBOT_HOST, token_of};
