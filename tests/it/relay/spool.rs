//! The folder of a relay: what it says of one that is in use or damaged, and that it stops cleanly.

use std::{
    fs,
    io::{Seek as _, SeekFrom, Write as _},
    path::PathBuf,
    thread,
    time::Duration,
};

use sha2::{Digest as _, Sha256};

use super::bench::{DOWN, Relay, Robot, SLOW, UP, desk, text};
use crate::support::{Desk, Run, pause};

const OPS: &str = "ops-relay-token";

fn segment(desk: &Desk) -> PathBuf {
    desk.path("spool/messages-00000000000000000001.jsonl")
}

/// A relay that is to end by itself.
fn fails(desk: &Desk, args: &[&str]) -> Run {
    let mut command = Relay::command(desk);
    Run::of(command.args(["--listen", "127.0.0.1:0"]).args(args).output().unwrap()).exits(2)
}

fn filled(desk: &Desk) {
    let relay = Relay::start(desk, &[]);
    for number in 1..=3 {
        relay.post(OPS, &text(&format!("CloudMonitor {number}")));
    }
    assert_eq!(relay.terminate(), Some(0));
}

#[test]
fn a_torn_last_line_is_cut_off_and_told() {
    for torn in ["{\"message\":{\"seq\":4,\"rob", "\0\0\0\0", "{"] {
        let desk = desk();
        filled(&desk);
        let path = segment(&desk);
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{whole}{torn}")).unwrap();
        let relay = Relay::start(&desk, &[]);
        let log = relay.log();
        assert!(log.contains("messages-00000000000000000001.jsonl:5:"), "{log}");
        assert!(log.contains("torn") && log.contains("relay::spool"), "{log}");
        let aside = format!("messages-00000000000000000001.{}.torn", whole.len());
        assert!(log.contains(&aside), "{log}");
        assert_eq!(fs::read_to_string(desk.path("spool").join(aside)).unwrap(), torn);
        relay.post(OPS, &text("CloudMonitor 4"));
        let seqs: Vec<u64> = relay.kept("ops").into_iter().map(|(seq, ..)| seq).collect();
        assert_eq!(seqs, [1, 2, 3, 4]);
        assert_eq!(relay.terminate(), Some(0));
        // Whole again.
        let relay = Relay::start(&desk, &[]);
        assert!(!relay.log().contains("torn"), "{}", relay.log());
    }
}

#[test]
fn damage_is_told_with_file_and_line_wherever_it_is() {
    const SPOILT: &str = "the line is not as it was written: its checksum does not fit";
    // In a line of the middle, within a body, in the last line that has its line end, at its very end.
    for (line, from, to, says) in [
        (3, "{\"message\":{\"seq\":2", "{\"massage\":{\"seq\":2", SPOILT),
        (3, "CloudMonitor 2", "CloudMonitor 7", SPOILT),
        (4, "CloudMonitor 3", "CloudMonitor 7", SPOILT),
        (4, "{\"message\":{\"seq\":3", "zz\"message\":{\"seq\":3", SPOILT),
        (4, "\"seq\":3", "\"seq\":3 ", SPOILT),
    ] {
        damaged(line, says, |whole| whole.replacen(from, to, 1));
    }
    damaged(4, "its line end is spoilt", |whole| format!("{}x", whole.trim_end()));
    damaged(5, SPOILT, |whole| format!("{whole}{{}}\n"));
    // Right by its checksum, and wrong all the same.
    damaged(3, "message 7 is out of order", |whole| signed(&whole.replacen("\"seq\":2", "\"seq\":7", 1)));
    damaged(3, "unknown variant `massage`", |whole| {
        signed(&whole.replacen("\"message\":{\"seq\":2", "\"massage\":{\"seq\":2", 1))
    });
    // What an earlier version wrote.
    damaged(1, "it is of format 1, whose lines have no checksums; this version reads format 2", |whole| {
        let header = whole.lines().next().unwrap();
        let plain = header.split(",\"sum\"").next().unwrap().replace("\"format\":2", "\"format\":1");
        format!("{plain}}}\n")
    });
}

/// A relay whose spool is spoilt so ends, names the line, and leaves the file alone.
#[track_caller]
fn damaged(line: usize, says: &str, spoil: impl Fn(&str) -> String) {
    let desk = desk();
    filled(&desk);
    let path = segment(&desk);
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, spoil(&whole)).unwrap();
    let before = fs::read(&path).unwrap();
    assert_ne!(before, whole.as_bytes());
    fails(&desk, &[])
        .says(&format!("messages-00000000000000000001.jsonl:{line}: the spool is damaged"))
        .says(says)
        .says("move the folder away")
        .hides("torn");
    assert_eq!(fs::read(&path).unwrap(), before, "what is damaged is left as it is");
}

/// The same lines with checksums that fit.
fn signed(text: &str) -> String {
    let line = |line: &str| {
        let object = line.split(",\"sum\"").next().unwrap();
        let sum: String =
            Sha256::digest(object.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{object},\"sum\":\"{sum}\"}}\n")
    };
    text.lines().map(line).collect()
}

#[test]
fn a_message_that_is_spoilt_while_the_relay_runs_is_not_forwarded() {
    let desk = desk();
    let robot = Robot::start();
    robot.set(DOWN);
    let forward = format!("ops={}", robot.url("real"));
    let relay = Relay::start(&desk, &["--forward", &forward]);
    // The first one is on its way, and the second one waits on the disk.
    relay.post(OPS, &text("CloudMonitor 1"));
    relay.post(OPS, &text("CloudMonitor 2"));
    let path = segment(&desk);
    let whole = fs::read(&path).unwrap();
    let place = whole.windows(14).position(|bytes| bytes == b"CloudMonitor 2").unwrap();
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(place as u64)).unwrap();
    file.write_all(b"B").unwrap();
    robot.set(UP);
    assert!((0..100).any(|_| {
        pause(Duration::from_millis(100));
        relay.log().contains("cannot be read again: the line is not as it was written")
    }));
    assert_eq!(robot.texts("real"), ["CloudMonitor 1"]);
}

#[test]
fn a_number_that_is_given_again_is_of_another_message() {
    let desk = desk();
    let robot = Robot::start();
    let forward = format!("ops={}", robot.url("real"));
    let args = ["--forward", &forward, "--duplicates", "0s"];
    let relay = Relay::start(&desk, &args);
    assert_eq!(relay.post(OPS, &text("CloudMonitor 1"))["errcode"], 0);
    assert_eq!(relay.terminate(), Some(0));
    // The end of the spool is lost, as after the crash of a disk that lied.
    let path = segment(&desk);
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, whole.split_inclusive('\n').next().unwrap()).unwrap();
    let relay = Relay::start(&desk, &args);
    assert_eq!(relay.post(OPS, &text("CloudMonitor 2"))["errcode"], 0);
    assert_eq!(relay.kept("ops")[0].0, 1, "the number is given again");
    assert_eq!(
        robot.texts("real"),
        ["CloudMonitor 1", "CloudMonitor 2"],
        "and no robot takes it for the first"
    );
    assert_eq!(relay.terminate(), Some(0));
}

#[test]
fn a_clock_that_was_set_back_makes_no_duplicates() {
    let desk = desk();
    let relay = Relay::start(&desk, &[]);
    relay.post(OPS, &text("CloudMonitor 1"));
    assert_eq!(relay.terminate(), Some(0));
    let path = segment(&desk);
    let mut whole = fs::read_to_string(&path).unwrap();
    let year = whole.find("\"received_at\":\"").unwrap() + "\"received_at\":\"".len();
    whole.replace_range(year..year + 4, "2099");
    fs::write(&path, signed(&whole)).unwrap();
    let relay = Relay::start(&desk, &[]);
    relay.post(OPS, &text("CloudMonitor 1"));
    relay.post(OPS, &text("CloudMonitor 1"));
    assert_eq!(relay.kept("ops").len(), 2, "one of long ago, one of now, and one that is a duplicate");
    assert_eq!(relay.terminate(), Some(0));
}

#[test]
fn one_relay_has_a_spool_at_a_time_and_only_its_user_looks_into_it() {
    let desk = desk();
    let relay = Relay::start(&desk, &[]);
    relay.post(OPS, &text("CloudMonitor"));
    fails(&desk, &[]).says("another relay has this spool").says("--spool");
    assert_eq!(relay.post(OPS, &text("CloudMonitor, still"))["errcode"], 0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for file in bellcheck::files::find(&desk.path("spool"), "").unwrap() {
            let mode = fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
        }
    }
    relay.kill();
    let relay = Relay::start(&desk, &[]);
    assert_eq!(relay.kept("ops").len(), 2, "what a killed relay leaves is free");
}

#[test]
fn a_spool_that_cannot_be_written_is_no_health() {
    let desk = desk();
    let relay = Relay::start(&desk, &[]);
    assert_eq!(relay.get("/healthz").json()["status"], "ok");
    // With a file in its place it cannot be made again.
    fs::remove_dir_all(desk.path("spool")).unwrap();
    desk.write("spool", "");
    let answer = relay.get("/healthz");
    assert_eq!(answer.status, 503);
    assert!(answer.json()["reason"].as_str().unwrap().contains("spool is not writable"), "{answer:?}");
    assert_eq!(relay.metric("bellcheck_relay_spool_writable"), 0.0);
}

#[test]
fn a_relay_that_stops_finishes_its_answers_and_leaves_the_rest_to_the_next() {
    let desk = desk();
    let robot = Robot::start();
    robot.set(SLOW);
    let args = ["--forward", &format!("ops={}", robot.url("real")), "--duplicates", "0s"];
    let relay = Relay::start(&desk, &args);
    thread::scope(|scope| {
        let port = relay.port;
        let sender =
            scope.spawn(move || super::bench::ask(port, super::bench::posting(OPS, &text("CloudMonitor 1"))));
        pause(Duration::from_millis(500));
        assert_eq!(relay.terminate(), Some(0));
        assert_eq!(sender.join().unwrap().json()["errcode"], 0);
    });
    robot.set(DOWN);
    let relay = Relay::start(&desk, &args);
    assert_eq!(relay.kept("ops")[0].3, "delivered");
    relay.post(OPS, &text("CloudMonitor 2"));
    assert_eq!(relay.terminate(), Some(0));
    // Nobody is forwarded to any more: that is said.
    let relay = Relay::start(&desk, &[]);
    assert!(relay.log().contains("1 messages wait for the robot `ops`"), "{}", relay.log());
    assert_eq!(robot.texts("real"), ["CloudMonitor 1"]);
}

#[test]
fn what_cannot_work_is_refused_before_anything_is_begun() {
    let desk = desk();
    let help = |args: &[&str]| {
        let mut command = desk.command();
        command.args(["relay", "--spec", "relay.yaml", "--spool", "never", "--listen", "127.0.0.1:0"]);
        Run::of(command.args(args).output().unwrap()).exits(2)
    };
    help(&["--read-token", "plain"]).says("put the token into a file");
    help(&["--read-token", "@missing"]).says("cannot read missing");
    help(&["--forward", "ops"]).says("write NAME=URL or NAME=@FILE");
    help(&["--forward", "nobody=https://h.example.com/robot/send?access_token=x"])
        .says("there is no robot `nobody`");
    help(&["--forward", "ops=http://h.example.com/robot/send?access_token=x"])
        .says("http is for this machine only");
    let twice = "ops=https://h.example.com/robot/send?access_token=x";
    help(&["--forward", twice, "--forward", twice]).says("is given twice");
    help(&["--forward-rate", "0"]).says("or off");
    help(&["--tls-cert", "x"]).says("--tls-key");
    desk.replace("relay.yaml", "managers-relay-token", OPS);
    help(&[]).says("`ops` and `managers`").says("token");
    assert!(!desk.path("never").exists());
}
