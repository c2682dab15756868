//! What a plan shows: text, JSON with its schema, Markdown for a merge request, parts of it.

use serde_json::{Value, json};

use crate::{
    rich_plan::{SPEC, plan_json, rich},
    support::{Cloud, Desk},
};

#[test]
fn names_of_others_are_shown_when_asked_for() {
    let desk = Desk::new();
    let cloud = rich(&desk);
    let args = ["plan", "other.yaml"];
    cloud.run(&desk, &args).exits(0).says("objects of others left alone").hides("stack ecs-ops");
    cloud
        .run(&desk, &[&args[..], &["--show", "foreign"]].concat())
        .exits(0)
        .says("contact duty-engineer (stack ecs-ops)");
    let json = plan_json(&cloud.run(&desk, &[&args[..], &["-o", "json"]].concat()));
    let foreign = json["stacks"][0]["foreign"].as_array().unwrap();
    assert!(foreign.iter().any(|other| other["name"] == "duty-engineer" && other["owner"] == "ecs-ops"));
}

#[test]
fn a_target_takes_along_what_it_depends_on_and_leaves_out_the_rest() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    for name in ["ecs-state-change", "rule/ecs-state-change"] {
        cloud
            .run(&desk, &["plan", SPEC, "--target", name])
            .exits(0)
            .says("taken along, since a target depends on it: contact duty-engineer, group ecs-on-call")
            .says("3 other changes are left out by --target")
            .says("Plan: 3 to create, 0 to change, 0 to delete");
    }
    cloud.run(&desk, &["apply", SPEC, "--yes", "--target", "ecs-state-change"]).exits(0).says("0 not tried");
    let state = cloud.control("GET", "/_bellcheck/state", &Value::Null).to_string();
    assert!(state.contains("\"ecs-on-call\"") && !state.contains("\"escalation\""), "{state}");
    // Two at once, and one of them is as wanted.
    cloud
        .run(
            &desk,
            &["plan", SPEC, "--target", "contact/head-of-operations", "--target", "ecs-on-call", "--check"],
        )
        .exits(1)
        .says("Plan: 1 to create, 0 to change, 0 to delete");
    cloud.run(&desk, &["plan", SPEC, "--target", "ecs-on-call", "--check"]).exits(0);
}

#[test]
fn a_target_that_nothing_has_is_wrong_input_with_the_nearest_name() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let target = |name: &str| cloud.run(&desk, &["apply", SPEC, "--yes", "--target", name]).exits(2);
    target("ecs-oncall")
        .says("neither the spec nor its stack has `ecs-oncall`")
        .says("did you mean `ecs-on-call`");
    target("group/duty-engineer").says("of another kind");
    target("zzz").says("there are: `duty-engineer`");
    assert_eq!(cloud.writes(0), []);
}

/// Two stacks in one folder, without a name in common.
fn two_stacks(desk: &Desk) {
    let spec = desk.read(SPEC);
    let mut other = spec.replace("stack: ecs-ops", "stack: others");
    for name in
        ["duty-engineer", "head-of-operations", "ecs-on-call", "escalation", "ecs-state-change", "ecs-fault"]
    {
        other = other.replace(name, &format!("x-{name}"));
    }
    desk.write("both/one.yaml", &spec);
    desk.write("both/two.yaml", &other);
}

#[test]
fn several_stacks_have_one_sum_one_question_and_one_exit_code() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    two_stacks(&desk);
    let plan = cloud.run(&desk, &["plan", "both", "--check"]).exits(1);
    for line in ["Stack ecs-ops in cn-hangzhou", "Stack others in cn-hangzhou"] {
        assert!(plan.stdout.lines().any(|shown| shown == line), "{line}: {}", plan.stdout);
    }
    assert!(plan.stdout.ends_with("\nPlan: 12 to create, 0 to change, 0 to delete\n"), "{}", plan.stdout);
    assert_eq!(plan.stdout.matches("Plan:").count(), 1);
    let json = plan_json(&cloud.run(&desk, &["plan", "both", "-o", "json"]));
    assert_eq!((&json["counts"]["create"], &json["stacks"][1]["stack"]), (&12.into(), &"others".into()));

    cloud.run(&desk, &["apply", "both"]).exits(2);
    assert_eq!(cloud.writes(0), []);
    cloud.run(&desk, &["plan", "both", "--out", "a.plan"]).exits(0);
    cloud.run(&desk, &["apply", "a.plan", "--yes"]).exits(0);
    cloud.run(&desk, &["plan", "both", "--check"]).exits(0);
    // One name of one stack: the other has nothing to do.
    desk.replace("both/two.yaml", "People who look after ECS", "Others");
    desk.replace("both/one.yaml", "People who look after ECS", "Everybody");
    let run = cloud.run(&desk, &["plan", "both", "--target", "x-ecs-on-call"]).exits(0);
    assert!(run.stdout.contains("Plan: 0 to create, 1 to change"), "{}", run.stdout);

    // What is in the way of one stack stops both.
    let other = desk.read("both/two.yaml").replace("stack: others", "stack: thirds");
    desk.write("both/two.yaml", &other);
    let mark = cloud.mark();
    cloud.run(&desk, &["apply", "both", "--yes"]).exits(1).says("belongs to stack `others`");
    assert_eq!(cloud.writes(mark), []);
    desk.write("both/two.yaml", &other.replace("stack: thirds", "stack: others"));

    // A failure of one stack does not stop the other.
    let body = serde_json::json!({"rules": [
        {"operation": "PutContactGroup", "error": "InvalidAuthorization", "times": 1}
    ]});
    cloud.control("PUT", "/_bellcheck/faults", &body);
    cloud.run(&desk, &["apply", "both", "--yes"]).exits(4);
    let run = cloud.run(&desk, &["plan", "both"]).exits(0);
    assert!(run.stdout.contains("Plan: 0 to create, 1 to change"), "{}", run.stdout);
    cloud.run(&desk, &["destroy", "both", "--yes"]).exits(0).says("0 to create, 0 to change, 12 to delete");
}

#[test]
fn markdown_is_a_table_that_nothing_breaks_out_of() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    let evil = "a | b </code></details> <img src=x> @team #1 `c` *d* [e](http://f) \\\\| ${DOLLAR:-$}";
    desk.replace(SPEC, "People who look after ECS", &format!("\"{evil}\\nnext line\""));
    let run = cloud.run(&desk, &["plan", SPEC, "-o", "markdown"]).exits(0);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(
        lines[0].starts_with("Account 1000000000000001, credentials from the environment"),
        "{}",
        lines[0]
    );
    assert_eq!(lines[2], "### Stack ecs-ops in cn-hangzhou");
    assert!(lines.contains(&"| | Object | Name | Why | Fields |"), "{}", run.stdout);
    assert!(lines.contains(&"| change | group | <code>ecs-on-call</code> | differs in description | 1 |"));
    assert_eq!(*lines.last().unwrap(), "**Plan: 0 to create, 1 to change, 0 to delete**");
    let field = lines.iter().find(|line| line.contains("People")).unwrap();
    // Nothing but our own cells and our own markup.
    assert_eq!(field.matches('|').count(), 5, "{field}");
    assert_eq!(field.matches('<').count(), 8, "{field}");
    for markup in ["@team", "`", "*d*", "[e]", "http://", "#1 ", "\\", "$"] {
        assert!(!field.contains(markup), "{markup}: {field}");
    }
    assert_eq!(run.stdout.matches("<details>").count(), 1);
    assert_eq!(run.stdout.matches("</details>").count(), 1);
    // It is all there, for a reader of the rendered page.
    let mut read = (*field).to_owned();
    for c in "|</>@#`*[]()\\${}:='\"&;".chars() {
        read = read.replace(&format!("&#{};", c as u32), &c.to_string());
    }
    assert!(read.contains("a | b </code></details> <img src=x> @team #1 `c` *d* [e](http"), "{read}");
}

#[test]
fn what_the_service_does_not_show_is_told_and_the_rest_is_planned_and_applied() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    let strike = |times: u32| {
        let fault = json!({"operation": "DescribeEventRuleTargetList", "error": "InvalidParameterValue", "times": times});
        cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": [fault]}));
    };
    desk.replace(SPEC, "description: Whoever is on duty", "description: Who is on duty");
    strike(1);
    let run = cloud.run(&desk, &["plan", SPEC]).exits(3);
    assert!(run.stdout.contains("? rule `"), "{}", run.stdout);
    run.says("left as it is, since it could not be read: DescribeEventRuleTargetList failed")
        .says("1 object left as it is, since the service did not show all of it");

    strike(1);
    let json: Value =
        serde_json::from_str(&cloud.run(&desk, &["plan", SPEC, "-o", "json"]).exits(3).stdout).unwrap();
    assert_eq!(json["stacks"][0]["withheld"][0]["kind"], "rule");
    assert_eq!(json["empty"], false);

    // Both rules in the first look, one in the second.
    strike(3);
    let run = cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(4);
    run.says("1 object left as it is");
    cloud.run(&desk, &["plan", SPEC, "--check"]).exits(0);
}
