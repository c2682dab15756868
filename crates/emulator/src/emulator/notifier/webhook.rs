//! Calls of webhooks: the world says what is to be called, somebody outside calls, and the outcome
//! comes back as an input. Without anybody outside, a sink within the world answers.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use reqwest::Url;
use serde_json::Value;

use super::{
    Delivery,
    delivery::Channel,
    reach::{Reach, reach},
    stand_in::StandIn,
};
use crate::{
    emulator::{
        due::Due,
        journal::{CallOutcome, WebhookCall, WebhookVerdict, What},
        queue::later,
        switches::{WebhookGet, WebhookRetryOn},
        world::World,
    },
    secret::{Secret, show_url},
};

/// Retries after the first attempt. Source: CloudMonitor user guide, callbacks of event rules.
const RETRIES: u32 = 3;

/// Calls that may be open at once; further ones are not made.
const MOST_OPEN: usize = 10_000;

/// The HTTP method of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) enum Method {
    Get,
    Post,
}

impl Method {
    /// The method that a target asks for, in either case; POST without one.
    pub(super) fn of(written: Option<&str>) -> Self {
        match written {
            Some(method) if method.eq_ignore_ascii_case("GET") => Self::Get,
            _ => Self::Post,
        }
    }

    pub(in crate::emulator) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// By which the outcome of a call is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) struct CallId {
    /// How often the world was begun again before; outcomes from before a reset are no longer wanted.
    reset: u64,
    /// Counts the calls since then: the same story has the same numbers.
    number: u64,
}

/// A call for somebody outside to make.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct OutboundCall {
    pub(in crate::emulator) id: CallId,
    pub(in crate::emulator) reach: Reach,
    pub(in crate::emulator) method: Method,
    /// With all parameters.
    pub(in crate::emulator) url: Secret,
    /// JSON; none for GET.
    pub(in crate::emulator) body: Option<String>,
    pub(in crate::emulator) timeout: Duration,
    /// Whether a robot's answer is expected, and not just a status.
    pub(in crate::emulator) of_robot: bool,
}

/// Answers a webhook within the world: with each of the outcomes in turn, and from then on with the
/// last one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sink {
    /// The webhook as it is written in the target or contact.
    pub url: String,
    /// What it answers; HTTP 200 where there is nothing.
    pub outcomes: VecDeque<CallOutcome>,
}

/// How a webhook fared, as an alert log's `WebhookList` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookResult {
    /// `code`
    pub code: String,
    /// `message`
    pub message: String,
    /// `url`, secrets masked.
    pub url: String,
}

/// Calls of webhooks that are on their way out.
#[derive(Debug, Default)]
pub(in crate::emulator) struct Webhooks {
    allowed_hosts: Vec<String>,
    /// Where what goes to DingTalk is posted.
    dingtalk_at: Option<StandIn>,
    /// Whether somebody outside makes the calls.
    by_shell: bool,
    sinks: Vec<Sink>,
    resets: u64,
    next_number: u64,
    /// By number.
    waiting: BTreeMap<u64, OutboundCall>,
    /// By number: waiting or under way.
    open: BTreeMap<u64, Delivery>,
}

impl Webhooks {
    pub(in crate::emulator) fn new(allowed_hosts: Vec<String>, dingtalk_at: Option<StandIn>) -> Self {
        Self { allowed_hosts, dingtalk_at, ..Self::default() }
    }

    /// What a world that begins again takes over: who makes the calls, and that an outcome of a call
    /// from before is none of its own.
    pub(in crate::emulator) fn renewed(&self) -> Self {
        Self {
            allowed_hosts: self.allowed_hosts.clone(),
            dingtalk_at: self.dingtalk_at.clone(),
            by_shell: self.by_shell,
            resets: self.resets + 1,
            ..Self::default()
        }
    }

    /// What is called in the place of a URL at DingTalk's; none for any other, and in a world that
    /// nobody makes calls for.
    pub(super) fn stand_in(&self, url: &str) -> Option<Url> {
        let stand_in = self.dingtalk_at.as_ref().filter(|_| self.by_shell)?;
        Url::parse(url).ok().and_then(|url| stand_in.for_dingtalk(&url))
    }

    /// The outcome that a sink decides.
    fn sunk(&mut self, url: &str) -> CallOutcome {
        let sink = self.sinks.iter_mut().find(|sink| sink.url == url);
        let outcome = sink.and_then(|sink| match sink.outcomes.len() {
            0 | 1 => sink.outcomes.front().cloned(),
            _ => sink.outcomes.pop_front(),
        });
        outcome.unwrap_or(CallOutcome::Status(200))
    }
}

impl World {
    /// Decides what a webhook answers in a world that nobody makes calls for; replaces what was
    /// decided for the same URL.
    pub fn answer_webhook(&mut self, sink: Sink) {
        self.webhooks.sinks.retain(|known| known.url != sink.url);
        self.webhooks.sinks.push(sink);
    }

    /// From now on somebody outside makes the calls.
    pub(in crate::emulator) fn call_out(&mut self) {
        self.webhooks.by_shell = true;
    }

    /// The next call to make.
    pub(in crate::emulator) fn take_call(&mut self) -> Option<OutboundCall> {
        self.webhooks.waiting.pop_first().map(|(_, call)| call)
    }

    pub(in crate::emulator) fn has_waiting_calls(&self) -> bool {
        !self.webhooks.waiting.is_empty()
    }

    /// Whether an outcome is waited for.
    pub(in crate::emulator) fn has_open_calls(&self) -> bool {
        !self.webhooks.open.is_empty()
    }

    /// Lets time pass until `to`, or until a call is open: its outcome belongs to the instant at
    /// which it was made. Whether `to` was reached.
    pub(in crate::emulator) fn advance_until_call(&mut self, to: crate::clock::Timestamp) -> bool {
        while !self.has_open_calls() {
            if !self.advance_one(to) {
                self.advance_to(to);
                return true;
            }
        }
        false
    }

    /// How the webhooks that a rule called for an event fared, each by its latest attempt, in the
    /// order of the first ones.
    #[must_use]
    pub fn webhook_results(&self, event_id: &str, rule: &str) -> Vec<WebhookResult> {
        let mut results: Vec<WebhookResult> = Vec::new();
        for entry in self.journal() {
            let What::Webhook(call) = &entry.what else { continue };
            if call.event_id != event_id || call.rule != rule {
                continue;
            }
            let result = WebhookResult {
                code: call.outcome.code(),
                message: call.outcome.message(),
                url: call.url.clone(),
            };
            match results.iter_mut().find(|known| known.url == result.url) {
                Some(known) => *known = result,
                None => results.push(result),
            }
        }
        results
    }

    /// Calls a webhook: outside, or in a sink.
    pub(super) fn call_webhook(&mut self, delivery: Delivery) {
        let Channel::Webhook { url, method, .. } = &delivery.channel else { return };
        let (url, method) = (url.clone(), *method);
        if !self.webhooks.by_shell {
            let outcome = self.webhooks.sunk(url.expose());
            self.conclude(delivery, outcome);
            return;
        }
        let (mut full, reach) = match self.way(url.expose()) {
            Ok(reachable) => reachable,
            Err(error) => {
                self.conclude(delivery, CallOutcome::Refused { error });
                return;
            }
        };
        let body = match method {
            Method::Post => Some(delivery.callback.to_string()),
            Method::Get => {
                add_query(&mut full, &delivery.callback, self.switches.webhook_get);
                None
            }
        };
        self.open_way(delivery, (full, reach), method, body);
    }

    /// What is called for a URL, and how far that may go.
    ///
    /// # Errors
    /// Why no call can be made.
    pub(super) fn way(&self, url: &str) -> Result<(Url, Reach), String> {
        let full = match self.webhooks.stand_in(url) {
            Some(full) => full,
            None => Url::parse(url).map_err(|fault| format!("it is no URL: {fault}"))?,
        };
        let reach = reach(&full, &self.webhooks.allowed_hosts)?;
        match self.webhooks.open.len() {
            0..MOST_OPEN => Ok((full, reach)),
            _ => Err(format!("{MOST_OPEN} calls wait for their answers already")),
        }
    }

    /// Puts a call where somebody outside takes it from.
    pub(super) fn open_way(
        &mut self,
        delivery: Delivery,
        (url, reach): (Url, Reach),
        method: Method,
        body: Option<String>,
    ) {
        let number = self.webhooks.next_number;
        let id = CallId { reset: self.webhooks.resets, number };
        self.webhooks.next_number += 1;
        let timeout = self.switches.webhook_timeout;
        let url = Secret::new(url.as_str());
        let of_robot = matches!(delivery.channel, Channel::Robot { .. });
        let call = OutboundCall { id, reach, method, url, body, timeout, of_robot };
        self.webhooks.waiting.insert(number, call);
        self.webhooks.open.insert(number, delivery);
    }

    /// The number of a call whose outcome this world waits for; none for one of before a reset.
    pub(in crate::emulator) fn open_call(&self, id: CallId) -> Option<u64> {
        let is_open = id.reset == self.webhooks.resets && self.webhooks.open.contains_key(&id.number);
        is_open.then_some(id.number)
    }

    /// Takes the outcome of a call; whether it was waited for.
    pub(in crate::emulator) fn called(&mut self, number: u64, outcome: CallOutcome) -> bool {
        // Where the outcome is known already, nobody needs to make the call.
        self.webhooks.waiting.remove(&number);
        let Some(delivery) = self.webhooks.open.remove(&number) else { return false };
        self.conclude(delivery, outcome);
        true
    }

    /// Notes an attempt, and puts the next one where there is to be one.
    pub(super) fn conclude(&mut self, delivery: Delivery, outcome: CallOutcome) {
        if matches!(delivery.channel, Channel::Robot { .. }) {
            self.conclude_robot(delivery, &outcome);
            return;
        }
        let Channel::Webhook { url, method, attempt } = &delivery.channel else { return };
        let (url, method, attempt) = (url.clone(), *method, *attempt);
        let verdict = match &outcome {
            CallOutcome::Status(200..=299) => WebhookVerdict::Delivered,
            CallOutcome::Refused { .. } => WebhookVerdict::NotSent,
            failure if attempt > RETRIES || !self.is_tried_again(failure) => WebhookVerdict::GivenUp,
            _ => WebhookVerdict::Retrying { at: later(self.now(), self.switches.webhook_retry_spacing) },
        };
        self.note(What::Webhook(Box::new(WebhookCall {
            event_id: delivery.event_id.clone(),
            rule: delivery.rule.clone(),
            contact: delivery.contact.clone(),
            method: method.as_str(),
            url: show_url(&url),
            attempt,
            outcome,
            verdict: verdict.clone(),
            payload: delivery.callback.clone(),
        })));
        if let WebhookVerdict::Retrying { at } = verdict {
            let channel = Channel::Webhook { url, method, attempt: attempt + 1 };
            self.put_due_at(at, Due::Delivery(Box::new(Delivery { channel, ..delivery })));
        }
    }

    fn is_tried_again(&self, failure: &CallOutcome) -> bool {
        match self.switches.webhook_retry_on {
            WebhookRetryOn::Failure => true,
            WebhookRetryOn::ServerError => !matches!(failure, CallOutcome::Status(status) if *status < 500),
        }
    }
}

/// Adds the event to the query of a URL.
fn add_query(url: &mut Url, payload: &Value, form: WebhookGet) {
    let mut pairs = url.query_pairs_mut();
    match (form, payload) {
        (WebhookGet::Form, Value::Object(fields)) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) => pairs.append_pair(name, text),
                    other => pairs.append_pair(name, &other.to_string()),
                };
            }
        }
        _ => {
            pairs.append_pair("data", &payload.to_string());
        }
    }
}
