//! What tests of ECS have in common.

use serde_json::Value;

use super::support::{Cloud, Raw};
use crate::{
    emulator::{Entry, What},
    event::SystemEvent,
    openapi::HttpResponse,
};

pub(super) const REGION: &str = "cn-hangzhou";

/// A signed call with parameters as any client may write them: status and body.
pub(super) fn ecs(
    cloud: &Cloud,
    nonce: &'static str,
    action: &'static str,
    params: &[(&'static str, &str)],
) -> (u16, Value) {
    // The parameters of a test live no longer than it does; the request copies them.
    let params: Vec<(&'static str, &'static str)> = params
        .iter()
        .map(|(name, value)| (*name, &*Box::leak((*value).to_owned().into_boxed_str())))
        .collect();
    let raw = Raw { version: "2014-05-26", params, nonce, now: cloud.now(), ..Raw::new(action) };
    read(&cloud.send(&raw.request()))
}

pub(super) fn read(response: &HttpResponse) -> (u16, Value) {
    (response.status, serde_json::from_slice(&response.body).unwrap())
}

pub(super) fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["Code"].as_str().unwrap_or_default())
}

/// The system events that CloudMonitor saw, by instance name and what they tell.
pub(super) fn told(cloud: &Cloud) -> Vec<(String, String)> {
    let event = |entry: Entry| match entry.what {
        What::Event { event } => Some((event.instance_name.clone(), event.state().to_owned())),
        _ => None,
    };
    cloud.journal().into_iter().filter_map(event).collect()
}

/// The system events that CloudMonitor saw, state changes left out.
pub(super) fn simulated(cloud: &Cloud) -> Vec<SystemEvent> {
    let event = |entry: Entry| match entry.what {
        What::Event { event } if event.name != "Instance:StateChange" => Some(event),
        _ => None,
    };
    cloud.journal().into_iter().filter_map(event).collect()
}
