//! The list of metric alarms.

use serde_json::{Value, json};

use super::support::{Cloud, Raw};
use crate::{api::cloudmonitor::DescribeMetricRuleList, emulator::MetricRuleDraft};

fn declare(cloud: &Cloud, draft: Value) {
    let draft: MetricRuleDraft = serde_json::from_value(draft).unwrap();
    cloud.emulator.with(|world| {
        let account = world.default_account();
        world.declare_metric_rule(&account, draft)
    });
}

fn names(cloud: &Cloud, query: &DescribeMetricRuleList) -> Vec<String> {
    cloud.call(query).unwrap().alarms.alarm.into_iter().map(|rule| rule.rule_name).collect()
}

fn stocked() -> Cloud {
    let cloud = Cloud::new();
    declare(
        &cloud,
        json!({
            "id": "a1", "name": "cpu high", "contact_groups": ["on-call", "ops"],
            "resources": [{"instanceId": "i-1"}, {"instanceId": "i-2", "device": "/dev/vda1"}],
        }),
    );
    declare(
        &cloud,
        json!({
            "id": "a2", "name": "disk full", "contact_groups": ["ops"], "namespace": "acs_rds_dashboard",
            "metric": "DiskUsage", "enabled": false, "group_id": 7301,
        }),
    );
    cloud
}

#[test]
fn a_rule_has_the_documented_shape() {
    let cloud = stocked();
    let response = cloud.send(&Raw::new("DescribeMetricRuleList").request());
    let listed: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(
        (&listed["Code"], &listed["Success"], &listed["Total"]),
        (&json!(200), &json!(true), &json!("2"))
    );
    let rule = &listed["Alarms"]["Alarm"][0];
    assert_eq!(rule["ContactGroups"], "on-call,ops");
    assert_eq!(
        rule["Resources"],
        "[{\"instanceId\":\"i-1\"},{\"instanceId\":\"i-2\",\"device\":\"/dev/vda1\"}]"
    );
    for (field, value) in [
        ("RuleId", json!("a1")),
        ("SilenceTime", json!(86_400)),
        ("Period", json!("60")),
        ("EnableState", json!(true)),
        ("AlertState", json!("OK")),
        ("SourceType", json!("METRIC")),
        ("Dimensions", json!("[{}]")),
        ("GroupId", json!("")),
    ] {
        assert_eq!(rule[field], value, "{field}");
    }
    // A level without a condition is there, and empty.
    assert_eq!(rule["Escalations"]["Critical"]["Times"], 3);
    assert_eq!((&rule["Escalations"]["Warn"], &rule["Escalations"]["Info"]), (&json!({}), &json!({})));
    assert_eq!(listed["Alarms"]["Alarm"][1]["Resources"], "");
}

#[test]
fn each_filter_finds_what_it_asks_for() {
    let cloud = stocked();
    let open = DescribeMetricRuleList::default;
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(names(&cloud, &open()), ["cpu high", "disk full"], "those that are switched off, too");
    for (query, wanted) in [
        (DescribeMetricRuleList { rule_ids: some("a2, a9"), ..open() }, "disk full"),
        (DescribeMetricRuleList { rule_name: some("high"), ..open() }, "cpu high"),
        (DescribeMetricRuleList { namespace: some("acs_rds_dashboard"), ..open() }, "disk full"),
        (DescribeMetricRuleList { metric_name: some("CPUUtilization"), ..open() }, "cpu high"),
        (DescribeMetricRuleList { group_id: some("7301"), ..open() }, "disk full"),
        (DescribeMetricRuleList { enable_state: Some(true), ..open() }, "cpu high"),
        (DescribeMetricRuleList { dimensions: some("{\"instanceId\": \"i-2\"}"), ..open() }, "cpu high"),
        (DescribeMetricRuleList { page: Some(2), page_size: Some(1), ..open() }, "disk full"),
    ] {
        assert_eq!(names(&cloud, &query), [wanted], "{query:?}");
    }
    let none = Vec::<String>::new();
    assert_eq!(names(&cloud, &DescribeMetricRuleList { alert_state: some("ALARM"), ..open() }), none);
    let elsewhere =
        DescribeMetricRuleList { dimensions: some("{\"instanceId\":\"i-1\",\"device\":\"x\"}"), ..open() };
    assert_eq!(names(&cloud, &elsewhere), none);
    assert_eq!(names(&cloud, &DescribeMetricRuleList { page: Some(9), ..open() }), none);
}

#[test]
fn ten_a_page_and_what_cannot_be_asked_for() {
    let cloud = Cloud::new();
    for number in 0..25 {
        declare(&cloud, json!({"name": format!("r{number:02}"), "contact_groups": ["g"]}));
    }
    let open = DescribeMetricRuleList::default;
    assert_eq!(names(&cloud, &open()).len(), 10);
    assert_eq!(names(&cloud, &DescribeMetricRuleList { page: Some(3), ..open() }).len(), 5);
    let many: Vec<String> = (0..21).map(|number| number.to_string()).collect();
    let some = |text: &str| Some(text.to_owned());
    for query in [
        DescribeMetricRuleList { rule_ids: Some(many.join(",")), ..open() },
        DescribeMetricRuleList { alert_state: some("RINGING"), ..open() },
        DescribeMetricRuleList { dimensions: some("i-1"), ..open() },
        DescribeMetricRuleList { page: Some(0), ..open() },
        DescribeMetricRuleList { page_size: Some(0), ..open() },
    ] {
        let (status, code, _) = cloud.refused(&query);
        assert_eq!((status, code.as_str()), (400, "InvalidParameter"), "{query:?}");
    }
}
