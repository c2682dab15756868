//! What a stack owns and its spec does not have any more: it rings on, so every command says so.

use serde_json::{Value, json};

use crate::support::{Cloud, Desk};

const SPEC: &str = "quickstart/bellcheck.yaml";

/// The quickstart, applied, and then without its second rule.
fn without_a_rule(desk: &Desk, cloud: &Cloud) {
    cloud.run(desk, &["apply", SPEC, "--yes"]).exits(0).hides("left over");
    let text = desk.read(SPEC);
    desk.write(SPEC, &text[..text.find("  ecs-fault:").unwrap()]);
    desk.replace(SPEC, "  escalation:\n    description: People who must know about faults\n    contacts: [duty-engineer, head-of-operations]\n", "");
    desk.replace(SPEC, "  head-of-operations:\n", "  x-gone:\n");
    desk.replace(SPEC, "contacts: [duty-engineer]", "contacts: [duty-engineer, x-gone]");
}

#[test]
fn a_plan_counts_and_a_check_refuses_what_is_left_over() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    without_a_rule(&desk, &cloud);
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    let plan = cloud.run(&desk, &["plan", SPEC]).exits(0);
    assert!(
        plan.stdout.ends_with("Plan: 0 to create, 0 to change, 0 to delete, 3 left over\n"),
        "{}",
        plan.stdout
    );
    plan.says("rule ecs-fault is no longer wanted and would be deleted with --prune");
    cloud.run(&desk, &["plan", SPEC, "--check"]).exits(1);
    cloud.run(&desk, &["plan", SPEC, "--check", "--ignore-leftovers"]).exits(0);
    cloud.run(&desk, &["plan", SPEC, "--ignore-leftovers"]).exits(2).says("--check");
    let markdown = cloud.run(&desk, &["plan", SPEC, "-o", "markdown"]).exits(0);
    assert!(markdown.stdout.contains("0 to delete, 3 left over"), "{}", markdown.stdout);
    let json = cloud.run(&desk, &["plan", SPEC, "-o", "json"]).exits(0);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["counts"], json!({"create": 0, "update": 0, "delete": 0, "left_over": 3}));
    assert_eq!((&json["empty"], &json["stacks"][0]["empty"]), (&json!(false), &json!(false)));
    assert_eq!(json["stacks"][0]["would_prune"].as_array().unwrap().len(), 3);
    // A target that has nothing to do with it is settled.
    cloud.run(&desk, &["plan", SPEC, "--check", "--target", "rule/ecs-state-change"]).exits(0);

    cloud.run(&desk, &["apply", SPEC, "--yes", "--prune"]).exits(0).hides("left over");
    cloud.run(&desk, &["plan", SPEC, "--check"]).exits(0).hides("left over");
}

#[test]
fn an_apply_ends_by_naming_what_is_left_over() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    without_a_rule(&desk, &cloud);
    // Once with something to do, and once with nothing.
    for _ in 0..2 {
        let run = cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
        let end: Vec<&str> = run.stdout.lines().rev().take(4).collect();
        assert_eq!(end[0], "--prune deletes what is left over", "{}", run.stdout);
        run.says(
            "left over: rule ecs-fault: stack `ecs-ops` owns it, the spec does not have it, and it rings on",
        )
        .says("left over: group escalation: stack `ecs-ops` owns it, the spec does not have it")
        .says("left over: contact head-of-operations");
    }
    // A plan file says it, too, and so does what carries it out.
    cloud.run(&desk, &["plan", SPEC, "--out", "a.plan"]).exits(0).says("3 left over");
    cloud.run(&desk, &["apply", "a.plan", "--yes"]).exits(0).says("left over: rule ecs-fault");
    let doctor = cloud.run(&desk, &["doctor", SPEC]);
    doctor.says("leftovers: stack `ecs-ops` owns what the spec does not have: rule `ecs-fault`, group `escalation`, contact `head-of-operations`");
}

#[test]
fn a_fleet_says_it_of_each_member() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    without_a_rule(&desk, &cloud);
    desk.write(
        "fleet.yaml",
        "fleet: one\nspecs: [quickstart/bellcheck.yaml]\naccounts:\n  shop: { regions: [cn-hangzhou] }\n",
    );
    cloud
        .run(&desk, &["fleet", "apply", "fleet.yaml", "--yes"])
        .exits(0)
        .says("3 left over")
        .says("left over: rule ecs-fault");
    let plan = ["fleet", "plan", "fleet.yaml", "--report", "report.json"];
    cloud
        .run(&desk, &plan)
        .exits(0)
        .says("settled")
        .says("3 left over")
        .says("--prune deletes what is left over");
    cloud.run(&desk, &[&plan[..], &["--check"]].concat()).exits(1);
    cloud.run(&desk, &[&plan[..], &["--check", "--ignore-leftovers"]].concat()).exits(0);
    desk.run(&["report", "merge", "report.json", "--check"]).exits(1).says("3 left over");
    desk.run(&["report", "merge", "report.json", "--check", "--ignore-leftovers"]).exits(0);
    // A report of an earlier version does not count them.
    let mut report: Value = serde_json::from_str(&desk.read("report.json")).unwrap();
    report["entries"][0]["work"].as_object_mut().unwrap().remove("left_over");
    desk.write("report.json", &report.to_string());
    desk.run(&["report", "merge", "report.json", "--check"]).exits(0);
    cloud.run(&desk, &["fleet", "apply", "fleet.yaml", "--yes", "--prune"]).exits(0).hides("left over");
}
