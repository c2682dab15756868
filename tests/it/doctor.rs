//! `bellcheck doctor` against an emulator in a process of its own: each check made to fail once.

use std::{collections::BTreeSet, time::Duration};

use bellcheck::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

use crate::support::{Cloud, Desk, Run};

/// Checks of a `-o json` run, as `state check: message`.
fn checks(run: &Run) -> Vec<String> {
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    let text = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
    let list = answer["checks"].as_array().unwrap().iter();
    list.map(|check| format!("{} {}: {}", text(check, "state"), text(check, "check"), text(check, "message")))
        .collect()
}

#[track_caller]
fn has(run: &Run, start: &str, words: &str) {
    let all = checks(run);
    assert!(
        all.iter().any(|line| line.starts_with(start) && line.contains(words)),
        "`{start}` … `{words}` is not in {all:#?}"
    );
}

fn examine(cloud: &Cloud, desk: &Desk, more: &[&str]) -> Run {
    let args = [&["doctor", "quickstart", "-o", "json"], more].concat();
    let mark = cloud.mark();
    let run = cloud.run(desk, &args).hides("test-token").hides("testSk");
    assert_eq!(cloud.writes(mark), [], "doctor changes nothing");
    run
}

#[test]
fn a_sound_set_up_is_said_to_be_so() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--spec", "quickstart/bellcheck.yaml"]);
    cloud.run(&desk, &["apply", "quickstart", "--yes"]).exits(0);
    let run = examine(&cloud, &desk, &[]).exits(0);
    has(&run, "well spec", "stack `ecs-ops` is sound: 2 robots, 2 contacts, 2 groups, 2 rules");
    has(&run, "well credentials", "from the environment");
    has(&run, "well endpoint", "Cms answers at http://127.0.0.1");
    has(&run, "well clock", "agrees");
    has(&run, "well identity", "acs:ram::1000000000000001:user/bellcheck");
    has(&run, "well region", "cn-hangzhou");
    has(&run, "well permission", "allowed: cms:DescribeContactGroupList, cms:DescribeContactList");
    has(
        &run,
        "unknown permission",
        "not probed, since they would change something: cms:DeleteEventRuleTargets",
    );
    has(&run, "well rules", "2 event rules");
    has(&run, "unknown retirement", "no date is announced");
    has(&run, "unknown limits", "is not documented");
    // A mail address waits for its owner.
    has(&run, "doubtful contacts", "contact `head-of-operations` is not told by mail");
    cloud.control("POST", "/_bellcheck/contacts/head-of-operations/activate", &json!({}));
    has(&examine(&cloud, &desk, &[]).exits(0), "well contacts", "none waits for activation");
    // For people, in a narrow terminal.
    let args = ["doctor", "quickstart"];
    let environment = [
        ("BELLCHECK_ENDPOINT", cloud.endpoint()),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk".to_owned()),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testSk".to_owned()),
        ("COLUMNS", "80".to_owned()),
    ];
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let run = desk.run_with(&environment, &args).exits(0).says("✓ identity: account 1000000000000001");
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
    run.says("all is well, with");
}

#[test]
fn a_spec_that_is_wrong_does_not_keep_the_rest_from_being_examined() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    desk.replace("quickstart/bellcheck.yaml", "contacts: [duty-engineer]", "contacts: [duty-enginer]");
    let run = examine(&cloud, &desk, &[]).exits(2).says("did you mean `duty-engineer`");
    has(&run, "input spec", "there is no contact `duty-enginer`");
    has(&run, "well identity", "1000000000000001");
    cloud.run(&desk, &["doctor", "nowhere.yaml"]).exits(2).says("cannot read nowhere.yaml");
    // Without a spec, and without a region to ask.
    cloud.run(&desk, &["doctor"]).exits(0).says("✓ identity").says("cn-hangzhou is a known region");
    cloud.run(&desk, &["doctor", "--region", "cn-beijing"]).exits(0).says("cn-beijing is a known region");
}

#[test]
fn credentials_that_are_missing_or_refused_are_told_apart() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let endpoint = cloud.endpoint();
    desk.run_with(&[("BELLCHECK_ENDPOINT", &endpoint)], &["doctor", "quickstart"])
        .exits(2)
        .says("✗ credentials: no credentials were found")
        .says("the environment");
    let wrong = desk.run_with(
        &[
            ("BELLCHECK_ENDPOINT", &endpoint),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "canary-of-the-key"),
        ],
        &["doctor", "quickstart", "-o", "json"],
    );
    let wrong = wrong.exits(1).hides("canary-of-the-key");
    has(&wrong, "wrong identity", "the key is refused: GetCallerIdentity failed: SignatureDoesNotMatch");
    has(&wrong, "unknown account", "the key itself is refused");
    cloud.control("PUT", "/_bellcheck/access-keys", &json!({"id": "testAk", "enabled": false}));
    let disabled = examine(&cloud, &desk, &[]).exits(1).says("enable it in the RAM console");
    has(&disabled, "wrong identity", "InvalidAccessKeyId.Inactive");
    assert!(!checks(&disabled).iter().any(|line| line.contains(" permission")), "{:?}", checks(&disabled));
}

#[test]
fn the_accounts_own_key_is_doubtful() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--switch", "key_owner=account"]);
    has(&examine(&cloud, &desk, &[]).exits(0), "doubtful identity", "the account itself");
}

#[test]
fn a_clock_that_is_off_is_told_with_its_direction() {
    let desk = Desk::new();
    let off_by = |minutes: i64| {
        let ago = Duration::from_secs(minutes.unsigned_abs() * 60);
        let now = SystemClock.now();
        let start = if minutes > 0 { now.checked_sub(ago) } else { now.checked_add(ago) }.unwrap();
        let cloud = Cloud::start(&desk, &["--clock", "virtual", "--start-time", &start.to_string()]);
        examine(&cloud, &desk, &[])
    };
    let slightly = off_by(5).exits(0).says("set the clock");
    has(&slightly, "doubtful clock", "ahead of the service's");
    has(&slightly, "well identity", "");
    let much = off_by(20).exits(1);
    has(&much, "wrong clock", "ahead of the service's");
    has(&much, "wrong identity", "InvalidTimeStamp.Expired");
    has(&off_by(-20).exits(1), "wrong clock", "behind the service's");
}

#[test]
fn each_read_that_is_refused_is_told_with_its_action() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let fault = |operation: &str, error: &str| {
        let rules = json!({"rules": [{"operation": operation, "error": error}]});
        cloud.control("PUT", "/_bellcheck/faults", &rules);
    };
    for (operation, error) in [
        ("DescribeContactList", "Forbidden"),
        ("DescribeContactGroupList", "Forbidden.RAM"),
        ("DescribeEventRuleList", "AccessForbidden"),
        ("DescribeEventRuleTargetList", "InvalidAuthorization"),
        ("DescribeEventRuleAttribute", "NoPermission"),
    ] {
        fault(operation, error);
        let run = examine(&cloud, &desk, &[]).exits(1).says("bellcheck doctor SPEC --ram-policy");
        has(
            &run,
            "wrong permission",
            &format!("cms:{operation} is not allowed: {operation} failed: {error}"),
        );
        has(&run, "wrong permission", "RequestId ");
        has(&run, "unknown account", "a read that it needs is refused");
    }
    fault("DescribeEventRuleList", "InternalError");
    let run = examine(&cloud, &desk, &[]).exits(0);
    has(&run, "unknown permission", "whether cms:DescribeEventRuleList is allowed is not known");
    // What a purpose does not need is not asked for.
    fault("DescribeEventRuleAttribute", "Forbidden");
    let run = examine(&cloud, &desk, &["--for", "destroy"]).exits(0);
    assert!(
        !checks(&run).iter().any(|line| line.contains("DescribeEventRuleAttribute")),
        "{:?}",
        checks(&run)
    );
}

#[test]
fn nobody_there_exits_3() {
    let desk = Desk::new();
    let args = ["doctor", "quickstart", "--access-key-id", "a", "--access-key-secret", "b", "-o", "json"];
    let nobody = [("BELLCHECK_ENDPOINT", "http://127.0.0.1:9"), ("BELLCHECK_RETRY_FOR", "0s")];
    let run = desk.run_with(&nobody, &args).exits(3);
    has(&run, "unreached endpoint", "Cms does not answer");
    has(&run, "unknown clock", "no answer had a `Date`");
    desk.run_with(&[("BELLCHECK_ENDPOINT", "nonsense")], &args).exits(2);
}

#[test]
fn an_unknown_region_is_doubtful() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let run = examine(&cloud, &desk, &["--region", "cn-hangzou"]).exits(0).says("did you mean `cn-hangzhou`");
    has(&run, "doubtful region", "`cn-hangzou` is not among the");
}

#[test]
fn a_rule_that_is_switched_off_is_told() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--spec", "quickstart/bellcheck.yaml"]);
    let spec = "quickstart/bellcheck.yaml";
    let original = desk.read(spec);
    desk.replace(spec, "  ecs-fault:\n", "  ecs-fault:\n    enabled: false\n");
    cloud.run(&desk, &["apply", "quickstart", "--yes"]).exits(0);
    desk.write(spec, &original);
    let run = examine(&cloud, &desk, &[]).exits(1);
    has(&run, "wrong rules", "rule `ecs-fault` is switched off in the account, and on in the spec");
    // Of others it is no fault.
    desk.write("other.yaml", "stack: other\nregion: cn-hangzhou\n");
    cloud.run(&desk, &["doctor", "other.yaml"]).exits(0).says("not of these specs: `ecs-fault`");
}

#[test]
fn robots_are_looked_at_and_told_if_asked() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--spec", "quickstart/bellcheck.yaml"]);
    let spec = "quickstart/bellcheck.yaml";
    let original = desk.read(spec);
    has(
        &examine(&cloud, &desk, &[]).exits(0),
        "doubtful robot",
        "`ops`: its token does not look like one of DingTalk's",
    );
    let whole = "0123456789abcdef".repeat(4);
    desk.replace(spec, "${DING_OPS_TOKEN}", &whole);
    let run = examine(&cloud, &desk, &[]).exits(0).hides(&whole);
    has(&run, "well robot", "`ops`: its address is whole");
    desk.write(spec, &original);
    desk.replace(spec, "    keywords: [CloudMonitor] ", "    keywords: [Nightwatch] ");
    has(&examine(&cloud, &desk, &[]).exits(0), "doubtful robot", "none of the robot's keywords [Nightwatch]");
    desk.write(spec, &original);
    desk.replace(spec, "    keywords: [CloudMonitor] ", "    secret: SEC-canary ");
    let run = examine(&cloud, &desk, &[]).exits(1).hides("SEC-canary");
    has(&run, "wrong robot", "CloudMonitor cannot sign");
    desk.write(spec, &original);

    let messages = |token: &str| {
        let path = format!("/_bellcheck/robots/{token}/messages");
        cloud.control("GET", &path, &Value::Null).as_array().unwrap().clone()
    };
    assert!(messages("ops-test-token").is_empty(), "nothing is sent unless asked");
    let run = examine(&cloud, &desk, &["--send-test"]).exits(0);
    has(&run, "well test message", "`ops` took it");
    has(&run, "well test message", "`managers` took it");
    let text = messages("ops-test-token")[0]["message"]["text"]["content"].as_str().unwrap().to_owned();
    assert!(text.contains("this is a test, no alarm") && text.contains("CloudMonitor"), "{text}");
    examine(&cloud, &desk, &["--send-test", "--robot", "managers"]).exits(0);
    assert_eq!((messages("ops-test-token").len(), messages("managers-test-token").len()), (1, 2));
    cloud.control("POST", "/_bellcheck/robots", &json!({"token": "ops-test-token", "state": "disabled"}));
    let run = examine(&cloud, &desk, &["--send-test"]).exits(1).says("ask an administrator of the group");
    has(&run, "wrong test message", "`ops`: the robot is switched off: errcode 400102");
    cloud
        .run(&desk, &["doctor", "quickstart", "--send-test", "--robot", "opps"])
        .exits(2)
        .says("there is no robot `opps`");
}

#[test]
fn limits_are_told_before_they_are_reached() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    has(&examine(&cloud, &desk, &[]).exits(0), "well limits", "far from the documented limits");
    let targets: String =
        (0..5).map(|number| format!("      - sls: {{ project: p, logstore: l{number} }}\n")).collect();
    desk.replace(
        "quickstart/bellcheck.yaml",
        "      - group: escalation\n",
        &format!("{targets}      - group: escalation\n"),
    );
    has(
        &examine(&cloud, &desk, &[]).exits(0),
        "doubtful limits",
        "sls targets of rule `ecs-fault`: 5, and the service takes 5",
    );
}

/// The operations that a command called.
fn called(cloud: &Cloud, desk: &Desk, args: &[&str]) -> BTreeSet<String> {
    let mark = cloud.mark();
    cloud.run(desk, args).exits(0);
    let journal = cloud.control("GET", "/_bellcheck/journal", &Value::Null);
    let calls = journal.as_array().unwrap()[mark..].iter().filter(|entry| entry["kind"] == "call");
    // Whose key it is may be asked without a permission.
    let calls = calls.filter(|entry| entry["operation"] != "GetCallerIdentity");
    calls.map(|entry| format!("cms:{}", entry["operation"].as_str().unwrap())).collect()
}

/// The actions of the policy for a purpose, made without any secret.
pub(crate) fn policy(desk: &Desk, purpose: &str) -> BTreeSet<String> {
    let mut command = desk.command();
    command.args(["doctor", "quickstart", "--ram-policy", "--for", purpose]);
    for name in ["DING_OPS_TOKEN", "DING_MANAGERS_TOKEN"] {
        command.env_remove(name);
    }
    let run = Run::of(command.output().unwrap()).exits(0).hides("cannot be read");
    let policy: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&policy["Version"], &policy["Statement"][0]["Effect"]), (&json!("1"), &json!("Allow")));
    let actions = policy["Statement"][0]["Action"].as_array().unwrap().iter();
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_policy_has_exactly_the_actions_that_are_called() {
    let desk = Desk::new();
    let spec = "quickstart/bellcheck.yaml";
    let cloud = Cloud::start(&desk, &["--spec", spec]);
    let runs = |args: &[&[&str]]| -> BTreeSet<String> {
        args.iter().flat_map(|args| called(&cloud, &desk, args)).collect()
    };
    let apply: &[&str] = &["apply", "quickstart", "--yes"];
    let mut applied = runs(&[apply]);
    // A target that moves is deleted where it was.
    desk.replace(spec, "      - group: ecs-on-call\n", "      - group: escalation\n");
    applied.extend(runs(&[apply]));
    assert_eq!(policy(&desk, "apply"), applied);
    assert_eq!(policy(&desk, "plan"), runs(&[&["plan", "quickstart"]]));
    let original = desk.read(spec);
    let without = original.split("  ecs-fault:").next().unwrap().to_owned();
    desk.write(
        spec,
        &without.replace("contacts: [duty-engineer, head-of-operations]", "contacts: [duty-engineer]"),
    );
    desk.replace(spec, "  head-of-operations:\n    description: Told about faults, not about routine\n    language: zh-cn\n    robot: managers\n    email: head.of.operations@example.com\n", "");
    desk.replace(
        spec,
        "  ecs-on-call:\n    description: People who look after ECS\n    contacts: [duty-engineer]\n",
        "",
    );
    applied.extend(runs(&[&["apply", "quickstart", "--yes", "--prune"]]));
    assert_eq!(policy(&desk, "prune"), applied);
    assert_eq!(policy(&desk, "destroy"), runs(&[&["destroy", "quickstart", "--yes"]]));
}

#[test]
fn a_policy_for_tests_has_what_the_scenarios_do() {
    let desk = Desk::new();
    let test = policy(&desk, "test");
    for action in [
        "ecs:StartInstance",
        "ecs:StopInstance",
        "ecs:CreateSimulatedSystemEvents",
        "ecs:DescribeInstances",
        "cms:DescribeAlertLogList",
    ] {
        assert!(test.contains(action), "{action} is not in {test:?}");
    }
    for action in ["ecs:RebootInstance", "ecs:DeleteInstance", "cms:PutContact"] {
        assert!(!test.contains(action), "{action} is in {test:?}");
    }
    // A drill without an instance asks for none.
    let deploy = format!("{}/examples/deploy", env!("CARGO_MANIFEST_DIR"));
    let run = desk.run(&["doctor", &deploy, "--ram-policy", "--for", "test"]).exits(0);
    run.says("cms:SendDryRunSystemEvent").hides("ecs:");
    let run = desk.run(&["doctor", "quickstart/bellcheck.yaml", "--ram-policy"]).exits(0);
    assert!(!run.stdout.contains("ecs:") && !run.stdout.contains("sts:"), "{}", run.stdout);
    desk.replace("quickstart/bellcheck.yaml", "rules:\n", "rule:\n");
    desk.run(&["doctor", "quickstart", "--ram-policy"]).exits(2);
}

/// Every form in which a secret may come out.
fn forms(secret: &str) -> Vec<String> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    vec![secret.to_owned(), bellcheck::openapi::encode(secret), STANDARD.encode(secret)]
}

#[test]
fn no_secret_comes_out_in_any_form() {
    const SECRETS: [(&str, &str); 5] = [
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "c4n4ry/+key"),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", "c4n4ry/+sts"),
        ("ROBOT_TOKEN", "c4n4ryrobottoken"),
        ("ROBOT_SECRET", "SECc4n4ry/+robot"),
        ("HOOK", "https://hooks.example.com/c4n4ry/path?key=c4n4ryhook"),
    ];
    let desk = Desk::new();
    desk.write(
        "canary.yaml",
        "stack: s\nregion: cn-hangzhou\nrobots:\n  r:\n    webhook: https://oapi.dingtalk.com/robot/send?access_token=${ROBOT_TOKEN}\n    secret: ${ROBOT_SECRET}\ncontacts:\n  told:\n    robot: r\n  hooked:\n    webhook: ${HOOK}\ngroups:\n  g:\n    contacts: [told, hooked]\nrules:\n  r:\n    event_pattern: { product: ECS }\n    targets:\n      - group: g\n      - webhook: { url: \"${HOOK}\" }\n",
    );
    let cloud = Cloud::start(&desk, &[]);
    let endpoint = cloud.endpoint();
    let mut environment = SECRETS.to_vec();
    environment
        .extend([("BELLCHECK_ENDPOINT", endpoint.as_str()), ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk")]);
    // The key is refused, and the gateway echoes what was signed; the robot is unknown.
    for (args, code) in [
        (&["doctor", "canary.yaml"][..], 1),
        (&["doctor", "canary.yaml", "-o", "json", "--send-test"], 1),
        (&["doctor", "canary.yaml", "--ram-policy"], 0),
        (&["explain", "canary.yaml", "--event", "Instance:StateChange"], 0),
        (&["explain", "canary.yaml", "--event", "Instance:StateChange", "-o", "json"], 0),
        (&["explain", "canary.yaml", "--all"], 0),
        (&["explain", "canary.yaml", "--all", "-o", "json"], 0),
    ] {
        let run = desk.run_with(&environment, args).exits(code);
        let all = run.all();
        for (name, secret) in SECRETS {
            for form in forms(secret) {
                assert!(!all.contains(&form), "{name} as `{form}` is in the output of {args:?}:\n{all}");
            }
        }
        assert!(!all.contains("c4n4ry"), "{args:?}:\n{all}");
    }
}
