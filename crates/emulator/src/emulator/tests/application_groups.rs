//! Application groups, and the contacts of a contact group.

use serde_json::{Value, json};

use super::support::{Cloud, Raw, contact, group, rule, to_group, webhook};
use crate::{
    api::cloudmonitor::{
        CreateMonitorGroup, DeleteMonitorGroup, DescribeContactListByContactGroup, DescribeMonitorGroups,
        ModifyMonitorGroup, MonitorGroup, MonitorGroupTag, PutEventRule,
    },
    emulator::EventDraft,
};

fn create(cloud: &Cloud, name: &str) -> u64 {
    let call = CreateMonitorGroup {
        group_name: name.to_owned(),
        contact_groups: Some("on-call, ops".to_owned()),
        region_id: None,
    };
    cloud.call(&call).unwrap().group_id.unwrap()
}

fn names(cloud: &Cloud, query: &DescribeMonitorGroups) -> Vec<String> {
    cloud.call(query).unwrap().resources.resource.into_iter().map(|group| group.group_name).collect()
}

fn wire(cloud: &Cloud, raw: &Raw) -> (u16, Value) {
    let response = cloud.send(&raw.request());
    (response.status, serde_json::from_slice(&response.body).unwrap())
}

#[test]
fn a_group_has_the_documented_shape_from_birth_to_death() {
    let cloud = Cloud::new();
    let (_, made) = wire(
        &cloud,
        &Raw {
            params: vec![("GroupName", "shop"), ("ContactGroups", "on-call")],
            ..Raw::new("CreateMonitorGroup")
        },
    );
    assert_eq!((&made["Code"], &made["Success"]), (&200.into(), &true.into()));
    let id = made["GroupId"].as_u64().unwrap();
    let (_, listed) = wire(&cloud, &Raw { nonce: "2", ..Raw::new("DescribeMonitorGroups") });
    for (field, value) in [("Code", 200), ("PageNumber", 1), ("PageSize", 30), ("Total", 1)] {
        assert_eq!(listed[field], value, "{field}");
    }
    assert_eq!(
        listed["Resources"]["Resource"],
        json!([{
            "GroupId": id, "GroupName": "shop", "Type": "custom", "ServiceId": id.to_string(),
            "GmtCreate": 1_767_196_800_000_u64, "GmtModified": 1_767_196_800_000_u64,
            "ContactGroups": {"ContactGroup": [{"Name": "on-call"}]}, "Tags": {"Tag": []},
            "TemplateIds": {"TemplateId": []},
        }])
    );
    let without = DescribeMonitorGroups { select_contact_groups: Some(false), ..Default::default() };
    assert_eq!(cloud.call(&without).unwrap().resources.resource[0].contact_groups, None);
    let deleted = cloud.call(&DeleteMonitorGroup { group_id: id, region_id: None }).unwrap();
    assert_eq!((deleted.code, deleted.group.group_name.as_str()), (Some(200), "shop"));
    assert_eq!(deleted.group.contact_groups.contact_group[0].name, "on-call");
    let (status, code, _) = cloud.refused(&DeleteMonitorGroup { group_id: id, region_id: None });
    assert_eq!((status, code.as_str()), (404, "ResourceNotFound"));
    assert_ne!(create(&cloud, "shop"), id, "an id is not used again");
}

#[test]
fn what_cannot_be_a_group_is_refused() {
    let cloud = Cloud::new();
    create(&cloud, "shop");
    let empty = CreateMonitorGroup::default();
    assert_eq!(cloud.refused(&empty).1, "MissingGroupName");
    let again = CreateMonitorGroup { group_name: "shop".to_owned(), ..Default::default() };
    assert_eq!(cloud.refused(&again).1, "ParameterInvalid");
    let lenient = Cloud::with_switches(&[("duplicate_application_group", "accept")]);
    assert_ne!(create(&lenient, "shop"), create(&lenient, "shop"));
    let raw = Raw { params: vec![("GroupId", "shop")], ..Raw::new("DeleteMonitorGroup") };
    assert_eq!(wire(&cloud, &raw).1["Code"], "InvalidGroupId");
    let open = DescribeMonitorGroups::default;
    for query in [
        DescribeMonitorGroups { tag: vec![MonitorGroupTag::default(); 6], ..open() },
        DescribeMonitorGroups { r#type: Some("odd".to_owned()), ..open() },
        DescribeMonitorGroups { types: Some("custom,odd".to_owned()), ..open() },
        DescribeMonitorGroups { page_size: Some(0), ..open() },
    ] {
        // An empty tag has no wire form, so the first one names its key.
        let mut query = query;
        query.tag.iter_mut().for_each(|tag| tag.key = Some("k".to_owned()));
        let (status, code, _) = cloud.refused(&query);
        assert_eq!((status, code.as_str()), (400, "ParameterInvalid"), "{query:?}");
    }
}

#[test]
fn what_is_modified_is_what_is_sent_and_the_rest_is_kept_or_cleared() {
    for (switch, left) in [("keep", vec!["on-call", "ops"]), ("clear", vec![])] {
        let cloud = Cloud::with_switches(&[("modify_omitted_application_group", switch)]);
        let id = create(&cloud, "shop");
        create(&cloud, "till");
        let found = || -> MonitorGroup {
            let query = DescribeMonitorGroups { group_id: Some(id.to_string()), ..Default::default() };
            cloud.call(&query).unwrap().resources.resource.remove(0)
        };
        let of = |group: MonitorGroup| -> Vec<String> {
            let groups = group.contact_groups.unwrap().contact_group;
            groups.into_iter().map(|group| group.name).collect()
        };
        cloud.emulator.with(|world| world.advance_to(world.now() + std::time::Duration::from_secs(1)));
        let named = ModifyMonitorGroup { group_name: Some("store".to_owned()), ..modify(id) };
        let answer = cloud.call(&named).unwrap();
        assert_eq!((answer.code, answer.success), (Some(200), true));
        assert_eq!((found().group_name.as_str(), of(found())), ("store", own(&left)), "{switch}");
        assert_eq!(found().gmt_modified, found().gmt_create.map(|created| created + 1000));
        let grouped = ModifyMonitorGroup { contact_groups: Some("night,day".to_owned()), ..modify(id) };
        cloud.call(&grouped).unwrap();
        assert_eq!((found().group_name.as_str(), of(found())), ("store", own(&["night", "day"])));

        assert_eq!(cloud.refused(&modify(1)).0, 404);
        let taken = ModifyMonitorGroup { group_name: Some("till".to_owned()), ..modify(id) };
        assert_eq!(cloud.refused(&taken).1, "ParameterInvalid");
        assert_eq!(found().group_name, "store");
    }
}

fn modify(group_id: u64) -> ModifyMonitorGroup {
    ModifyMonitorGroup { group_id, ..ModifyMonitorGroup::default() }
}

fn own(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn each_filter_finds_what_it_names_and_nothing_else() {
    let cloud = Cloud::new();
    let (shop, till) = (create(&cloud, "shop"), create(&cloud, "shop-till"));
    let some = |text: &str| Some(text.to_owned());
    let open = DescribeMonitorGroups::default;
    let both = ["shop", "shop-till"];
    let cases: [(DescribeMonitorGroups, &[&str]); 14] = [
        (open(), &both),
        (DescribeMonitorGroups { group_name: some("shop"), ..open() }, &["shop"]),
        (DescribeMonitorGroups { keyword: some("shop"), ..open() }, &both),
        (DescribeMonitorGroups { keyword: some("till"), ..open() }, &["shop-till"]),
        (DescribeMonitorGroups { group_id: Some(till.to_string()), ..open() }, &["shop-till"]),
        (DescribeMonitorGroups { group_id: Some(format!("{shop},{till}")), ..open() }, &both),
        (DescribeMonitorGroups { group_id: some("1"), ..open() }, &[]),
        (DescribeMonitorGroups { r#type: some("custom"), ..open() }, &both),
        (DescribeMonitorGroups { types: some("kubernetes"), ..open() }, &[]),
        (DescribeMonitorGroups { instance_id: some("i-1"), ..open() }, &[]),
        (DescribeMonitorGroups { dynamic_tag_rule_id: some("r"), ..open() }, &[]),
        (DescribeMonitorGroups { group_founder_tag_key: some("k"), ..open() }, &[]),
        (
            DescribeMonitorGroups {
                group_founder_tag_value: some("v"),
                include_template_history: Some(true),
                ..open()
            },
            &[],
        ),
        (
            DescribeMonitorGroups {
                tag: vec![MonitorGroupTag { key: some("k"), value: some("v") }],
                ..open()
            },
            &[],
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(names(&cloud, &query), expected, "{query:?}");
    }
    let wide = Cloud::with_switches(&[("application_group_name", "contains")]);
    create(&wide, "shop-till");
    assert_eq!(names(&wide, &DescribeMonitorGroups { group_name: some("shop"), ..open() }).len(), 1);
}

#[test]
fn pages_part_250_groups() {
    let cloud = Cloud::new();
    for number in 0..250 {
        create(&cloud, &format!("g{number:03}"));
    }
    let mut seen = Vec::new();
    for page_number in 1..=3 {
        let query = DescribeMonitorGroups {
            page_number: Some(page_number),
            page_size: Some(100),
            ..Default::default()
        };
        seen.extend(names(&cloud, &query));
    }
    let expected: Vec<String> = (0..250).map(|number| format!("g{number:03}")).collect();
    assert_eq!(seen, expected);
    assert_eq!(names(&cloud, &Default::default()).len(), 30);
}

#[test]
fn a_rule_for_a_group_tells_of_its_resources_only() {
    let cloud = Cloud::new();
    cloud.provision();
    let id = create(&cloud, "shop").to_string();
    cloud.call(&PutEventRule { group_id: Some(id.clone()), ..rule("state-change") }).unwrap();
    cloud.call(&to_group("state-change", "1", "on-call", "4")).unwrap();
    for group_id in [None, Some("1".to_owned()), Some(format!("1,{id}"))] {
        let draft = EventDraft {
            product: "ECS".to_owned(),
            name: "Instance:StateChange".to_owned(),
            group_id,
            ..EventDraft::default()
        };
        cloud.emulator.with(|world| world.inject("1000000000000001", draft));
        cloud.advance(5);
    }
    assert_eq!(cloud.texts().len(), 1);
}

#[test]
fn the_contacts_of_a_group_are_listed_in_their_short_form() {
    let cloud = Cloud::new();
    cloud.call(&contact("alice", webhook("t"))).unwrap();
    cloud.call(&contact("bob", webhook("u"))).unwrap();
    cloud.call(&group("on-call", &["bob"])).unwrap();
    let raw = Raw {
        params: vec![("ContactGroupName", "on-call")],
        ..Raw::new("DescribeContactListByContactGroup")
    };
    let (_, body) = wire(&cloud, &raw);
    assert_eq!(
        body["Contacts"],
        json!({"Contact": [{
            "Name": "bob", "Desc": "d",
            "Channels": {"DingWebHook": "https://oapi.dingtalk.com/robot/send?access_token=u"},
            "CreateTime": 1_767_196_800_000_u64, "UpdateTime": 1_767_196_800_000_u64,
        }]})
    );
    assert_eq!((&body["Code"], &body["Success"], body.get("Total")), (&"200".into(), &true.into(), None));
    let unknown =
        DescribeContactListByContactGroup { contact_group_name: "nobody".to_owned(), region_id: None };
    assert_eq!(
        cloud.refused(&unknown),
        (404, "ContactGroup.NotExists".to_owned(), "The group is not exists.".to_owned())
    );
    let empty = DescribeContactListByContactGroup::default();
    assert_eq!(cloud.refused(&empty).1, "MissingContactGroupName");
}
