//! What calls tell on stderr, and that no secret is among it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bellcheck::openapi::encode;
use serde_json::{Value, json};

use crate::support::{Cloud, Desk};

const SPEC: &str = "quickstart/bellcheck.yaml";
const KEY: &str = "c4n4ry-key-secret-0815";
const OPS: &str = "c4n4ry+ops/token=1";
const MANAGERS: &str = "c4n4ry_managers_token";
const HOOK: &str = "c4n4ry-path-of-a-hook";
const SIGNING: &str = "SECc4n4ry0signing0secret";
const STS: &str = "c4n4ry.sts/token+1==";

/// No canary is in the text, in none of the forms in which one travels.
#[track_caller]
fn holds_no_canary(text: &str) {
    for canary in [KEY, OPS, MANAGERS, HOOK, SIGNING, STS] {
        let once = encode(canary);
        for form in [canary.to_owned(), encode(&once), once, STANDARD.encode(canary)] {
            assert!(!text.contains(&form), "{form} is in\n{text}");
        }
    }
    assert!(!text.contains("c4n4ry"), "{text}");
}

#[test]
fn no_secret_of_spec_environment_or_flags_is_told_at_any_level() {
    let desk = Desk::new();
    let key = format!("testAk:{KEY}");
    let cloud = Cloud::start(&desk, &["--access-key", &key]);
    desk.replace(
        SPEC,
        "    keywords: [CloudMonitor]",
        &format!("    secret: {SIGNING}\n    keywords: [CloudMonitor]"),
    );
    let hook = format!(
        "    targets:\n      - webhook: {{ url: \"http://127.0.0.1:9/hooks/{HOOK}?access_token={OPS}\" }}\n"
    );
    desk.replace(SPEC, "    targets:\n", &hook);
    let ops = encode(OPS);
    let endpoint = cloud.endpoint();
    let run = |level: &str, args: &[&str]| {
        let environment = [
            ("BELLCHECK_ENDPOINT", endpoint.as_str()),
            ("BELLCHECK_LOG", level),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEY),
            ("DING_OPS_TOKEN", &ops),
            ("DING_MANAGERS_TOKEN", MANAGERS),
        ];
        let run = desk.run_with(&environment, args);
        holds_no_canary(&run.all());
        run
    };
    for level in ["off", "error", "warn", "info", "debug", "trace"] {
        run(level, &["plan", SPEC]).exits(0);
    }
    // Some calls fail, so that errors and waits are told too.
    let faults = json!({"rules": [
        {"operation": "PutContact", "status": 500, "times": 1},
        {"operation": "PutEventRuleTargets", "drop": "after", "times": 1},
    ]});
    cloud.control("PUT", "/_bellcheck/faults", &faults);
    let told = run("trace", &["apply", SPEC, "--yes"]).exits(0);
    // What is not secret is there, so the test looks at the right thing.
    for part in [
        "PutContact attempt 1 asks: Channels.DingWebHook=\"https://oapi.dingtalk.com/robot/send?access_token=[sha256:",
        "WebhookParameters.1.Url=\"http://127.0.0.1:9/[sha256:",
        "ContactName=\"duty-engineer\"",
        "attempt 1 failed: InternalError, HTTP 500, RequestId ",
        "attempt 1 failed: http://127.0.0.1:",
        "PutContact: ok, attempts 2",
    ] {
        assert!(told.stderr.contains(part), "{part}\n{}", told.stderr);
    }
    // Flags, and a token that the service does not know and names in its answer.
    let flags =
        ["plan", SPEC, "--access-key-id", "testAk", "--access-key-secret", KEY, "--security-token", STS];
    run("trace", &flags).exits(3);
    // A service that is not there.
    assert_eq!(cloud.terminate(), Some(0));
    run("trace", &["apply", SPEC, "--yes", "--retry-for", "0s"]).exits(3);
}

#[test]
fn each_level_tells_more_and_the_usual_one_only_what_went_wrong() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let lines = |args: &[&str]| {
        let faults =
            json!({"rules": [{"operation": "DescribeContactList", "error": "Throttling.User", "times": 1}]});
        cloud.control("PUT", "/_bellcheck/faults", &faults);
        let run = cloud.run(&desk, &[&["plan", SPEC], args].concat()).exits(0);
        run.stderr.lines().count()
    };
    let counts = ["off", "warn", "info", "debug", "trace"].map(|level| lines(&["--log-level", level]));
    // One wait; five calls, whose key it is among them; six attempts; six times parameters.
    assert_eq!(counts, [0, 1, 6, 12, 18]);
    assert_eq!(lines(&[]), 1);

    cloud.control("PUT", "/_bellcheck/faults", &json!({"rules": []}));
    let quiet = cloud.run(&desk, &["plan", SPEC]).exits(0);
    assert_eq!(quiet.stderr, "");
    cloud.run(&desk, &["plan", SPEC, "--log-level", "loud"]).exits(2).says("possible values");
}

#[test]
fn a_call_that_fails_for_good_says_how_often_it_was_made() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let down = json!({"rules": [{"operation": "DescribeContactList", "status": 503}]});
    cloud.control("PUT", "/_bellcheck/faults", &down);
    let run = cloud.run(&desk, &["plan", SPEC, "--retry-for", "3s"]).exits(3);
    // Two or three attempts, as the waits are drawn.
    assert!(
        run.stderr.contains("× DescribeContactList failed ") && run.stderr.contains(" times in "),
        "{run:?}"
    );
    run.says("ServiceUnavailable").says("the service is busy");
    let once = cloud.run(&desk, &["plan", SPEC, "--retry-for", "0s"]).exits(3);
    once.says("DescribeContactList failed: ServiceUnavailable").hides("once more");
    // What cannot heal is not tried again.
    let denied = json!({"rules": [{"operation": "DescribeContactList", "error": "InvalidAuthorization"}]});
    cloud.control("PUT", "/_bellcheck/faults", &denied);
    let mark = cloud.mark();
    cloud
        .run(&desk, &["plan", SPEC])
        .exits(3)
        .says("allow the RAM action `cms:DescribeContactList`")
        .hides("once more");
    let journal = cloud.control("GET", "/_bellcheck/journal", &Value::Null);
    let calls = journal.as_array().unwrap()[mark..].iter().filter(|entry| entry["kind"] == "call");
    assert_eq!(calls.filter(|call| call["operation"] == "DescribeContactList").count(), 1);
}
