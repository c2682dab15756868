//! Calls of robots that are outside of this world.

use super::{Delivery, Method, delivery::Channel};
use crate::{
    dingtalk::{Reply, token_of},
    emulator::{
        due::Due,
        journal::{CallOutcome, What},
        queue::later,
        world::World,
    },
};

impl World {
    /// Posts a message to a robot outside.
    pub(super) fn call_robot(&mut self, delivery: Delivery) {
        let Channel::Robot { url, message, .. } = &delivery.channel else { return };
        let body = message.to_json().to_string();
        match self.way(url.expose()) {
            Ok(way) => self.open_way(delivery, way, Method::Post, Some(body)),
            Err(error) => self.conclude(delivery, CallOutcome::Refused { error }),
        }
    }

    /// Notes what a robot outside answered; if none did, the next attempt is put where there is to be
    /// one.
    pub(super) fn conclude_robot(&mut self, delivery: Delivery, outcome: &CallOutcome) {
        let Delivery { event_id, rule, group, contact, callback, channel } = delivery;
        let Channel::Robot { url, message, attempt } = channel else { return };
        let retries = self.switches.robot_retries.count();
        let is_final = matches!(outcome, CallOutcome::Robot { .. } | CallOutcome::Refused { .. });
        let again =
            (!is_final && attempt <= retries).then(|| later(self.now(), self.switches.webhook_retry_spacing));
        let reply = match outcome {
            // It comes from outside, and may repeat what it was sent.
            CallOutcome::Robot { errcode, errmsg } => {
                Reply { errcode: *errcode, errmsg: self.masks.redact(errmsg) }
            }
            other => {
                let next = match again {
                    Some(at) => format!("tried again at {at}"),
                    None => "not tried again".to_owned(),
                };
                Reply { errcode: -1, errmsg: format!("no answer: {}; {next}", why(other)) }
            }
        };
        let robot = self.robot_ref(token_of(url.expose()).as_deref().unwrap_or_default());
        self.note(What::Delivery {
            event_id: event_id.clone(),
            rule: rule.clone(),
            group: group.clone(),
            contact: contact.clone(),
            robot,
            reply,
            message: message.clone(),
        });
        if let Some(at) = again {
            let channel = Channel::Robot { url, message, attempt: attempt + 1 };
            let delivery = Delivery { event_id, rule, group, contact, callback, channel };
            self.put_due_at(at, Due::Delivery(Box::new(delivery)));
        }
    }
}

/// Why there is no answer of a robot.
fn why(outcome: &CallOutcome) -> String {
    match outcome {
        CallOutcome::Status(status) => format!("HTTP {status} came without an errcode"),
        CallOutcome::TimedOut => "none came in time".to_owned(),
        CallOutcome::Failed { error } => format!("the robot could not be reached: {error}"),
        CallOutcome::Refused { error } => format!("the robot was not called: {error}"),
        CallOutcome::Robot { errmsg, .. } => errmsg.clone(),
    }
}
