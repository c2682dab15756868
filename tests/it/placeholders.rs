//! Secrets that are none: where they are welcome, and where they are an error.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex},
};

use serde_json::Value;

use crate::support::{Cloud, Desk, Run};

const SPEC: &str = "quickstart/bellcheck.yaml";
const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

/// An address that is no emulator: it answers everything with 404, and remembers what it was asked.
struct Stranger {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Stranger {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                    head.push(byte[0]);
                }
                let text = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned();
                heard.lock().unwrap().push(text);
                stream
                    .write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
                    .ok();
            }
        });
        Self { base, asked }
    }

    fn run(&self, desk: &Desk, more: &[(&str, &str)], args: &[&str]) -> Run {
        let mut environment = vec![
            ("BELLCHECK_ENDPOINT", self.base.as_str()),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testSk"),
            ("BELLCHECK_RETRY_FOR", "0s"),
        ];
        environment.extend_from_slice(more);
        desk.run_with(&environment, args)
    }

    /// What was asked but for whether it is an emulator.
    fn calls(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|line| !line.contains("/_bellcheck/coverage")).cloned().collect()
    }
}

/// The binary with no variable but those that are given.
fn bare(desk: &Desk, more: &[(&str, &str)], args: &[&str]) -> Run {
    let mut command = desk.command();
    command.env_remove("DING_OPS_TOKEN").env_remove("DING_MANAGERS_TOKEN");
    Run::of(command.envs(more.iter().copied()).args(args).output().unwrap())
}

#[test]
fn the_examples_need_no_secret_where_nothing_is_called() {
    let desk = Desk::new();
    let said = "`DING_MANAGERS_TOKEN`, `DING_OPS_TOKEN` are not set, or empty: placeholders stand in";
    bare(&desk, &[], &["validate", "quickstart", "--deny", "warnings"]).exits(0).says(said);
    bare(&desk, &[], &["test", "quickstart", "--deny", "warnings"]).exits(0).says(said);
    let explain = ["explain", "quickstart", "--event", "Instance:StateChange"];
    bare(&desk, &[], &explain).exits(0).says(said).says("ops");
    bare(&desk, &[], &["doctor", "quickstart", "--ram-policy"]).exits(0).says("cms:PutContact");
    for args in [&["validate", "quickstart"][..], &["test", "quickstart"], &explain] {
        let strict = bare(&desk, &[], &[args, &["--require-vars"]].concat());
        assert!(strict.code == 1 || strict.code == 2, "{}", strict.all());
        strict.says("the variable `DING_OPS_TOKEN` is not set").hides("or give a default").hides("stand in");
    }
    // What has a value is taken as it is, and only the rest is told.
    bare(&desk, &[("DING_OPS_TOKEN", TOKEN)], &["validate", "quickstart"])
        .exits(0)
        .says("`DING_MANAGERS_TOKEN` is not set, or empty: a placeholder stands in")
        .hides("`DING_OPS_TOKEN`");
    let both = [("DING_OPS_TOKEN", TOKEN), ("DING_MANAGERS_TOKEN", OTHER)];
    bare(&desk, &both, &["validate", "quickstart", "--deny", "warnings"]).exits(0).hides("stand in");
    // No other value is made up.
    desk.replace(SPEC, "region: cn-hangzhou", "region: ${REGION}");
    bare(&desk, &[], &["validate", "quickstart"]).exits(1).says("the variable `REGION` is not set");
}

#[test]
fn every_example_and_the_starter_need_none() {
    let desk = Desk::new();
    let examples = format!("{}/examples", env!("CARGO_MANIFEST_DIR"));
    bare(&desk, &[], &["validate", &examples, "--deny", "warnings"]).exits(0).says("`SHOP_DING_TOKEN`");
    let runs = [format!("{examples}/quickstart"), format!("{examples}/deploy")];
    let tested = bare(&desk, &[("CI", "true")], &["test", &runs[0], &runs[1]]);
    tested.exits(0).says("placeholders stand in");
    bare(&desk, &[], &["init", "new"]).exits(0);
    bare(&desk, &[], &["validate", "new", "--deny", "warnings"]).exits(0);
    bare(&desk, &[], &["test", "new/scenarios"]).exits(0).says("1 passed");
    let starter = desk.read("new/bellcheck.yaml");
    assert!(!starter.contains(":-"), "{starter}");
}

#[test]
fn a_placeholder_stands_wherever_a_secret_is_and_robots_stay_distinct() {
    let desk = Desk::new();
    desk.write(
        "s.yaml",
        "stack: s\nregion: cn-hangzhou\nrobots:\n  a: { webhook: \"${A_WEBHOOK}\", keywords: [CloudMonitor] }\n  \
         b: { webhook: \"https://oapi.dingtalk.com/robot/send?access_token=${B}\", secret: \"${B_SECRET}\" }\n  \
         c: { webhook: \"${C_HOST}/robot/send?access_token=${C}\" }\ncontacts:\n  da: { robot: a }\n  dc: { robot: c }\n  \
         own: { webhook: \"${OWN}\" }\ngroups: { g: { contacts: [da, dc, own] } }\nrules:\n  r:\n    \
         event_pattern: { product: ECS, names: [\"Instance:StateChange\"] }\n    targets:\n      - group: g\n      \
         - webhook: { url: \"${HOOK}\" }\n      - openapi: { product: Ecs, version: \"2014-05-26\", action: X, role: r, parameters: { Password: \"${PASSWORD}\" } }\n",
    );
    desk.write(
        "t.yaml",
        "name: t\nspec: s.yaml\ninstances: { web-1: { state: Running } }\nsteps:\n  - stop: web-1\n  - expect: { robot: a, within: 2m }\n  - expect: { robot: c, within: 2m }\n",
    );
    bare(&desk, &[], &["validate", "s.yaml"])
        .exits(0)
        .says("`A_WEBHOOK`, `B`, `B_SECRET`, `C`, `C_HOST`, `HOOK`, `OWN`, `PASSWORD` are not set")
        .hides("two robots have the same token");
    bare(&desk, &[], &["test", "t.yaml"]).exits(0).says("1 passed");
    // One variable in two places is one robot, as it would be with a value.
    desk.replace("s.yaml", "${B}", "${A}");
    desk.replace("s.yaml", "\"${A_WEBHOOK}\"", "\"https://oapi.dingtalk.com/robot/send?access_token=${A}\"");
    bare(&desk, &[], &["validate", "s.yaml"]).exits(0).says("two robots have the same token");
}

#[test]
fn no_placeholder_of_ours_reaches_an_account_a_robot_or_a_plan() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let endpoint = cloud.endpoint();
    let key = [
        ("BELLCHECK_ENDPOINT", endpoint.as_str()),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testSk"),
    ];
    let live = ["test", "quickstart", "--backend", "live", "--allow-account", "1000000000000001", "--yes"];
    for args in [
        &["plan", SPEC][..],
        &["apply", SPEC, "--yes"],
        &["send", "--spec", SPEC, "--robot", "ops", "--text", "x"],
        &["emulator", "--spec", SPEC, "--listen", "127.0.0.1:0"],
        &live,
    ] {
        bare(&desk, &key, args).exits(2).says("the variable `DING_OPS_TOKEN` is not set");
    }
    assert_eq!(cloud.mark(), 0, "nothing was called");
    // Removing needs no secret: none is written.
    cloud.run(&desk, &["apply", SPEC, "--yes"]).exits(0);
    bare(&desk, &key, &["destroy", SPEC, "--yes"]).exits(0).says("6 to delete");
}

#[test]
fn what_is_no_secret_is_an_error_for_an_account_and_fine_for_an_emulator() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &[]);
    let stranger = Stranger::start();
    let original = desk.read(SPEC);
    let part = "${DING_OPS_TOKEN}";
    for (by, values, says) in [
        ("${X:-ops-test-token}", vec![], "the variable `X` is not set, and its default is no secret"),
        (
            "${X:-ops-test-token}",
            vec![("X", "")],
            "the variable `X` is not set, and its default is no secret",
        ),
        ("$DING_OPS_TOKEN", vec![], "`$DING_OPS_TOKEN` is not filled in"),
        ("%DING_OPS_TOKEN%", vec![], "`%DING_OPS_TOKEN%` is not filled in"),
        ("<token>", vec![], "a place in a template"),
        ("xxx", vec![], "holds the place of a secret"),
        ("changeme", vec![], "holds the place of a secret"),
        ("${DING_OPS_TOKEN}", vec![("DING_OPS_TOKEN", "changeme")], "holds the place of a secret"),
        ("ops-test-token", vec![], "its token does not look like one of DingTalk's"),
        (&TOKEN[1..], vec![], "it has 63 hexadecimal digits"),
    ] {
        desk.write(SPEC, &original.replacen(part, by, 1));
        let mut values = values;
        values.push(("DING_MANAGERS_TOKEN", OTHER));
        for args in [&["plan", SPEC][..], &["apply", SPEC, "--yes"]] {
            stranger.run(&desk, &values, args).exits(2).says(says).says("is no emulator").hides("1:1");
        }
        assert_eq!(stranger.calls(), Vec::<String>::new(), "{by}: nothing is called");
        let endpoint = cloud.endpoint();
        let mut emulated = vec![
            ("BELLCHECK_ENDPOINT", endpoint.as_str()),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testSk"),
        ];
        emulated.extend(values);
        desk.run_with(&emulated, &["plan", SPEC]).exits(0);
    }
}

#[test]
fn a_template_with_blanks_is_no_address_and_says_why() {
    let desk = Desk::new();
    desk.replace(SPEC, "${DING_OPS_TOKEN}", "{{ token }}");
    desk.run(&["validate", SPEC]).exits(1).says("a place in a template").says("bellcheck.yaml:8");
}

#[test]
fn a_whole_token_goes_on_and_an_unusual_one_can_be_allowed() {
    let desk = Desk::new();
    let stranger = Stranger::start();
    let whole = [("DING_OPS_TOKEN", TOKEN), ("DING_MANAGERS_TOKEN", OTHER)];
    stranger.run(&desk, &whole, &["plan", SPEC]).exits(3);
    assert!(!stranger.calls().is_empty(), "the account is asked");
    let before = stranger.calls().len();
    let unusual = [("DING_OPS_TOKEN", "an-unusual-one"), ("DING_MANAGERS_TOKEN", OTHER)];
    stranger
        .run(&desk, &unusual, &["plan", SPEC])
        .exits(2)
        .says("unusual-tokens takes it")
        .hides("an-unusual-one");
    assert_eq!(stranger.calls().len(), before);
    stranger.run(&desk, &unusual, &["plan", SPEC, "--allow-unusual-tokens"]).exits(3);
    assert!(stranger.calls().len() > before);
    // It is about tokens, and not about what is none.
    let text = [("DING_OPS_TOKEN", "<token>"), ("DING_MANAGERS_TOKEN", OTHER)];
    stranger
        .run(&desk, &text, &["plan", SPEC, "--allow-unusual-tokens"])
        .exits(2)
        .says("a place in a template");
}

#[test]
fn a_default_of_a_fleet_is_none_either() {
    let desk = Desk::new();
    let stranger = Stranger::start();
    desk.write(
        "fleet.yaml",
        "fleet: one\nspecs: [quickstart/bellcheck.yaml]\nvars: { DING_MANAGERS_TOKEN: \"${M}\" }\naccounts:\n  shop:\n    regions: [cn-hangzhou]\n    vars: { DING_OPS_TOKEN: \"${SHOP:-DEFAULT}\" }\n"
            .replace("DEFAULT", TOKEN).as_str(),
    );
    bare(&desk, &[], &["validate", "fleet.yaml"])
        .exits(0)
        .says("`DING_MANAGERS_TOKEN`, `M` are not set, or empty: placeholders stand in");
    let args = ["fleet", "plan", "fleet.yaml"];
    stranger
        .run(&desk, &[("M", OTHER)], &args)
        .exits(2)
        .says("what the fleet fills `DING_OPS_TOKEN` with is a default");
    assert_eq!(stranger.calls(), Vec::<String>::new());
    stranger.run(&desk, &[("M", OTHER), ("SHOP", TOKEN)], &args).exits(3);
}

#[test]
fn validate_tells_what_nobody_filled_in_under_its_line() {
    let desk = Desk::new();
    let original = desk.read(SPEC);
    for (by, says) in [
        ("$DING_OPS_TOKEN", "write `${DING_OPS_TOKEN}`"),
        ("%DING_OPS_TOKEN%", "write `${DING_OPS_TOKEN}`"),
        ("<token>", "a place in a template"),
        ("${X:-test}", "the variable `X` is not set, and its default is no secret"),
        (&TOKEN[..60], "it has 60 hexadecimal digits"),
    ] {
        desk.write(SPEC, &original.replacen("${DING_OPS_TOKEN}", by, 1));
        bare(&desk, &[], &["validate", SPEC]).exits(0).says(says).says("bellcheck.yaml:8");
        bare(&desk, &[], &["validate", SPEC, "--deny", "warnings"]).exits(1);
        bare(&desk, &[], &["validate", "quickstart/scenarios"]).exits(0).says(says);
    }
    desk.write(SPEC, &original.replacen("${DING_OPS_TOKEN}", "a-word-for-tests", 1));
    bare(&desk, &[], &["validate", SPEC, "--deny", "warnings"]).exits(0);
}

#[test]
fn values_with_blanks_at_their_ends_are_named() {
    let desk = Desk::new();
    desk.write(
        "s.yaml",
        "stack: \"${STACK}\"\nregion: \"${REGION}\"\nrobots:\n  ops: { webhook: \"https://oapi.dingtalk.com/robot/send?access_token=${TOKEN}\", secret: \"${SEC}\", keywords: [\"${WORD}\"] }\n\
         contacts: { duty: { description: \"${TEXT}\", language: en, email: \"${MAIL}\", phone: \"${PHONE}\" } }\n\
         groups: { g: { contacts: [\"${DUTY}\"] } }\nrules: { r: { event_pattern: { product: ECS }, targets: [{ group: g }, { webhook: { url: \"${URL}\" } }] } }\n",
    );
    let sound = [
        ("STACK", "s1"),
        ("REGION", "cn-hangzhou"),
        ("TOKEN", "abc"),
        ("SEC", "SECabc"),
        ("WORD", "CloudMonitor"),
        ("TEXT", "d"),
        ("MAIL", "d@example.com"),
        ("PHONE", "13900000000"),
        ("DUTY", "duty"),
        ("URL", "http://127.0.0.1:9/x"),
    ];
    bare(&desk, &sound, &["validate", "s.yaml"]).exits(0).hides("ends in");
    for (name, value) in sound {
        for (bad, words) in [
            (format!("{value}\n"), "ends in a line end"),
            (format!("{value} "), "ends in a blank"),
            (format!("\t{value}"), "begins with a blank"),
        ] {
            let mut values = sound.to_vec();
            values.retain(|(other, _)| *other != name);
            values.push((name, &bad));
            let said = format!("the value of `{name}` {words}");
            // Blanks do a description no harm.
            let code = if name == "TEXT" { 0 } else { 1 };
            bare(&desk, &values, &["validate", "s.yaml"]).exits(code).says(&said).says("s.yaml:");
        }
    }
    // However it is given.
    desk.write("vars.yaml", "TOKEN: \"abc\\n\"\n");
    let flag = ["validate", "s.yaml", "--var", "SEC=SECabc "];
    bare(&desk, &sound, &flag).exits(1).says("the value of `SEC` ends in a blank");
    bare(&desk, &sound, &["validate", "s.yaml", "--var-file", "vars.yaml"])
        .exits(1)
        .says("the value of `TOKEN` ends in a line end");
}

#[test]
fn an_empty_secret_is_named_and_is_no_secret() {
    let desk = Desk::new();
    let empty = [("DING_OPS_TOKEN", ""), ("DING_MANAGERS_TOKEN", "x")];
    for args in [
        vec!["plan", SPEC],
        vec!["validate", SPEC, "--require-vars"],
        vec!["test", "quickstart", "--require-vars"],
    ] {
        let code = i32::from(args[0] != "validate") + 1;
        let run = bare(&desk, &empty, &args).exits(code);
        run.says("the variable `DING_OPS_TOKEN` is set and empty").hides("access_token`");
    }
    // What a CI makes of a secret that a job may not see is no obstacle where nothing is called.
    bare(&desk, &empty, &["test", "quickstart"]).exits(0).says("`DING_OPS_TOKEN` is not set");
    desk.replace(
        SPEC,
        "https://oapi.dingtalk.com/robot/send?access_token=${DING_OPS_TOKEN}",
        "${DING_OPS_TOKEN}",
    );
    bare(&desk, &empty, &["plan", SPEC]).exits(2).says("the variable `DING_OPS_TOKEN` is set and empty");
}

#[test]
fn blocks_end_in_line_ends_too() {
    let desk = Desk::new();
    let original = desk.read(SPEC);
    for (from, to, says) in [
        (
            "    keywords: [CloudMonitor] ",
            "    secret: |\n      SECabc\n    keywords: [CloudMonitor] ",
            "the value of `secret` ends in a line end",
        ),
        (
            "email: head.of.operations@example.com",
            "email: \"head.of.operations@example.com \"",
            "the value of `email` ends in a blank",
        ),
        (
            "keywords: [CloudMonitor] ",
            "keywords: [\" CloudMonitor\"] ",
            "the value of `keywords` begins with a blank",
        ),
    ] {
        desk.write(SPEC, &original.replacen(from, to, 1));
        desk.run(&["validate", SPEC]).exits(1).says(says);
    }
    // A description may be a block.
    desk.write(
        SPEC,
        &original.replacen("description: Whoever is on duty", "description: |\n      Whoever is on duty", 1),
    );
    desk.run(&["validate", SPEC, "--deny", "warnings"]).exits(0);
}

#[test]
fn doctor_tells_an_account_from_an_emulator() {
    let desk = Desk::new();
    let cloud = Cloud::start(&desk, &["--spec", SPEC]);
    let found = |run: &Run, state: &str| {
        let answer: Value = serde_json::from_str(&run.stdout).unwrap();
        let checks = answer["checks"].as_array().unwrap().clone();
        checks.iter().any(|check| {
            check["state"] == state
                && check["message"].as_str().unwrap().contains("does not look like one of DingTalk's")
        })
    };
    let run = cloud.run(&desk, &["doctor", SPEC, "-o", "json"]);
    assert!(found(&run, "doubtful"), "{}", run.stdout);
    let stranger = Stranger::start();
    let run = stranger.run(&desk, &[], &["doctor", SPEC, "-o", "json"]);
    assert!(found(&run, "wrong"), "{}", run.stdout);
}
