//! The last arrow: a message reaches its channel.

use std::net::IpAddr;

use serde_json::Value;

use super::Method;
use crate::{
    dingtalk::{Message, ROBOT_HOST},
    emulator::{
        due::Due,
        faults::{Passage, no_reply},
        journal::{CallOutcome, What},
        robot::{Heard, Origin},
        world::World,
    },
    openapi::{HttpRequest, decode_form},
    secret::Secret,
};

/// A message on its way.
#[derive(Debug)]
pub(in crate::emulator) struct Delivery {
    pub(super) event_id: String,
    pub(super) rule: String,
    /// Empty for a target that is no contact group.
    pub(super) group: String,
    /// Empty for a target that is no contact group.
    pub(super) contact: String,
    /// What a webhook that is no robot would get.
    pub(super) callback: Value,
    pub(super) channel: Channel,
}

/// Where a message goes.
#[derive(Debug)]
pub(super) enum Channel {
    /// A contact's webhook: a robot, or else a webhook that gets the callback.
    Contact { url: Secret, message: Message },
    /// A robot that is outside of this world.
    Robot { url: Secret, message: Message, attempt: u32 },
    /// A webhook that gets the callback.
    Webhook { url: Secret, method: Method, attempt: u32 },
    /// A channel that is only recorded.
    Record { channel: &'static str, to: String, payload: Value },
}

impl World {
    /// Hands a message over. A DingTalk address, or a robot at the world's own address, is the robot
    /// with that token in this world, and never leaves it; but a [`StandIn`](super::StandIn) gets what
    /// goes to DingTalk's where the world is served with one. Another webhook is called, as far as calls
    /// may go. Everything else is recorded.
    pub(in crate::emulator) fn deliver(&mut self, delivery: Delivery) {
        let origin = Origin {
            event_id: delivery.event_id.clone(),
            rule: delivery.rule.clone(),
            contact: delivery.contact.clone(),
        };
        match delivery.channel {
            Channel::Record { channel, to, payload } => {
                self.note(What::Recorded {
                    event_id: delivery.event_id,
                    rule: delivery.rule,
                    contact: delivery.contact,
                    channel,
                    to,
                    payload,
                });
            }
            Channel::Contact { url, message } if self.webhooks.stand_in(url.expose()).is_some() => {
                self.call_robot(Delivery {
                    channel: Channel::Robot { url, message, attempt: 1 },
                    ..delivery
                });
            }
            Channel::Robot { .. } => self.call_robot(delivery),
            Channel::Contact { url, message } => match self.robot_query(url.expose()) {
                None => {
                    let channel = Channel::Webhook { url, method: Method::Post, attempt: 1 };
                    self.call_webhook(Delivery { channel, ..delivery });
                }
                Some(query) => {
                    let body = message.to_json().to_string();
                    let (heard, passage) = self.tell_robot(Method::Post, query, body, origin);
                    let what = What::Delivery {
                        event_id: delivery.event_id,
                        rule: delivery.rule,
                        group: delivery.group,
                        contact: delivery.contact,
                        robot: heard.robot,
                        reply: passage.dropped.map_or(heard.reply, no_reply),
                        message,
                    };
                    if passage.delay.is_zero() {
                        self.note(what);
                    } else {
                        self.put_due(passage.delay, Due::Answer(Box::new(what)));
                    }
                }
            },
            Channel::Webhook { ref url, method, .. } => match self.robot_query(url.expose()) {
                None => self.call_webhook(delivery),
                // A robot gets a callback, which is no message to it: it answers 200 and an errcode.
                Some(query) => {
                    let (heard, passage) =
                        self.tell_robot(method, query, delivery.callback.to_string(), origin);
                    self.note(What::RobotCall {
                        robot: heard.robot,
                        reply: heard.reply,
                        message: heard.message,
                    });
                    let outcome = if passage.delay > self.switches.webhook_timeout {
                        CallOutcome::TimedOut
                    } else if passage.dropped.is_some() {
                        CallOutcome::Failed { error: "the connection ended without an answer".to_owned() }
                    } else {
                        CallOutcome::Status(200)
                    };
                    self.conclude(delivery, outcome);
                }
            },
        }
    }

    /// Calls a robot of this world; an injected fault may hold its answer back or lose it.
    fn tell_robot(
        &mut self,
        method: Method,
        query: Vec<(String, String)>,
        body: String,
        origin: Origin,
    ) -> (Heard, Passage) {
        let request = HttpRequest {
            method: method.as_str().to_owned(),
            path: ROBOT_PATH.to_owned(),
            query,
            headers: vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())],
            body: body.into_bytes(),
        };
        let peer = IpAddr::V4(self.switches.notifier_ip);
        // A call whose answer is on its way back may have brought this delivery about.
        let outer = self.take_passage();
        let heard = self.hear(&request, peer, Some(origin));
        let passage = self.take_passage();
        self.restore_passage(outer);
        (heard, passage)
    }

    /// The query of a robot's URL, decoded; none for a URL that is no robot of this world.
    fn robot_query(&self, url: &str) -> Option<Vec<(String, String)>> {
        if self.webhooks.stand_in(url).is_some() {
            return None;
        }
        let (_, rest) = url.split_once("://")?;
        let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = before_query.split_once('/').unwrap_or((before_query, ""));
        let authority = authority.to_ascii_lowercase();
        let host = authority.rsplit_once(':').map_or(authority.as_str(), |(host, _)| host);
        let at_dingtalk = host == ROBOT_HOST;
        let here = self.own_authorities.contains(&authority);
        if (at_dingtalk || here) && format!("/{path}") == ROBOT_PATH {
            let query = query.split('#').next().unwrap_or_default();
            return Some(decode_form(query).unwrap_or_default());
        }
        None
    }
}

/// The path of DingTalk's robots.
pub(in crate::emulator) const ROBOT_PATH: &str = "/robot/send";
