//! Reads what a relay kept.

use std::{fmt, time::Duration};

use reqwest::{Client, StatusCode, Url, redirect};
use serde::Deserialize;
use serde_json::Value;

use super::{Forwarded, config::ReadToken, wire::ReplyFields};
use crate::{
    clock::{Timestamp, human_duration},
    dingtalk::Reply,
    openapi::{install_tls, is_loopback},
};

/// How long an answer may take beyond what was asked to be waited.
const PATIENCE: Duration = Duration::from_secs(10);
/// A page of messages that robots take is far smaller.
const LONGEST_ANSWER: usize = 128 << 20;

/// A message that a relay kept.
#[derive(Debug, Clone, PartialEq)]
pub struct ReceivedMessage {
    /// Its number in the spool, over all robots.
    pub seq: u64,
    /// The robot, by its name in the relay's spec.
    pub robot: String,
    /// When, on the relay's clock.
    pub received_at: Timestamp,
    /// The body as it was posted.
    pub body: Value,
    /// What the sender was answered; none while it still waits for the robot.
    pub answer: Option<Reply>,
    /// What became of it.
    pub forwarded: Forwarded,
    /// What the real robot said, where it was asked. It differs from `answer` when it came too late.
    pub robot_answer: Option<Reply>,
}

/// Some of the messages, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The highest number that the relay has given, to any robot's message: `after` this, everything is
    /// new.
    pub last: u64,
    /// At most 1000.
    pub messages: Vec<ReceivedMessage>,
}

impl Page {
    /// Where to go on, for one who asked for what comes after `after`.
    #[must_use]
    pub fn next(&self, after: u64) -> u64 {
        self.messages.last().map_or(after, |message| message.seq)
    }
}

/// Why nothing could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// What happened, without the token.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// The HTTP status, where the relay answered: 400 for a robot that it does not have.
    pub status: Option<u16>,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

/// A client of a relay's read API. It follows no redirect, and needs no proxy for this machine.
#[derive(Debug, Clone)]
pub struct ReadClient {
    base: Url,
    token: ReadToken,
    client: Client,
}

impl ReadClient {
    /// A client of the relay at `base`, such as `https://relay.example.com`.
    ///
    /// # Errors
    /// An address that is none, that is neither https nor on this machine, and TLS that cannot be set up.
    pub fn new(base: &str, token: ReadToken) -> Result<Self, ReadError> {
        let wrong = |what: &str| ReadError {
            message: format!("the address of the relay {what}"),
            remedy: "write a scheme, a host and a port, such as https://relay.example.com".to_owned(),
            status: None,
        };
        let base = Url::parse(base).map_err(|fault| wrong(&format!("cannot be read: {fault}")))?;
        if !base.username().is_empty() || base.password().is_some() || base.query().is_some() {
            return Err(wrong("has a user, a password or a query"));
        }
        let is_here = is_loopback(&base);
        match base.scheme() {
            "https" => {}
            "http" if is_here => {}
            "http" => return Err(wrong("is http, which would show the token to the network")),
            _ => return Err(wrong("is neither https nor http")),
        }
        install_tls();
        let builder =
            Client::builder().redirect(redirect::Policy::none()).connect_timeout(PATIENCE).read_timeout(
                // Each piece of an answer comes before this; the first one may be waited for.
                super::read::LONGEST_POLL + PATIENCE,
            );
        let builder = if is_here { builder.no_proxy() } else { builder };
        let client = builder.build().map_err(|error| ReadError {
            message: format!("cannot set up HTTPS: {error}"),
            remedy: "check the TLS set-up".to_owned(),
            status: None,
        })?;
        Ok(Self { base, token, client })
    }

    /// What one robot was sent after a number, oldest first; waits up to `wait` (at most 30 s) for the
    /// first one.
    ///
    /// # Errors
    /// No answer, a refusal, or an answer that is none of a relay.
    pub async fn messages(&self, robot: &str, after: u64, wait: Duration) -> Result<Page, ReadError> {
        let wait = wait.min(super::read::LONGEST_POLL);
        let mut url = self.base.clone();
        url.set_path(&format!("{}/relay/messages", self.base.path().trim_end_matches('/')));
        url.query_pairs_mut()
            .append_pair("robot", robot)
            .append_pair("after", &after.to_string())
            .append_pair("wait", &human_duration(wait));
        let request = self.client.get(url).bearer_auth(self.token.expose()).timeout(wait + PATIENCE);
        let mut response = request.send().await.map_err(unreached)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(unreached)? {
            if body.len() + piece.len() > LONGEST_ANSWER {
                return Err(no_relay("its answer does not end"));
            }
            body.extend_from_slice(&piece);
        }
        if status != StatusCode::OK {
            return Err(refused(status, &body));
        }
        let page: PageBody = serde_json::from_slice(&body).map_err(|fault| no_relay(&fault.to_string()))?;
        Ok(page.into())
    }
}

fn unreached(error: reqwest::Error) -> ReadError {
    let what =
        if error.is_timeout() { "no answer in time".to_owned() } else { error.without_url().to_string() };
    ReadError {
        message: format!("the relay cannot be reached: {what}"),
        remedy: "check its address, and that `bellcheck relay` runs there".to_owned(),
        status: None,
    }
}

fn no_relay(what: &str) -> ReadError {
    ReadError {
        message: format!("what answers there is no relay: {what}"),
        remedy: "check the address, and that the relay is of this version".to_owned(),
        status: None,
    }
}

/// A refusal in the relay's own words.
fn refused(status: StatusCode, body: &[u8]) -> ReadError {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Refusal {
        error: String,
        remedy: String,
    }
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let remedy = match status {
        StatusCode::NOT_FOUND => "give the relay a --read-token, and check the address".to_owned(),
        StatusCode::UNAUTHORIZED => "use the token that the relay was given with --read-token".to_owned(),
        _ if refusal.remedy.is_empty() => "look into the relay's log".to_owned(),
        _ => refusal.remedy,
    };
    ReadError {
        message: format!("the relay answers {}: {}", status.as_u16(), refusal.error),
        remedy,
        status: Some(status.as_u16()),
    }
}

#[derive(Deserialize)]
struct PageBody {
    last: u64,
    messages: Vec<MessageBody>,
}

#[derive(Deserialize)]
struct MessageBody {
    seq: u64,
    robot: String,
    received_at: Timestamp,
    body: Value,
    answer: Option<ReplyFields>,
    forwarded: Forwarded,
    #[serde(default)]
    robot_answer: Option<ReplyFields>,
}

impl From<PageBody> for Page {
    fn from(page: PageBody) -> Self {
        let message = |body: MessageBody| ReceivedMessage {
            seq: body.seq,
            robot: body.robot,
            received_at: body.received_at,
            body: body.body,
            answer: body.answer.map(Into::into),
            forwarded: body.forwarded,
            robot_answer: body.robot_answer.map(Into::into),
        };
        Self { last: page.last, messages: page.messages.into_iter().map(message).collect() }
    }
}
