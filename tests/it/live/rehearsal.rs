//! Every scenario of this project that needs no emulator comes to the same verdict on the emulator in
//! virtual time and on the "real" cloud, in real time and through a network that is not to be relied on.

use std::{
    cmp::Reverse,
    fmt::Write as _,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bellcheck::{
    api::cloudmonitor::CreateMonitorGroup,
    clock::Stopwatch,
    report::Verdict,
    scenario::{
        Backend, RunSettings, Scenario, Step, StepKind,
        live::{Bind, Binds, RelaySource, refusals, used},
        load, run_all,
        snapshot::WriteMode,
    },
};
use serde_json::json;

use super::{
    disorder::{self, Disorder, Fate},
    stage::{LEAPS, Stage},
};
use crate::support::{Cloud, Desk, Run, pause};

/// How fast the clock of a rehearsal runs: a minute of patience is two seconds. Over what is longer it
/// leaps.
const SPEED: u32 = 30;
/// Seconds for all waits of a `repeat` together, where that is faster: each begins with a minute that is not
/// leapt over.
const SECONDS: u32 = 100;
/// A busy machine may not keep up. What does not come to its verdict is rehearsed once more, so many times
/// slower; twice where that already takes long.
const SLOWER: u32 = 5;

/// A scenario that is proven in virtual time.
struct Case {
    file: PathBuf,
    scenario: Scenario,
}

impl Case {
    /// The scenario as it is on a desk.
    fn on(&self, desk: &Desk) -> Scenario {
        let path = desk.path("").join(self.file.strip_prefix(root()).unwrap());
        let text = std::fs::read_to_string(&path).unwrap();
        let all = load(&path.display().to_string(), &text, &|_| None).unwrap().value;
        all.into_iter().find(|scenario| scenario.name.value == self.scenario.name.value).unwrap()
    }

    /// Whether it is about when messages come, or how many in a minute: then the network before the robots
    /// is in order, and what is sent twice is two messages.
    fn is_exact(&self) -> bool {
        let is_spaced = |step: &Step| match &step.kind {
            StepKind::Expect(expect) => expect.every.is_some(),
            _ => false,
        };
        let is_counted = self.file.ends_with("twenty-a-minute.yaml");
        !self.scenario.slo.is_empty() || self.scenario.all_steps().any(is_spaced) || is_counted
    }

    fn speed(&self) -> u32 {
        let minute = Duration::from_secs(60);
        let rounds = self.scenario.all_steps().map(|step| match &step.kind {
            StepKind::Repeat(repeat) if repeat.every > Some(minute) => repeat.times,
            _ => 0,
        });
        (rounds.max().unwrap_or(0) * 60 / SECONDS).max(SPEED)
    }
}

/// A file within `scenarios/`, what is taken out of it, and what stands there instead.
type Change = (&'static str, &'static str, &'static str);

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The scenarios of the project that use nothing that only an emulator has.
fn cases() -> Vec<Case> {
    let settings = RunSettings {
        backend: Backend::Emulator,
        seed: 0,
        template: None,
        write: WriteMode::Never,
        jobs: 2,
        tool: "bellcheck test".to_owned(),
        date: "2026-01-01".to_owned(),
    };
    let mut cases = Vec::new();
    for file in bellcheck::files::find(&root().join("scenarios"), ".yaml").unwrap() {
        let text = std::fs::read_to_string(&file).unwrap();
        if !text.contains("\nsteps:") {
            continue;
        }
        let scenarios = load(&file.display().to_string(), &text, &|_| None).unwrap().value;
        let outcome = run_all(&scenarios, &settings);
        for (scenario, outcome) in scenarios.into_iter().zip(outcome.scenarios) {
            assert_eq!(outcome.verdict, Verdict::Passed, "{}", outcome.name);
            let bind = || Bind { id: "i-1".to_owned(), region: None };
            let binds = Binds {
                instances: used(&scenario).into_iter().map(|name| (name, bind())).collect(),
                relay: Some(RelaySource { url: String::new(), token: "x".into() }),
                ..Binds::default()
            };
            if !refusals(&scenario, &binds).is_empty() {
                continue;
            }
            cases.push(Case { file: file.clone(), scenario });
        }
    }
    // Those that take longest begin.
    cases.sort_by_key(|case| Reverse(case.speed()));
    cases
}

/// A process that ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A rehearsal: the cloud, a network before it, the real robots, a relay before them and a network before
/// that one.
struct Rehearsal {
    stage: Stage,
    deliveries: Disorder,
    _relay: Process,
    _robots: Cloud,
}

impl Rehearsal {
    fn of(case: &Case, speed: u32, changes: &[Change]) -> Self {
        let desk = Desk::new();
        for file in bellcheck::files::find(&root().join("scenarios"), "").unwrap() {
            let name = file.strip_prefix(root()).unwrap();
            desk.write(&name.display().to_string(), &std::fs::read_to_string(&file).unwrap());
        }
        for (file, from, to) in changes {
            desk.replace(&format!("scenarios/{file}"), from, to);
        }
        let scenario = case.on(&desk);
        let spec = Path::new(scenario.spec.source.name()).strip_prefix(desk.path("")).unwrap();
        let spec = spec.display().to_string();
        let mut args = vec!["--spec".to_owned(), spec.clone()];
        let mut of_robots = Vec::new();
        for (name, value) in &scenario.switches {
            args.extend(["--switch".to_owned(), format!("{}={}", name.value, value.value)]);
            // Where a message comes from is where the relay is: in the place of the notifier.
            if name.value == "notifier_ip" {
                of_robots.extend(["--robot-peer", value.value.as_str()]);
            }
        }
        // The robots' clock runs as fast: they count messages in a minute.
        let (since, number) = (Stage::now(), speed.to_string());
        // One clock for all of them, from the first instant on.
        desk.write(LEAPS, &format!("{since} {since}\n"));
        let leaps = desk.path(LEAPS).display().to_string();
        let as_fast = ["--clock", "real", "--speed", &number, "--since", &since, "--leaps", &leaps];
        let all = args.iter().map(String::as_str).chain(as_fast).chain(of_robots);
        let all: Vec<&str> = all.collect();
        let robots = Cloud::start(&desk, &all);
        // Of where a message comes from it sees only the network before it; the robots judge that.
        let folder = spec.rsplit_once('/').map_or("", |(folder, _)| folder);
        let for_relay = format!("{folder}/relay-spec.yaml");
        let lines = desk.read(&spec);
        let lines = lines.lines().filter(|line| !line.trim_start().starts_with("allowed_ips:"));
        desk.write(&for_relay, &lines.flat_map(|line| [line, "\n"]).collect::<String>());
        let (relay, port) = relay(&desk, case, &for_relay, robots.port());
        let is_exact = case.is_exact();
        let deliveries = Disorder::before(port, move |number, operation| match is_exact {
            true => Fate::Late(0),
            false => disorder::deliveries(number, operation),
        });
        let url = deliveries.url();
        args.extend(["--dingtalk-at".to_owned(), url, "--switch".to_owned(), "robot_retries=3".to_owned()]);
        let all: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut stage = Stage::leaping(desk, speed, &all);
        for group in &scenario.spec.application_groups {
            stage.call(&CreateMonitorGroup { group_name: group.clone(), ..Default::default() });
        }
        stage.provide(&scenario.spec);
        for (name, about) in &scenario.instances {
            let mut tags: serde_json::Map<_, _> =
                about.tags.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
            tags.insert("bellcheck".to_owned(), json!("allowed"));
            tags.insert("bellcheck-release".to_owned(), json!("allowed"));
            stage = stage.with_named_instance(name, &about.name, &about.region, &about.state, tags.into());
        }
        stage.network = Some(Disorder::before(stage.cloud.port(), disorder::api));
        let stage = stage.with(&format!(
            "relay: {{ url: \"http://127.0.0.1:{port}\", token: read-token }}\nsettle: 0s\ndeadline: 60d\n"
        ));
        Self { stage, deliveries, _relay: relay, _robots: robots }
    }

    fn run(&self, case: &Case) -> Run {
        let file = case.file.strip_prefix(root()).unwrap().display().to_string();
        let name = format!("name(={})", case.scenario.name.value);
        self.stage.test(&[
            "--yes",
            "--no-guard",
            "--allow-unusual-tokens",
            "--retry-for",
            "1h",
            "--filter",
            &name,
            &file,
        ])
    }
}

fn relay(desk: &Desk, case: &Case, spec: &str, robots: u16) -> (Process, u16) {
    desk.write("read.token", "read-token");
    let port_file = desk.path("relay.port");
    let mut command = desk.command();
    command.args(["relay", "--spec", spec, "--listen", "127.0.0.1:0", "--spool", "spool"]);
    command.args(["--read-token", "@read.token", "--forward-rate", "off"]);
    command.args(["--duplicates", if case.is_exact() { "0s" } else { "2s" }]);
    command.arg("--port-file").arg(&port_file);
    for robot in case.scenario.spec.robots.values() {
        let (_, query) = robot.webhook.expose().split_once('?').unwrap();
        let url = format!("{}=http://127.0.0.1:{robots}/robot/send?{query}", robot.name);
        command.args(["--forward", &url]);
    }
    let log = std::fs::File::create(desk.path("relay.log")).unwrap();
    let child = command.stdout(Stdio::null()).stderr(Stdio::from(log)).spawn().unwrap();
    let child = Process(child);
    for _ in 0..600 {
        let port = std::fs::read_to_string(&port_file).ok().and_then(|text| text.trim().parse().ok());
        if let Some(port) = port {
            return (child, port);
        }
        pause(Duration::from_millis(50));
    }
    panic!("the relay did not get ready: {}", desk.read("relay.log"));
}

#[test]
fn every_scenario_comes_to_the_same_verdict_in_real_time_and_through_disorder() {
    let cases = cases();
    assert!(cases.len() >= 57, "only {} scenarios can be rehearsed", cases.len());
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(String::new());
    let (doubled, lost) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        // They mostly wait.
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let watch = Stopwatch::start();
                    let speed = case.speed();
                    let mut rehearsal = Rehearsal::of(case, speed, &[]);
                    let mut run = rehearsal.run(case);
                    let slower = if speed > SPEED { speed / 2 } else { speed / SLOWER };
                    let mut first = None;
                    if run.code != 0 {
                        first = Some(run.all());
                        rehearsal = Rehearsal::of(case, slower, &[]);
                        run = rehearsal.run(case);
                    }
                    doubled
                        .fetch_add(rehearsal.deliveries.count(|fate| *fate == Fate::Twice), Ordering::SeqCst);
                    lost.fetch_add(
                        rehearsal.deliveries.count(|fate| matches!(fate, Fate::Lost | Fate::Unanswered)),
                        Ordering::SeqCst,
                    );
                    if run.code != 0 {
                        let relay = rehearsal.stage.desk.read("relay.log");
                        let mut failed = failed.lock().unwrap();
                        let _ = writeln!(
                            failed,
                            "==== {} after {:?} (speed {})\n{}\n{relay}\n==== and before that\n{}",
                            case.scenario.name.value,
                            watch.elapsed(),
                            rehearsal.stage.speed,
                            run.all(),
                            first.unwrap_or_default()
                        );
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{failed}");
    let (doubled, lost) = (doubled.into_inner(), lost.into_inner());
    assert!(doubled > 10 && lost > 10, "the network was in order: {doubled} twice, {lost} lost");
}

#[test]
fn what_must_fail_fails_there_too_and_is_told_why() {
    let cases = cases();
    let twins: [(&str, &[Change]); 3] = [
        ("stop-by-keyword.yaml", &[("bellcheck.yaml", "\"state\":\"Stopping\"", "\"state\":\"Stopped\"")]),
        ("reboot.yaml", &[("bellcheck.yaml", "\"state\":\"Stopping\"", "\"state\":\"Gone\"")]),
        ("release.yaml", &[("bellcheck.yaml", "    contacts: [li, wang]", "    contacts: [wang]")]),
    ];
    for (file, changes) in twins {
        let case = cases.iter().find(|case| case.file.ends_with(format!("scenarios/{file}"))).unwrap();
        let rehearsal = Rehearsal::of(case, SPEED, changes);
        let emulated = rehearsal.stage.desk.run(&["test", &format!("scenarios/{file}")]).exits(1);
        let run = rehearsal.run(case).exits(1).says("known since the acts: CloudMonitor lists");
        // Both name the same arrow and the same cause; only times differ.
        let told = |run: &Run| -> Vec<String> {
            let lines = run.stdout.lines();
            lines.filter(|line| line.contains("× ") || line.contains("─► ")).map(without_times).collect()
        };
        assert!(!told(&emulated).is_empty(), "{}", emulated.all());
        assert_eq!(told(&run), told(&emulated), "{}", run.all());
    }
}

/// A line without the times that it tells, and without what it is drawn with.
fn without_times(line: &str) -> String {
    let words = line.split_whitespace().filter(|word| !word.starts_with('+'));
    words.collect::<Vec<_>>().join(" ").replace("│ ", "")
}
