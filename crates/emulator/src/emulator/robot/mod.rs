//! The robots of the emulated DingTalk.

mod hear;
mod rate;

use std::net::IpAddr;

pub(super) use self::hear::{Heard, injected_reply};
use self::{hear::Uuids, rate::Rate};
use super::{
    faults::no_reply,
    journal::{RobotRef, What},
    world::World,
};
use crate::{
    clock::Timestamp,
    dingtalk::{Message, RobotState, Security, token_of},
    openapi::{HttpRequest, HttpResponse},
    secret::Secret,
};

/// A robot that exists.
#[derive(Debug, Clone)]
pub struct RobotConfig {
    /// The `access_token` of its address.
    pub token: Secret,
    /// What people call it; only for reports.
    pub name: Option<String>,
    /// Its security settings.
    pub security: Security,
    /// What became of it.
    pub state: RobotState,
}

impl RobotConfig {
    /// A robot at this address, which people call by this name.
    ///
    /// # Errors
    /// What is wrong with its address.
    pub fn at(webhook: &Secret, name: &str, security: Security) -> Result<Self, String> {
        let token = token_of(webhook.expose())
            .ok_or_else(|| format!("robot `{name}`: its webhook has no access_token"))?;
        let (token, name) = (Secret::new(token), Some(name.to_owned()));
        Ok(Self { token, name, security, state: RobotState::Active })
    }
}

/// A message that a robot accepted, as its group sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// When, on the world's clock.
    pub at: Timestamp,
    /// The message.
    pub message: Message,
    /// The event that it tells of; none for a message that CloudMonitor did not send.
    pub event_id: Option<String>,
    /// The rule that sent it.
    pub rule: Option<String>,
    /// The contact that it was sent to.
    pub contact: Option<String>,
    /// Bytes of the body.
    pub request_bytes: usize,
}

/// A robot and what it received.
#[derive(Debug)]
pub(super) struct Robot {
    pub(super) config: RobotConfig,
    pub(super) messages: Vec<Received>,
    rate: Rate,
    taken: Uuids,
    /// How many of the oldest messages are gone.
    pub(super) dropped: usize,
}

impl Robot {
    /// Drops the oldest of more than `most` messages, down to seven eighths of it.
    pub(super) fn forget(&mut self, most: usize) {
        if self.messages.len() > most {
            let gone = self.messages.len() - most / 8 * 7;
            self.messages.drain(..gone);
            self.dropped += gone;
        }
    }
}

/// Why CloudMonitor calls a robot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The event.
    pub event_id: String,
    /// The rule.
    pub rule: String,
    /// The contact; empty for a webhook target.
    pub contact: String,
}

impl World {
    /// Declares a robot. One with the same token gets the new settings and keeps its messages and
    /// what it counted.
    pub fn declare_robot(&mut self, config: RobotConfig) {
        self.masks.add(&config.token);
        if let Some(secret) = &config.security.secret {
            self.masks.add(secret);
        }
        let token = config.token.expose().to_owned();
        match self.robots.get_mut(&token) {
            Some(robot) => robot.config = config,
            None => {
                let (rate, taken) = (Rate::default(), Uuids::default());
                self.robots.insert(token, Robot { config, messages: Vec::new(), rate, taken, dropped: 0 });
            }
        }
    }

    /// The declared robots.
    pub fn robots(&self) -> impl Iterator<Item = &RobotConfig> {
        self.robots.values().map(|robot| &robot.config)
    }

    /// What the robot with that token accepted, oldest first; nothing for an unknown one.
    #[must_use]
    pub fn messages(&self, token: &str) -> &[Received] {
        self.robots.get(token).map_or(&[], |robot| &robot.messages)
    }

    /// Answers a call of `/robot/send` from anybody but CloudMonitor: always HTTP 200, the verdict
    /// is `errcode`.
    pub fn robot_send(&mut self, request: &HttpRequest, peer: IpAddr) -> HttpResponse {
        self.take_passage();
        let mut heard = self.hear(request, peer, None);
        if let Some(dropped) = self.dropped() {
            heard.reply = no_reply(dropped);
        }
        let body = self.robot_body(&heard.reply);
        self.note(What::RobotCall { robot: heard.robot, reply: heard.reply, message: heard.message });
        HttpResponse {
            status: 200,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body,
        }
    }

    pub(super) fn robot_ref(&self, token: &str) -> RobotRef {
        RobotRef {
            token: if token.is_empty() { String::new() } else { Secret::new(token).fingerprint() },
            name: self.robots.get(token).and_then(|robot| robot.config.name.clone()),
        }
    }
}
