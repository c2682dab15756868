//! A disk that is full, and a folder that goes away under the relay.

use std::{fs, path::Path, process::Command, time::Duration};

use bellcheck::clock::Stopwatch;

use super::bench::{Answer, DOWN, Relay, Robot, UP, ask, desk, posting, text};
use crate::{
    outside::not_judged,
    support::{Desk, pause},
};

const OPS: &str = "ops-relay-token";
const TOLD: &str = "the spool cannot be written, and senders are told to try again (HTTP 503)";
const OVER: &str = "the spool can be written again";

#[track_caller]
fn comes(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Stopwatch::start();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what} did not come");
        pause(Duration::from_millis(50));
    }
}

/// What a sender is told of a message: `ok`, or to try again, and nothing else.
#[track_caller]
fn post(relay: &Relay, content: &str) -> bool {
    let answer: Answer = ask(relay.port, posting(OPS, &text(content)));
    if answer.status == 200 {
        assert_eq!(answer.json()["errcode"], 0, "{answer:?}");
        return true;
    }
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.json()["error"].as_str().unwrap().contains("cannot be kept"), "{answer:?}");
    assert_eq!(answer.json()["remedy"], "send it again later");
    assert!(!answer.body.contains("errcode"), "a sender that looks at errcode only finds none: {answer:?}");
    false
}

#[track_caller]
fn is_failing(relay: &Relay) {
    let health = relay.get("/healthz");
    assert_eq!(health.status, 503, "{health:?}");
    assert!(health.json()["reason"].as_str().unwrap().contains("not writable"), "{health:?}");
    assert_eq!(relay.metric("bellcheck_relay_spool_writable"), 0.0);
}

/// All is forwarded and written down, and a new relay sends nothing again.
#[track_caller]
fn all_came_once(desk: &Desk, robot: &Robot, relay: Relay, args: &[&str], wanted: &[String]) {
    robot.waits_for(wanted.len());
    comes("the last outcome", || relay.metric("bellcheck_relay_pending_messages{robot=\"ops\"}") == 0.0);
    assert_eq!(robot.texts("real"), wanted);
    relay.kill();
    let relay = Relay::start(desk, args);
    let kept: Vec<(String, String)> =
        relay.kept("ops").into_iter().map(|(_, content, _, fate)| (content, fate)).collect();
    let delivered: Vec<(String, String)> =
        wanted.iter().map(|content| (content.clone(), "delivered".to_owned())).collect();
    assert_eq!(kept, delivered);
    assert!(!relay.log().contains("torn"), "{}", relay.log());
    assert!(post(&relay, "CloudMonitor, the last one"));
    assert_eq!((robot.count(), robot.resent()), (wanted.len() + 1, 0));
    assert_eq!(relay.terminate(), Some(0));
}

fn log_says_once(relay: &Relay, text: &str) {
    assert_eq!(relay.log().matches(text).count(), 1, "`{text}`:\n{}", relay.log());
}

/// The limit of a file's size stands for that of a disk: a write that goes beyond it fails half-way.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_to_senders_and_is_over_by_itself() {
    let desk = desk();
    let robot = Robot::start();
    robot.set(DOWN);
    let forward = format!("ops={}", robot.url("real"));
    let args = ["--log-level", "warn", "--forward-rate", "off", "--forward", &forward];
    // 200 KB, in blocks of 512 bytes.
    let relay = Relay::start_limited(&desk, 400, &args);
    let content = |number: usize| format!("CloudMonitor {number} {}", "x".repeat(9_000));
    // Whoever answers before the disk takes them all.
    let taken = (0..40).position(|number| !post(&relay, &content(number)));
    let taken = taken.expect("the disk is full, and the sender is told ok");
    assert!((15..25).contains(&taken), "{taken}");
    assert!(!post(&relay, &content(taken)) && !post(&relay, &content(taken)), "no repetition is ok either");
    is_failing(&relay);
    assert_eq!(relay.metric("bellcheck_relay_refused_total{robot=\"ops\",reason=\"spool\"}"), 3.0);
    log_says_once(&relay, TOLD);
    // What was kept goes on meanwhile, as long as there is room for what comes of it.
    robot.set(UP);
    robot.waits_for(1);
    let more = Command::new("prlimit").args(["--fsize=unlimited", "--pid", &relay.id()]).status();
    assert!(more.unwrap().success());
    // Nobody sends anything, and yet it is known: who is not sent to while the health is bad is sent to again.
    comes("health", || relay.get("/healthz").status == 200);
    log_says_once(&relay, TOLD);
    log_says_once(&relay, OVER);
    assert!(post(&relay, &content(taken)));
    let wanted: Vec<String> = (0..=taken).map(content).collect();
    all_came_once(&desk, &robot, relay, &args, &wanted);
}

/// A disk that takes what is written and then fails to keep it, by an injected fault.
#[cfg(target_os = "linux")]
#[test]
fn nobody_is_answered_before_the_disk_has_it() {
    let desk = desk();
    // Of each thread, the first time that it waits for the disk goes well: the start, and one message.
    let inject = "inject=fdatasync:error=EIO:when=2+";
    let strace = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", inject];
    let works = desk.foreign("strace").args(["-qq", "-o", "/dev/null", "true"]).output();
    // Not every machine lets one process trace another; what fails without it is tried on those that do.
    if !works.is_ok_and(|output| output.status.success()) {
        return not_judged("strace", "it is not installed, or may not trace here");
    }
    let relay = Relay::start_through(&desk, &strace, &["--log-level", "warn"]);
    assert!(post(&relay, "CloudMonitor 1"));
    for _ in 0..2 {
        assert!(!post(&relay, "CloudMonitor 2"), "ok is said before the disk has it");
    }
    is_failing(&relay);
    log_says_once(&relay, TOLD);
    relay.kill();
    let relay = Relay::start(&desk, &[]);
    let kept: Vec<String> = relay.kept("ops").into_iter().map(|(_, content, ..)| content).collect();
    assert_eq!(kept, ["CloudMonitor 1"], "what was not taken is not there");
    assert!(post(&relay, "CloudMonitor 2"));
    assert_eq!(relay.terminate(), Some(0));
}

#[test]
fn a_folder_that_cannot_be_there_is_told_before_anybody_sends() {
    let desk = desk();
    let robot = Robot::start();
    robot.set(DOWN);
    let args = ["--log-level", "warn", "--forward", &format!("ops={}", robot.url("real"))];
    let relay = Relay::start(&desk, &args);
    let mut wanted: Vec<String> = (1..=3).map(|number| format!("CloudMonitor {number}")).collect();
    assert!(wanted.iter().all(|content| post(&relay, content)));
    fs::remove_dir_all(desk.path("spool")).unwrap();
    desk.write("spool", "a file where the folder was");
    comes("the word of it", || relay.log().contains(TOLD));
    assert!(!post(&relay, "CloudMonitor 4") && !post(&relay, "CloudMonitor 4"));
    is_failing(&relay);
    // What was kept goes on, though what came of it cannot be written: one message, and then it waits.
    robot.set(UP);
    robot.waits_for(1);
    pause(Duration::from_millis(2500));
    assert_eq!(robot.texts("real"), wanted[..1]);
    let unwritten = "what came of message 1 cannot be written, and later ones wait";
    log_says_once(&relay, unwritten);
    log_says_once(&relay, TOLD);
    fs::remove_file(desk.path("spool")).unwrap();
    comes("health", || relay.get("/healthz").status == 200);
    log_says_once(&relay, OVER);
    wanted.push("CloudMonitor 4".to_owned());
    assert!(post(&relay, &wanted[3]));
    all_came_once(&desk, &robot, relay, &args, &wanted);
}

#[test]
fn a_folder_that_is_deleted_is_written_again() {
    let desk = desk();
    let robot = Robot::start();
    robot.set(DOWN);
    // A segment has two messages: some are full, and one is written to.
    let forward = format!("ops={}", robot.url("real"));
    let args = ["--log-level", "warn", "--keep", "16", "--forward", &forward];
    let relay = Relay::start(&desk, &args);
    let mut wanted: Vec<String> = (1..=7).map(|number| format!("CloudMonitor {number}")).collect();
    assert!(wanted.iter().all(|content| post(&relay, content)));
    let files = names(&desk.path("spool"));
    fs::remove_dir_all(desk.path("spool")).unwrap();
    // No `ok` is for what is in no folder.
    wanted.push("CloudMonitor 8".to_owned());
    assert!(post(&relay, &wanted[7]));
    let kept = bellcheck::files::find(&desk.path("spool"), ".jsonl").unwrap();
    let text: String = kept.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    assert!(wanted.iter().all(|content| text.contains(&format!("{content}\\\""))), "{text}");
    assert_eq!(names(&desk.path("spool")), files);
    log_says_once(&relay, "the spool's files were deleted or moved away; 4 of them are written again");
    // It is this relay's, and nobody else's.
    let mut other = Relay::command(&desk);
    let output = other.args(["--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    // Without a post it is noticed, too.
    fs::remove_dir_all(desk.path("spool")).unwrap();
    comes("the folder", || names(&desk.path("spool")) == files);
    assert_eq!(relay.get("/healthz").status, 200);
    fs::rename(desk.path("spool"), desk.path("away")).unwrap();
    fs::rename(desk.path("away"), desk.path("spool")).unwrap();
    robot.set(UP);
    all_came_once(&desk, &robot, relay, &args, &wanted);
}

#[test]
fn a_folder_of_another_relay_in_its_place_is_left_alone() {
    let desk = desk();
    let other = Relay::start(&desk, &[]);
    assert!(post(&other, "CloudMonitor, the other's"));
    assert_eq!(other.terminate(), Some(0));
    fs::rename(desk.path("spool"), desk.path("other")).unwrap();
    let relay = Relay::start(&desk, &[]);
    assert!(post(&relay, "CloudMonitor 1"));
    fs::rename(desk.path("spool"), desk.path("own")).unwrap();
    fs::rename(desk.path("other"), desk.path("spool")).unwrap();
    let segment = "messages-00000000000000000001.jsonl";
    let before = fs::read(desk.path("spool").join(segment)).unwrap();
    assert!(!post(&relay, "CloudMonitor 2"));
    is_failing(&relay);
    assert!(relay.log().contains("is of another spool"), "{}", relay.log());
    assert_eq!(fs::read(desk.path("spool").join(segment)).unwrap(), before);
    fs::rename(desk.path("spool"), desk.path("other")).unwrap();
    fs::rename(desk.path("own"), desk.path("spool")).unwrap();
    assert!(post(&relay, "CloudMonitor 2"));
    assert_eq!(relay.kept("ops").len(), 2);
    assert_eq!(relay.terminate(), Some(0));
}

/// What is in a folder, without what comes and goes.
fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("messages-") || name == "lock")
        .collect();
    names.sort();
    names
}
