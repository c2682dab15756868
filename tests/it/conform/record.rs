//! `--record DIR`: what is written, and what is not.

use std::{fs, path::PathBuf, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bellcheck::cassette::{self, Cassette, Provenance};
use serde_json::{Value, json};

use super::proxy::Proxy;
use crate::support::{Cloud, Desk, Run};

const SPEC: &str = "quickstart/bellcheck.yaml";

/// The cassettes in a folder, oldest first.
pub(super) fn cassettes(desk: &Desk, folder: &str) -> Vec<Cassette> {
    let files = bellcheck::files::find(&desk.path(folder), ".jsonl").unwrap();
    files.iter().map(|file| cassette::read(file).unwrap()).collect()
}

fn only(desk: &Desk, folder: &str) -> (PathBuf, Cassette) {
    let files = bellcheck::files::find(&desk.path(folder), "").unwrap();
    assert_eq!(files.len(), 1, "{files:?}");
    (files[0].clone(), cassette::read(&files[0]).unwrap())
}

#[test]
fn every_exchange_is_in_the_cassette_in_order() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    cloud.run(&desk, &["apply", SPEC, "--yes", "--record", "tapes"]).exits(0).says("recorded in tapes/");
    let (file, cassette) = only(&desk, "tapes");
    let name = file.file_name().unwrap().to_str().unwrap().to_owned();
    assert!(name.starts_with("20") && name.ends_with("Z-apply.jsonl"), "{name}");

    assert_eq!(cassette.header.command, "apply");
    assert_eq!(cassette.header.region, "cn-hangzhou");
    // Nobody told it that this is an emulator, and it must not guess.
    assert_eq!(cassette.header.provenance, Provenance::Unknown);
    assert_eq!(cassette.header.endpoints["Cms"], format!("127.0.0.1:{}", cloud.port()));
    assert!(!cassette.is_cut);

    let journal = cloud.control("GET", "/_bellcheck/journal", &Value::Null);
    let calls: Vec<&str> = journal
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "call")
        .map(|entry| entry["operation"].as_str().unwrap())
        .collect();
    let mut recorded: Vec<&str> =
        cassette.exchanges.iter().map(|exchange| exchange.operation.as_str()).collect();
    assert_eq!(recorded.len(), calls.len());
    let mut sorted = calls.clone();
    sorted.sort_unstable();
    recorded.sort_unstable();
    assert_eq!(recorded, sorted);

    let put = cassette
        .exchanges
        .iter()
        .find(|exchange| {
            exchange.parameters.get("ContactName").is_some_and(|name| name == "head-of-operations")
        })
        .unwrap();
    assert_eq!((put.product.as_str(), put.version.as_str(), put.status), ("Cms", "2019-01-01", Some(200)));
    assert_eq!(put.parameters["Channels.Mail"], "{mail-1}");
    assert!(put.parameters["Channels.DingWebHook"].starts_with("{robot-"), "{put:?}");
    assert_eq!(put.body.as_ref().unwrap()["Success"], true);
    let names: Vec<&String> = put.headers.keys().collect();
    assert!(
        names.iter().all(|name| ["content-type", "date", "x-acs-request-id"].contains(&name.as_str())),
        "{names:?}"
    );

    // The same value has the same placeholder in answers.
    let last =
        cassette.exchanges.iter().rfind(|exchange| exchange.operation == "DescribeContactList").unwrap();
    let shown = last.body.as_ref().unwrap()["Contacts"]["Contact"].as_array().unwrap();
    let head = shown.iter().find(|contact| contact["Name"] == "head-of-operations").unwrap();
    assert_eq!(head["Channels"]["Mail"], "{mail-1}");
    assert_eq!(head["Channels"]["DingWebHook"], put.parameters["Channels.DingWebHook"]);
}

#[test]
fn each_command_that_calls_the_cloud_can_be_recorded() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    for (folder, args) in [
        ("plan", &["plan", SPEC][..]),
        ("apply", &["apply", SPEC, "--yes"]),
        ("import", &["import", "--out", "i.yaml", "--region", "cn-hangzhou"]),
        ("doctor", &["doctor", SPEC]),
        ("destroy", &["destroy", SPEC, "--yes"]),
    ] {
        let run = cloud.run(&desk, &[args, &["--record", folder]].concat());
        assert!(matches!(run.code, 0 | 1), "{run:?}");
        let (_, cassette) = only(&desk, folder);
        assert_eq!(cassette.header.command, folder);
        assert!(cassette.exchanges.len() >= 3, "{folder}: {}", cassette.exchanges.len());
    }
    // A second run in the same second has a cassette of its own.
    cloud.run(&desk, &["plan", SPEC, "--record", "plan"]).exits(0);
    cloud.run(&desk, &["plan", SPEC, "--record", "plan"]).exits(0);
    assert_eq!(cassettes(&desk, "plan").len(), 3);
}

#[test]
fn a_folder_that_cannot_be_written_stops_the_command_before_its_first_call() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    desk.write("tapes", "a file");
    cloud
        .run(&desk, &["apply", SPEC, "--yes", "--record", "tapes"])
        .exits(2)
        .says("cannot write a cassette in tapes")
        .says("help: name a folder");
    assert_eq!(cloud.mark(), 0);
}

const CANARY: &str = "c4n4ryc4n4ryc4n4ry";

/// Whether a text holds the canary in any form.
#[track_caller]
pub(super) fn hides(text: &str, canary: &str) {
    let encoded: String = canary.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![canary.to_owned(), encoded];
    for phase in 0..3 {
        let shifted = STANDARD.encode(format!("{}{canary}", "x".repeat(phase)));
        // The ends of it depend on what stands beside.
        forms.extend(shifted.get(4..shifted.len() - 4).filter(|form| form.len() >= 8).map(str::to_owned));
    }
    for form in forms {
        assert!(!text.to_lowercase().contains(&form.to_lowercase()), "`{form}` is in\n{text}");
    }
}

#[test]
fn no_secret_and_nothing_personal_is_in_a_cassette() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--access-key", "LTAIc4n4ryc4n4ry01:c4n4ry-key-secret"]);
    let token = CANARY;
    desk.write(
        "spec.yaml",
        &format!(
            "stack: demo\nregion: cn-hangzhou\nrobots:\n  ops:\n    webhook: https://oapi.dingtalk.com/robot/send?access_token={token}\n    secret: SEC{token}\ncontacts:\n  duty:\n    robot: ops\n    email: c4n4ry.mail@example.com\n    phone: \"13912345678\"\n  hook:\n    description: ask c4n4ry.other@example.com or 13987654321\n    webhook: https://hooks.example.com/{token}\ngroups:\n  people:\n    contacts: [duty, hook]\nrules:\n  state:\n    event_pattern:\n      product: ECS\n    targets:\n      - group: people\n      - webhook: {{ url: \"https://user:{token}@example.com/x?sig={token}\" }}\n      - openapi:\n          product: Ecs\n          version: \"2014-05-26\"\n          action: StartInstance\n          role: ops\n          parameters: {{ Password: {token}, Nested: [{{ Plain: {token} }}] }}\n"
        ),
    );
    // What the service tells it repeats in other forms, as gateways do.
    let proxy = Proxy::before(&cloud, |operation, answer| {
        if operation == "PutContact" {
            let text = format!("got https://oapi.dingtalk.com/robot/send?access_token={CANARY}");
            answer["Message"] =
                json!(format!("{text} %2F{CANARY} {} c4n4ry-key-secret", STANDARD.encode(CANARY)));
        }
        Duration::ZERO
    });
    let keys = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIc4n4ryc4n4ry01"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "c4n4ry-key-secret"),
    ];
    let endpoint = proxy.endpoint();
    for args in [
        &["apply", "spec.yaml", "--yes"][..],
        &["plan", "spec.yaml"],
        &["import", "--stack", "demo", "--out", "i.yaml", "--region", "cn-hangzhou"],
    ] {
        let args = [args, &["--record", "tapes", "--endpoint", &endpoint]].concat();
        desk.run_with(&keys, &args).exits(0);
    }
    let files = bellcheck::files::find(&desk.path("tapes"), "").unwrap();
    assert_eq!(files.len(), 3);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for canary in
            ["c4n4ry", CANARY, "c4n4ry-key-secret", "LTAIc4n4ryc4n4ry01", "13912345678", "13987654321"]
        {
            hides(&text, canary);
        }
        assert!(text.contains("{robot-1}") && text.contains("{mail-"), "{text}");
    }
    for form in ["text", "json"] {
        let run = desk.run(&["conform", "tapes", "--all", "-o", form]).says("PutContact");
        for canary in ["c4n4ry", CANARY, "13912345678", "13987654321"] {
            hides(&run.all(), canary);
        }
    }
}

#[test]
fn a_secret_in_an_unforeseen_place_ends_the_cassette_loudly_and_not_the_run() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    desk.replace(SPEC, "${DING_OPS_TOKEN}", CANARY);
    let proxy = Proxy::before(&cloud, |operation, answer| {
        if operation == "PutContact" {
            // The name of a field is no place that anything is looked for in.
            answer[CANARY] = json!(1);
        }
        Duration::ZERO
    });
    let run =
        cloud.run(&desk, &["apply", SPEC, "--yes", "--record", "tapes", "--endpoint", &proxy.endpoint()]);
    let run = run
        .exits(2)
        .says("ends early: a line was refused")
        .says("help: the calls themselves went on")
        .hides(CANARY);
    assert!(run.stdout.contains("8 calls done, 0 failed"), "{run:?}");
    cloud.run(&desk, &["plan", SPEC, "--check"]).exits(0);
    let (file, cassette) = only(&desk, "tapes");
    hides(&fs::read_to_string(file).unwrap(), CANARY);
    assert!(!cassette.exchanges.is_empty());
    assert!(cassette.exchanges.len() < cloud.mark());
}

#[test]
fn answers_that_refuse_are_exchanges_too() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let recorded = |name: &str, environment: &[(&str, &str)], code: i32| {
        let mut command = cloud.command(&desk);
        command.args(["plan", SPEC, "--record", name]).envs(environment.iter().copied());
        let run = Run::of(command.output().unwrap()).exits(code);
        run.says("recorded in").hides("ends early");
        let (_, cassette) = only(&desk, name);
        cassette
            .exchanges
            .iter()
            .filter_map(|one| one.body.as_ref()?["Code"].as_str().map(str::to_owned))
            .collect()
    };
    // Refused for good, and healed by calling again.
    let wrong: Vec<String> = recorded("wrong", &[("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "wrong-secret")], 3);
    assert_eq!(wrong, ["SignatureDoesNotMatch", "SignatureDoesNotMatch"]);
    let faults =
        json!({"rules": [{"operation": "DescribeContactList", "error": "Throttling.User", "times": 1}]});
    cloud.control("PUT", "/_bellcheck/faults", &faults);
    let healed: Vec<String> = recorded("healed", &[], 0);
    assert!(healed.contains(&"Throttling.User".to_owned()), "{healed:?}");
    // The gateway's link to its own page is shown; no other address is.
    let (file, _) = only(&desk, "wrong");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("https://next.api.aliyun.com/troubleshoot?q=SignatureDoesNotMatch&"), "{text}");
    // A cassette without a single exchange proves nothing.
    desk.write("none.jsonl", &format!("{}\n", text.lines().next().unwrap()));
    desk.run(&["conform", "none.jsonl"]).exits(2).says("there is no exchange in none.jsonl");
}
