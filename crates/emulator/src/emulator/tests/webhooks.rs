//! Webhooks in a world that nobody makes calls for, and what the world asks for where somebody does.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::{Cloud, TOKEN, contact, rule};
use crate::{
    api::{
        cloudmonitor::{Channels, PutEventRuleTargets, WebhookParameter},
        ecs::StopInstance,
    },
    clock::Timestamp,
    emulator::{CallOutcome, Sink, WebhookCall, WebhookVerdict, What, notifier::OutboundCall},
};

const URL: &str = "http://127.0.0.1:9/hook?sign=abc";

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn hook(method: &str, url: &str) -> PutEventRuleTargets {
    PutEventRuleTargets {
        rule_name: "state-change".to_owned(),
        webhook_parameters: vec![WebhookParameter {
            id: some("2"),
            method: some(method),
            protocol: some("http"),
            url: some(url),
        }],
        ..PutEventRuleTargets::default()
    }
}

fn cloud(switches: &[(&str, &str)], method: &str, url: &str) -> Cloud {
    let cloud = Cloud::with_switches(switches);
    cloud.call(&rule("state-change")).unwrap();
    cloud.call(&hook(method, url)).unwrap();
    cloud
}

fn stop(cloud: &Cloud) {
    let id = cloud.instance("web-1", "Running");
    cloud.call(&StopInstance { instance_id: id, ..Default::default() }).unwrap();
}

fn calls(cloud: &Cloud) -> Vec<(Timestamp, WebhookCall)> {
    let call = |entry: crate::emulator::Entry| match entry.what {
        What::Webhook(call) => Some((entry.at, *call)),
        _ => None,
    };
    cloud.journal().into_iter().filter_map(call).collect()
}

fn answer(cloud: &Cloud, outcomes: &[CallOutcome]) {
    let sink = Sink { url: URL.to_owned(), outcomes: outcomes.iter().cloned().collect() };
    cloud.emulator.with(|world| world.answer_webhook(sink));
}

#[test]
fn a_world_of_its_own_takes_every_call_and_makes_none() {
    for url in ["http://127.0.0.1:9/hook?sign=abc", "https://hooks.example.com/x?sign=abc"] {
        let cloud = cloud(&[], "POST", url);
        stop(&cloud);
        cloud.advance(10);
        let [(_, call)] = &calls(&cloud)[..] else { panic!("{:?}", calls(&cloud)) };
        assert_eq!((call.attempt, &call.verdict), (1, &WebhookVerdict::Delivered));
        assert_eq!(call.outcome, CallOutcome::Status(200));
        // Its path and its query may be the secret.
        let (head, _) = url.rsplit_once('/').unwrap();
        assert!(call.url.starts_with(&format!("{head}/[sha256:")), "{}", call.url);
        assert!(cloud.emulator.with(super::super::World::take_call).is_none());
    }
}

#[test]
fn the_payload_has_the_fields_of_the_documented_sample() {
    // The keys of the sample, and what their values are; the words are our own.
    let sample = json!({
        "resourceId": "acs:ecs:cn-hangzhou:1000000000000001:instance/", "product": "ECS", "ver": "1.0",
        "instanceName": "web-1", "level": "INFO", "groupId": "", "eventType": "StatusNotification",
        "userId": "1000000000000001", "content": {"state": "Stopping"}, "regionId": "cn-hangzhou",
        "eventTime": "20260101T000000.000+0800", "name": "Instance:StateChange", "ruleName": "state-change",
        "id": "", "status": "Normal",
    });
    for switches in [&[][..], &[("webhook_trace_id", "present"), ("webhook_content", "string")]] {
        let cloud = cloud(switches, "POST", URL);
        stop(&cloud);
        cloud.advance(10);
        let mut payload = calls(&cloud)[0].1.payload.as_object().unwrap().clone();
        if !switches.is_empty() {
            assert_eq!(payload.remove("traceId").as_ref(), Some(&payload["id"]));
            let content = payload["content"].as_str().unwrap();
            payload["content"] = serde_json::from_str(content).unwrap();
        }
        let mut keys: Vec<&String> = payload.keys().collect();
        let mut wanted: Vec<&String> = sample.as_object().unwrap().keys().collect();
        keys.sort();
        wanted.sort();
        assert_eq!(keys, wanted);
        for (name, value) in sample.as_object().unwrap() {
            match (value, &payload[name]) {
                (Value::String(wanted), Value::String(found)) => {
                    assert!(found.starts_with(wanted.as_str()), "{name}: {found}");
                }
                (Value::Object(wanted), found) => assert_eq!(found["state"], wanted["state"]),
                (_, found) => panic!("{name}: {found}"),
            }
        }
    }
}

#[test]
fn what_fails_is_tried_three_times_more_and_then_given_up() {
    for failure in [
        CallOutcome::Status(500),
        CallOutcome::Status(404),
        CallOutcome::Status(302),
        CallOutcome::TimedOut,
        CallOutcome::Failed { error: "refused".to_owned() },
    ] {
        let cloud = cloud(&[("webhook_retry_spacing", "7s")], "POST", URL);
        answer(&cloud, std::slice::from_ref(&failure));
        stop(&cloud);
        // The whole minute is one step, and the stop ends after 30 seconds: two events.
        cloud.advance(20);
        let found = calls(&cloud);
        let attempts: Vec<(i64, u32)> =
            found.iter().map(|(at, call)| (at.as_second() - found[0].0.as_second(), call.attempt)).collect();
        assert_eq!(attempts, [(0, 1), (7, 2), (14, 3)], "{failure:?}");
        cloud.advance(9);
        let found = calls(&cloud);
        let verdicts: Vec<&str> = found.iter().map(|(_, call)| call.verdict.as_str()).collect();
        assert_eq!(verdicts, ["retrying", "retrying", "retrying", "given_up"], "{failure:?}");
        assert!(found.iter().all(|(_, call)| call.outcome == failure));
        let event = found[0].1.event_id.clone();
        let results = cloud.emulator.with(|world| world.webhook_results(&event, "state-change"));
        assert_eq!((results.len(), &results[0].code), (1, &failure.code()));
        assert_eq!((&results[0].message, &results[0].url), (&failure.message(), &found[0].1.url));
    }
}

#[test]
fn a_retry_that_succeeds_is_the_last_one() {
    let cloud = cloud(&[], "POST", URL);
    answer(&cloud, &[CallOutcome::Status(500), CallOutcome::TimedOut, CallOutcome::Status(204)]);
    stop(&cloud);
    cloud.advance(25);
    let found = calls(&cloud);
    let shown: Vec<(String, &str)> =
        found.iter().map(|(_, call)| (call.outcome.code(), call.verdict.as_str())).collect();
    assert_eq!(
        shown,
        [("500".to_owned(), "retrying"), ("500".to_owned(), "retrying"), ("204".to_owned(), "delivered")]
    );
    let event = found[0].1.event_id.clone();
    let results = cloud.emulator.with(|world| world.webhook_results(&event, "state-change"));
    assert_eq!((results[0].code.as_str(), results[0].message.as_str()), ("204", "success"));
    assert!(cloud.emulator.with(|world| world.webhook_results(&event, "other")).is_empty());
    let shown = serde_json::to_string(&cloud.journal()).unwrap();
    assert!(shown.contains(r#""kind":"webhook""#) && shown.contains(r#""retry_at":"#), "{shown}");
    assert!(!shown.contains("sign=abc"), "{shown}");
}

#[test]
fn what_is_tried_again_is_a_switch() {
    for (outcome, attempts) in [
        (CallOutcome::Status(404), 1),
        (CallOutcome::Status(302), 1),
        (CallOutcome::Status(500), 4),
        (CallOutcome::TimedOut, 4),
    ] {
        let cloud = cloud(&[("webhook_retry_on", "server-error")], "POST", URL);
        answer(&cloud, std::slice::from_ref(&outcome));
        stop(&cloud);
        cloud.advance(25);
        assert_eq!(calls(&cloud).len(), attempts, "{outcome:?}");
        assert_eq!(calls(&cloud).last().unwrap().1.verdict, WebhookVerdict::GivenUp);
    }
}

#[test]
fn a_contact_whose_webhook_is_no_robot_gets_the_callback() {
    let cloud = Cloud::new();
    cloud.provision();
    let elsewhere =
        Channels { ding_web_hook: some("http://u:p@127.0.0.1:9/a?access_token=abc"), ..Channels::default() };
    cloud.call(&contact("duty", elsewhere)).unwrap();
    stop(&cloud);
    cloud.advance(10);
    let [(_, call)] = &calls(&cloud)[..] else { panic!() };
    assert_eq!((call.contact.as_str(), call.method), ("duty", "POST"));
    assert_eq!(call.payload["ruleName"], "state-change");
    assert!(call.url.starts_with("http://") && call.url.contains("127.0.0.1:9/[sha256:"), "{}", call.url);
    assert!(!["u:p", "abc", "/a"].iter().any(|part| call.url.contains(part)), "{}", call.url);
}

#[test]
fn a_robot_as_a_webhook_target_answers_within_the_world() {
    let cloud = Cloud::new();
    cloud.provision();
    cloud.emulator.with(super::super::World::call_out);
    cloud.call(&hook("POST", &format!("https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"))).unwrap();
    stop(&cloud);
    cloud.advance(10);
    assert!(cloud.emulator.with(super::super::World::take_call).is_none());
    let [(_, call)] = &calls(&cloud)[..] else { panic!() };
    assert_eq!(call.outcome, CallOutcome::Status(200));
    // The message of the contact is there, and the callback, which is no message, is not.
    assert_eq!(cloud.texts().len(), 1);
    let refused = cloud
        .journal()
        .iter()
        .any(|entry| matches!(&entry.what, What::RobotCall { reply, .. } if !reply.accepted()));
    assert!(refused);
}

#[test]
fn what_must_not_leave_is_refused_and_noted() {
    for url in [
        "http://hooks.example.com/x",
        "http://0.0.0.0:9/x",
        "https://oapi.dingtalk.com/other?access_token=t",
        "http://127.0.0.1.example.com/x",
        "gopher://127.0.0.1/x",
        "not a url",
    ] {
        let cloud = cloud(&[], "POST", url);
        cloud.emulator.with(super::super::World::call_out);
        stop(&cloud);
        cloud.advance(25);
        assert!(cloud.emulator.with(super::super::World::take_call).is_none(), "{url}");
        let [(_, call)] = &calls(&cloud)[..] else { panic!("{url}: {:?}", calls(&cloud)) };
        assert_eq!((call.attempt, &call.verdict), (1, &WebhookVerdict::NotSent), "{url}");
        assert!(matches!(call.outcome, CallOutcome::Refused { .. }));
        assert_eq!(call.payload["ruleName"], "state-change");
    }
}

/// Tells the world an outcome; whether it was waited for.
fn called(cloud: &Cloud, call: &OutboundCall, outcome: CallOutcome) -> bool {
    cloud.emulator.with(|world| world.open_call(call.id).is_some_and(|number| world.called(number, outcome)))
}

#[test]
fn a_call_outside_is_an_effect_and_its_outcome_an_input() {
    let cloud = cloud(&[("webhook_timeout", "3s"), ("webhook_retry_spacing", "4s")], "POST", URL);
    cloud.emulator.with(super::super::World::call_out);
    stop(&cloud);
    let start = cloud.now();
    let end = start.checked_add(Duration::from_secs(20)).unwrap();
    let reached = cloud.emulator.with(|world| world.advance_until_call(end));
    // Time stands still at the instant of the call.
    assert!(!reached && cloud.now() == start.checked_add(Duration::from_secs(3)).unwrap());
    let call = cloud.emulator.with(super::super::World::take_call).unwrap();
    assert_eq!((call.url.expose(), call.timeout), (URL, Duration::from_secs(3)));
    let body: Value = serde_json::from_str(call.body.as_deref().unwrap()).unwrap();
    assert_eq!(body["content"]["state"], "Stopping");
    assert!(calls(&cloud).is_empty());
    assert!(called(&cloud, &call, CallOutcome::TimedOut));
    assert!(!called(&cloud, &call, CallOutcome::Status(200)));
    assert_eq!(calls(&cloud).len(), 1, "a call has one outcome");
    assert!(!cloud.emulator.with(|world| world.advance_until_call(end)));
    let retry = cloud.emulator.with(super::super::World::take_call).unwrap();
    assert_eq!(cloud.now(), start.checked_add(Duration::from_secs(7)).unwrap());
    assert_ne!(retry.id, call.id);
    // A world that began again does not take an outcome from before.
    cloud.emulator.reset();
    assert!(!called(&cloud, &retry, CallOutcome::Status(200)));
    assert!(cloud.journal().is_empty());
    assert!(cloud.emulator.with(|world| world.advance_until_call(end)));
}

#[test]
fn get_puts_the_event_into_the_query() {
    for form in ["form", "data"] {
        let cloud = cloud(&[("webhook_get", form)], "get", "http://127.0.0.1:9/hook?a=b");
        cloud.emulator.with(super::super::World::call_out);
        stop(&cloud);
        cloud.advance(10);
        let call = cloud.emulator.with(super::super::World::take_call).unwrap();
        assert_eq!((call.method.as_str(), &call.body), ("GET", &None));
        let (_, query) = call.url.expose().split_once('?').unwrap();
        let pairs = crate::openapi::decode_form(query).unwrap();
        let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        assert_eq!(value("a"), Some("b"));
        let event = match form {
            "form" => {
                assert_eq!((value("name"), pairs.len()), (Some("Instance:StateChange"), 16));
                json!({"content": serde_json::from_str::<Value>(value("content").unwrap()).unwrap()})
            }
            _ => serde_json::from_str(value("data").unwrap()).unwrap(),
        };
        assert_eq!(event["content"]["state"], "Stopping");
    }
}
