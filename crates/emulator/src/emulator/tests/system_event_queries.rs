//! What reached the event centre, as it is queried.

use serde_json::{Value, json};

use super::support::{Cloud, Raw};
use crate::{
    api::cloudmonitor::{
        DescribeSystemEventAttribute, DescribeSystemEventCount, DescribeSystemEventHistogram, EventInfo,
        PutCustomEvent, SendDryRunSystemEvent, SystemEventRow,
    },
    api::ecs::StopInstance,
    emulator::EventDraft,
};

const ACCOUNT: &str = "1000000000000001";

fn inject(cloud: &Cloud, name: &str, group: &str, content: Value) -> String {
    let draft = EventDraft {
        product: "ECS".to_owned(),
        name: name.to_owned(),
        group_id: Some(group.to_owned()).filter(|group| !group.is_empty()),
        content: Some(content),
        ..EventDraft::default()
    };
    let id = cloud.emulator.with(|world| world.inject(ACCOUNT, draft));
    cloud.advance(1);
    id
}

/// Three events, a second apart: two state changes and a fault, in groups 7 and 8.
fn story() -> Cloud {
    let cloud = Cloud::new();
    inject(&cloud, "Instance:StateChange", "7,8", json!({"state": "Stopping"}));
    inject(&cloud, "Disk:Stalled:Executing", "8", json!({"diskId": "d-1"}));
    inject(&cloud, "Instance:StateChange", "", json!({"state": "Stopped"}));
    cloud
}

fn rows(cloud: &Cloud, query: &DescribeSystemEventAttribute) -> Vec<SystemEventRow> {
    cloud.call(query).unwrap().system_events.system_event
}

/// The states or disks of the rows, which tell the three events apart.
fn marks(cloud: &Cloud, query: &DescribeSystemEventAttribute) -> Vec<String> {
    let mark = |row: SystemEventRow| {
        let content: Value = serde_json::from_str(&row.content).unwrap();
        let mark = content.get("state").or(content.get("diskId"));
        mark.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    rows(cloud, query).into_iter().map(mark).collect()
}

#[test]
fn an_act_is_found_as_the_event_that_it_brought_about() {
    let cloud = Cloud::new();
    let id = cloud.instance("web-1", "Running");
    cloud.call(&StopInstance { instance_id: id.clone(), ..Default::default() }).unwrap();
    assert_eq!(rows(&cloud, &Default::default()), [], "it is not there before event_latency has passed");
    cloud.advance(1);
    let body: Value =
        serde_json::from_slice(&cloud.send(&Raw::new("DescribeSystemEventAttribute").request()).body)
            .unwrap();
    assert_eq!((&body["Success"], &body["Code"]), (&"true".into(), &"200".into()), "{body}");
    assert_eq!(body.get("Total"), None);
    let row = &body["SystemEvents"]["SystemEvent"][0];
    assert_eq!(row["ResourceId"], format!("acs:ecs:cn-hangzhou:{ACCOUNT}:instance/{id}"));
    assert_eq!(row["Time"], 1_767_196_800_000_u64);
    assert_eq!(
        (&row["Product"], &row["Name"], &row["Level"], &row["Status"]),
        (&"ECS".into(), &"Instance:StateChange".into(), &"INFO".into(), &"Normal".into())
    );
    assert_eq!((&row["InstanceName"], &row["RegionId"]), (&"web-1".into(), &"cn-hangzhou".into()));
    let content: Value = serde_json::from_str(row["Content"].as_str().unwrap()).unwrap();
    assert_eq!(content["state"], "Stopping");
    cloud.advance(60);
    assert_eq!(marks(&cloud, &Default::default()), ["Stopped", "Stopping"], "newest first");
}

#[test]
fn each_filter_finds_what_it_names_and_nothing_else() {
    let cloud = story();
    let some = |text: &str| Some(text.to_owned());
    let open = DescribeSystemEventAttribute::default;
    let at = |second: u64| Some((1_767_196_800_000 + second * 1000).to_string());
    let all = ["Stopped", "d-1", "Stopping"];
    let cases: [(DescribeSystemEventAttribute, &[&str]); 17] = [
        (open(), &all),
        (DescribeSystemEventAttribute { product: some("ecs"), ..open() }, &all),
        (DescribeSystemEventAttribute { product: some("RDS"), ..open() }, &[]),
        (DescribeSystemEventAttribute { name: some("Disk:Stalled:Executing"), ..open() }, &["d-1"]),
        (DescribeSystemEventAttribute { name: some("Disk:Stalled"), ..open() }, &[]),
        (DescribeSystemEventAttribute { level: some("Critical"), ..open() }, &["d-1"]),
        (DescribeSystemEventAttribute { status: some("normal"), ..open() }, &["Stopped", "Stopping"]),
        (DescribeSystemEventAttribute { event_type: some("Exception"), ..open() }, &["d-1"]),
        (DescribeSystemEventAttribute { group_id: some("8"), ..open() }, &["d-1", "Stopping"]),
        (DescribeSystemEventAttribute { group_id: some("78"), ..open() }, &[]),
        (
            DescribeSystemEventAttribute { search_keywords: some("Stopped or d-1"), ..open() },
            &["Stopped", "d-1"],
        ),
        (DescribeSystemEventAttribute { search_keywords: some("Stopped and d-1"), ..open() }, &[]),
        (DescribeSystemEventAttribute { start_time: at(1), ..open() }, &["Stopped", "d-1"]),
        (DescribeSystemEventAttribute { end_time: at(1), ..open() }, &["d-1", "Stopping"]),
        (DescribeSystemEventAttribute { start_time: at(1), end_time: at(1), ..open() }, &["d-1"]),
        (DescribeSystemEventAttribute { start_time: at(3), ..open() }, &[]),
        (DescribeSystemEventAttribute { level: some(""), start_time: some(""), ..open() }, &all),
    ];
    for (query, expected) in cases {
        assert_eq!(marks(&cloud, &query), expected, "{query:?}");
    }
    let oldest = Cloud::with_switches(&[("history_order", "oldest")]);
    inject(&oldest, "Instance:StateChange", "", json!({"state": "1"}));
    inject(&oldest, "Instance:StateChange", "", json!({"state": "2"}));
    assert_eq!(marks(&oldest, &open()), ["1", "2"]);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let cloud = story();
    for (nonce, name, value) in [
        ("0", "Level", "LOUD"),
        ("1", "SearchKeywords", "a and"),
        ("2", "StartTime", "yesterday"),
        ("3", "StartTime", "-1"),
        ("4", "EndTime", "1767196800"),
        ("5", "PageSize", "101"),
        ("6", "PageSize", "0"),
        ("7", "PageNumber", "0"),
        ("8", "PageNumber", "100000001"),
    ] {
        let raw = Raw { params: vec![(name, value)], nonce, ..Raw::new("DescribeSystemEventAttribute") };
        let raw = Raw { now: cloud.now(), ..raw };
        let response = cloud.send(&raw.request());
        let body: Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(
            (response.status, &body["Code"]),
            (400, &"ParameterInvalid".into()),
            "{name} {value}: {body}"
        );
    }
    let (status, code, message) = cloud.refused(&DescribeSystemEventCount {
        start_time: Some("9999999999999".to_owned()),
        end_time: Some("1".to_owned()),
        ..Default::default()
    });
    assert_eq!((status, code.as_str()), (400, "ParameterInvalid"), "{message}");
}

#[test]
fn pages_part_250_events() {
    let cloud = Cloud::new();
    for number in 0..250 {
        inject(&cloud, "Instance:StateChange", "", json!({"state": number.to_string()}));
    }
    let mut seen = Vec::new();
    for page_number in 1..=4 {
        let page_number = Some(page_number);
        seen.extend(marks(
            &cloud,
            &DescribeSystemEventAttribute { page_number, page_size: Some(100), ..Default::default() },
        ));
    }
    let expected: Vec<String> = (0..250).rev().map(|number| number.to_string()).collect();
    assert_eq!(seen, expected);
    assert_eq!(rows(&cloud, &Default::default()).len(), 10, "ten a page when nothing is said");
}

#[test]
fn counts_are_by_product_and_name() {
    let cloud = story();
    let counts = cloud.call(&DescribeSystemEventCount::default()).unwrap();
    assert_eq!(counts.success, "true");
    let shown: Vec<(String, u64, String)> = counts
        .system_event_counts
        .system_event_count
        .into_iter()
        .map(|row| (row.name, row.num.unwrap(), row.content))
        .collect();
    assert_eq!(
        shown,
        [
            ("Disk:Stalled:Executing".to_owned(), 1, r#"{"diskId":"d-1"}"#.to_owned()),
            ("Instance:StateChange".to_owned(), 2, r#"{"state":"Stopped"}"#.to_owned()),
        ]
    );
    let critical = DescribeSystemEventCount { level: Some("CRITICAL".to_owned()), ..Default::default() };
    assert_eq!(cloud.call(&critical).unwrap().system_event_counts.system_event_count.len(), 1);
}

#[test]
fn the_histogram_counts_each_event_once() {
    let cloud = story();
    cloud.advance(100);
    let query = DescribeSystemEventHistogram {
        start_time: Some("1767196799000".to_owned()),
        end_time: Some("1767196860000".to_owned()),
        ..Default::default()
    };
    let answer = cloud.call(&query).unwrap();
    assert_eq!(answer.success, "true");
    let shown: Vec<(i64, i64, u64)> = answer
        .system_event_histograms
        .system_event_histogram
        .iter()
        .map(|bar| (bar.start_time - 1_767_196_800_000, bar.end_time - 1_767_196_800_000, bar.count))
        .collect();
    assert_eq!(shown, [(-1000, 0, 0), (0, 30_000, 3), (30_000, 60_000, 0)]);
    let open = cloud.call(&DescribeSystemEventHistogram::default()).unwrap();
    let bars = open.system_event_histograms.system_event_histogram;
    assert_eq!(bars.iter().map(|bar| bar.count).sum::<u64>(), 3);
    assert_eq!(bars.last().unwrap().end_time, cloud.now().as_millisecond());
}

#[test]
fn test_events_are_listed_unless_the_switch_says_no_and_custom_ones_never() {
    let dry_run = SendDryRunSystemEvent {
        product: "ECS".to_owned(),
        event_name: "Instance:StateChange".to_owned(),
        ..Default::default()
    };
    let custom = PutCustomEvent {
        event_info: vec![EventInfo {
            event_name: "deployed".to_owned(),
            content: "v1".to_owned(),
            ..EventInfo::default()
        }],
        region_id: None,
    };
    for (value, listed) in [("on", 1), ("off", 0)] {
        let cloud = Cloud::with_switches(&[("test_events_listed", value)]);
        cloud.call(&dry_run).unwrap();
        cloud.call(&custom).unwrap();
        cloud.advance(5);
        assert_eq!(rows(&cloud, &Default::default()).len(), listed, "{value}");
    }
}

#[test]
fn accounts_see_their_own_events_only() {
    let cloud = Cloud::new();
    let draft = EventDraft {
        product: "ECS".to_owned(),
        name: "Instance:StateChange".to_owned(),
        ..EventDraft::default()
    };
    cloud.emulator.with(|world| world.inject("1000000000000002", draft));
    cloud.advance(5);
    assert_eq!(rows(&cloud, &Default::default()), []);
}
