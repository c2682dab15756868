//! What reads of instances show, and the parameters that older clients send.

use super::{
    ecs_support::{REGION, code, ecs},
    support::Cloud,
};
use crate::api::ecs::{
    DeleteInstance, DescribeInstanceAttribute, DescribeInstanceStatus, DescribeInstances, RunInstances,
    StartInstance, StopInstance,
};

fn attribute(id: &str) -> DescribeInstanceAttribute {
    DescribeInstanceAttribute { instance_id: id.to_owned(), region_id: None }
}

fn run() -> RunInstances {
    RunInstances {
        region_id: REGION.to_owned(),
        instance_type: Some("ecs.c7.xlarge".to_owned()),
        image_id: Some("m-mine".to_owned()),
        security_group_id: Some("sg-mine".to_owned()),
        v_switch_id: Some("vsw-mine".to_owned()),
        ..RunInstances::default()
    }
}

#[test]
fn the_attributes_are_those_that_were_asked_for() {
    let cloud = Cloud::new();
    let id = cloud.call(&run()).unwrap().instance_id_sets.instance_id_set.remove(0);
    let shown = cloud.call(&attribute(&id)).unwrap();
    assert_eq!((shown.instance_id.as_str(), shown.instance_name.as_str()), (id.as_str(), id.as_str()));
    assert_eq!((shown.status.as_str(), shown.stopped_mode.as_str()), ("Pending", "Not-applicable"));
    assert_eq!((shown.cpu, shown.memory), (4, 8192));
    assert_eq!((shown.region_id.as_str(), shown.zone_id.as_str()), (REGION, "cn-hangzhou-a"));
    assert_eq!(shown.image_id, "m-mine");
    assert_eq!(shown.security_group_ids.security_group_id, ["sg-mine"]);
    assert_eq!(shown.vpc_attributes.v_switch_id, "vsw-mine");
    assert!(shown.vpc_attributes.private_ip_address.ip_address[0].starts_with("172.16."));
    assert_eq!(shown.creation_time, "2025-12-31T16:00Z");
    let (status, code, _) = cloud.refused(&attribute("i-x"));
    assert_eq!((status, code.as_str()), (404, "InvalidInstanceId.NotFound"));
    let elsewhere = DescribeInstanceAttribute { region_id: Some("cn-beijing".to_owned()), ..attribute(&id) };
    assert_eq!(cloud.refused(&elsewhere).0, 404);
}

#[test]
fn the_wrappers_are_those_of_the_official_models() {
    let cloud = Cloud::new();
    let id = cloud.instance("web-1", "Running");
    let (status, body) = ecs(&cloud, "1", "DescribeInstanceAttribute", &[("InstanceId", &id)]);
    assert_eq!(status, 200);
    for wrapper in [
        "/VpcAttributes/PrivateIpAddress/IpAddress",
        "/PublicIpAddress/IpAddress",
        "/SecurityGroupIds/SecurityGroupId",
        "/OperationLocks/LockReason",
    ] {
        assert!(body.pointer(wrapper).is_some_and(serde_json::Value::is_array), "{wrapper} in {body}");
    }
    assert!(body["VpcAttributes"]["VSwitchId"].is_string() && body["Cpu"].is_u64(), "{body}");
    assert!(body["RequestId"].is_string());
}

#[test]
fn how_an_instance_is_stopped_is_remembered_until_it_starts() {
    let cloud = Cloud::new();
    let id = cloud.instance("a", "Running");
    for (asked, shown) in [
        (Some("StopCharging"), "StopCharging"),
        (Some("KeepCharging"), "KeepCharging"),
        (None, "KeepCharging"),
    ] {
        let stop = StopInstance {
            instance_id: id.clone(),
            stopped_mode: asked.map(str::to_owned),
            ..StopInstance::default()
        };
        cloud.call(&stop).unwrap();
        cloud.advance(60);
        assert_eq!(cloud.call(&attribute(&id)).unwrap().stopped_mode, shown);
        cloud.call(&StartInstance { instance_id: id.clone(), ..Default::default() }).unwrap();
        cloud.advance(60);
        assert_eq!(cloud.call(&attribute(&id)).unwrap().stopped_mode, "Not-applicable");
    }
}

#[test]
fn what_is_paid_in_advance_is_neither_released_nor_stopped_for_less() {
    let cloud = Cloud::new();
    let prepaid = RunInstances { instance_charge_type: Some("PrePaid".to_owned()), ..run() };
    let id = cloud.call(&prepaid).unwrap().instance_id_sets.instance_id_set.remove(0);
    cloud.advance(60);
    assert_eq!(cloud.call(&attribute(&id)).unwrap().instance_charge_type, "PrePaid");
    let stop = StopInstance {
        instance_id: id.clone(),
        stopped_mode: Some("StopCharging".to_owned()),
        ..StopInstance::default()
    };
    assert_eq!(code_of(cloud.refused(&stop)), (403, "InvalidInstanceId.NotSupport".to_owned()));
    let delete = DeleteInstance { instance_id: id, force: Some(true), ..Default::default() };
    assert_eq!(code_of(cloud.refused(&delete)), (403, "ChargeTypeViolation".to_owned()));
    let odd = RunInstances { instance_charge_type: Some("Free".to_owned()), ..run() };
    assert_eq!(code_of(cloud.refused(&odd)), (400, "InvalidParameter".to_owned()));
}

fn code_of((status, code, _): (u16, String, String)) -> (u16, String) {
    (status, code)
}

#[test]
fn a_page_by_token_has_ten_to_a_hundred() {
    let cloud = Cloud::new();
    for number in 0..120 {
        cloud.instance(&format!("web-{number:03}"), "Running");
    }
    let page = |max_results: u32, next_token: Option<String>| {
        let call = DescribeInstances {
            region_id: REGION.to_owned(),
            max_results: Some(max_results),
            next_token,
            ..Default::default()
        };
        cloud.call(&call).unwrap()
    };
    assert_eq!(page(1, None).instances.instance.len(), 10);
    let first = page(500, None);
    assert_eq!(first.instances.instance.len(), 100);
    let second = page(500, Some(first.next_token));
    assert_eq!((second.instances.instance.len(), second.next_token.as_str()), (20, ""));
    assert_eq!(second.instances.instance[19].instance_name, "web-119");
}

#[test]
fn states_are_picked_by_zone() {
    let cloud = Cloud::new();
    cloud.instance("a", "Running");
    let count = |zone: &str| {
        let call = DescribeInstanceStatus {
            region_id: REGION.to_owned(),
            zone_id: Some(zone.to_owned()),
            ..Default::default()
        };
        cloud.call(&call).unwrap().total_count
    };
    assert_eq!((count("cn-hangzhou-a"), count("cn-hangzhou-b")), (Some(1), Some(0)));
}

#[test]
fn owners_are_taken_from_older_clients_and_other_parameters_are_not() {
    let cloud = Cloud::new();
    let id = cloud.instance("a", "Running");
    let owners = [
        ("OwnerId", "1"),
        ("OwnerAccount", "a@b"),
        ("ResourceOwnerId", "2"),
        ("ResourceOwnerAccount", "c@d"),
    ];
    let with = |rest: &[(&'static str, &'static str)]| [&owners[..], rest].concat();
    let id: &'static str = Box::leak(id.into_boxed_str());
    for (nonce, action, rest) in [
        ("1", "DescribeInstances", vec![("RegionId", REGION)]),
        ("2", "DescribeInstanceAttribute", vec![("InstanceId", id)]),
        ("3", "StopInstance", vec![("InstanceId", id), ("ForceStop", "False")]),
        ("4", "DescribeInstancesFullStatus", vec![("RegionId", REGION)]),
        ("5", "DescribeInstanceHistoryEvents", vec![("RegionId", REGION)]),
    ] {
        let (status, body) = ecs(&cloud, nonce, action, &with(&rest));
        assert_eq!(status, 200, "{action}: {body}");
    }
    let answer = ecs(&cloud, "6", "StopInstance", &[("InstanceId", id), ("OwnerName", "x")]);
    assert_eq!(code(&answer), (400, "UnknownParameter"));
    let answer = ecs(&cloud, "7", "DescribeInstanceAttribute", &[]);
    assert_eq!(code(&answer), (400, "MissingParameter"));
    let answer = ecs(&cloud, "8", "StopInstance", &[("InstanceId", id), ("ForceStop", "perhaps")]);
    assert_eq!(code(&answer), (400, "InvalidParameter"));
    assert!(answer.1["Message"].as_str().unwrap().contains("ForceStop"), "{}", answer.1);
    let (status, body) = ecs(&cloud, "9", "DescribeInstances", &[("RegionId", REGION), ("DryRun", "true")]);
    assert_eq!((status, body["Code"].as_str()), (400, Some("DryRunOperation")));
    // CloudMonitor has no owners.
    let raw = super::support::Raw {
        params: vec![("OwnerId", "1")],
        ..super::support::Raw::new("DescribeContactList")
    };
    assert_eq!(code(&super::ecs_support::read(&cloud.send(&raw.request()))), (400, "UnknownParameter"));
}
