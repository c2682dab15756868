//! System events as ECS itself tells them.

use std::time::Duration;

use super::{
    ecs_support::{REGION, code, ecs, simulated},
    support::Cloud,
};
use crate::api::ecs::{
    CreateSimulatedSystemEvents, DescribeInstanceHistoryEvents, DescribeInstanceHistoryEventsResponse,
    DescribeInstancesFullStatus, InstanceFullStatus, Period, RebootInstance, StopInstance,
};

fn create(cloud: &Cloud, id: &str, kind: &str, minutes: u64) -> String {
    let not_before = cloud.now().checked_add(Duration::from_secs(minutes * 60)).unwrap();
    let call = CreateSimulatedSystemEvents {
        region_id: REGION.to_owned(),
        event_type: kind.to_owned(),
        instance_id: vec![id.to_owned()],
        not_before: not_before.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        ..Default::default()
    };
    cloud.call(&call).unwrap().event_id_set.event_id.remove(0)
}

fn history() -> DescribeInstanceHistoryEvents {
    DescribeInstanceHistoryEvents { region_id: REGION.to_owned(), ..Default::default() }
}

fn ids(answer: DescribeInstanceHistoryEventsResponse) -> Vec<String> {
    answer
        .instance_system_event_set
        .instance_system_event_type
        .into_iter()
        .map(|event| event.event_id)
        .collect()
}

fn full(cloud: &Cloud, call: DescribeInstancesFullStatus) -> Vec<InstanceFullStatus> {
    cloud
        .call(&DescribeInstancesFullStatus { region_id: REGION.to_owned(), ..call })
        .unwrap()
        .instance_full_status_set
        .instance_full_status_type
}

#[test]
fn history_tells_what_has_ended_unless_it_is_asked_for_more() {
    let cloud = Cloud::new();
    let (a, b) = (cloud.instance("a", "Running"), cloud.instance("b", "Running"));
    let soon = create(&cloud, &a, "SystemMaintenance.Reboot", 10);
    let late = create(&cloud, &b, "SystemFailure.Reboot", 120);
    assert!(ids(cloud.call(&history()).unwrap()).is_empty());
    let with = |statuses: &[&str]| {
        let statuses = statuses.iter().map(|status| (*status).to_owned()).collect();
        ids(cloud
            .call(&DescribeInstanceHistoryEvents { instance_event_cycle_status: statuses, ..history() })
            .unwrap())
    };
    assert_eq!(with(&["Scheduled"]), [soon.as_str()]);
    assert_eq!(with(&["Executing", "Scheduled"]), [soon.as_str(), late.as_str()]);
    cloud.advance(3600);
    let answer = cloud.call(&history()).unwrap();
    assert_eq!((answer.total_count, answer.next_token.as_deref()), (Some(1), None));
    let event = &answer.instance_system_event_set.instance_system_event_type[0];
    assert_eq!((&event.event_id, &event.instance_id), (&soon, &a));
    assert_eq!(
        (event.event_type.name.as_str(), event.event_type.code),
        ("SystemMaintenance.Reboot", Some(1))
    );
    assert_eq!(
        (event.event_cycle_status.name.as_str(), event.event_cycle_status.code),
        ("Executed", Some(0))
    );
    assert_eq!(event.event_publish_time, "2025-12-31T16:00:00Z");
    assert_eq!(event.not_before, "2025-12-31T16:10:00Z");
    assert_eq!(event.event_finish_time.as_deref(), Some("2025-12-31T16:10:00Z"));
    // The same event in the content that CloudMonitor saw.
    let last = simulated(&cloud).pop().unwrap();
    assert_eq!(last.content["eventId"], soon.as_str());
    assert_eq!(last.content["executeFinishTime"], "2025-12-31T16:10:00Z");
    // Thirty days later it is forgotten; the other ended two hours in.
    cloud.advance(30 * 24 * 3600 - 1800);
    assert_eq!(ids(cloud.call(&history()).unwrap()), [late]);
}

#[test]
fn history_is_picked_by_what_is_asked() {
    let cloud = Cloud::new();
    let (a, b) = (cloud.instance("a", "Running"), cloud.instance("b", "Running"));
    let first = create(&cloud, &a, "SystemMaintenance.Reboot", 10);
    cloud.advance(60);
    let second = create(&cloud, &b, "SystemFailure.Stop", 20);
    cloud.advance(3600);
    let some = |text: &str| Some(text.to_owned());
    for (call, found) in [
        (DescribeInstanceHistoryEvents { instance_id: some(&a), ..history() }, &first),
        // The list wins.
        (
            DescribeInstanceHistoryEvents {
                instance_id: some(&a),
                resource_id: vec![b.clone()],
                ..history()
            },
            &second,
        ),
        (DescribeInstanceHistoryEvents { event_id: vec![second.clone()], ..history() }, &second),
        (DescribeInstanceHistoryEvents { event_type: some("SystemFailure.Stop"), ..history() }, &second),
        (
            DescribeInstanceHistoryEvents {
                event_type: some("SystemFailure.Stop"),
                instance_event_type: vec!["SystemMaintenance.Reboot".to_owned()],
                ..history()
            },
            &first,
        ),
        (
            DescribeInstanceHistoryEvents {
                event_publish_time: Period { start: some("2025-12-31T16:00:30Z"), end: None },
                ..history()
            },
            &second,
        ),
        (
            DescribeInstanceHistoryEvents {
                not_before: Period { start: None, end: some("2025-12-31T16:10:00Z") },
                ..history()
            },
            &first,
        ),
    ] {
        assert_eq!(ids(cloud.call(&call).unwrap()), [found.as_str()], "{call:?}");
    }
    let hosts = DescribeInstanceHistoryEvents { resource_type: some("ddh"), ..history() };
    assert!(ids(cloud.call(&hosts).unwrap()).is_empty());
    for wrong in [
        DescribeInstanceHistoryEvents { resource_type: some("disk"), ..history() },
        DescribeInstanceHistoryEvents { event_cycle_status: some("Done"), ..history() },
        DescribeInstanceHistoryEvents { page_size: Some(101), ..history() },
        DescribeInstanceHistoryEvents { next_token: some("x"), ..history() },
        DescribeInstanceHistoryEvents { not_before: Period { start: some("soon"), end: None }, ..history() },
        DescribeInstanceHistoryEvents { instance_event_type: vec!["x".to_owned(); 31], ..history() },
    ] {
        let (status, code, message) = cloud.refused(&wrong);
        assert_eq!((status, code.as_str()), (403, "InvalidParameter"), "{message}");
    }
    let many = DescribeInstanceHistoryEvents { event_id: vec!["e".to_owned(); 101], ..history() };
    assert_eq!(cloud.refused(&many).1, "EventIdLimitExceeded");
    let answer = ecs(&cloud, "m", "DescribeInstanceHistoryEvents", &[("InstanceId", "i")]);
    assert_eq!(code(&answer), (403, "MissingParameter"));
}

#[test]
fn history_is_read_in_pages_both_ways() {
    let cloud = Cloud::new();
    let a = cloud.instance("a", "Running");
    let made: Vec<String> = (0..25).map(|_| create(&cloud, &a, "SystemMaintenance.Redeploy", 1)).collect();
    cloud.advance(120);
    let mut seen = Vec::new();
    let mut token = None;
    loop {
        let answer = cloud
            .call(&DescribeInstanceHistoryEvents { max_results: Some(10), next_token: token, ..history() })
            .unwrap();
        token = answer.next_token.clone();
        seen.extend(ids(answer));
        if token.is_none() {
            break;
        }
    }
    assert_eq!(seen, made);
    let third = DescribeInstanceHistoryEvents { page_number: Some(3), page_size: Some(10), ..history() };
    assert_eq!(ids(cloud.call(&third).unwrap()), made[20..]);
}

#[test]
fn full_status_has_state_health_and_what_is_to_come() {
    let cloud = Cloud::new();
    let (a, b, c) =
        (cloud.instance("a", "Running"), cloud.instance("b", "Running"), cloud.instance("c", "Pending"));
    let maintenance = create(&cloud, &a, "SystemMaintenance.Reboot", 30);
    let failure = create(&cloud, &b, "SystemFailure.Reboot", 30);
    let all = full(&cloud, DescribeInstancesFullStatus::default());
    let brief: Vec<_> = all
        .iter()
        .map(|one| {
            let events = &one.scheduled_system_event_set.scheduled_system_event_type;
            (
                one.instance_id.as_str(),
                one.status.name.as_str(),
                one.health_status.name.as_str(),
                events.iter().map(|event| event.event_id.as_str()).collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(
        brief,
        [
            (a.as_str(), "Running", "Ok", vec![maintenance.as_str()]),
            (b.as_str(), "Running", "Warning", vec![failure.as_str()]),
            (c.as_str(), "Pending", "Initializing", vec![]),
        ]
    );
    assert_eq!((all[1].status.code, all[1].health_status.code), (Some(1), Some(64)));
    let event = &all[1].scheduled_system_event_set.scheduled_system_event_type[0];
    assert_eq!((event.event_type.code, event.event_cycle_status.name.as_str()), (Some(65), "Executing"));
    assert_eq!(event.reason, "A simulated event.");
    let one = |call| full(&cloud, call).into_iter().map(|one| one.instance_id).collect::<Vec<_>>();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        one(DescribeInstancesFullStatus { health_status: some("Warning"), ..Default::default() }),
        [b.as_str()]
    );
    assert_eq!(one(DescribeInstancesFullStatus { status: some("Pending"), ..Default::default() }), [c]);
    assert_eq!(
        one(DescribeInstancesFullStatus { event_id: vec![maintenance], ..Default::default() }),
        [a.as_str()]
    );
    assert_eq!(
        one(DescribeInstancesFullStatus { event_type: some("SystemFailure.Reboot"), ..Default::default() }),
        [b.as_str()]
    );
    // What has ended is told only for a span of time.
    cloud.advance(3600);
    let of_b = DescribeInstancesFullStatus { instance_id: vec![b], ..Default::default() };
    let told = |call| {
        let found: Vec<InstanceFullStatus> = full(&cloud, call);
        (
            found[0].health_status.name.clone(),
            found[0].scheduled_system_event_set.scheduled_system_event_type.len(),
        )
    };
    assert_eq!(told(of_b.clone()), ("Ok".to_owned(), 0));
    let period = Period { start: some("2025-12-31T00:00:00Z"), end: None };
    assert_eq!(
        told(DescribeInstancesFullStatus { event_publish_time: period, ..of_b }),
        ("Ok".to_owned(), 1)
    );
    for wrong in [
        DescribeInstancesFullStatus { health_status: some("warning"), ..Default::default() },
        DescribeInstancesFullStatus { status: some("Gone"), ..Default::default() },
    ] {
        let call = DescribeInstancesFullStatus { region_id: REGION.to_owned(), ..wrong };
        let (status, code, message) = cloud.refused(&call);
        assert_eq!((status, code.as_str()), (403, "InvalidParameter"), "{message}");
    }
    let many = DescribeInstancesFullStatus {
        region_id: REGION.to_owned(),
        instance_id: vec![a; 101],
        ..Default::default()
    };
    assert_eq!(cloud.refused(&many).1, "InstanceIdLimitExceeded");
}

#[test]
fn only_scheduled_events_may_be_told() {
    let cloud = Cloud::with_switches(&[("full_status_events", "scheduled")]);
    let (a, b) = (cloud.instance("a", "Running"), cloud.instance("b", "Running"));
    create(&cloud, &a, "SystemMaintenance.Reboot", 30);
    create(&cloud, &b, "SystemFailure.Reboot", 30);
    let counts: Vec<usize> = full(&cloud, DescribeInstancesFullStatus::default())
        .iter()
        .map(|one| one.scheduled_system_event_set.scheduled_system_event_type.len())
        .collect();
    assert_eq!(counts, [1, 0]);
}

#[test]
fn state_changes_are_no_events_of_ecs() {
    let cloud = Cloud::new();
    let a = cloud.instance("a", "Running");
    cloud.call(&StopInstance { instance_id: a, ..Default::default() }).unwrap();
    cloud.advance(60);
    let statuses = ["Scheduled", "Executing", "Executed", "Avoided", "Canceled", "Failed", "Inquiring"];
    let all = DescribeInstanceHistoryEvents {
        instance_event_cycle_status: statuses.map(str::to_owned).to_vec(),
        ..history()
    };
    assert!(ids(cloud.call(&all).unwrap()).is_empty());
}

#[test]
fn an_avoided_event_is_history() {
    let cloud = Cloud::new();
    let a = cloud.instance("a", "Running");
    let event = create(&cloud, &a, "SystemMaintenance.Reboot", 30);
    cloud.advance(60);
    cloud.call(&RebootInstance { instance_id: a, ..Default::default() }).unwrap();
    let found = cloud.call(&history()).unwrap().instance_system_event_set.instance_system_event_type;
    assert_eq!((&found[0].event_id, found[0].event_cycle_status.name.as_str()), (&event, "Avoided"));
    assert_eq!(found[0].event_finish_time.as_deref(), Some("2025-12-31T16:01:00Z"));
}

#[test]
fn no_more_events_are_open_than_the_switch_says() {
    let cloud = Cloud::with_switches(&[("simulated_events_limit", "2")]);
    let a = cloud.instance("a", "Running");
    create(&cloud, &a, "SystemMaintenance.Reboot", 1);
    create(&cloud, &a, "SystemFailure.Reboot", 1);
    let third = CreateSimulatedSystemEvents {
        region_id: REGION.to_owned(),
        event_type: "SystemMaintenance.Stop".to_owned(),
        instance_id: vec![a.clone()],
        not_before: "2026-06-01T00:00:00Z".to_owned(),
        ..Default::default()
    };
    let (status, code, _) = cloud.refused(&third);
    assert_eq!((status, code.as_str()), (403, "SimulatedEventLimitExceeded"));
    // What has ended makes room.
    cloud.advance(120);
    cloud.call(&third).unwrap();
}

#[test]
fn nothing_is_ever_really_stopped() {
    let cloud = Cloud::new();
    let a = cloud.instance("a", "Running");
    let with = |nonce, really: &'static str| {
        let params = [
            ("RegionId", REGION),
            ("EventType", "SystemMaintenance.Stop"),
            ("InstanceId.1", a.as_str()),
            ("NotBefore", "2026-06-01T00:00:00Z"),
            ("TriggerRealOps", really),
        ];
        ecs(&cloud, nonce, "CreateSimulatedSystemEvents", &params)
    };
    assert_eq!(with("1", "False").0, 200);
    let answer = with("2", "true");
    assert_eq!(code(&answer), (403, "InvalidParameter"));
    assert!(answer.1["Message"].as_str().unwrap().contains("TriggerRealOps"), "{}", answer.1);
    assert_eq!(
        simulated(&cloud).len() + full(&cloud, Default::default()).len(),
        1,
        "one event is on its way"
    );
    let answer = ecs(&cloud, "3", "CreateSimulatedSystemEvents", &[("RegionId", REGION)]);
    assert_eq!(code(&answer), (404, "MissingParameter"));
    let answer = ecs(&cloud, "4", "CancelSimulatedSystemEvents", &[("RegionId", REGION)]);
    assert_eq!(code(&answer), (404, "MissingParameter"));
}
