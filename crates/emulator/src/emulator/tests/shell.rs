//! What the shell adds to the world: lost and late answers, latency, the journal as a stream.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::{
    served::Served,
    support::{Cloud, TOKEN, contact, group, webhook},
};
use crate::{
    api::{cloudmonitor::DescribeContactList, ecs::StopInstance},
    clock::{Clock as _, Stopwatch},
    dingtalk::Security,
    emulator::{Dropped, Emulator, FaultEffect, FaultRule, FaultTarget, ServeOptions, What, WorldConfig},
    openapi::{ErrorKind, HttpRequest, Transport as _},
};

async fn virtual_server() -> Served {
    Served::new(Emulator::virtual_clock(WorldConfig::default())).await
}

fn names(emulator: &Emulator) -> Vec<String> {
    emulator
        .with(|world| world.accounts.values().flat_map(|account| account.contacts.keys().cloned()).collect())
}

#[tokio::test]
async fn a_dropped_connection_has_its_effect_or_not() {
    let served = virtual_server().await;
    let client = served.client(Arc::new(served.emulator.clone()));
    for (when, name, expected) in [("before", "a", vec![]), ("after", "b", vec!["b".to_owned()])] {
        served.faults(json!([{"operation": "PutContact", "drop": when, "times": 1}])).await;
        let error = client.call(&contact(name, webhook("t"))).await.unwrap_err();
        assert_eq!((error.kind, error.status), (ErrorKind::Transport, None), "{when}: {error}");
        assert_eq!(names(&served.emulator), expected, "{when}");
        client.call(&DescribeContactList::default()).await.unwrap();
    }
    client.call(&contact("a", webhook("t"))).await.unwrap();
    let journal = served.get("/_bellcheck/journal").await;
    let calls: Vec<(u64, &str)> = journal
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "call" && entry["operation"] == "PutContact")
        .map(|entry| (entry["status"].as_u64().unwrap(), entry["code"].as_str().unwrap()))
        .collect();
    assert_eq!(calls, [(0, "DroppedBefore"), (0, "DroppedAfter"), (200, "200")]);
    served.end().await;
}

#[tokio::test]
async fn in_process_a_dropped_connection_is_a_transport_error_that_was_sent() {
    let cloud = Cloud::new();
    for (dropped, expected) in [(Dropped::Before, 0), (Dropped::After, 1)] {
        cloud.emulator.with(|world| {
            world.set_faults(vec![FaultRule {
                target: FaultTarget::AnyOperation,
                effect: FaultEffect::Drop(dropped),
                share: None,
                times: None,
            }]);
        });
        let error = cloud.client.call(&contact("a", webhook("t"))).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Transport, "{error}");
        assert_eq!(names(&cloud.emulator).len(), expected, "{dropped:?}");
    }
    let request =
        super::support::Raw { nonce: "x", ..super::support::Raw::new("DescribeContactList") }.request();
    assert!(cloud.emulator.send("", request).await.unwrap_err().sent);
}

#[tokio::test]
async fn a_delay_passes_on_the_worlds_clock_beside_other_faults() {
    let served = virtual_server().await;
    let client = served.client(Arc::new(served.emulator.clone()));
    served
        .faults(json!([
            {"operation": "*", "delay": "2h", "times": 1},
            {"operation": "*", "delay": "1m", "times": 1},
            {"operation": "PutContact", "error": "Throttling.User"},
        ]))
        .await;
    let start = served.emulator.now();
    let passed = || served.emulator.now().duration_since(start).as_secs();
    assert_eq!(client.call(&contact("a", webhook("t"))).await.unwrap_err().code, "Throttling.User");
    assert_eq!(passed(), 7200);
    client.call(&group("g", &[])).await.unwrap();
    assert_eq!(passed(), 7260);
    client.call(&group("h", &[])).await.unwrap();
    assert_eq!(passed(), 7260);
    served.end().await;
}

#[tokio::test]
async fn a_robots_answer_is_lost_or_late() {
    let served = virtual_server().await;
    served.post("/_bellcheck/robots", json!({"token": TOKEN})).await;
    let url = format!("{}/robot/send?access_token={TOKEN}", served.base);
    let send = || {
        let text = json!({"msgtype": "text", "text": {"content": "bell"}}).to_string();
        served.http.post(&url).header("content-type", "application/json").body(text).send()
    };
    let messages = || served.emulator.with(|world| world.messages(TOKEN).len());
    served.faults(json!([{"robot": TOKEN, "drop": "before"}])).await;
    assert!(send().await.is_err());
    assert_eq!(messages(), 0);
    served.faults(json!([{"robot": TOKEN, "drop": "after"}])).await;
    assert!(send().await.is_err());
    assert_eq!(messages(), 1);
    served.faults(json!([{"robot": TOKEN, "delay": "90s"}, {"robot": "other", "drop": "before"}])).await;
    let start = served.emulator.now();
    let answer: Value = serde_json::from_str(&send().await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(answer["errcode"], 0);
    assert_eq!((messages(), served.emulator.now().duration_since(start).as_secs()), (2, 90));
    served.end().await;
}

#[test]
fn cloudmonitor_gets_a_robots_answer_late_or_not_at_all() {
    let cloud = Cloud::new();
    cloud.provision();
    cloud.declare_robot(Security::default());
    let fault = |effect, times| FaultRule {
        target: FaultTarget::Robot(TOKEN.into()),
        effect,
        share: None,
        times: Some(times),
    };
    cloud.emulator.with(|world| {
        world.set_faults(vec![
            fault(FaultEffect::Drop(Dropped::Before), 1),
            fault(FaultEffect::Delay(Duration::from_secs(3600)), 2),
        ]);
    });
    let id = cloud.instance("web-1", "Running");
    cloud.call(&StopInstance { instance_id: id, ..Default::default() }).unwrap();
    cloud.advance(60);
    // Of two messages one was lost on the way there; both answers are on the way.
    assert_eq!((cloud.texts().len(), cloud.deliveries()), (1, vec![]));
    cloud.advance(3600);
    assert_eq!(cloud.deliveries(), [-1, 0]);
}

#[test]
fn a_fault_of_a_delivery_leaves_the_callers_answer_alone() {
    let cloud = Cloud::with_switches(&[("event_latency", "0s"), ("delivery", "0s")]);
    cloud.provision();
    cloud.emulator.with(|world| {
        world.add_fault(FaultRule {
            target: FaultTarget::Robot(TOKEN.into()),
            effect: FaultEffect::Drop(Dropped::After),
            share: None,
            times: None,
        });
    });
    let id = cloud.instance("web-1", "Running");
    // Its first message is delivered while the call is being answered.
    cloud.call(&StopInstance { instance_id: id, ..Default::default() }).unwrap();
    assert_eq!((cloud.texts().len(), cloud.deliveries()), (1, vec![-1]));
}

#[tokio::test]
async fn latency_is_real_time_and_not_the_worlds() {
    let options = ServeOptions { latency: Duration::from_millis(50), ..ServeOptions::default() };
    let served = Served::with(Emulator::virtual_clock(WorldConfig::default()), options).await;
    let before = served.emulator.now();
    let watch = Stopwatch::start();
    let client = served.client(Arc::new(served.emulator.clone()));
    client.call(&DescribeContactList::default()).await.unwrap();
    // A sleep never ends early, so this holds on any machine.
    assert!(watch.elapsed() >= Duration::from_millis(50));
    assert_eq!(served.emulator.now(), before);
    served.end().await;
}

/// Reads `count` events of the stream, as (id, data).
async fn events(response: &mut reqwest::Response, text: &mut String, count: usize) -> Vec<(usize, Value)> {
    while text.matches("\n\n").count() < count {
        let chunk = response.chunk().await.unwrap().expect("the stream ended early");
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    let mut read = Vec::new();
    for _ in 0..count {
        let (event, rest) = text.split_once("\n\n").unwrap();
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        read.push((field("id: ").parse().unwrap(), serde_json::from_str(field("data: ")).unwrap()));
        *text = rest.to_owned();
    }
    read
}

#[tokio::test]
async fn the_journal_streams_what_is_and_what_comes() {
    let served = virtual_server().await;
    let client = served.client(Arc::new(served.emulator.clone()));
    for name in ["a", "b", "c"] {
        client.call(&group(name, &[])).await.unwrap();
    }
    let url = format!("{}/_bellcheck/journal/stream?from=1", served.base);
    let mut response = served.http.get(url).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    let journal = served.get("/_bellcheck/journal").await;
    let first = events(&mut response, &mut text, 2).await;
    assert_eq!(first, [(1, journal[1].clone()), (2, journal[2].clone())]);
    client.call(&group("d", &[])).await.unwrap();
    let (id, entry) = events(&mut response, &mut text, 1).await.remove(0);
    assert_eq!((id, entry["parameters"]["ContactGroupName"].as_str()), (3, Some("d")));
    // After a reset the numbers begin again.
    served.post("/_bellcheck/reset", json!({})).await;
    client.call(&group("e", &[])).await.unwrap();
    let (id, entry) = events(&mut response, &mut text, 1).await.remove(0);
    assert_eq!((id, entry["parameters"]["ContactGroupName"].as_str()), (0, Some("e")));
    served.end().await;
    assert_eq!(response.chunk().await.unwrap(), None);
    assert_eq!(text, "");
}

#[tokio::test]
async fn the_stream_shows_what_happens_without_a_caller() {
    let clock: Arc<dyn crate::clock::Clock> = Arc::new(crate::clock::SystemClock);
    let mut config = WorldConfig::default();
    config.switches.set("stopping", "20ms").unwrap();
    let served = Served::new(Emulator::real_clock(config, clock.clone())).await;
    let id = served.emulator.with(|world| {
        world.add_instance(crate::emulator::NewInstance { name: "web-1".to_owned(), ..Default::default() })
    });
    let client = served.client(clock);
    let from = served.emulator.with(|world| world.journal().len());
    let url = format!("{}/_bellcheck/journal/stream?from={from}", served.base);
    let mut response = served.http.get(url).send().await.unwrap();
    client.call(&StopInstance { instance_id: id, ..Default::default() }).await.unwrap();
    let mut text = String::new();
    let mut states = Vec::new();
    while states.last().map(String::as_str) != Some("Stopped") {
        let (_, entry) = events(&mut response, &mut text, 1).await.remove(0);
        if entry["kind"] == "instance" {
            states.push(entry["to"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(states, ["Stopping", "Stopped"]);
    served.end().await;
}

#[test]
fn a_drop_before_leaves_no_trace_but_the_journal() {
    let cloud = Cloud::new();
    cloud.emulator.with(|world| {
        world.add_fault(FaultRule {
            target: FaultTarget::Operation("PutContact".to_owned()),
            effect: FaultEffect::Drop(Dropped::Before),
            share: None,
            times: None,
        });
    });
    cloud.call(&contact("a", webhook("t"))).unwrap_err();
    let journal = cloud.journal();
    let [call, fault] = &journal[..] else { panic!("{journal:?}") };
    assert!(matches!(&call.what, What::Call { status: 0, .. }));
    let What::Fault(strike) = &fault.what else { panic!("{fault:?}") };
    assert_eq!(
        (strike.operation.as_str(), &strike.effect),
        ("PutContact", &FaultEffect::Drop(Dropped::Before))
    );
}

#[tokio::test]
async fn an_unsigned_request_is_not_struck() {
    let cloud = Cloud::new();
    cloud.emulator.with(|world| {
        world.add_fault(FaultRule {
            target: FaultTarget::AnyOperation,
            effect: FaultEffect::Drop(Dropped::Before),
            share: None,
            times: None,
        });
    });
    let request = HttpRequest {
        method: "GET".to_owned(),
        path: "/".to_owned(),
        query: Vec::new(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    assert_eq!(cloud.emulator.send("", request).await.unwrap().status, 400);
}
