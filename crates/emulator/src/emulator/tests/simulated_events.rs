//! Simulated system events.

use std::time::Duration;

use super::support::Cloud;
use crate::{
    api::ecs::{CancelSimulatedSystemEvents, CreateSimulatedSystemEvents, DeleteInstance, RebootInstance},
    emulator::{Entry, What},
    event::{Level, SystemEvent},
};

fn create(cloud: &Cloud, id: &str, kind: &str, minutes: u64) -> CreateSimulatedSystemEvents {
    let not_before = cloud.now().checked_add(Duration::from_secs(minutes * 60)).unwrap();
    CreateSimulatedSystemEvents {
        region_id: "cn-hangzhou".to_owned(),
        event_type: kind.to_owned(),
        instance_id: vec![id.to_owned()],
        not_before: not_before.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        ..Default::default()
    }
}

fn cancel(id: &str) -> CancelSimulatedSystemEvents {
    CancelSimulatedSystemEvents { region_id: "cn-hangzhou".to_owned(), event_id: vec![id.to_owned()] }
}

/// The simulated events that CloudMonitor saw, state changes left out.
fn seen(cloud: &Cloud) -> Vec<SystemEvent> {
    let event = |entry: Entry| match entry.what {
        What::Event { event } if event.name != "Instance:StateChange" => Some(event),
        _ => None,
    };
    cloud.journal().into_iter().filter_map(event).collect()
}

fn names(cloud: &Cloud) -> Vec<String> {
    seen(cloud).into_iter().map(|event| event.name).collect()
}

#[test]
fn maintenance_is_scheduled_and_then_executed() {
    let cloud = Cloud::new();
    let id = cloud.instance("db-1", "Running");
    let answer = cloud.call(&create(&cloud, &id, "SystemMaintenance.Reboot", 30)).unwrap();
    let event_id = &answer.event_id_set.event_id[0];
    assert!(event_id.starts_with("e-bp1") && event_id.len() == 22, "{event_id}");
    cloud.advance(29 * 60);
    assert_eq!(names(&cloud), ["Instance:SystemMaintenance.Reboot:Scheduled"]);
    cloud.advance(120);
    assert_eq!(
        names(&cloud),
        ["Instance:SystemMaintenance.Reboot:Scheduled", "Instance:SystemMaintenance.Reboot:Executed"]
    );
    let [scheduled, executed] = &seen(&cloud)[..] else { panic!() };
    assert_eq!((scheduled.level, scheduled.status.as_str()), (Level::Critical, "Scheduled"));
    assert_eq!(scheduled.event_type, "Maintenance");
    assert_eq!(scheduled.instance_name, "db-1");
    let keys =
        |event: &SystemEvent| -> Vec<String> { event.content.as_object().unwrap().keys().cloned().collect() };
    let basic = ["eventId", "publishTime", "notBefore", "instanceId", "eventType", "eventStatus"];
    assert_eq!(keys(scheduled), basic);
    assert_eq!(keys(executed), [&basic[..], &["executeStartTime", "executeFinishTime"]].concat());
    assert_eq!(scheduled.content["notBefore"], "2025-12-31T16:30:00Z");
    assert_eq!(cloud.state(&id).as_deref(), Some("Running"), "a simulation touches nothing");
}

#[test]
fn maintenance_may_show_that_it_executes() {
    let cloud = Cloud::with_switches(&[("maintenance_executing", "show")]);
    let id = cloud.instance("db-1", "Running");
    cloud.call(&create(&cloud, &id, "SystemMaintenance.Stop", 30)).unwrap();
    cloud.advance(3600);
    let ends: Vec<String> = seen(&cloud).into_iter().map(|event| event.status).collect();
    assert_eq!(ends, ["Scheduled", "Executing", "Executed"]);
}

#[test]
fn failures_happen_at_once() {
    let cloud = Cloud::new();
    let id = cloud.instance("db-1", "Running");
    cloud.call(&create(&cloud, &id, "SystemFailure.Reboot", 30)).unwrap();
    cloud.advance(1);
    assert_eq!(names(&cloud), ["Instance:SystemFailure.Reboot:Executing"]);
    let executing = &seen(&cloud)[0];
    assert_eq!((executing.level, executing.event_type.as_str()), (Level::Critical, "Exception"));
    assert!(
        executing.content.get("notBefore").is_none() && executing.content.get("executeFinishTime").is_none()
    );
    cloud.advance(3600);
    assert_eq!(seen(&cloud)[1].name, "Instance:SystemFailure.Reboot:Executed");
    assert_eq!(seen(&cloud)[1].content["executeFinishTime"], "2025-12-31T16:30:00Z");
    assert_eq!(seen(&cloud).len(), 2);
}

#[test]
fn a_reboot_avoids_a_planned_reboot_and_nothing_else() {
    let cloud = Cloud::new();
    let id = cloud.instance("a", "Running");
    let other = cloud.instance("b", "Running");
    for (instance, kind) in [
        (&id, "SystemMaintenance.Reboot"),
        (&id, "SystemMaintenance.Stop"),
        (&id, "SystemFailure.Reboot"),
        (&other, "SystemMaintenance.Reboot"),
    ] {
        cloud.call(&create(&cloud, instance, kind, 30)).unwrap();
    }
    cloud.advance(60);
    cloud.call(&RebootInstance { instance_id: id.clone(), ..Default::default() }).unwrap();
    cloud.advance(3600);
    let avoided: Vec<SystemEvent> =
        seen(&cloud).into_iter().filter(|event| event.status == "Avoided").collect();
    assert_eq!(avoided.len(), 1);
    assert_eq!(avoided[0].name, "Instance:SystemMaintenance.Reboot:Avoided");
    assert!(avoided[0].resource_id.ends_with(&id));
    let executed = seen(&cloud).into_iter().filter(|event| event.status == "Executed").count();
    assert_eq!(executed, 3);
}

#[test]
fn a_reboot_that_is_under_way_cannot_be_avoided() {
    let cloud = Cloud::with_switches(&[("maintenance_executing", "show"), ("starting", "10m")]);
    let id = cloud.instance("a", "Running");
    cloud.call(&create(&cloud, &id, "SystemMaintenance.Reboot", 30)).unwrap();
    cloud.advance(31 * 60);
    cloud.call(&RebootInstance { instance_id: id, ..Default::default() }).unwrap();
    cloud.advance(3600);
    let ends: Vec<String> = seen(&cloud).into_iter().map(|event| event.status).collect();
    assert_eq!(ends, ["Scheduled", "Executing", "Executed"]);
}

#[test]
fn a_released_instance_takes_its_events_along() {
    let cloud = Cloud::new();
    let id = cloud.instance("a", "Stopped");
    let answer = cloud.call(&create(&cloud, &id, "SystemMaintenance.Reboot", 30)).unwrap();
    cloud.call(&DeleteInstance { instance_id: id, ..Default::default() }).unwrap();
    cloud.advance(3600);
    assert_eq!(names(&cloud), ["Instance:SystemMaintenance.Reboot:Scheduled"]);
    assert_eq!(cloud.refused(&cancel(&answer.event_id_set.event_id[0])).1, "InvalidEventId.NotFound");
}

#[test]
fn a_cancelled_event_does_not_happen() {
    let cloud = Cloud::new();
    let id = cloud.instance("a", "Running");
    let answer = cloud.call(&create(&cloud, &id, "SystemMaintenance.Redeploy", 30)).unwrap();
    let event = answer.event_id_set.event_id[0].clone();
    cloud.call(&cancel(&event)).unwrap();
    cloud.advance(3600);
    assert_eq!(
        names(&cloud),
        ["Instance:SystemMaintenance.Redeploy:Scheduled", "Instance:SystemMaintenance.Redeploy:Canceled"]
    );
    let again = cloud.refused(&cancel(&event));
    assert!(again.0 == 403 && again.2.contains("Canceled"), "{}", again.2);
    let unknown = cloud.refused(&cancel("e-x"));
    assert_eq!((unknown.0, unknown.1.as_str()), (403, "InvalidEventId.NotFound"));
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    let cloud = Cloud::new();
    let id = cloud.instance("a", "Running");
    let good = create(&cloud, &id, "SystemFailure.Reboot", 30);
    let refused = |change: &dyn Fn(&mut CreateSimulatedSystemEvents)| {
        let mut call = good.clone();
        change(&mut call);
        let (status, code, _) = cloud.refused(&call);
        (status, code)
    };
    let expect = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(
        refused(&|call| call.event_type = "Instance.Boom".to_owned()),
        expect(403, "InvalidParameter")
    );
    assert_eq!(refused(&|call| call.not_before = "soon".to_owned()), expect(403, "InvalidParameter"));
    assert_eq!(
        refused(&|call| call.not_before = "2025-12-31T16:00:00Z".to_owned()),
        expect(403, "InvalidNotBefore.Passed")
    );
    assert_eq!(
        refused(&|call| call.instance_id = vec!["i-x".to_owned()]),
        expect(404, "InvalidInstanceId.NotFound")
    );
    assert_eq!(
        refused(&|call| call.instance_id = vec![id.clone(); 101]),
        expect(403, "InstanceIdLimitExceeded")
    );
    assert_eq!(refused(&|call| call.region_id = "cn-beijing".to_owned()).1, "InvalidInstanceId.NotFound");
    cloud.advance(3600);
    assert!(seen(&cloud).is_empty());
}
