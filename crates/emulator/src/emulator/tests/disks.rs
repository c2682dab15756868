//! Disks, security groups and metadata of instances, as providers ask for them.

use serde_json::{Value, json};

use super::{
    ecs_support::{REGION, ecs},
    support::Cloud,
};
use crate::api::ecs::{DescribeDisks, DescribeInstances, Disk, RunInstances, SystemDisk};

fn run() -> RunInstances {
    RunInstances {
        region_id: REGION.to_owned(),
        security_group_ids: vec!["sg-one".to_owned(), "sg-two".to_owned()],
        system_disk: SystemDisk {
            category: Some("cloud_efficiency".to_owned()),
            size: Some("60".to_owned()),
        },
        amount: Some(12),
        ..RunInstances::default()
    }
}

fn open() -> DescribeDisks {
    DescribeDisks { region_id: REGION.to_owned(), ..DescribeDisks::default() }
}

fn disks(cloud: &Cloud, query: DescribeDisks) -> Vec<Disk> {
    cloud.call(&query).unwrap().disks.disk
}

#[test]
fn each_instance_has_its_system_disk_and_the_filters_find_it() {
    let cloud = Cloud::new();
    let ids = cloud.call(&run()).unwrap().instance_id_sets.instance_id_set;
    let some = |text: &str| Some(text.to_owned());
    let of_one = || DescribeDisks { instance_id: Some(ids[3].clone()), ..open() };
    let found = disks(&cloud, of_one());
    assert_eq!(found.len(), 1);
    let disk = &found[0];
    assert_eq!((disk.r#type.as_str(), disk.category.as_str(), disk.size), ("system", "cloud_efficiency", 60));
    assert_eq!((disk.performance_level.as_deref(), disk.status.as_str()), (None, "In_use"));
    assert!(disk.disk_id.starts_with("d-") && disk.delete_with_instance && disk.instance_id == ids[3]);
    for (query, count) in [
        (DescribeDisks { disk_type: some("system"), ..of_one() }, 1),
        (DescribeDisks { disk_type: some("all"), category: some("all"), status: some("All"), ..of_one() }, 1),
        (DescribeDisks { disk_type: some("data"), ..of_one() }, 0),
        (DescribeDisks { category: some("cloud_essd"), ..of_one() }, 0),
        (DescribeDisks { status: some("Available"), ..of_one() }, 0),
        (DescribeDisks { zone_id: some("cn-hangzhou-b"), ..of_one() }, 0),
        (DescribeDisks { resource_group_id: some("rg-1"), ..of_one() }, 0),
        (DescribeDisks { disk_ids: Some(json!([disk.disk_id]).to_string()), ..open() }, 1),
        (DescribeDisks { region_id: "cn-beijing".to_owned(), ..open() }, 0),
        (DescribeDisks { page_size: Some(100), ..open() }, 12),
        (DescribeDisks { page_number: Some(2), ..open() }, 2),
        (DescribeDisks { additional_attributes: vec!["Placement".to_owned()], ..of_one() }, 1),
    ] {
        assert_eq!(disks(&cloud, query.clone()).len(), count, "{query:?}");
    }
    let page = cloud.call(&DescribeDisks { max_results: Some(10), ..open() }).unwrap();
    assert_eq!((page.disks.disk.len(), page.total_count), (10, Some(12)));
    let rest = DescribeDisks { max_results: Some(10), next_token: Some(page.next_token), ..open() };
    assert_eq!(disks(&cloud, rest).len(), 2);
    for query in [
        DescribeDisks { disk_type: some("odd"), ..open() },
        DescribeDisks { disk_ids: some("d-1"), ..open() },
        DescribeDisks { page_size: Some(101), ..open() },
        DescribeDisks { next_token: some("x"), ..open() },
    ] {
        assert_eq!(cloud.refused(&query).1, "InvalidParameter", "{query:?}");
    }
    assert_eq!(cloud.refused(&DescribeDisks { dry_run: Some(true), ..open() }).1, "DryRunOperation");
    assert_eq!(cloud.refused(&DescribeDisks::default()).1, "MissingParameter");
    // The lists of the model are there, also when they are empty.
    let (_, body) = ecs(&cloud, "1", "DescribeDisks", &[("RegionId", REGION)]);
    for list in ["/Disks/Disk/0/Tags/Tag", "/Disks/Disk/0/OperationLocks/LockReason"] {
        assert!(body.pointer(list).is_some_and(Value::is_array), "{list} in {body}");
    }
}

#[test]
fn an_instance_is_in_one_security_group_or_in_several() {
    let cloud = Cloud::new();
    cloud.call(&RunInstances { amount: Some(1), ..run() }).unwrap();
    let list = |more: &[&str]| {
        let additional_attributes = more.iter().map(|name| (*name).to_owned()).collect();
        let query =
            DescribeInstances { region_id: REGION.to_owned(), additional_attributes, ..Default::default() };
        cloud.call(&query).unwrap().instances.instance.remove(0)
    };
    assert_eq!(list(&[]).security_group_ids.security_group_id, ["sg-one", "sg-two"]);
    assert_eq!(list(&[]).metadata_options, None);
    assert_eq!(list(&["META_OPTIONS"]).metadata_options.unwrap().http_endpoint, "enabled");
    let both = RunInstances { security_group_id: Some("sg-three".to_owned()), ..run() };
    assert_eq!(cloud.refused(&both).1, "InvalidParameter");
    let odd = SystemDisk { size: Some("large".to_owned()), ..SystemDisk::default() };
    assert_eq!(cloud.refused(&RunInstances { system_disk: odd, ..run() }).1, "InvalidParameter");
}
