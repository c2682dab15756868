//! `plan --out FILE` and `apply FILE`: exactly what was read is done, or nothing.

use serde_json::Value;

use crate::support::{Cloud, Desk, Run};

const SPEC: &str = "quickstart/bellcheck.yaml";
const CANARY: &str = "c4n4ry0token0of0the0ops0robot";

fn run(cloud: &Cloud, desk: &Desk, args: &[&str]) -> Run {
    desk.run_with(
        &[
            ("BELLCHECK_ENDPOINT", &cloud.endpoint()),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testSk"),
            ("DING_OPS_TOKEN", CANARY),
        ],
        args,
    )
    .hides(CANARY)
}

#[test]
fn what_was_planned_is_applied_and_then_the_plan_is_spent() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    run(&cloud, &desk, &["plan", SPEC, "--out", "a.plan"]).exits(0).says("6 to create").says("a.plan");
    let file = desk.read("a.plan");
    assert!(!file.contains(CANARY) && !file.contains("testSk"), "{file}");
    let parsed: Value = serde_json::from_str(&file).unwrap();
    let contents = &parsed["contents"];
    assert_eq!(contents["specs"][0], SPEC);
    assert_eq!(contents["endpoint"], cloud.endpoint());
    assert!(contents["account"].as_str().is_some_and(|account| !account.is_empty()));
    assert_eq!(contents["stacks"][0]["plan"]["counts"]["create"], 6);
    assert_eq!(cloud.writes(0), []);

    run(&cloud, &desk, &["apply", "a.plan"]).exits(2).says("--yes goes on without asking");
    assert_eq!(cloud.writes(0), []);
    run(&cloud, &desk, &["apply", "a.plan", "--yes"]).exits(0).says("0 failed, 0 not tried");
    run(&cloud, &desk, &["plan", SPEC, "--check"]).exits(0);

    // A second time, it is not the account that was looked at.
    let mark = cloud.mark();
    run(&cloud, &desk, &["apply", "a.plan", "--yes"])
        .exits(1)
        .says("nothing was changed")
        .says("the account has changed: contact duty-engineer is new");
    assert_eq!(cloud.writes(mark), []);
}

#[test]
fn a_plan_of_another_spec_or_another_account_is_refused_with_what_differs() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    run(&cloud, &desk, &["apply", SPEC, "--yes"]).exits(0);
    desk.replace(SPEC, "People who look after ECS", "People who look after all ECS");
    run(&cloud, &desk, &["plan", SPEC, "--out", "a.plan", "--prune"]).exits(0).says("1 to change");

    // The spec.
    let mark = cloud.mark();
    desk.replace(SPEC, "Whoever is on duty", "Whoever is awake");
    run(&cloud, &desk, &["apply", "a.plan", "--yes"])
        .exits(1)
        .says("the spec has changed: contact duty-engineer (stack `ecs-ops` in cn-hangzhou)");
    desk.replace(SPEC, "Whoever is awake", "Whoever is on duty");
    // A variable of the spec.
    cloud
        .run(&desk, &["apply", "a.plan", "--yes"])
        .exits(1)
        .says("the spec has changed: contact duty-engineer")
        .hides(CANARY);
    assert_eq!(cloud.writes(mark), []);

    // The account: a rule of the stack loses its mark by hand. What others make is no reason.
    let other = desk.read(SPEC).replace("ecs-ops", "others").replace("ecs-", "x-").replace("duty", "x-duty");
    let other = other.replace("head-of-operations", "x-head").replace("escalation", "x-escalation");
    desk.write("other.yaml", &other);
    run(&cloud, &desk, &["apply", "other.yaml", "--yes"]).exits(0);
    let mark = cloud.mark();
    run(&cloud, &desk, &["apply", "a.plan", "--yes"]).exits(0);
    assert_eq!(cloud.writes(mark).len(), 1);

    // Another endpoint is another cloud, though it is as empty as the first.
    let (one, two) = (Cloud::start(&desk, &[]), Cloud::start(&desk, &[]));
    run(&one, &desk, &["plan", SPEC, "--out", "b.plan"]).exits(0);
    run(&two, &desk, &["apply", "b.plan", "--yes"]).exits(1).says(&format!(
        "the plan is for {}, and calls go to {} now",
        one.endpoint(),
        two.endpoint()
    ));
    assert_eq!(two.writes(0), []);
    run(&one, &desk, &["apply", "b.plan", "--yes"]).exits(0);
}

#[test]
fn a_file_that_is_not_whole_or_not_as_it_was_made_is_wrong_input() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    run(&cloud, &desk, &["plan", SPEC, "--out", "a.plan"]).exits(0);
    let good = desk.read("a.plan");
    let apply = |text: &str| {
        desk.write("b.plan", text);
        run(&cloud, &desk, &["apply", "b.plan", "--yes"]).exits(2)
    };
    apply(&good.replace("\"prune\": false", "\"prune\": true")).says("its digest does not fit");
    apply(&good.replace("duty-engineer", "duty-engineeer")).says("its digest does not fit");
    apply(&good[..good.len() / 2]).says("is not a whole plan");
    apply("{\"bellcheck_plan\": 1}").says("its digest does not fit");
    apply(&good.replace("\"bellcheck_plan\": 1", "\"bellcheck_plan\": 2"))
        .says("is a plan of format 2; this bellcheck reads format 1");
    apply(&good.replace("\"bellcheck_plan\": 1", "\"bellcheck_plan\": \"1\"")).says("is not a whole plan");
    run(&cloud, &desk, &["apply", "a.plan", "--yes", "--prune"])
        .exits(2)
        .says("says itself what may be done");
    run(&cloud, &desk, &["apply", "a.plan", "--yes", "--target", "x"]).exits(2);
    desk.replace(SPEC, "stack: ecs-ops", "stak: ecs-ops");
    run(&cloud, &desk, &["apply", "a.plan", "--yes"]).exits(2).says("stak");
    assert_eq!(cloud.writes(0), []);
    run(&cloud, &desk, &["plan", SPEC, "--out", "quickstart"]).exits(2);
}

#[test]
fn a_plan_file_asks_for_its_variables_and_reads_its_variable_files() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    desk.replace(SPEC, "Whoever is on duty", "On duty in ${PLACE}, ${SHIFT}");
    desk.write("shift.yaml", "SHIFT: by night\n");
    let secret = format!("DING_OPS_TOKEN={CANARY}x");
    let values = ["--var", "PLACE=Hangzhou", "--var", &secret, "--var-file", "shift.yaml"];
    run(&cloud, &desk, &[&["plan", SPEC, "--out", "a.plan"], &values[..]].concat()).exits(0);
    let file = desk.read("a.plan");
    assert!(!file.contains(CANARY), "{file}");
    let contents = &serde_json::from_str::<Value>(&file).unwrap()["contents"];
    assert_eq!(contents["variables"], serde_json::json!(["PLACE", "DING_OPS_TOKEN"]));

    let apply = ["apply", "a.plan", "--yes"];
    run(&cloud, &desk, &apply).exits(2).says("give them again: --var PLACE=… --var DING_OPS_TOKEN=…");
    run(&cloud, &desk, &[&apply[..], &["--var", "PLACE=Beijing", "--var", &secret]].concat())
        .exits(1)
        .says("the spec has changed: contact duty-engineer");
    assert_eq!(cloud.writes(0), []);
    // The file of variables is known by its path; what is in it now counts.
    run(&cloud, &desk, &[&apply[..], &values[..4]].concat()).exits(0);
    run(&cloud, &desk, &["apply", "a.plan", SPEC, "--yes"]).exits(2).says("a plan stands alone");
}

#[test]
fn a_plan_file_keeps_its_rights_and_its_targets() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    run(&cloud, &desk, &["apply", SPEC, "--yes"]).exits(0);
    let text = desk.read(SPEC);
    let (before, rule) = text.split_once("  ecs-fault:").unwrap();
    assert!(!rule.contains("\n  ecs-"), "the last rule is taken out: {rule}");
    desk.write(SPEC, before);
    run(&cloud, &desk, &["plan", SPEC, "--out", "a.plan", "--prune", "--target", "rule/ecs-fault"])
        .exits(0)
        .says("- rule ecs-fault")
        .says("0 to create, 0 to change, 1 to delete");
    let mark = cloud.mark();
    run(&cloud, &desk, &["apply", "a.plan", "--yes"]).exits(0);
    let operations: Vec<String> = cloud.writes(mark).into_iter().map(|(operation, _)| operation).collect();
    assert_eq!(operations, ["DeleteEventRuleTargets", "DeleteEventRules"]);
}
