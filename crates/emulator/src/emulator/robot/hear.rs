//! What a robot makes of a request.

use std::{collections::BTreeMap, net::IpAddr};

use super::{Origin, Received};
use crate::{
    clock::Timestamp,
    dingtalk::{
        BODY_LIMIT, BodyRules, GATEWAY_BLOCK, KeywordScope, Message, Posted, Refusal, Reply, Security, Sender,
    },
    emulator::{
        journal::RobotRef,
        queue::later,
        switches::{
            RobotAtTypes, RobotCheckOrder, RobotDuplicateParameters, RobotEmptyButtons, RobotEmptyTexts,
            RobotKeywordScope, RobotNeedlessSign, RobotRawLineEnds, Switches,
        },
        world::World,
    },
    openapi::HttpRequest,
};

/// What a robot made of a request.
pub(in crate::emulator) struct Heard {
    pub(in crate::emulator) robot: RobotRef,
    pub(in crate::emulator) reply: Reply,
    /// The message, where the body was one.
    pub(in crate::emulator) message: Option<Message>,
}

/// A message that is taken.
struct Taken {
    msg_uuid: Option<String>,
    /// Whether a message with this `msgUuid` was taken before: the answer is the same, and nothing
    /// is delivered.
    again: bool,
}

impl World {
    /// What the robot that the request names makes of it; both CloudMonitor's deliveries and other
    /// callers come through here.
    pub(in crate::emulator) fn hear(
        &mut self,
        request: &HttpRequest,
        peer: IpAddr,
        origin: Option<Origin>,
    ) -> Heard {
        let token = request.query_value("access_token").unwrap_or_default().to_owned();
        let robot = self.robot_ref(&token);
        let posted = Posted::read(&request.body, body_rules(&self.switches));
        let reply = match self.take(request, &token, &posted, peer, origin.as_ref()) {
            Err(reply) => reply,
            Ok(taken) => {
                if let (false, Ok(posted)) = (taken.again, &posted) {
                    let received = Received {
                        at: self.now(),
                        message: posted.message.clone(),
                        event_id: origin.as_ref().map(|origin| origin.event_id.clone()),
                        rule: origin.as_ref().map(|origin| origin.rule.clone()),
                        contact: origin.map(|origin| origin.contact),
                        request_bytes: request.body.len(),
                    };
                    self.keep(&token, received, taken.msg_uuid);
                }
                Reply::ok()
            }
        };
        Heard { robot, reply, message: posted.ok().map(|posted| posted.message) }
    }

    /// The checks of a robot, in this order: method, token, state, injected faults, rate, type and
    /// size of the body, the message, security. Only method and token are known to come first.
    fn take(
        &mut self,
        request: &HttpRequest,
        token: &str,
        posted: &Result<Posted, Refusal>,
        peer: IpAddr,
        origin: Option<&Origin>,
    ) -> Result<Taken, Reply> {
        let wording = self.switches.robot_wording;
        let refused = |refusal: Refusal| refusal.reply(wording);
        if request.method != "POST" {
            return Err(refused(Refusal::NeedPost));
        }
        if token.is_empty() {
            return Err(refused(Refusal::MissingToken));
        }
        let config = match self.robots.get(token) {
            Some(robot) => &robot.config,
            None => return Err(refused(Refusal::UnknownToken)),
        };
        if let Some(refusal) = config.state.refusal() {
            return Err(refused(refusal));
        }
        let security = config.security.clone();
        if let Some(reply) = self.fault_for_robot(token, origin) {
            return Err(reply);
        }
        let now = self.now();
        let admitted = self.robots.get_mut(token).is_none_or(|robot| robot.rate.admit(now, &self.switches));
        if !admitted {
            return Err(refused(Refusal::TooFast));
        }
        let media_type = request.header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(refused(Refusal::WrongContentType));
        }
        if request.body.len() > BODY_LIMIT {
            return Err(refused(Refusal::TooLong));
        }
        let posted = posted.as_ref().map_err(|refusal| refused(refusal.clone()))?;
        let sender = Sender {
            timestamp: parameter(request, "timestamp", &self.switches),
            sign: parameter(request, "sign", &self.switches),
            peer,
            now,
        };
        check_settings(security, posted, &sender, &self.switches).map_err(refused)?;
        let msg_uuid = self.switches.robot_uuid_window.and(posted.msg_uuid.clone());
        let again = msg_uuid.as_ref().is_some_and(|uuid| self.was_taken(token, uuid, now));
        Ok(Taken { msg_uuid, again })
    }

    fn was_taken(&self, token: &str, uuid: &str, now: Timestamp) -> bool {
        self.robots.get(token).and_then(|robot| robot.taken.get(uuid)).is_some_and(|until| now < *until)
    }

    fn keep(&mut self, token: &str, received: Received, msg_uuid: Option<String>) {
        let now = self.now();
        let Some(robot) = self.robots.get_mut(token) else { return };
        robot.rate.accepted(now, &self.switches);
        robot.messages.push(received);
        if let (Some(uuid), Some(window)) = (msg_uuid, self.switches.robot_uuid_window) {
            robot.taken.retain(|_, until| now < *until);
            robot.taken.insert(uuid, later(now, window));
        }
    }

    /// The body of a reply: that of the robot, or of a gateway before it, which has no `errcode`.
    /// Source: captures in public clients.
    pub(super) fn robot_body(&mut self, reply: &Reply) -> Vec<u8> {
        if reply.errcode != GATEWAY_BLOCK {
            return reply.to_json().to_string().into_bytes();
        }
        let uuid = self.ids.uuid(crate::emulator::ids::IdKind::Fault).replace('-', "").to_lowercase();
        serde_json::json!({
            "status": GATEWAY_BLOCK, "wait": 5, "source": "x5", "punish": "deny", "uuid": uuid,
        })
        .to_string()
        .into_bytes()
    }
}

/// The `msgUuid`s that were taken, and until when each one holds.
pub(super) type Uuids = BTreeMap<String, Timestamp>;

fn body_rules(switches: &Switches) -> BodyRules {
    BodyRules {
        empty_texts: switches.robot_empty_texts == RobotEmptyTexts::Accept,
        loose_at: switches.robot_at_types == RobotAtTypes::Ignore,
        strict_buttons: switches.robot_empty_buttons == RobotEmptyButtons::Refuse,
        strict_json: switches.robot_raw_line_ends == RobotRawLineEnds::Refuse,
    }
}

/// A parameter of the query; headers and bodies are not looked at for signatures.
fn parameter<'a>(request: &'a HttpRequest, name: &str, switches: &Switches) -> Option<&'a str> {
    let mut values = request.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match switches.robot_duplicate_parameters {
        RobotDuplicateParameters::First => values.next(),
        RobotDuplicateParameters::Last => values.next_back(),
    }
}

/// The settings one by one, in the order that the switch says.
fn check_settings(
    security: Security,
    posted: &Posted,
    sender: &Sender<'_>,
    switches: &Switches,
) -> Result<(), Refusal> {
    let keyword_scope = match switches.robot_keyword_scope {
        RobotKeywordScope::Robot => security.keyword_scope,
        RobotKeywordScope::Text => KeywordScope::Text,
        RobotKeywordScope::TitleAndText => KeywordScope::TitleAndText,
        RobotKeywordScope::Everywhere => KeywordScope::Everywhere,
    };
    let security = Security { keyword_scope, ..security };
    let sign = || {
        let needless = security.secret.is_none() && (sender.sign.is_some() || sender.timestamp.is_some());
        if needless && switches.robot_needless_sign == RobotNeedlessSign::Refuse {
            return Err(Refusal::SignMismatch);
        }
        security.check_signature(sender)
    };
    let address = || security.check_address(sender);
    let keyword = || security.check_keywords(&posted.message);
    match switches.robot_check_order {
        RobotCheckOrder::SignIpKeyword => sign().and_then(|()| address()).and_then(|()| keyword()),
        RobotCheckOrder::KeywordSignIp => keyword().and_then(|()| sign()).and_then(|()| address()),
        RobotCheckOrder::IpSignKeyword => address().and_then(|()| sign()).and_then(|()| keyword()),
    }
}

/// The answer that a fault asks for, in the service's own words where they are known.
pub(in crate::emulator) fn injected_reply(errcode: i64) -> Reply {
    let errmsg = match errcode {
        -1 => "系统繁忙",
        GATEWAY_BLOCK => "blocked by the gateway, in an answer without errcode (injected fault)",
        130_101 => "send too fast, exceed 20 times per minute",
        410_100 => "发送速度太快而限流",
        400_013 => "群已被解散",
        400_101 => "access_token不存在",
        400_102 => "机器人已停用",
        400_106 => "机器人不存在",
        430_101 => "含有不安全的外链",
        430_102 => "含有不合适的文本",
        430_103 => "含有不合适的图片",
        430_104 => "含有不合适的内容",
        _ => "injected fault",
    };
    Reply { errcode, errmsg: errmsg.to_owned() }
}
