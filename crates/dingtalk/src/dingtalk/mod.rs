//! DingTalk custom robots: messages, security settings, replies.
//!
//! Wire facts: copies of the vendor's page on custom robots and captures of live answers, listed
//! with their sources in `docs/architecture.md`.

mod body;
mod explain;
mod lint;
mod message;
mod parse;
mod refusal;
mod reply;
mod security;
mod webhook;
mod wording;

pub use body::read_body;
pub use explain::{Explanation, explain};
pub use lint::{Finding, Known, lint};
pub use message::{ActionCard, Button, Buttons, FeedCard, FeedLink, Link, Markdown, Mentions, Message, Text};
pub use parse::{BodyRules, Posted};
pub use refusal::{Refusal, RobotState};
pub use reply::{BODY_LIMIT, GATEWAY_BLOCK, Reply};
pub use security::{IpRange, KEYWORD_LIMIT, KeywordScope, Security, Sender, sign};
pub use webhook::{ROBOT_HOST, token_of};
pub use wording::{Evidence, Wording};
