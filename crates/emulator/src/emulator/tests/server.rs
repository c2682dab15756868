//! The HTTP shell, over a socket.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::{
    served::Served,
    support::{TOKEN, contact, group, rule, to_group, webhook},
};
use crate::{
    api::{
        cloudmonitor::{DescribeContactList, PutContact},
        ecs::{RunInstances, StopInstance},
    },
    clock::{Clock, SystemClock},
    emulator::{Emulator, WorldConfig},
    openapi::SignatureScheme,
};

#[tokio::test]
async fn a_message_travels_over_http_in_virtual_time() {
    let served = Served::new(Emulator::virtual_clock(WorldConfig::default())).await;
    let clock = Arc::new(served.emulator.clone());
    served.post("/_bellcheck/robots", json!({"token": TOKEN, "keywords": ["CloudMonitor"]})).await;
    for scheme in [SignatureScheme::V3, SignatureScheme::V1Query, SignatureScheme::V1Body] {
        let client = served.client(clock.clone()).with_scheme(scheme);
        client.call(&contact("duty", webhook(TOKEN))).await.unwrap();
        client.call(&group("on-call", &["duty"])).await.unwrap();
        client.call(&rule("r")).await.unwrap();
        client.call(&to_group("r", "1", "on-call", "4")).await.unwrap();
    }
    let client = served.client(clock);
    let run = RunInstances { region_id: "cn-hangzhou".to_owned(), ..Default::default() };
    let id = client.call(&run).await.unwrap().instance_id_sets.instance_id_set.remove(0);
    served.post("/_bellcheck/advance", json!({"by": "5m"})).await;
    client.call(&StopInstance { instance_id: id.clone(), ..Default::default() }).await.unwrap();
    let state = served.get("/_bellcheck/state").await;
    assert_eq!(state["accounts"]["1000000000000001"]["instances"][0]["state"], "Stopping");
    assert_eq!(state["clock"], "virtual");
    let before = served.get(&format!("/_bellcheck/robots/{TOKEN}/messages")).await;
    served.post("/_bellcheck/advance", json!({"by": "5m"})).await;
    let after = served.get(&format!("/_bellcheck/robots/{TOKEN}/messages")).await;
    let (before, after) = (before.as_array().unwrap().len(), after.as_array().unwrap());
    assert_eq!((before, after.len()), (3, 5));
    assert!(after[3]["text"].as_str().unwrap().contains("Stopping"));
    assert!(after[4]["text"].as_str().unwrap().contains(&id));
    let journal = served.get("/_bellcheck/journal").await;
    let entries = journal.as_array().unwrap().len();
    let rest = served.get(&format!("/_bellcheck/journal?from={}", entries - 2)).await;
    assert_eq!(rest.as_array().unwrap().len(), 2);
    served.end().await;
}

#[tokio::test]
async fn a_real_clock_moves_by_itself() {
    let mut config = WorldConfig::default();
    for switch in ["stopping", "event_latency", "delivery"] {
        config.switches.set(switch, "50ms").unwrap();
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let served = Served::new(Emulator::real_clock(config, clock.clone())).await;
    let (status, refusal) = served.request("POST", "/_bellcheck/advance", Some(json!({"by": "1h"}))).await;
    assert_eq!(status, 409);
    assert!(refusal["error"].as_str().unwrap().contains("real") && refusal["remedy"].is_string());
    served.post("/_bellcheck/robots", json!({"token": TOKEN})).await;
    let client = served.client(clock.clone());
    client.call(&contact("duty", webhook(TOKEN))).await.unwrap();
    client.call(&group("on-call", &["duty"])).await.unwrap();
    client.call(&rule("r")).await.unwrap();
    client.call(&to_group("r", "1", "on-call", "4")).await.unwrap();
    let id = served.emulator.with(|world| {
        world.add_instance(crate::emulator::NewInstance { name: "web-1".to_owned(), ..Default::default() })
    });
    client.call(&StopInstance { instance_id: id, ..Default::default() }).await.unwrap();
    // Looks at the world without touching it, so that only its own driver can have moved it.
    for _ in 0..200 {
        if served.emulator.peek_messages(TOKEN) == 2 {
            break;
        }
        clock.sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(served.emulator.peek_messages(TOKEN), 2);
    served.end().await;
}

#[tokio::test]
async fn robots_answer_over_http() {
    let served = Served::new(Emulator::virtual_clock(WorldConfig::default())).await;
    let declared = json!({"token": TOKEN, "keywords": ["bell"], "allowed_ips": ["127.0.0.1"], "name": "ops"});
    let robot = served.post("/_bellcheck/robots", declared).await;
    assert_eq!(robot["robot"]["name"], "ops");
    let path = format!("/robot/send?access_token={TOKEN}");
    let text = |content: &str| json!({"msgtype": "text", "text": {"content": content}});
    assert_eq!(served.post(&path, text("a bell")).await["errcode"], 0);
    assert_eq!(served.post(&path, text("x")).await["errcode"], 310_000);
    assert_eq!(served.get(&path).await["errcode"], 43_002);
    assert_eq!(served.post("/robot/send", text("bell")).await["errcode"], 40_035);
    served.end().await;
}

#[tokio::test]
async fn refusals_of_the_shell_say_what_to_do() {
    let served = Served::new(Emulator::virtual_clock(WorldConfig::default())).await;
    let cases = [
        ("GET", "/nothing", None, 404),
        ("GET", "/_bellcheck/nothing", None, 404),
        ("GET", "/_bellcheck/reset", None, 405),
        ("GET", "/_bellcheck/robots/x/messages", None, 404),
        ("POST", "/_bellcheck/advance", Some(json!({"by": "soon"})), 400),
        ("POST", "/_bellcheck/advance", Some(json!({"to": "x"})), 400),
        ("POST", "/_bellcheck/robots", Some(json!({"token": ""})), 400),
        ("POST", "/_bellcheck/robots", Some(json!({"token": "t", "allowed_ips": ["::1"]})), 400),
        ("POST", "/_bellcheck/events", Some(json!({"product": "ECS"})), 400),
        ("POST", "/_bellcheck/events", Some(json!({"product": "ECS", "name": "n", "level": "LOUD"})), 400),
        ("POST", "/_bellcheck/contacts/x/activate", None, 404),
        ("POST", "/_bellcheck/activate", Some(json!({"contact": "x"})), 404),
        ("GET", "/_bellcheck/contacts/x/activate", None, 405),
        (
            "PUT",
            "/_bellcheck/faults",
            Some(json!({"rules": [{"operation": "PutContacts", "status": 500}]})),
            400,
        ),
        ("PUT", "/_bellcheck/faults", Some(json!({"rules": [{"operation": "*", "errcode": 1}]})), 400),
        ("PUT", "/_bellcheck/faults", Some(json!({"rules": [{"operation": "*", "status": 200}]})), 400),
        ("PUT", "/_bellcheck/faults", Some(json!({"rules": [{"operation": "*", "drop": "never"}]})), 400),
        ("PUT", "/_bellcheck/faults", Some(json!({"rules": [{"operation": "*", "delay": "soon"}]})), 400),
        (
            "PUT",
            "/_bellcheck/faults",
            Some(json!({"rules": [{"operation": "*", "drop": "after", "errcode": 1}]})),
            400,
        ),
        ("PUT", "/_bellcheck/switches", Some(json!({"delivery": "soon"})), 400),
        ("PUT", "/_bellcheck/switches", Some(json!({"delivery": 9})), 400),
        ("POST", "/_bellcheck/advance", Some(json!({"by": "x".repeat(600 * 1024)})), 413),
        ("GET", "/?a=%zz", None, 400),
    ];
    for (method, path, body, expected) in cases {
        let (status, refusal) = served.request(method, path, body).await;
        assert_eq!(status, expected, "{method} {path}: {refusal}");
        assert!(refusal["error"].is_string() && refusal["remedy"].is_string(), "{refusal}");
    }
    let (status, refusal) = served.request("GET", "/", None).await;
    assert_eq!(status, 400);
    assert!(refusal["Code"].is_string() && refusal["RequestId"].is_string(), "{refusal}");
    served.end().await;
}

#[tokio::test]
async fn the_control_api_controls() {
    let served = Served::new(Emulator::virtual_clock(WorldConfig::default())).await;
    let client = served.client(Arc::new(served.emulator.clone()));
    let mail = PutContact {
        channels: crate::api::cloudmonitor::Channels { mail: Some("a@b".to_owned()), ..Default::default() },
        ..contact("alice", Default::default())
    };
    client.call(&mail).await.unwrap();
    served.post("/_bellcheck/contacts/alice/activate", json!({})).await;
    let list = client.call(&DescribeContactList::default()).await.unwrap();
    assert_eq!(list.contacts.contact[0].channels_state.mail.as_deref(), Some("OK"));

    let event = json!({"product": "ECS", "name": "Instance:StateChange", "content": {"state": "Running"}});
    let event_id = served.post("/_bellcheck/events", event).await["event_id"].clone();
    served.post("/_bellcheck/advance", json!({"by": "10s"})).await;
    let journal = served.get("/_bellcheck/journal").await;
    assert_eq!(journal.as_array().unwrap().last().unwrap()["event_id"], event_id);

    let faults = json!({"seed": 1, "rules": [{"operation": "*", "error": "Throttling.User", "times": 1}]});
    let (status, _) = served.request("PUT", "/_bellcheck/faults", Some(faults)).await;
    assert_eq!(status, 200);
    let armed = served.get("/_bellcheck/state").await["faults"].clone();
    assert_eq!(armed, json!(["every operation: error Throttling.User, once"]));
    assert_eq!(client.call(&DescribeContactList::default()).await.unwrap_err().code, "Throttling.User");
    assert_eq!(served.get("/_bellcheck/state").await["faults"], json!([]));
    // The entry of the call, and that of the fault which struck it.
    let journal = served.get("/_bellcheck/journal").await;
    let [.., call, fault] = &journal.as_array().unwrap()[..] else { panic!() };
    assert_eq!((&call["kind"], &call["code"]), (&json!("call"), &json!("Throttling.User")));
    assert_eq!(
        (&fault["kind"], &fault["operation"], &fault["effect"]),
        (&json!("fault"), &json!("DescribeContactList"), &json!("error Throttling.User"))
    );

    let switches = json!({"delivery": "9s", "robot_at_types": "ignore"});
    let (status, set) = served.request("PUT", "/_bellcheck/switches", Some(switches.clone())).await;
    assert_eq!((status, &set), (200, &switches));
    // All of them or none.
    let wrong = json!({"delivery": "10s", "no_such": "1"});
    let (status, refusal) = served.request("PUT", "/_bellcheck/switches", Some(wrong)).await;
    assert_eq!(status, 400);
    assert!(refusal["error"].as_str().unwrap().contains("no_such"), "{refusal}");
    assert_eq!(served.get("/_bellcheck/state").await["switches"]["delivery"], "9s");

    let coverage = served.get("/_bellcheck/coverage").await;
    assert_eq!(coverage.as_array().unwrap().len(), crate::emulator::operations().len());

    served.post("/_bellcheck/robots", json!({"token": TOKEN})).await;
    served.post("/_bellcheck/reset", json!({})).await;
    let state = served.get("/_bellcheck/state").await;
    assert_eq!(state["now"], "2025-12-31T16:00:00Z");
    assert_eq!(state["switches"]["delivery"], "2s");
    assert_eq!(state["accounts"]["1000000000000001"]["contacts"], json!([]));
    assert_eq!((&state["journal"], state["robots"].as_array().unwrap().len()), (&json!(0), 1));
    assert!(!state.to_string().contains(TOKEN), "{state}");
    served.end().await;
}
