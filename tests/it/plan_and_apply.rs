//! `plan`, `apply` and `destroy` against a running emulator, over real sockets.

use serde_json::{Value, json};

use crate::support::{Cloud, Desk};

const SPEC: &str = "quickstart/bellcheck.yaml";

#[test]
fn a_spec_is_planned_applied_kept_changed_and_destroyed() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);

    let plan = cloud.run(&desk, &["plan", SPEC]).exits(0);
    for line in [
        "+ contact duty-engineer",
        "+ contact head-of-operations",
        "+ group ecs-on-call",
        "+ group escalation",
        "+ rule ecs-state-change",
        "+ rule ecs-fault",
        "Plan: 6 to create, 0 to change, 0 to delete",
    ] {
        assert!(plan.stdout.contains(line), "{line}\n{}", plan.stdout);
    }
    cloud.run(&desk, &["plan", SPEC, "--check"]).exits(1);
    assert_eq!(cloud.writes(0), [], "a plan changes nothing");

    cloud.run(&desk, &["apply", SPEC]).exits(2).says("--yes goes on without asking");
    assert_eq!(cloud.writes(0), [], "an unconfirmed apply changes nothing");

    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0).says("0 failed, 0 not tried");
    cloud.run(&desk, &["plan", SPEC, "--check"]).exits(0).says("Plan: 0 to create, 0 to change, 0 to delete");

    let mark = cloud.mark();
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    assert_eq!(cloud.writes(mark), [], "a second apply changes nothing");

    desk.replace(SPEC, "People who look after ECS", "People who look after all ECS");
    let mark = cloud.mark();
    let run = cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    assert!(run.stdout.contains("~ group ecs-on-call"), "{}", run.stdout);
    let writes = cloud.writes(mark);
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert_eq!(writes[0].0, "PutContactGroup");
    assert_eq!(writes[0].1["ContactNames.1"], "duty-engineer", "the whole object is written");
}

/// Somebody else's objects, made by a client that is not provisioning: plain signed calls.
fn foreign_contact(cloud: &Cloud, name: &str) {
    use bellcheck::{
        api::cloudmonitor::{Channels, PutContact},
        clock::SystemClock,
        openapi::{Client, Credentials, Endpoints, RandomNonce, ReqwestTransport, SignatureScheme},
    };
    let client = Client::new(
        std::sync::Arc::new(ReqwestTransport::new().unwrap()),
        Endpoints::new("cn-hangzhou", Some(&cloud.endpoint())).unwrap(),
        Credentials {
            access_key_id: "testAk".into(),
            access_key_secret: "testSk".into(),
            security_token: None,
        },
        std::sync::Arc::new(SystemClock),
        std::sync::Arc::new(RandomNonce),
    )
    .with_scheme(SignatureScheme::V1Body);
    let contact = PutContact {
        contact_name: name.into(),
        describe: "made by hand".into(),
        lang: None,
        channels: Channels { mail: Some("a@example.com".into()), ..Channels::default() },
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client.call(&contact)).unwrap();
}

fn contacts(cloud: &Cloud) -> Vec<String> {
    let state = cloud.control("GET", "/_bellcheck/state", &Value::Null);
    let text = state.to_string();
    [
        "duty-engineer",
        "head-of-operations",
        "by-hand",
        "ecs-on-call",
        "escalation",
        "ecs-fault",
        "ecs-state-change",
    ]
    .into_iter()
    .filter(|name| text.contains(&format!("\"{name}\"")))
    .map(str::to_owned)
    .collect()
}

#[test]
fn destroy_leaves_what_others_made() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    foreign_contact(&cloud, "by-hand");
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0).says("1 object of others left alone");
    assert_eq!(contacts(&cloud).len(), 7);
    cloud.run(&desk, &["destroy", SPEC]).exits(2).says("--yes goes on without asking");
    assert_eq!(contacts(&cloud).len(), 7);
    cloud.run(&desk, &["destroy", SPEC, "--yes"]).exits(0).says("0 to create, 0 to change, 6 to delete");
    assert_eq!(contacts(&cloud), ["by-hand"]);
    cloud.run(&desk, &["destroy", SPEC, "--yes"]).exits(0);
}

#[test]
fn a_same_named_object_of_others_is_a_conflict_until_adopted() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    foreign_contact(&cloud, "duty-engineer");
    let mark = cloud.mark();
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(1).says("duty-engineer").says("--adopt");
    assert_eq!(cloud.writes(mark), [], "a conflict stops everything");
    cloud.run(&desk, &["apply", SPEC, "--yes", "--adopt"]).exits(0);
    cloud.run(&desk, &["plan", SPEC, "--check"]).exits(0);
}

#[test]
fn what_the_cloud_refuses_is_told_as_it_came() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let endpoint = cloud.endpoint();
    let with = |id: &str, secret: &str| {
        desk.run_with(
            &[
                ("BELLCHECK_ENDPOINT", &endpoint),
                ("ALIBABA_CLOUD_ACCESS_KEY_ID", id),
                ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret),
                // The last one is not there, and need not be waited for.
                ("BELLCHECK_RETRY_FOR", "0s"),
            ],
            &["plan", SPEC],
        )
    };
    with("testAk", "wrong-secret")
        .exits(3)
        .says("SignatureDoesNotMatch")
        .says("RequestId")
        .hides("wrong-secret");
    with("nobody", "testSk").exits(3).says("InvalidAccessKeyId.NotFound");
    desk.run_with(&[("BELLCHECK_ENDPOINT", &endpoint)], &["plan", SPEC])
        .exits(2)
        .says("ALIBABA_CLOUD_ACCESS_KEY_ID");
    desk.run_with(
        &[("BELLCHECK_ENDPOINT", &endpoint), ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk")],
        &["plan", SPEC],
    )
    .exits(2)
    .says("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
    cloud.run(&desk, &["plan", SPEC, "--endpoint", "localhost"]).exits(2).says("has no scheme");
    // A port that nobody listens on: the emulator's own, after its end.
    assert_eq!(cloud.terminate(), Some(0));
    with("testAk", "testSk").exits(3).says("check the network and the endpoint");
}

#[test]
fn a_partly_refused_apply_says_what_to_do_and_the_rest_goes_through() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let refuse = |operation: &str, times: u64| {
        let rule = json!({"operation": operation, "error": "InvalidAuthorization", "times": times});
        cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": [rule]}));
    };
    refuse("PutContactGroup", 2);
    cloud
        .run(&desk, &["apply", SPEC, "--yes"])
        .exits(4)
        .says("! failed group escalation: PutContactGroup failed: InvalidAuthorization")
        .says("RequestId")
        .says("allow the RAM action `cms:PutContactGroup` on resource `*`")
        .says("! not tried rule ecs-fault (PutEventRuleTargets): group escalation is not as planned")
        .says("Applied: 4 calls done, 2 failed, 2 not tried");
    // Nothing was done at all: not partly.
    refuse("PutContactGroup", 2);
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(3).says("Applied: 0 calls done, 2 failed, 2 not tried");
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
}

#[test]
fn an_account_that_differs_after_all_calls_were_accepted_is_told() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--switch", "put_omitted_contact=keep"]);
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    desk.replace(SPEC, "    email: head.of.operations@example.com\n", "");
    cloud
        .run(&desk, &["apply", SPEC, "--yes"])
        .exits(4)
        .says("- email: head.of.operations@example.com")
        .says("somebody else changed it meanwhile, or the service does not keep what it was sent");
}

#[test]
fn an_expired_clock_is_refused() {
    let desk = Desk::new();
    // This world is in the past by years, so today's signatures are far off.
    let cloud = Cloud::start(&desk, &["--clock", "virtual", "--start-time", "2020-01-01T00:00:00Z"]);
    cloud
        .run(&desk, &["plan", SPEC])
        .exits(3)
        .says("InvalidTimeStamp.Expired")
        .says("the clock of this machine");
}

#[test]
fn an_invalid_spec_makes_no_call() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    desk.replace(SPEC, "contacts: [duty-engineer]", "contacts: [duty-engineeer]");
    for command in [&["plan", SPEC][..], &["apply", SPEC, "--yes"], &["destroy", SPEC, "--yes"]] {
        cloud.run(&desk, command).exits(2).says("duty-engineeer").says("`duty-engineer`");
    }
    assert_eq!(cloud.control("GET", "/_bellcheck/journal", &Value::Null), json!([]));
}

#[test]
fn tokens_reach_neither_output_nor_journal() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--spec", SPEC]);
    let canary = "c4n4ry0token0of0the0ops0robot";
    let run = |args: &[&str]| {
        desk.run_with(
            &[
                ("BELLCHECK_ENDPOINT", &cloud.endpoint()),
                ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk"),
                ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testSk"),
                ("DING_OPS_TOKEN", canary),
            ],
            args,
        )
        .hides(canary)
        .hides("testSk")
    };
    run(&["validate", "quickstart"]).exits(0);
    run(&["plan", SPEC]).exits(0).says("access_token=[sha256:");
    run(&["plan", SPEC, "-o", "json"]).exits(0);
    run(&["apply", SPEC, "--yes"]).exits(0);
    run(&["test", "quickstart", "--junit", "junit.xml"]).exits(0);
    assert!(!desk.read("junit.xml").contains(canary));
    let journal = cloud.control("GET", "/_bellcheck/journal", &Value::Null).to_string();
    assert!(journal.contains("PutContact") && !journal.contains(canary));
}

#[test]
fn plan_journal_and_alert_log_show_one_fingerprint_of_a_webhook() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--spec", SPEC]);
    let plan = cloud.run(&desk, &["plan", SPEC]).exits(0).stdout;
    let shown = plan.lines().find_map(|line| line.split("access_token=").nth(1)).unwrap().to_owned();
    assert!(shown.starts_with("[sha256:") && shown.ends_with(']'), "{shown}");
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    let journal = cloud.control("GET", "/_bellcheck/journal", &serde_json::Value::Null).to_string();
    assert!(journal.contains(&format!("access_token={shown}\"")), "{shown} is not in {journal}");
    assert!(!journal.contains("]]\""), "{journal}");
}
