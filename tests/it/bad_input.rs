//! Each kind of bad input has its own clear error, and nothing is written.

use crate::support::{Cloud, Desk};

const SPEC: &str = "quickstart/bellcheck.yaml";
const SCENARIO: &str = "quickstart/scenarios/stop-instance.yaml";

/// Runs `validate` and `test` on a changed quickstart; both tell the fault, and no file changes.
fn faulty(file: &str, from: &str, to: &str, says: &[&str]) {
    let desk = Desk::new();
    desk.replace(file, from, to);
    let before = desk.files();
    for (args, code) in [(["validate", "quickstart"], 1), (["test", "quickstart"], 2)] {
        let mut run = desk.run(&args).exits(code);
        for text in says {
            run = run.says(text);
        }
    }
    assert_eq!(desk.files(), before);
}

#[test]
fn an_unreadable_file() {
    let desk = Desk::new();
    for args in
        [["validate", "none.yaml"], ["plan", "none.yaml"], ["test", "none.yaml"], ["apply", "none.yaml"]]
    {
        desk.run(&args).exits(2).says("none.yaml").says("check the path");
    }
    std::fs::write(desk.path("latin1.yaml"), b"stack: caf\xe9\n").unwrap();
    desk.run(&["validate", "latin1.yaml"]).exits(2).says("latin1.yaml").says("UTF-8");
    std::fs::create_dir(desk.path("empty")).unwrap();
    desk.run(&["validate", "empty"]).exits(2).says("no spec, no scenario and no fleet was found");
    desk.run(&["test", "empty"]).exits(2).says("no scenario was found");
}

#[test]
fn a_yaml_error() {
    faulty(SPEC, "contacts: [duty-engineer]\n", "contacts: [duty-engineer\n", &["bellcheck.yaml:"]);
    faulty(
        SPEC,
        "  escalation:\n",
        "  ecs-on-call:\n",
        &["bellcheck.yaml:26", "`ecs-on-call` is written twice"],
    );
}

#[test]
fn an_unknown_key() {
    faulty(SPEC, "    robot: ops", "    robbot: ops", &["bellcheck.yaml:18", "robbot", "`robot`"]);
    faulty(SCENARIO, "within: 2m", "withn: 2m", &["stop-instance.yaml:9", "withn", "`within`"]);
    faulty(SCENARIO, "  - stop: web-1", "  - stopp: web-1", &["stop-instance.yaml:6", "stopp", "`stop`"]);
}

#[test]
fn a_reference_to_nothing() {
    faulty(
        SPEC,
        "group: escalation",
        "group: escalaton",
        &["bellcheck.yaml:54", "escalaton", "`escalation`"],
    );
    faulty(SPEC, "contacts: [duty-engineer]", "contacts: [duty]", &["bellcheck.yaml:28", "`duty`"]);
    faulty(SPEC, "robot: managers", "robot: manager", &["bellcheck.yaml:22", "`managers`"]);
    faulty(SCENARIO, "stop: web-1", "stop: web-2", &["stop-instance.yaml:6", "web-2", "`web-1`"]);
    faulty(SCENARIO, "robot: managers", "robot: bosses", &["stop-instance.yaml", "bosses"]);
    faulty(SCENARIO, "../bellcheck.yaml", "../bell.yaml", &["stop-instance.yaml:2", "bell.yaml"]);
}

#[test]
fn a_missing_environment_variable() {
    faulty(SPEC, "Whoever is on duty", "Whoever is on duty for ${TEAM}", &["bellcheck.yaml:16", "TEAM"]);
}

#[test]
fn a_misspelt_event() {
    faulty(
        SPEC,
        "names: [\"Instance:StateChange\"]",
        "names: [\"Instance:StateChanged\"]",
        &["bellcheck.yaml:40", "Instance:StateChanged", "`Instance:StateChange`"],
    );
}

#[test]
fn a_duration_a_level_a_type() {
    faulty(SPEC, "silence: 24h", "silence: a day", &["a day", "24h"]);
    faulty(SPEC, "levels: [INFO]", "levels: [INFORMATION]", &["bellcheck.yaml:39", "INFORMATION", "`INFO`"]);
    faulty(SCENARIO, "for: 10m", "for: soon", &["soon", "stop-instance.yaml:23"]);
    faulty(SCENARIO, "{ state: Running }", "{ state: Runnning }", &["Runnning", "`Running`"]);
}

#[test]
fn all_faults_of_all_files_are_told_at_once() {
    let desk = Desk::new();
    desk.replace(SPEC, "group: escalation", "group: escalaton");
    desk.replace(SPEC, "robot: managers", "robot: manager");
    desk.replace(SCENARIO, "within: 2m", "withn: 2m");
    desk.run(&["validate", "quickstart"])
        .exits(1)
        .says("escalaton")
        .says("no robot")
        .says("withn")
        .says("3 files checked, 3 faulty");
}

#[test]
fn a_broken_template() {
    let desk = Desk::new();
    desk.write("broken.jinja", "title\n{{ event }\n");
    desk.run(&["test", "quickstart", "--template", "broken.jinja"]).exits(2).says("broken.jinja: line 2");
    desk.write("unknown.jinja", "title\n{{ nonsense }}\n");
    desk.run(&["test", "quickstart", "--template", "unknown.jinja"])
        .exits(2)
        .says("line 2")
        .says("undefined");
}

#[test]
fn wrong_usage() {
    let desk = Desk::new();
    desk.run(&["tset"]).exits(2).says("unrecognized subcommand").says("test");
    desk.run(&["plan"]).exits(2).says("<SPEC>");
    desk.run(&["test", "--jobs", "0", "quickstart"]).exits(2);
    desk.run(&["test", "--backend", "live", "quickstart"])
        .exits(2)
        .says("instance `web-1` is bound to no instance");
    desk.run(&["emulator", "--switch", "stoping=1s"]).exits(2).says("stoping").says("stopping");
    desk.run(&["emulator", "--switch", "stopping=soon"]).exits(2).says("soon");
    desk.run(&["emulator", "--access-key", "c4n4ry"]).exits(2).says("ID:SECRET").hides("c4n4ry");
    desk.run(&["--help"]).exits(0).says("Usage: bellcheck");
    desk.run(&["--version"]).exits(0).says("bellcheck 0.1.0");
}

/// What the gateway refuses, sent as a foreign client would send it.
#[test]
fn what_the_gateway_does_not_know() {
    use bellcheck::openapi::HttpRequest;
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let call = |query: &[(&str, &str)]| {
        use std::sync::Arc;

        use bellcheck::openapi::{Transport as _, V1StringToSign};
        let nonce = uuid_like(query);
        let now = bellcheck::clock::Clock::now(&bellcheck::clock::SystemClock);
        let timestamp = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let mut pairs: Vec<(String, String)> = query
            .iter()
            .copied()
            .chain([
                ("Version", "2019-01-01"),
                ("Format", "JSON"),
                ("AccessKeyId", "testAk"),
                ("SignatureMethod", "HMAC-SHA1"),
                ("SignatureVersion", "1.0"),
                ("SignatureNonce", nonce.as_str()),
                ("Timestamp", timestamp.as_str()),
            ])
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let text = V1StringToSign::new(
            "GET",
            "/",
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())),
        );
        pairs.push(("Signature".to_owned(), text.signature(&"testSk".into())));
        let request = HttpRequest {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: pairs,
            headers: Vec::new(),
            body: Vec::new(),
        };
        let transport = Arc::new(bellcheck::openapi::ReqwestTransport::new().unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let response = runtime.block_on(transport.send(&cloud.endpoint(), request)).unwrap();
        let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        for field in ["RequestId", "HostId", "Code", "Message", "Recommend"] {
            if response.status != 200 {
                assert!(body[field].is_string(), "{field} is a string: {body}");
            }
        }
        (response.status, body["Code"].as_str().unwrap_or_default().to_owned(), body["Message"].to_string())
    };
    let (status, code, message) = call(&[("Action", "PutContactt")]);
    assert_eq!((status, code.as_str()), (404, "InvalidApi.NotFound"), "{message}");
    let (status, _, message) = call(&[("Action", "DeleteContact"), ("ContactName", "a"), ("Colour", "red")]);
    assert!(status == 400 && message.contains("Colour"), "{message}");
    let (status, code, message) = call(&[("Action", "DeleteContact")]);
    assert_eq!((status, code.as_str()), (400, "MissingContactName"), "{message}");
    let (status, code, _) = call(&[("Action", "DeleteContact"), ("ContactName", "a")]);
    assert_eq!((status, code.as_str()), (404, "ContactNotExists"));
    let (status, _, _) = call(&[("Action", "DescribeContactList")]);
    assert_eq!(status, 200);
}

/// A nonce that differs from call to call.
fn uuid_like(query: &[(&str, &str)]) -> String {
    query.iter().map(|(name, value)| format!("{name}-{value}-")).collect()
}
