//! A canary in every place of the user's files that holds a secret: whatever is done with them, no output and
//! no file that is written has it, in none of the forms in which secrets come back.

use std::{collections::BTreeMap, fs, path::PathBuf};

use bellcheck::secret::{Redactor, Secret};
use serde_json::{Value, json};

use crate::{
    live::stage::Stage,
    relay::bench::{Relay, Robot},
    support::{Cloud, Desk, Run},
};

/// Where canaries are. Each has signs that every encoding writes differently, as far as its place allows.
const TOKEN: &str = "c4n4ry-robot-token-0123456789";
const SIGN: &str = "SECc4n4ry/sign+secret=";
const LOGIN: &str = "c4n4ry-login~1";
const PATH: &str = "T0/c4n4ry-path/B0";
const QUERY: &str = "c4n4ry-query.value";
const LOCAL: &str = "c4n4ry-local-path";
const WORD: &str = "c4n4ry pass/word+=";
const NESTED: &str = "c4n4ry-nested=1";
const KEY: &str = "c4n4ry/access+key=";
const FILE: &str = "c4n4ry-value/of+a=file";

const INCLUDED: &str = "\
robots:
  ops:
    webhook: https://oapi.dingtalk.com/robot/send?access_token=c4n4ry-robot-token-0123456789
    secret: SECc4n4ry/sign+secret=
";

const SPEC: &str = r#"
stack: canary
region: cn-hangzhou
include: [secrets.yaml]
contacts:
  duty: { robot: ops }
  login: { webhook: "https://me:c4n4ry-login~1@hooks.example.com/services/T0/c4n4ry-path/B0" }
  query: { webhook: "https://hooks.example.com/hook?key=c4n4ry-query.value&x=c4n4ry-query.value" }
  here: { webhook: "http://127.0.0.1:9/c4n4ry-local-path" }
  file: { webhook: "https://hooks.example.com/${FILE}" }
groups:
  people: { contacts: [duty, login, query, here, file] }
rules:
  stop:
    event_pattern: { product: ECS, levels: [INFO] }
    targets:
      - group: people
      - webhook: { url: "http://127.0.0.1:9/c4n4ry-local-path?sig=c4n4ry-query.value" }
      - openapi:
          product: Ecs
          version: "2014-05-26"
          action: RunCommand
          role: ops
          parameters: { Password: "c4n4ry pass/word+=", Env: [{ api_key: c4n4ry-nested=1 }] }
"#;

const FAILING: &str = r#"
name: a bell that does not ring
spec: bellcheck.yaml
instances: { web-1: { state: Running } }
on_failure: [rules, contacts, events, alert_log, journal]
webhooks:
  - { url: "http://127.0.0.1:9/c4n4ry-local-path", answers: [500, unreachable] }
steps:
  - stop: web-1
  - expect_request:
      url: "http://127.0.0.1:9/c4n4ry-local-path?sig=c4n4ry-query.value"
      within: 1m
  - expect: { robot: ops, within: 1m, message: [{ contains: Stopping }], snapshot: stopping }
  - expect_outbox: { channel: openapi, within: 1m, message: [{ contains: nothing like it }] }
"#;

/// All canaries, and what all of them have in common.
fn canaries() -> Redactor {
    let mut known = Redactor::default();
    for canary in [TOKEN, SIGN, LOGIN, PATH, QUERY, LOCAL, WORD, NESTED, FILE, KEY] {
        known.add(&Secret::new(canary));
    }
    known.add(&Secret::new("c4n4ry"));
    known
}

/// The user's files on a desk.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("secrets.yaml", INCLUDED);
    desk.write("bellcheck.yaml", SPEC.trim_start());
    desk.write("values.yaml", &format!("FILE: {FILE}\n"));
    desk.write("failing.yaml", FAILING.trim_start());
    desk.write("other.yaml", &format!("prod_db: {FILE}\nlist: [{QUERY}]\n# {LOCAL}\n"));
    desk.write("x.env", &format!("export API_KEY={QUERY}\n-----BEGIN KEY-----\n{NESTED}\n"));
    desk.write(
        "fleet.yaml",
        &format!("fleet: all\nspecs: [bellcheck.yaml]\nvars: {{ FILE: \"{FILE}\" }}\naccounts:\n  one: {{ regions: [cn-hangzhou] }}\n"),
    );
    desk
}

struct Watcher {
    known: Redactor,
    /// What the user wrote.
    own: BTreeMap<PathBuf, Vec<u8>>,
}

impl Watcher {
    fn of(desk: &Desk) -> Self {
        Self { known: canaries(), own: desk.files() }
    }

    #[track_caller]
    fn text(&self, what: &str, text: &str) {
        assert_eq!(self.known.redact(text), text, "{what}: a secret is in it");
        // One that was wrapped at the end of a line is one all the same.
        let joined: String = text.split(|c: char| c.is_whitespace() || c == '│').collect();
        assert_eq!(self.known.redact(&joined), joined, "{what}: a wrapped secret is in it");
    }

    #[track_caller]
    fn run(&self, args: &[&str], run: &Run) {
        assert!(!run.all().trim().is_empty(), "{args:?} said nothing");
        assert!(!run.all().contains("panicked"), "{args:?}: {}", run.all());
        self.text(&args.join(" "), &run.all());
    }

    /// All that was written beside what the user wrote.
    #[track_caller]
    fn files(&self, desk: &Desk) -> usize {
        let written = desk.files();
        let new = written.iter().filter(|(path, bytes)| self.own.get(*path) != Some(bytes));
        let mut count = 0;
        for (path, bytes) in new {
            self.text(&path.display().to_string(), &String::from_utf8_lossy(bytes));
            count += 1;
        }
        count
    }
}

/// What makes the program talk and write most.
const LOUD: [&str; 6] = ["--log-level", "trace", "--retry-for", "0s", "--record", "tapes"];
const VALUES: [&str; 2] = ["--var-file", "values.yaml"];

/// Whether a journal has calls of each kind of address that a spec keeps secret.
fn rang(journal: &Value) -> bool {
    let text = journal.to_string();
    ["JsonParams", "\"openapi\"", "\"webhook\""].iter().all(|part| text.contains(part))
}

#[test]
fn no_output_and_no_file_has_what_a_spec_keeps_secret() {
    let desk = desk();
    let cloud = Cloud::start(
        &desk,
        &["--spec", "bellcheck.yaml", "--var-file", "values.yaml", "--log-level", "trace"],
    );
    let watcher = Watcher::of(&desk);
    let reports = [
        "--junit",
        "r.xml",
        "--json",
        "r.jsonl",
        "--html",
        "r.html",
        "--tap",
        "r.tap",
        "--markdown",
        "r.md",
        "--metrics",
        "r.prom",
        "--github",
    ];
    let commands: [(&[&str], &[i32]); 24] = [
        (&["validate", "bellcheck.yaml", "failing.yaml"], &[0]),
        (&["validate", "bellcheck.yaml", "-o", "json"], &[0]),
        (&["plan", "bellcheck.yaml", "--out", "plan.json"], &[0]),
        (&["plan", "bellcheck.yaml", "-o", "json"], &[0]),
        (&["plan", "bellcheck.yaml", "-o", "markdown"], &[0]),
        (
            &["explain", "bellcheck.yaml", "--event", "Instance:StateChange", "--content", "state=Stopped"],
            &[0],
        ),
        (&["explain", "bellcheck.yaml", "--event", "Instance:StateChange", "-o", "json"], &[0]),
        (&["explain", "bellcheck.yaml", "--all"], &[0]),
        (&["explain", "bellcheck.yaml", "--all", "-o", "markdown"], &[0]),
        (&["apply", "bellcheck.yaml", "--yes"], &[0]),
        (&["plan", "bellcheck.yaml", "--check"], &[0]),
        (&["doctor", "bellcheck.yaml"], &[0, 1]),
        (&["doctor", "bellcheck.yaml", "-o", "json"], &[0, 1]),
        (&["import", "--out", "imported.yaml", "--region", "cn-hangzhou", "--stack", "canary"], &[0]),
        (&["fleet", "plan", "fleet.yaml", "--report", "fleet.json", "--markdown", "fleet.md"], &[0]),
        (&["fleet", "apply", "fleet.yaml", "--yes", "--report", "fleet.json"], &[0]),
        (&["report", "merge", "fleet.json"], &[0]),
        (&["send", "--robot", "ops", "--text", "hello"], &[0]),
        (&["test", "failing.yaml", "--dry-run"], &[0]),
        (&[&["test", "failing.yaml"][..], &reports].concat(), &[1]),
        (&["review"], &[0, 1]),
        (&["validate", "other.yaml"], &[1]),
        (&["validate", "x.env"], &[1]),
        (&["destroy", "bellcheck.yaml", "--yes"], &[0]),
    ];
    for (args, exits) in commands {
        let takes_values = !["review", "report", "import", "fleet"].contains(&args[0]);
        let values: &[&str] = if takes_values { &VALUES } else { &[] };
        let args: Vec<&str> = args.iter().chain(values).chain(&LOUD).copied().collect();
        let run = cloud.run(&desk, &args);
        assert!(exits.contains(&run.code), "{args:?}: {run:?}");
        watcher.run(&args, &run);
        if args[0] == "apply" {
            let event =
                json!({"product": "ECS", "name": "Instance:StateChange", "content": {"state": "Stopping"}});
            cloud.control("POST", "/_bellcheck/events", &event);
            // What the event causes has its time, and must be there before the stack is destroyed.
            let journal = || cloud.control("GET", "/_bellcheck/journal", &Value::Null);
            for _ in 0..200 {
                if rang(&journal()) {
                    break;
                }
                crate::support::pause(std::time::Duration::from_millis(100));
            }
        }
    }
    for place in ["journal", "state", "outbox", "coverage"] {
        let answer = cloud.control("GET", &format!("/_bellcheck/{place}"), &Value::Null);
        assert!(place != "journal" || rang(&answer), "{answer}");
        watcher.text(place, &answer.to_string());
    }
    let run = desk.run(&["conform", "tapes", "--all"]);
    watcher.run(&["conform"], &run);
    let files = watcher.files(&desk);
    // Eleven cassettes, six reports of scenarios, two of a fleet, a plan and an imported spec.
    assert_eq!(files, 21);
}

#[test]
fn what_fails_says_no_secret_either() {
    let desk = desk();
    // What the environment keeps secret is covered wherever a line has it.
    desk.write(
        "known.yaml",
        &format!("stack: a\nregion: cn-hangzhou\n# {KEY} export A_TOKEN={QUERY} https://h/{LOCAL}\nrobotz: {{}}\nrules: {{ r: {{ description: \"{KEY}\" }} }}\n"),
    );
    desk.write("environ.yaml", "stack: a\nregion: cn-hangzhou\ninclude: [/proc/self/environ, x.env]\n");
    desk.write("of-another-file.yaml", "name: x\nspec: ./x.env\nsteps: [{ advance: 1s }]\n");
    let watcher = Watcher::of(&desk);
    let endpoint = format!("http://me:{LOGIN}@127.0.0.1:9/{LOCAL}?key={QUERY}");
    let nowhere = "http://127.0.0.1:9";
    let proxy = format!("http://me:{LOGIN}@127.0.0.1:9");
    let keys = [("ALIBABA_CLOUD_ACCESS_KEY_ID", "testAk"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEY)];
    for (more, args, exit) in [
        (vec![("BELLCHECK_ENDPOINT", endpoint.as_str())], &["plan", "bellcheck.yaml"][..], 2),
        (vec![("BELLCHECK_ENDPOINT", endpoint.as_str())], &["--help"], 0),
        (vec![], &["plan", "bellcheck.yaml", "--endpoint", &endpoint], 2),
        (vec![("BELLCHECK_ENDPOINT", nowhere)], &["plan", "bellcheck.yaml"], 3),
        (vec![("BELLCHECK_ENDPOINT", nowhere)], &["send", "--robot", "ops", "--text", "x"], 3),
        (
            vec![
                ("BELLCHECK_ENDPOINT", "https://localhost:9"),
                ("HTTPS_PROXY", &proxy),
                ("https_proxy", &proxy),
            ],
            &["plan", "bellcheck.yaml", "--allow-unusual-tokens"],
            3,
        ),
        (
            vec![("HTTPS_PROXY", "http://a b:c4n4ry-login~1@x")],
            &["plan", "bellcheck.yaml", "--allow-unusual-tokens"],
            3,
        ),
        (vec![], &["validate", "known.yaml"], 1),
        (vec![], &["validate", "known.yaml", "-o", "json", "--github"], 1),
        (vec![], &["validate", "environ.yaml"], 1),
        (vec![], &["plan", "environ.yaml"], 2),
        (vec![], &["test", "of-another-file.yaml"], 2),
        (vec![], &["emulator", "--access-key", "c4n4ry-login~1"], 2),
        (vec![], &["plan", "bellcheck.yaml", "--vra", "TOKEN=c4n4ry-login~1"], 2),
        (vec![], &["plan", "bellcheck.yaml", "https://u:c4n4ry-login~1@h/x"], 2),
        (
            vec![],
            &["relay", "--spec", "bellcheck.yaml", "--spool", "s", "--forward", "ops=ftp://c4n4ry-login~1"],
            2,
        ),
        (vec![], &["relay", "--spec", "bellcheck.yaml", "--spool", "s", "--forward", "c4n4ry-login~1"], 2),
    ] {
        // The service's own addresses are never called: where no endpoint is given, a proxy that is not
        // there is.
        let mut environment = vec![("HTTPS_PROXY", "http://127.0.0.1:9")];
        environment.extend(keys);
        environment.extend(more);
        let needs_values = args[0] != "--help" && args[0] != "emulator";
        let values: &[&str] = if needs_values { &VALUES } else { &[] };
        let log: &[&str] = &["--log-level", "trace", "--retry-for", "0s"];
        let args: Vec<&str> = args.iter().chain(values).chain(log).copied().collect();
        let run = desk.run_with(&environment, &args);
        assert_eq!(run.code, exit, "{args:?}: {run:?}");
        watcher.run(&args, &run);
    }
}

#[test]
fn the_journal_of_a_live_run_and_its_reports_have_no_secret() {
    let desk = desk();
    let values = desk.read("values.yaml");
    let stage = Stage::bare(desk, 60, &["--spec", "bellcheck.yaml", "--var-file", "values.yaml"]);
    assert!(values.contains("c4n4ry"));
    let stage = stage.with_instance("web-1", "Running", json!({"bellcheck": "allowed"}));
    stage.desk.write("live.yaml", &FAILING.trim_start().replace("\nwebhooks:\n  - { url: \"http://127.0.0.1:9/c4n4ry-local-path\", answers: [500, unreachable] }", "").replace("  - expect_request:\n      url: \"http://127.0.0.1:9/c4n4ry-local-path?sig=c4n4ry-query.value\"\n      within: 1m\n", "").replace("  - expect_outbox: { channel: openapi, within: 1m, message: [{ contains: nothing like it }] }\n", "").replace(", snapshot: stopping", "").replace(", journal]", "]"));
    let run =
        stage.cloud.run(&stage.desk, &["apply", "bellcheck.yaml", "--yes", "--var-file", "values.yaml"]);
    assert_eq!(run.code, 0, "{run:?}");
    stage.write_binds();
    let watcher = Watcher::of(&stage.desk);
    let run = stage.test(&[
        "live.yaml",
        "--yes",
        "--var-file",
        "values.yaml",
        "--log-level",
        "trace",
        "--junit",
        "r.xml",
        "--json",
        "r.jsonl",
        "--html",
        "r.html",
        "--record",
        "tapes",
    ]);
    assert!(run.code == 0 || run.code == 1, "{run:?}");
    watcher.run(&["test", "--backend", "live"], &run);
    let sweep = stage.cloud.run(&stage.desk, &["sweep", "--yes"]);
    watcher.text("sweep", &sweep.all());
    assert!(watcher.files(&stage.desk) > 3);
}

#[test]
fn the_relay_names_no_part_of_where_it_forwards_to() {
    let desk = crate::relay::bench::desk();
    let robot = Robot::start();
    let url = robot.url(TOKEN);
    let ops = format!("ops={url}");
    let nowhere = format!("managers=http://127.0.0.1:9/{LOCAL}?access_token={QUERY}");
    let relay = Relay::start(&desk, &["--forward", &ops, "--forward", &nowhere]);
    let known = canaries();
    for token in ["ops-relay-token", "managers-relay-token"] {
        relay.post(token, r#"{"msgtype":"text","text":{"content":"CloudMonitor"}}"#);
    }
    for text in [relay.log(), format!("{:?}", relay.get("/metrics")), format!("{:?}", relay.get("/healthz"))]
    {
        assert_eq!(known.redact(&text), text);
    }
    let spool = fs::read_dir(desk.path("spool")).unwrap().filter_map(Result::ok);
    for file in spool.filter(|file| file.path().is_file()) {
        let text = String::from_utf8_lossy(&fs::read(file.path()).unwrap()).into_owned();
        assert_eq!(known.redact(&text), text, "{}", file.path().display());
    }
}
