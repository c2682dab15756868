//! Instances and their states.

use super::support::{Cloud, block_on, client, credentials};
use crate::{
    api::ecs::{
        DeleteInstance, DescribeInstanceStatus, DescribeInstances, RebootInstance, RunInstances,
        StartInstance, StopInstance, Tag, TagResources,
    },
    emulator::{AccessKey, Entry, NewInstance, What},
    event::{Level, SystemEvent},
};

fn start(id: &str) -> StartInstance {
    StartInstance { instance_id: id.to_owned(), ..Default::default() }
}

fn stop(id: &str) -> StopInstance {
    StopInstance { instance_id: id.to_owned(), ..Default::default() }
}

fn reboot(id: &str) -> RebootInstance {
    RebootInstance { instance_id: id.to_owned(), ..Default::default() }
}

fn delete(id: &str) -> DeleteInstance {
    DeleteInstance { instance_id: id.to_owned(), ..Default::default() }
}

fn run(amount: u32) -> RunInstances {
    RunInstances {
        region_id: "cn-hangzhou".to_owned(),
        instance_name: Some("web".to_owned()),
        amount: Some(amount),
        ..RunInstances::default()
    }
}

fn events(cloud: &Cloud) -> Vec<SystemEvent> {
    let event = |entry: Entry| match entry.what {
        What::Event { event } => Some(event),
        _ => None,
    };
    cloud.journal().into_iter().filter_map(event).collect()
}

fn states_told(cloud: &Cloud) -> Vec<String> {
    events(cloud).iter().map(|event| event.state().to_owned()).collect()
}

#[test]
fn stopping_takes_its_time_and_tells_twice() {
    let cloud = Cloud::new();
    let id = cloud.instance("web-1", "Running");
    cloud.call(&stop(&id)).unwrap();
    assert_eq!(cloud.state(&id).as_deref(), Some("Stopping"));
    assert!(states_told(&cloud).is_empty(), "events take a second");
    cloud.advance(29);
    assert_eq!(cloud.state(&id).as_deref(), Some("Stopping"));
    cloud.advance(2);
    assert_eq!(cloud.state(&id).as_deref(), Some("Stopped"));
    assert_eq!(states_told(&cloud), ["Stopping", "Stopped"]);
    let event = &events(&cloud)[0];
    assert_eq!((event.product.as_str(), event.name.as_str()), ("ECS", "Instance:StateChange"));
    assert_eq!((event.level, event.status.as_str()), (Level::Info, "Normal"));
    assert_eq!(event.event_type, "StatusNotification");
    assert_eq!(event.resource_id, format!("acs:ecs:cn-hangzhou:1000000000000001:instance/{id}"));
    assert_eq!(event.instance_name, "web-1");
    let keys: Vec<&str> = event.content.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "resourceId",
            "publicIpAddress",
            "instanceName",
            "instanceType",
            "state",
            "privateIpAddress",
            "resourceType"
        ]
    );
    assert_eq!(event.content["resourceId"], id.as_str());
}

#[test]
fn durations_are_switches() {
    let cloud = Cloud::with_switches(&[("stopping", "0s"), ("event_latency", "0s"), ("starting", "1h")]);
    let id = cloud.instance("web-1", "Running");
    cloud.call(&stop(&id)).unwrap();
    // Nothing takes time: the answer comes when all has happened.
    assert_eq!(cloud.state(&id).as_deref(), Some("Stopped"));
    assert_eq!(states_told(&cloud), ["Stopping", "Stopped"]);
    cloud.call(&start(&id)).unwrap();
    cloud.advance(3599);
    assert_eq!(cloud.state(&id).as_deref(), Some("Starting"));
    cloud.advance(1);
    assert_eq!(cloud.state(&id).as_deref(), Some("Running"));
}

#[test]
fn the_sequence_of_a_reboot_is_a_switch() {
    for (switch, told) in [
        ("stopping+starting+running", &["Stopping", "Starting", "Running"][..]),
        ("stopping+stopped+starting+running", &["Stopping", "Stopped", "Starting", "Running"]),
        ("starting+running", &["Starting", "Running"]),
    ] {
        let cloud = Cloud::with_switches(&[("reboot", switch)]);
        let id = cloud.instance("web-1", "Running");
        cloud.call(&reboot(&id)).unwrap();
        cloud.advance(120);
        assert_eq!(states_told(&cloud), told, "{switch}");
        assert_eq!(cloud.state(&id).as_deref(), Some("Running"));
    }
}

#[test]
fn an_instance_that_is_not_ready_is_left_alone() {
    let cloud = Cloud::new();
    let running = cloud.instance("a", "Running");
    let stopped = cloud.instance("b", "stopped");
    let refused = [
        cloud.refused(&start(&running)),
        cloud.refused(&stop(&stopped)),
        cloud.refused(&reboot(&stopped)),
        cloud.refused(&delete(&running)),
    ];
    for (status, code, message) in refused {
        assert_eq!((status, code.as_str()), (403, "IncorrectInstanceStatus"));
        assert!(message.contains("Running") || message.contains("Stopped"), "{message}");
    }
    let unknown = [
        cloud.refused(&start("i-x")),
        cloud.refused(&stop("i-x")),
        cloud.refused(&reboot("i-x")),
        cloud.refused(&delete("i-x")),
    ];
    for (status, code, _) in unknown {
        assert_eq!((status, code.as_str()), (404, "InvalidInstanceId.NotFound"));
    }
    let elsewhere = StopInstance { region_id: Some("cn-beijing".to_owned()), ..stop(&running) };
    assert_eq!(cloud.refused(&elsewhere).1, "InvalidInstanceId.NotFound");
    cloud.advance(600);
    assert!(events(&cloud).is_empty());
}

#[test]
fn a_dry_run_changes_nothing() {
    let cloud = Cloud::new();
    let id = cloud.instance("a", "Running");
    let dry = StopInstance { dry_run: Some(true), ..stop(&id) };
    assert_eq!(cloud.refused(&dry).1, "DryRunOperation");
    assert_eq!(cloud.refused(&RunInstances { dry_run: Some(true), ..run(1) }).1, "DryRunOperation");
    assert_eq!(cloud.state(&id).as_deref(), Some("Running"));
    let stopped = cloud.instance("b", "Stopped");
    let dry = StopInstance { dry_run: Some(true), ..stop(&stopped) };
    assert_eq!(cloud.refused(&dry).1, "IncorrectInstanceStatus");
}

#[test]
fn new_instances_are_created_started_and_released() {
    let cloud = Cloud::new();
    let mut two = run(2);
    two.unique_suffix = Some(true);
    two.client_token = Some("once".to_owned());
    let ids = cloud.call(&two).unwrap().instance_id_sets.instance_id_set;
    assert_eq!(ids.len(), 2);
    assert_eq!(cloud.call(&two).unwrap().instance_id_sets.instance_id_set, ids, "same token");
    let (_, code, _) = cloud.refused(&delete(&ids[0]));
    assert_eq!(code, "IncorrectInstanceStatus.Initializing");
    cloud.advance(60);
    assert_eq!(states_told(&cloud), ["Created", "Starting", "Created", "Starting", "Running", "Running"]);
    assert_eq!(events(&cloud)[0].instance_name, "web001");
    let forced = DeleteInstance { force: Some(true), ..delete(&ids[0]) };
    cloud.call(&forced).unwrap();
    assert_eq!(cloud.state(&ids[0]), None);
    cloud.advance(60);
    assert_eq!(states_told(&cloud).last().map(String::as_str), Some("Deleted"));
    assert_eq!(cloud.refused(&forced).1, "InvalidInstanceId.NotFound");
    assert_eq!(cloud.refused(&run(101)).1, "InvalidParameter");
    assert_eq!(cloud.refused(&run(0)).1, "InvalidParameter");
}

#[test]
fn the_first_event_of_an_instance_is_a_switch() {
    let cloud = Cloud::with_switches(&[("creation_event", "pending")]);
    cloud.call(&run(1)).unwrap();
    cloud.advance(60);
    assert_eq!(states_told(&cloud), ["Pending", "Starting", "Running"]);
}

#[test]
fn a_protected_instance_stays() {
    let cloud = Cloud::new();
    let protected = RunInstances { deletion_protection: Some(true), ..run(1) };
    let id = cloud.call(&protected).unwrap().instance_id_sets.instance_id_set.remove(0);
    cloud.advance(60);
    let forced = DeleteInstance { force: Some(true), ..delete(&id) };
    let (status, code, _) = cloud.refused(&forced);
    assert_eq!((status, code.as_str()), (403, "InvalidOperation.DeletionProtection"));
}

#[test]
fn what_was_due_of_a_released_instance_is_void() {
    let cloud = Cloud::new();
    let id = cloud.instance("a", "Running");
    cloud.call(&stop(&id)).unwrap();
    cloud.call(&DeleteInstance { force: Some(true), ..delete(&id) }).unwrap();
    cloud.advance(600);
    assert_eq!(states_told(&cloud), ["Stopping", "Deleted"]);
}

#[test]
fn a_declared_instance_tells_nothing_and_goes_on() {
    let cloud = Cloud::new();
    let id = cloud.instance("a", "Starting");
    assert!(events(&cloud).is_empty());
    cloud.advance(60);
    assert_eq!(cloud.state(&id).as_deref(), Some("Running"));
    assert_eq!(states_told(&cloud), ["Running"]);
}

#[test]
fn lists_are_filtered_and_paged() {
    let cloud = Cloud::new();
    let ids: Vec<String> =
        (0..12).map(|number| cloud.instance(&format!("web-{number:02}"), "Running")).collect();
    let elsewhere = NewInstance { region: "cn-beijing".to_owned(), ..NewInstance::default() };
    cloud.emulator.with(|world| world.add_instance(elsewhere));
    let in_hangzhou = || DescribeInstances { region_id: "cn-hangzhou".to_owned(), ..Default::default() };
    let names = |call: &DescribeInstances| -> Vec<String> {
        let found = cloud.call(call).unwrap().instances.instance;
        found.into_iter().map(|instance| instance.instance_name).collect()
    };
    let first = cloud.call(&in_hangzhou()).unwrap();
    assert_eq!((first.total_count, first.instances.instance.len()), (Some(12), 10));
    assert_eq!(names(&DescribeInstances { page_number: Some(2), ..in_hangzhou() }), ["web-10", "web-11"]);
    let by_name = DescribeInstances { instance_name: Some("*-1*".to_owned()), ..in_hangzhou() };
    assert_eq!(names(&by_name), ["web-10", "web-11"]);
    let by_id =
        DescribeInstances { instance_ids: Some(format!("[\"{}\",\"i-x\"]", ids[3])), ..in_hangzhou() };
    assert_eq!(names(&by_id), ["web-03"]);
    let bad = DescribeInstances { instance_ids: Some("i-x".to_owned()), ..in_hangzhou() };
    assert_eq!(cloud.refused(&bad).1, "InvalidParameter");
    cloud.call(&stop(&ids[0])).unwrap();
    let stopping = DescribeInstances { status: Some("Stopping".to_owned()), ..in_hangzhou() };
    assert_eq!(names(&stopping), ["web-00"]);

    let mut seen = Vec::new();
    let mut page = DescribeInstances { max_results: Some(5), ..in_hangzhou() };
    loop {
        let answer = cloud.call(&page).unwrap();
        seen.extend(answer.instances.instance.into_iter().map(|instance| instance.instance_id));
        if answer.next_token.is_empty() {
            break;
        }
        page.next_token = Some(answer.next_token);
    }
    assert_eq!(seen, ids);

    let states = DescribeInstanceStatus {
        region_id: "cn-hangzhou".to_owned(),
        instance_id: vec![ids[0].clone(), ids[1].clone()],
        ..Default::default()
    };
    let states = cloud.call(&states).unwrap().instance_statuses.instance_status;
    assert_eq!(states.iter().map(|one| one.status.as_str()).collect::<Vec<_>>(), ["Stopping", "Running"]);
    let large =
        DescribeInstanceStatus { region_id: "r".to_owned(), page_size: Some(51), ..Default::default() };
    assert_eq!(cloud.refused(&large).1, "InvalidParameter");
}

#[test]
fn tags_are_set_and_found() {
    let cloud = Cloud::new();
    let id = cloud.instance("a", "Running");
    cloud.instance("b", "Running");
    let tag = |key: &str, value: &str| TagResources {
        region_id: "cn-hangzhou".to_owned(),
        resource_type: "instance".to_owned(),
        resource_id: vec![id.clone()],
        tag: vec![Tag { key: key.to_owned(), value: Some(value.to_owned()) }],
    };
    cloud.call(&tag("bellcheck", "no")).unwrap();
    cloud.call(&tag("bellcheck", "allowed")).unwrap();
    let find = DescribeInstances {
        region_id: "cn-hangzhou".to_owned(),
        tag: vec![Tag { key: "bellcheck".to_owned(), value: Some("allowed".to_owned()) }],
        ..Default::default()
    };
    let found = cloud.call(&find).unwrap().instances.instance;
    assert_eq!((found.len(), found[0].tags.tag.len()), (1, 1));
    let refused = |call: &TagResources, status: u16, code: &str| {
        let (found, found_code, message) = cloud.refused(call);
        assert_eq!((found, found_code.as_str()), (status, code), "{message}");
        message
    };
    refused(&tag("acs:x", "v"), 400, "InvalidTagKey.Malformed");
    refused(&tag("aliyunx", "v"), 400, "InvalidTagKey.Malformed");
    refused(&tag(&"k".repeat(129), "v"), 400, "InvalidTagKey.Malformed");
    refused(&tag("k", &"v".repeat(129)), 400, "InvalidTagValue.Malformed");
    let mut many = tag("k", "v");
    many.tag = (0..21).map(|number| Tag { key: format!("k{number}"), value: None }).collect();
    refused(&many, 400, "NumberExceed.Tags");
    many.tag.pop();
    refused(&many, 400, "OperationDenied.QuotaExceed");
    many.tag[0].key = "k1".to_owned();
    refused(&many, 400, "Duplicate.TagKey");
    many.tag.remove(0);
    cloud.call(&many).unwrap();
    let mut wide = tag("k1", "v");
    wide.resource_id = vec![id.clone(); 51];
    refused(&wide, 400, "NumberExceed.ResourceIds");
    let mut disk = tag("k", "v");
    disk.resource_type = "disk".to_owned();
    assert!(refused(&disk, 404, "InvalidResourceId.NotFound").contains("instances only"));
    disk.resource_type = "cloud".to_owned();
    refused(&disk, 404, "InvalidResourceType.NotFound");
    let elsewhere = TagResources { region_id: "cn-beijing".to_owned(), ..tag("k1", "v") };
    refused(&elsewhere, 404, "InvalidResourceId.NotFound");
    let mut nothing = tag("k", "v");
    nothing.resource_id = vec!["i-x".to_owned()];
    refused(&nothing, 404, "InvalidResourceId.NotFound");
    nothing.tag.clear();
    refused(&nothing, 404, "MissingParameter.Tags");
}

#[test]
fn another_accounts_instance_does_not_exist() {
    let cloud = Cloud::with(|config| {
        config.access_keys.push(AccessKey {
            id: "otherAk".to_owned(),
            secret: "otherSk".into(),
            account: "1000000000000002".to_owned(),
        });
    });
    let id = cloud.instance("a", "Running");
    let other = client(&cloud.emulator, credentials("otherAk", "otherSk"), "o");
    let error = block_on(other.call(&stop(&id))).unwrap_err();
    assert_eq!(error.code, "InvalidInstanceId.NotFound");
}
