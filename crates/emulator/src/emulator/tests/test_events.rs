//! SendDryRunSystemEvent, the catalogue, injected events.

use serde_json::json;

use super::support::{Cloud, Raw};
use crate::{
    api::cloudmonitor::{DescribeSystemEventMetaList, SendDryRunSystemEvent},
    emulator::{Entry, EventDraft, What},
    event::{Level, SystemEvent},
};

fn event(cloud: &Cloud) -> SystemEvent {
    cloud.advance(10);
    let event = |entry: Entry| match entry.what {
        What::Event { event } => Some(event),
        _ => None,
    };
    cloud.journal().into_iter().rev().find_map(event).unwrap()
}

fn dry_run(name: &str, content: Option<&str>) -> SendDryRunSystemEvent {
    SendDryRunSystemEvent {
        product: "ecs".to_owned(),
        event_name: name.to_owned(),
        event_content: content.map(str::to_owned),
        ..Default::default()
    }
}

#[test]
fn the_catalogue_fills_in_what_is_not_said() {
    let cloud = Cloud::new();
    assert_eq!(cloud.call(&dry_run("Disk:Stalled:Executing", None)).unwrap().success, "true");
    let event = event(&cloud);
    assert_eq!((event.product.as_str(), event.level), ("ECS", Level::Critical));
    assert_eq!((event.status.as_str(), event.event_type.as_str()), ("Executing", "Exception"));
    assert_eq!((event.user_id.as_str(), event.region_id.as_str()), ("1000000000000001", "cn-hangzhou"));
    assert_eq!(event.content, json!({}));
}

#[test]
fn the_content_may_be_an_envelope_or_the_content_alone() {
    let cloud = Cloud::new();
    let envelope = r#"{"product":"CloudMonitor","resourceId":"acs:ecs:cn-hongkong:1:instance/i-1",
        "level":"WARN","instanceName":"n","regionId":"cn-hongkong","name":"x","groupId":"9",
        "content":{"diskId":"d-1"},"status":"Odd"}"#;
    cloud.call(&dry_run("Disk:Stalled:Executing", Some(envelope))).unwrap();
    let first = event(&cloud);
    // The operation's own parameters win.
    assert_eq!((first.product.as_str(), first.name.as_str()), ("ECS", "Disk:Stalled:Executing"));
    assert_eq!((first.level, first.status.as_str(), first.group_id.as_str()), (Level::Warn, "Odd", "9"));
    assert_eq!(first.resource_id, "acs:ecs:cn-hongkong:1:instance/i-1");
    assert_eq!((first.region_id.as_str(), first.instance_name.as_str()), ("cn-hongkong", "n"));
    assert_eq!(first.content, json!({"diskId": "d-1"}));

    let alone = r#"{"eventId":"e-1","eventType":"Stalled","diskId":"d-2"}"#;
    cloud.call(&dry_run("Disk:Stalled:Executing", Some(alone))).unwrap();
    let second = event(&cloud);
    assert_eq!(second.content["diskId"], "d-2");
    assert_eq!(second.event_type, "Exception");
}

#[test]
fn what_is_not_an_event_is_refused() {
    let cloud = Cloud::new();
    for content in ["[]", "x", r#"{"level":"LOUD"}"#, r#"{"level":"INFO","regionId":1}"#] {
        let (status, code, _) = cloud.refused(&dry_run("Instance:StateChange", Some(content)));
        assert_eq!((status, code.as_str()), (400, "ParameterInvalid"), "{content}");
    }
    let (status, code, message) = cloud.refused(&dry_run("Instance:StateChanged", None));
    assert_eq!((status, code.as_str()), (404, "ResourceNotFound"));
    assert!(message.contains("Instance:StateChange"), "{message}");
    let lenient = Cloud::with_switches(&[("unknown_event", "accept")]);
    lenient.call(&dry_run("My:Own:Failed", None)).unwrap();
    let event = event(&lenient);
    assert_eq!((event.level, event.status.as_str()), (Level::Info, "Failed"));
}

#[test]
fn the_catalogue_is_served_with_its_odd_key() {
    let cloud = Cloud::new();
    let list = cloud.call(&DescribeSystemEventMetaList::default()).unwrap();
    assert!(list.data.resource.len() > 300);
    let body = cloud.send(&Raw::new("DescribeSystemEventMetaList").request()).body;
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["Code"], 200);
    assert!(body["Data"]["Resource"][0].get("NameDesc.En").is_some());
}

#[test]
fn an_injected_event_takes_the_same_way() {
    let cloud = Cloud::new();
    cloud.provision();
    let draft = EventDraft {
        product: "ECS".to_owned(),
        name: "Instance:StateChange".to_owned(),
        content: Some(json!({"state": "Running"})),
        ..EventDraft::default()
    };
    let id = cloud.emulator.with(|world| world.inject("1000000000000001", draft));
    assert_eq!(event(&cloud).id, id);
    assert!(cloud.texts()[0].contains("Running"));
}
