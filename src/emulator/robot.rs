//! The robots of the emulated DingTalk.

use std::net::IpAddr;

use super::{
    faults::no_reply,
    journal::{RobotRef, What},
    switches::{RobotCheckOrder, RobotKeywordScope, Switches},
    world::World,
};
use crate::{
    clock::Timestamp,
    dingtalk::{IpRange, KeywordScope, Message, Reply, Security, token_of},
    openapi::{HttpRequest, HttpResponse},
    secret::Secret,
    spec,
};

/// Bytes of a whole body; above, the robot refuses.
const LARGEST_BODY: usize = 20_000;

/// A robot that exists.
#[derive(Debug, Clone)]
pub struct RobotConfig {
    /// The `access_token` of its address.
    pub token: Secret,
    /// What people call it; only for reports.
    pub name: Option<String>,
    /// Its security settings.
    pub security: Security,
}

impl RobotConfig {
    /// The robot that a spec describes.
    ///
    /// # Errors
    /// What is wrong with its address or its ranges; a checked spec has nothing wrong.
    pub fn from_spec(robot: &spec::Robot) -> Result<Self, String> {
        let fault = |what: &str| format!("robot `{}`: {what}", robot.name);
        let token =
            token_of(robot.webhook.expose()).ok_or_else(|| fault("its webhook has no access_token"))?;
        let ranges: Result<Vec<IpRange>, String> =
            robot.allowed_ips.iter().map(|range| range.parse()).collect();
        let security = Security {
            keywords: robot.keywords.clone(),
            secret: robot.secret.clone(),
            allowed_ips: ranges.map_err(|error| fault(&error))?,
            ..Security::default()
        };
        Ok(Self { token: Secret::new(token), name: Some(robot.name.clone()), security })
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
}

/// Why CloudMonitor calls a robot.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) event_id: String,
    pub(super) rule: String,
    pub(super) contact: String,
}

/// What a robot made of a request.
pub(super) struct Heard {
    pub(super) robot: RobotRef,
    pub(super) reply: Reply,
    /// The message, where the body was one.
    pub(super) message: Option<Message>,
}

impl World {
    /// Declares a robot. One with the same token gets the new settings and keeps its messages.
    pub fn declare_robot(&mut self, config: RobotConfig) {
        self.masks.add(&config.token);
        if let Some(secret) = &config.security.secret {
            self.masks.add(secret);
        }
        let token = config.token.expose().to_owned();
        let messages = self.robots.remove(&token).map(|robot| robot.messages).unwrap_or_default();
        self.robots.insert(token, Robot { config, messages });
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
        let body = heard.reply.to_json().to_string().into_bytes();
        self.note(What::RobotCall { robot: heard.robot, reply: heard.reply, message: heard.message });
        HttpResponse {
            status: 200,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body,
        }
    }

    /// What the robot that the request names makes of it; both CloudMonitor's deliveries and other
    /// callers come through here.
    pub(super) fn hear(&mut self, request: &HttpRequest, peer: IpAddr, origin: Option<Origin>) -> Heard {
        let token = request.query_value("access_token").unwrap_or_default().to_owned();
        let robot = self.robot_ref(&token);
        let message = Message::from_body(&request.body);
        let reply = match self.accept(request, &token, &message, peer) {
            Err(refusal) => refusal,
            Ok(()) => Reply::ok(),
        };
        let message = message.ok();
        if let (true, Some(message)) = (reply.accepted(), &message) {
            let received = Received {
                at: self.now(),
                message: message.clone(),
                event_id: origin.as_ref().map(|origin| origin.event_id.clone()),
                rule: origin.as_ref().map(|origin| origin.rule.clone()),
                contact: origin.map(|origin| origin.contact),
                request_bytes: request.body.len(),
            };
            if let Some(robot) = self.robots.get_mut(&token) {
                robot.messages.push(received);
            }
        }
        Heard { robot, reply, message }
    }

    /// The checks of a robot, in this order: method, token, injected faults, type and size of the
    /// body, the message, security. Only the first two are known to come first.
    fn accept(
        &mut self,
        request: &HttpRequest,
        token: &str,
        message: &Result<Message, Reply>,
        peer: IpAddr,
    ) -> Result<(), Reply> {
        if request.method != "POST" {
            return Err(Reply::need_post());
        }
        if token.is_empty() {
            return Err(Reply::missing_token());
        }
        let security = match self.robots.get(token) {
            Some(robot) => robot.config.security.clone(),
            None => return Err(Reply::unknown_token()),
        };
        if let Some(reply) = self.fault_for_robot(token) {
            return Err(reply);
        }
        let media_type = request.header("content-type").unwrap_or_default();
        if !media_type.to_ascii_lowercase().starts_with("application/json") {
            return Err(wrong_content_type());
        }
        if request.body.len() > LARGEST_BODY {
            return Err(too_large());
        }
        let message = message.as_ref().map_err(Clone::clone)?;
        let timestamp = request.query_value("timestamp");
        let sign = request.query_value("sign");
        let now = self.now();
        for part in in_order(security, &self.switches) {
            part.check(message, timestamp, sign, peer, now)?;
        }
        Ok(())
    }

    pub(super) fn robot_ref(&self, token: &str) -> RobotRef {
        RobotRef {
            token: if token.is_empty() { String::new() } else { Secret::new(token).fingerprint() },
            name: self.robots.get(token).and_then(|robot| robot.config.name.clone()),
        }
    }
}

/// The settings one by one, in the order that the switch says.
fn in_order(security: Security, switches: &Switches) -> [Security; 3] {
    let keyword_scope = match switches.robot_keyword_scope {
        RobotKeywordScope::Robot => security.keyword_scope,
        RobotKeywordScope::Text => KeywordScope::Text,
        RobotKeywordScope::TitleAndText => KeywordScope::TitleAndText,
    };
    let keyword = Security { keywords: security.keywords, keyword_scope, ..Security::default() };
    let sign = Security { secret: security.secret, ..Security::default() };
    let ip = Security { allowed_ips: security.allowed_ips, ..Security::default() };
    match switches.robot_check_order {
        RobotCheckOrder::SignIpKeyword => [sign, ip, keyword],
        RobotCheckOrder::KeywordSignIp => [keyword, sign, ip],
        RobotCheckOrder::IpSignKeyword => [ip, sign, keyword],
    }
}

/// From the vendor's error table.
fn wrong_content_type() -> Reply {
    Reply { errcode: 43004, errmsg: "无效的HTTP HEADER Content-Type".to_owned() }
}

/// Observed 2023.
fn too_large() -> Reply {
    Reply {
        errcode: 460_101,
        errmsg: "description: body 大小不合法;solution:请保持大小在 20000bytes 以内;".to_owned(),
    }
}
