//! `bellcheck import`: what a user types and sees.

use crate::support::{Cloud, Desk};

const SPEC: &str = "quickstart/bellcheck.yaml";
const ARGS: [&str; 5] = ["import", "--region", "cn-hangzhou", "--out", "imported.yaml"];

#[test]
fn a_stack_is_imported_and_plans_to_nothing() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let canary = "c4n4ry0token";
    let endpoint = cloud.endpoint();
    let run = |more: &[(&str, &str)], args: &[&str]| {
        let mut environment = vec![
            ("BELLCHECK_ENDPOINT", endpoint.as_str()),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testSk"),
            ("DING_OPS_TOKEN", canary),
        ];
        environment.extend_from_slice(more);
        desk.run_with(&environment, args).hides(canary)
    };
    run(&[], &["apply", SPEC, "--yes"]).exits(0);
    let mark = cloud.mark();
    let imported = run(&[], &[&ARGS[..], &["--stack", "ecs-ops"]].concat())
        .exits(0)
        .says("imported.yaml has 2 contacts, 2 groups, 2 rules and 2 robots")
        .says("set the 2 variables above");
    assert_eq!(cloud.writes(mark), []);
    let fingerprint = bellcheck::secret::Secret::new(canary).fingerprint();
    let line = imported.stdout.lines().find(|line| line.starts_with("DING_DUTY_ENGINEER_TOKEN")).unwrap();
    assert!(line.contains(&fingerprint) && line.contains("contact duty-engineer"), "{line}");
    let text = desk.read("imported.yaml");
    assert!(!text.contains(canary) && text.contains("${DING_DUTY_ENGINEER_TOKEN}"), "{text}");

    // Without its variables it is not a spec, and says which it needs.
    run(&[], &["plan", "imported.yaml"]).exits(2).says("DING_DUTY_ENGINEER_TOKEN");
    let set =
        [("DING_DUTY_ENGINEER_TOKEN", canary), ("DING_HEAD_OF_OPERATIONS_TOKEN", "managers-test-token")];
    run(&set, &["plan", "imported.yaml", "--check"]).exits(0).says("0 to create, 0 to change, 0 to delete");
    run(&set, &["plan", "imported.yaml", "--check", "--prune"]).exits(0);

    // A file that is there stays as it is.
    desk.write("imported.yaml", "mine");
    run(&[], &[&ARGS[..], &["--stack", "ecs-ops"]].concat()).exits(2).says("is there already");
    assert_eq!(desk.read("imported.yaml"), "mine");
    run(&[], &[&ARGS[..], &["--stack", "ecs-ops", "--force"]].concat()).exits(0);
    assert_eq!(desk.read("imported.yaml"), text);
}

#[test]
fn what_cannot_be_imported_writes_no_file() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    cloud.run(&desk, &ARGS).exits(1).says("there is nothing to import");
    cloud.run(&desk, &["import", "--out", "imported.yaml"]).exits(2).says("give --region");
    cloud.run(&desk, &[&ARGS[..], &["--owned-only"]].concat()).exits(2).says("--stack");
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    // All of it belongs to a stack of another name.
    cloud.run(&desk, &ARGS).exits(1).says("left out: contact duty-engineer: stack `ecs-ops` owns it");
    cloud
        .run(&desk, &[&ARGS[..], &["--stack", "Not A Stack"]].concat())
        .exits(2)
        .says("is not a name for a stack");
    assert!(!desk.path("imported.yaml").exists());
}
