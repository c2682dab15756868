//! What a relay is told.

use std::{path::PathBuf, time::Duration};

use super::Target;
use crate::{
    dingtalk::{KeywordScope, Security, token_of},
    robot::ROBOT_RATE,
    secret::Secret,
    spec,
};

/// A robot that the relay stands in for.
#[derive(Debug)]
pub struct RelayRobot {
    /// Its name in the spec: the only thing of it that is ever shown.
    pub name: String,
    /// The `access_token` by which senders name it here.
    pub token: Secret,
    /// What a message is held against.
    pub security: Security,
    /// Where its messages go on to; without it they are only kept.
    pub target: Option<Target>,
}

impl RelayRobot {
    /// The robot that a spec describes.
    ///
    /// # Errors
    /// What is wrong with its address or its ranges; a checked spec has nothing wrong.
    pub fn from_spec(robot: &spec::Robot, target: Option<Target>) -> Result<Self, String> {
        let token = token_of(robot.webhook.expose())
            .ok_or_else(|| format!("robot `{}`: its webhook has no access_token", robot.name))?;
        let mut security = robot.security()?;
        if target.is_some() {
            // In which fields a robot looks for keywords is not documented. Where the robot itself can be
            // asked, only what has a keyword nowhere is refused here.
            security.keyword_scope = KeywordScope::Everywhere;
        }
        Ok(Self { name: robot.name.clone(), token: Secret::new(token), security, target })
    }
}

/// The token of the read API.
pub type ReadToken = Secret;

/// How a relay works.
#[derive(Debug)]
pub struct Options {
    /// The folder of the spool.
    pub spool: PathBuf,
    /// How many messages stay in it, at least; older ones go once they are delivered.
    pub keep: usize,
    /// Within this time the same bytes for the same robot are the same message, sent again.
    pub duplicates: Duration,
    /// How long the sender waits for the real robot's answer, at most.
    pub answer_within: Duration,
    /// Messages that a robot is sent in a minute; none for no limit.
    pub rate: Option<usize>,
    /// What callers of the read API must know; without it there is no read API.
    pub read_token: Option<ReadToken>,
    /// How long a connection may take to send the head of a request.
    pub head_timeout: Duration,
}

impl Options {
    /// The defaults, with a spool in that folder.
    #[must_use]
    pub fn new(spool: PathBuf) -> Self {
        Self {
            spool,
            keep: 10_000,
            duplicates: Duration::from_secs(60),
            answer_within: Duration::from_secs(3),
            rate: Some(ROBOT_RATE),
            read_token: None,
            head_timeout: Duration::from_secs(10),
        }
    }
}
