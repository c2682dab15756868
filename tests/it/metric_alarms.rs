//! Metric alarms that somebody has made in the console, and commands that delete groups.

use serde_json::json;

use crate::support::{Cloud, Desk};

const SPEC: &str = "quickstart/bellcheck.yaml";

#[test]
fn destroy_and_prune_refuse_a_group_that_an_alarm_notifies() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    let made = cloud.control(
        "POST",
        "/_bellcheck/metric-rules",
        &json!({"rules": [{"name": "cpu is high", "contact_groups": ["others", "escalation"]}]}),
    );
    assert_eq!(made, json!({"rule_ids": ["rule-cpu is high"]}));
    let mark = cloud.mark();
    let refusal = "group `escalation` cannot be deleted while metric alarms notify it: `cpu is high`";
    cloud
        .run(&desk, &["destroy", SPEC, "--yes"])
        .exits(1)
        .says(refusal)
        .says("let `cpu is high` notify another group than `escalation` first");
    let text = desk.read(SPEC);
    desk.write(SPEC, &text[..text.find("  ecs-fault:").unwrap()]);
    desk.replace(SPEC, "  escalation:\n    description: People who must know about faults\n    contacts: [duty-engineer, head-of-operations]\n", "");
    cloud.run(&desk, &["apply", SPEC, "--yes", "--prune"]).exits(1).says(refusal);
    desk.write(
        "fleet.yaml",
        "fleet: one\nspecs: [quickstart/bellcheck.yaml]\naccounts:\n  shop: { regions: [cn-hangzhou] }\n",
    );
    cloud.run(&desk, &["fleet", "destroy", "fleet.yaml", "--yes"]).exits(1).says(refusal);
    assert_eq!(cloud.writes(mark), []);
    desk.write(SPEC, &text);
    // The alarm notifies others now: the group may go.
    cloud.control(
        "POST",
        "/_bellcheck/metric-rules",
        &json!({"rules": [{"name": "cpu is high", "contact_groups": ["others"]}]}),
    );
    cloud.run(&desk, &["destroy", SPEC, "--yes"]).exits(0);
}

#[test]
fn a_key_that_may_not_read_alarms_learns_what_it_needs() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    let rule = json!({"operation": "DescribeMetricRuleList", "error": "InvalidAuthorization", "times": 9});
    cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": [rule]}));
    cloud
        .run(&desk, &["destroy", SPEC, "--yes"])
        .exits(4)
        .says("group `escalation` is not deleted, since metric alarms may notify it and could not be read")
        .says("InvalidAuthorization")
        .says("--ram-policy");
    for purpose in ["prune", "destroy"] {
        desk.run(&["doctor", SPEC, "--for", purpose, "--ram-policy"])
            .exits(0)
            .says("cms:DescribeMetricRuleList");
    }
    desk.run(&["doctor", SPEC, "--for", "apply", "--ram-policy"]).exits(0).hides("DescribeMetricRuleList");
}

#[test]
fn declared_rules_outlive_the_process_that_keeps_its_state() {
    let desk = Desk::new();
    let args = ["--state", "world.state"];
    let cloud = Cloud::start(&desk, &args);
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    let rules = json!({"rules": [{"id": "a1", "name": "cpu", "contact_groups": ["escalation"]}]});
    cloud.control("POST", "/_bellcheck/metric-rules", &rules);
    assert_eq!(cloud.terminate(), Some(0));
    let cloud = Cloud::start(&desk, &args);
    let state = cloud.control("GET", "/_bellcheck/state", &serde_json::Value::Null);
    assert_eq!(state["accounts"]["1000000000000001"]["metric_rules"], json!(["a1"]));
    cloud.run(&desk, &["destroy", SPEC, "--yes"]).exits(1).says("metric alarms notify it: `cpu`");
}

#[test]
fn what_is_no_rule_is_refused() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    for body in [
        json!({}),
        json!({"rules": [{"name": "x"}]}),
        json!({"rules": [{"name": "x", "contact_groups": ["a,b"]}]}),
        json!({"rules": [{"name": "x", "contact_groups": ["a"], "colour": "red"}]}),
    ] {
        let (status, answer) = cloud.request("POST", "/_bellcheck/metric-rules", &body);
        assert_eq!(status, 400, "{answer}");
        assert!(answer["remedy"].as_str().unwrap().contains("contact_groups"), "{answer}");
    }
}
