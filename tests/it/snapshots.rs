//! Snapshots as a user meets them: what they leave out, parts of a message, and `bellcheck review` with
//! and without a terminal.

use std::fs;

use crate::support::Desk;

const SCENARIO: &str = "quickstart/scenarios/stop-instance.yaml";
const STOPPING: &str = "quickstart/fixtures/stop-instance.stopping.snap";
const STOPPED: &str = "quickstart/fixtures/stop-instance.stopped.snap";

/// The part of a snapshot behind its front matter.
fn body(desk: &Desk, name: &str) -> String {
    desk.read(name).split_once("\n---\n").unwrap().1.to_owned()
}

/// A desk on which both messages of the scenario wait for a review.
fn pending() -> Desk {
    let desk = Desk::new();
    for file in [STOPPING, STOPPED] {
        desk.replace(file, "- Level: INFO", "- Level: WARN");
    }
    desk.run(&["test", SCENARIO]).exits(1);
    desk
}

#[test]
fn a_scenario_says_what_its_snapshots_leave_out() {
    let desk = Desk::new();
    let normalise = "normalise:\n  region: true\n  account: false\n  level: \"INFO|WARN|CRITICAL\"\n  \
                     title: { json_path: \"$.markdown.title\" }\nsteps:\n";
    desk.replace(SCENARIO, "steps:\n", normalise);
    desk.run(&["test", SCENARIO]).exits(1);
    desk.run(&["review", "--accept"]).exits(0);
    let body = body(&desk, STOPPING);
    for line in [
        "- Level: [level-01]\n",
        "- Region: [region-01]\n",
        "acs:ecs:[region-01]:1000000000000001:instance/[instance-01]",
        "title: [title-01]\n",
    ] {
        assert!(body.contains(line), "{line}\n{body}");
    }
    desk.run(&["test", SCENARIO, "--seed", "3"]).exits(0);
}

#[test]
fn a_normaliser_that_cannot_work_is_told_under_its_line() {
    for (line, says) in [
        ("  regoin: true", &["no normaliser `regoin`", "`region`"][..]),
        ("  region: perhaps", &["`perhaps` is not a truth value"]),
        ("  Order: \"[0-9]+\"", &["cannot name a kind of value", "lower-case letters"]),
        ("  order: \"[0-9\"", &["not valid"]),
        ("  order: \"[0-9]*\"", &["fits nothing at all"]),
        ("  order: { json_path: \"$[\" }", &["JSONPath is not valid", "$.at.atMobiles"]),
        ("  order: { path: \"$.a\" }", &["unknown key `path`"]),
    ] {
        let desk = Desk::new();
        desk.replace(SCENARIO, "steps:\n", &format!("normalise:\n{line}\nsteps:\n"));
        let mut run = desk.run(&["validate", SCENARIO]).exits(1).says("stop-instance.yaml:6");
        for text in says {
            run = run.says(text);
        }
    }
}

#[test]
fn a_snapshot_may_hold_some_fields_only() {
    let desk = Desk::new();
    let part = "snapshot: { name: stop-instance.stopping, fields: [title, msgtype] }";
    desk.replace(SCENARIO, "snapshot: stop-instance.stopping", part);
    desk.run(&["test", SCENARIO]).exits(1).says("-- Level: INFO");
    desk.run(&["review", "--accept"]).exits(0);
    assert_eq!(
        body(&desk, STOPPING),
        "title: [CloudMonitor] INFO ECS Instance:StateChange: Stopping web-1\nmsgtype: markdown\n"
    );
    desk.run(&["test", SCENARIO]).exits(0);

    desk.replace(SCENARIO, "fields: [title, msgtype]", "fields: []");
    desk.run(&["validate", SCENARIO]).exits(1).says("no fields is the same for every message");
}

#[test]
fn a_snapshot_tells_which_rule_and_which_template_made_it() {
    let desk = pending();
    desk.run(&["review", "--accept"]).exits(0);
    let text = desk.read(STOPPING);
    assert!(text.contains("rule: \"ecs-state-change sha256:"), "{text}");
    assert!(text.contains("template: \"sha256:"), "{text}");

    desk.replace("quickstart/bellcheck.yaml", "levels: [INFO]", "levels: [INFO, WARN]");
    desk.replace(STOPPING, "- Level: INFO", "- Level: CRITICAL");
    let run = desk.run(&["test", SCENARIO]).exits(1).says("rule `ecs-state-change` has changed since");
    assert!(!run.stdout.contains("another template"), "{}", run.stdout);
    desk.run(&["review", "--diff"]).exits(1).says("rule `ecs-state-change` has changed since");
}

#[test]
fn proposals_are_listed_shown_and_chosen_without_a_terminal() {
    let desk = pending();
    let before = desk.files();
    let list = desk.run(&["review", "--list"]).exits(1).stdout;
    assert_eq!(
        list,
        "./quickstart/fixtures/stop-instance.stopped.snap\n./quickstart/fixtures/stop-instance.stopping.snap\n"
    );
    let diff = desk.run(&["review", "--diff", "--snapshot", "*.stopping"]).exits(1).stdout;
    assert!(diff.contains("-- Level: WARN") && diff.contains("+- Level: INFO"), "{diff}");
    assert!(!diff.contains("stop-instance.stopped.snap"), "{diff}");
    assert_eq!(desk.files(), before, "looking changes nothing");

    desk.run(&["review", "--accept", "--snapshot", "none*"])
        .exits(2)
        .says("no snapshot named `none*` is pending");
    desk.run(&["review", "--accept", "--list"]).exits(2);
    desk.run(&["review", "--accept", "--snapshot", "stop-instance.*"]).exits(0);
    desk.run(&["test", SCENARIO]).exits(0);
    desk.run(&["review", "--list"]).exits(0);
}

#[test]
fn one_that_was_captured_live_is_kept_and_the_others_are_settled() {
    let desk = pending();
    desk.replace(STOPPED, "provenance: \"synthetic\"", "provenance: \"live\"");
    desk.run(&["review", "--accept"]).exits(1).says("was captured live").says("accepted");
    assert!(body(&desk, STOPPED).contains("- Level: WARN"), "what was captured live is kept");
    assert!(body(&desk, STOPPING).contains("- Level: INFO"), "the other one is accepted");
}

#[test]
fn snapshots_that_nothing_compares_are_found_and_deleted_when_asked() {
    let desk = Desk::new();
    desk.run(&["review", "--unreferenced", "quickstart"]).exits(0).says("each snapshot is compared");
    let orphan = "quickstart/fixtures/nobody.snap";
    fs::copy(desk.path(STOPPING), desk.path(orphan)).unwrap();
    let run = desk.run(&["review", "--unreferenced", "quickstart"]).exits(1);
    assert_eq!(run.stdout, format!("{orphan}\n"));
    assert!(desk.path(orphan).exists());

    // A scenario with a fault may be the one that names it, and one that is not known as a scenario may name others.
    desk.replace(SCENARIO, "  - stop: web-1", "  - stpo: web-1");
    desk.run(&["review", "--unreferenced", "--delete", "quickstart"]).exits(2);
    desk.replace(SCENARIO, "steps:", "stesp:");
    desk.run(&["review", "--unreferenced", "quickstart"]).exits(2).says("did you mean `steps`");
    desk.replace(SCENARIO, "stesp:", "steps:");
    desk.replace(SCENARIO, "  - stpo: web-1", "  - stop: web-1");

    desk.run(&["review", "--unreferenced", "--delete", "quickstart"]).exits(0).says("1 snapshot deleted");
    assert!(!desk.path(orphan).exists() && desk.path(STOPPING).exists() && desk.path(STOPPED).exists());
    desk.run(&["review", "--delete"]).exits(2).says("--unreferenced");
}
