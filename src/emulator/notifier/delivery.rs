//! The last arrow: a message reaches its channel.

use std::net::IpAddr;

use serde_json::Value;

use crate::{
    dingtalk::{Message, ROBOT_HOST},
    emulator::{due::Due, faults::no_reply, journal::What, robot::Origin, world::World},
    openapi::{HttpRequest, decode_form},
    secret::{Secret, mask_url},
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
    /// A contact's webhook.
    Contact { url: Secret, message: Message },
    /// A channel that is only recorded.
    Record { channel: &'static str, to: String, payload: Value },
}

impl World {
    /// Hands a message over. A DingTalk address, or a robot at the world's own address, is the robot
    /// with that token in this world; everything else is recorded, and nothing leaves the machine.
    pub(in crate::emulator) fn deliver(&mut self, delivery: Delivery) {
        match delivery.channel {
            Channel::Record { channel, to, payload } => {
                self.note(What::Recorded {
                    event_id: delivery.event_id,
                    rule: delivery.rule,
                    channel,
                    to,
                    payload,
                });
            }
            Channel::Contact { url, message } => match self.robot_query(url.expose()) {
                None => self.note(What::Recorded {
                    event_id: delivery.event_id,
                    rule: delivery.rule,
                    channel: "webhook",
                    to: mask_url(url.expose()),
                    payload: delivery.callback,
                }),
                Some(query) => {
                    let request = HttpRequest {
                        method: "POST".to_owned(),
                        path: ROBOT_PATH.to_owned(),
                        query,
                        headers: vec![(
                            "content-type".to_owned(),
                            "application/json; charset=utf-8".to_owned(),
                        )],
                        body: message.to_json().to_string().into_bytes(),
                    };
                    let origin = Origin {
                        event_id: delivery.event_id.clone(),
                        rule: delivery.rule.clone(),
                        contact: delivery.contact.clone(),
                    };
                    let peer = IpAddr::V4(self.switches.notifier_ip);
                    // A call whose answer is on its way back may have brought this delivery about.
                    let outer = self.take_passage();
                    let heard = self.hear(&request, peer, Some(origin));
                    let passage = self.take_passage();
                    self.restore_passage(outer);
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
        }
    }

    /// The query of a robot's URL, decoded; none for a URL that is no robot of this world.
    fn robot_query(&self, url: &str) -> Option<Vec<(String, String)>> {
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
