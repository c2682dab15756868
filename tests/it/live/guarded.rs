//! The guard acts exactly as the run that it guards, and for as long as it takes.

use std::{
    fs,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::json;

use super::{
    disorder::{Disorder, Fate},
    stage::Stage,
    sweep::{open_events, stage, sweep, until},
};
use crate::support::{Desk, Run, pause};

/// A run under way, and its guard.
pub(super) struct Guarded {
    child: Child,
    pub(super) guard: String,
}

impl Guarded {
    /// Runs the stage's scenario with a changed command, until its guard is ready.
    pub(super) fn start(stage: &Stage, change: impl FnOnce(&mut Command)) -> Self {
        stage.write_binds();
        let said = stage.desk.path("run.stderr");
        let mut command = stage.command();
        command.args(["test", "--backend", "live", "--yes", "a.yaml"]);
        change(&mut command);
        let stderr = fs::File::create(&said).unwrap();
        let child = command.stdout(Stdio::null()).stderr(stderr).spawn().unwrap();
        let guard = || {
            let said = fs::read_to_string(&said).unwrap_or_default();
            let line = said.lines().find(|line| line.contains(" guards this run"))?;
            Some(line.split(' ').nth(1)?.to_owned())
        };
        until("a guard", || guard().is_some());
        Self { child, guard: guard().unwrap() }
    }

    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(super) fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.guard]).status().unwrap().success());
    }
}

/// What the guard of the stage's only run wrote.
fn log(stage: &Stage) -> String {
    let entries = fs::read_dir(stage.desk.path(".bellcheck/live")).unwrap();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    let path = paths.find(|path| path.to_string_lossy().ends_with(".guard.log")).unwrap();
    fs::read_to_string(path).unwrap()
}

/// What the guards of all runs of the stage wrote.
pub(super) fn logs(stage: &Stage) -> String {
    let entries = fs::read_dir(stage.desk.path(".bellcheck/live")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let logs = paths.filter(|path| path.to_string_lossy().ends_with(".guard.log"));
    logs.map(|path| format!("{}:\n{}", path.display(), fs::read_to_string(&path).unwrap())).collect()
}

#[track_caller]
fn restored(stage: &Stage) {
    until("a restored instance", || stage.state("web-1") == "Running");
    until("a settled journal", || sweep(stage, &["--dry-run"]).code == 0);
    assert_eq!((stage.state("web-1"), open_events(stage)), ("Running".to_owned(), 0), "{}", log(stage));
}

fn touched(stage: &Stage) {
    until("an instance that was touched", || stage.state("web-1") != "Running");
}

#[test]
fn flags_beat_the_environment_and_profiles_for_the_guard_too() {
    let flags = ["--access-key-id", "testAk", "--access-key-secret", "testSk"];
    for profile in [false, true] {
        let stage = stage();
        let other = json!({"current": "p", "profiles": [{"name": "p", "mode": "AK",
            "access_key_id": "otherAk", "access_key_secret": "0therSecret", "region_id": "cn-beijing"}]});
        stage.desk.write(".aliyun/config.json", &other.to_string());
        let mut run = Guarded::start(&stage, |command| {
            command.env("HOME", stage.desk.path("")).args(flags);
            command.env("ALIBABA_CLOUD_SECURITY_TOKEN", "stale");
            if profile {
                command
                    .env_remove("ALIBABA_CLOUD_ACCESS_KEY_ID")
                    .env_remove("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
                command.env_remove("ALIBABA_CLOUD_SECURITY_TOKEN").args(["--profile", "p"]);
            }
        });
        touched(&stage);
        // Other users of the machine see arguments.
        let arguments = fs::read(format!("/proc/{}/cmdline", run.guard)).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&arguments).contains("testSk"));
        // Nor does the guard look again for what it has.
        stage.desk.write(".aliyun/config.json", "{");
        run.kill();
        restored(&stage);
        let log = log(&stage);
        assert!(log.contains("with credentials from the flags"), "{log}");
        assert!(!log.contains("testSk") && !log.contains("stale"), "{log}");
    }
}

#[test]
fn a_role_is_asked_for_again_when_its_keys_have_expired() {
    // A quarter of an hour takes four seconds here.
    let stage = Stage::bare(Desk::new(), 240, &[]);
    stage.apply("quickstart/bellcheck.yaml");
    let stage = stage.with_instance("web-1", "Running", json!({"bellcheck": "allowed"}));
    let text = "name: Stays\nspec: quickstart/bellcheck.yaml\ninstances:\n  web-1: { state: Running }\nsteps:\n  - stop: web-1\n  - expect: { robot: ops, within: 12h, at_least: 50 }\n";
    stage.desk.write("a.yaml", text);
    let stage = stage.with("deadline: 12h\n");
    let profile = json!({"current": "p", "profiles": [{"name": "p", "mode": "RamRoleArn",
        "access_key_id": "testAk", "access_key_secret": "testSk", "region_id": "cn-hangzhou",
        "ram_role_arn": "acs:ram::1000000000000001:role/drill", "ram_session_name": "drill", "expired_seconds": 900}]});
    stage.desk.write(".aliyun/config.json", &profile.to_string());
    let mut run = Guarded::start(&stage, |command| {
        command.env("HOME", stage.desk.path(""));
        command.env_remove("ALIBABA_CLOUD_ACCESS_KEY_ID").env_remove("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
    });
    touched(&stage);
    pause(Duration::from_secs(5));
    run.kill();
    restored(&stage);
    let log = log(&stage);
    assert!(log.contains("AssumeRole"), "{log}");
}

#[test]
fn a_cloud_that_is_out_of_reach_when_the_run_dies_is_tried_until_it_is_back() {
    let mut stage = stage();
    let is_away = Arc::new(AtomicBool::new(false));
    let away = Arc::clone(&is_away);
    stage.network = Some(Disorder::before(stage.cloud.port(), move |_, _| {
        if away.load(Ordering::SeqCst) { Fate::Lost } else { Fate::Late(0) }
    }));
    let mut run = Guarded::start(&stage, |command| {
        command.args(["--retry-for", "0s"]);
    });
    touched(&stage);
    is_away.store(true, Ordering::SeqCst);
    run.kill();
    until("three attempts", || log(&stage).matches("once more in").count() >= 3);
    assert_ne!(stage.state("web-1"), "Running");
    is_away.store(false, Ordering::SeqCst);
    restored(&stage);
}

#[cfg(unix)]
#[test]
fn a_guard_outlives_its_terminal_and_writes_down_what_it_does() {
    use std::os::unix::fs::PermissionsExt as _;

    let stage = stage();
    let mut run = Guarded::start(&stage, |_| {});
    touched(&stage);
    run.signal("-HUP");
    pause(Duration::from_millis(100));
    run.kill();
    restored(&stage);
    let said = stage.desk.read("run.stderr");
    let named = said.lines().find(|line| line.contains("guards this run")).unwrap();
    let path = stage.desk.path(named.rsplit(' ').next().unwrap());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    until("a guard that has ended", || log(&stage).contains("1 instance restored"));
    let log = log(&stage);
    for line in ["waits for its run", "the run is dead", "web-1: it is Running", "1 instance restored"] {
        assert!(log.contains(line), "`{line}` is not in\n{log}");
    }
}

#[test]
fn a_guard_without_a_run_does_nothing() {
    let stage = stage();
    // What a run hands over is not said by somebody who types this.
    let alone = stage.command().args(["sweep", "--guard", "nothing.jsonl"]).output().unwrap();
    Run::of(alone).exits(2).says("nothing is guarded: the run died before it began");
}
