//! Ten thousand messages, a robot that fails, and a relay that is killed.

use std::{
    io::{BufReader, Write as _},
    net::TcpStream,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use bellcheck::clock::Stopwatch;
use serde_json::json;

use super::bench::{DOWN, FORGETFUL, Relay, Robot, UP, answer, connect, desk, text};
use crate::support::pause;

/// Longer than a slow machine needs: one that hangs fails.
const PATIENCE: Duration = Duration::from_secs(300);
const ROBOTS: usize = 20;
const EACH: usize = 500;

/// Says to all threads of a test that one of them failed: none goes on for the sake of a test that is
/// lost.
struct Fails<'a>(&'a AtomicBool);

impl Drop for Fails<'_> {
    fn drop(&mut self) {
        self.0.fetch_or(thread::panicking(), Ordering::SeqCst);
    }
}

/// Sends numbered messages one after the other, each until it is answered, as CloudMonitor might.
fn send_all(port: u16, robot: usize, done: &AtomicUsize, has_failed: &AtomicBool) {
    let _fails = Fails(has_failed);
    let begun = Stopwatch::start();
    let mut connection: Option<(TcpStream, BufReader<TcpStream>)> = None;
    let mut number = 0;
    while number < EACH && !has_failed.load(Ordering::SeqCst) {
        assert!(begun.elapsed() < PATIENCE, "message {robot}-{number} is not taken");
        let body = text(&format!("{robot}-{number}"));
        let mut attempt = || -> std::io::Result<u16> {
            if connection.is_none() {
                let socket = connect(port)?;
                connection = Some((socket.try_clone()?, BufReader::new(socket)));
            }
            let (socket, reader) = connection.as_mut().unwrap();
            write!(
                socket,
                "POST /robot/send?access_token=token-{robot} HTTP/1.1\r\nhost: relay\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )?;
            let answer = answer(reader)?;
            if answer.status == 200 {
                assert_eq!(answer.json(), json!({"errcode": 0, "errmsg": "ok"}));
            }
            Ok(answer.status)
        };
        if attempt().is_ok_and(|status| status == 200) {
            number += 1;
            done.fetch_add(1, Ordering::SeqCst);
        } else {
            connection = None;
            pause(Duration::from_millis(20));
        }
    }
}

#[test]
fn ten_thousand_messages_arrive_once_and_in_order_whatever_dies() {
    let desk = desk();
    let mut spec = "stack: s\nregion: cn-hangzhou\nrobots:\n".to_owned();
    let robot = Robot::start();
    let mut args = vec!["--forward-rate".to_owned(), "off".to_owned()];
    args.extend(["--keep".to_owned(), "1000".to_owned()]);
    for number in 0..ROBOTS {
        spec.push_str(&format!(
            "  r{number}:\n    webhook: https://r.example.com/robot/send?access_token=token-{number}\n"
        ));
        args.extend(["--forward".to_owned(), format!("r{number}={}", robot.url(&format!("real-{number}")))]);
    }
    desk.write("relay.yaml", &spec);
    // A log of every message would take longer than the messages.
    args.splice(0..0, ["--log-level".to_owned(), "error".to_owned()]);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let relay = Relay::start(&desk, &args);
    let port = relay.port;
    let relay = Mutex::new(Some(relay));
    let done = AtomicUsize::new(0);
    let has_failed = AtomicBool::new(false);
    let total = ROBOTS * EACH;
    let begun = Stopwatch::start();
    thread::scope(|scope| {
        for number in 0..ROBOTS {
            scope.spawn({
                let (done, has_failed) = (&done, &has_failed);
                move || send_all(port, number, done, has_failed)
            });
        }
        let _fails = Fails(&has_failed);
        let reach = |share: usize| {
            while done.load(Ordering::SeqCst) < total * share / 100 {
                assert!(!has_failed.load(Ordering::SeqCst), "a sender failed");
                assert!(begun.elapsed() < PATIENCE, "{done:?} messages are taken");
                pause(Duration::from_millis(2));
            }
        };
        let kill = || {
            relay.lock().unwrap().take().unwrap().kill();
            *relay.lock().unwrap() = Some(Relay::start_on(&desk, &format!("127.0.0.1:{port}"), &args));
        };
        reach(10);
        kill();
        reach(20);
        robot.set(DOWN);
        reach(35);
        // With a long queue of messages that nobody has but the spool.
        kill();
        robot.set(UP);
        reach(60);
        robot.set(FORGETFUL);
        reach(61);
        kill();
        reach(62);
        robot.set(UP);
        reach(100);
    });
    let relay = relay.into_inner().unwrap().unwrap();
    robot.waits_for(total);
    for number in 0..ROBOTS {
        let wanted: Vec<String> = (0..EACH).map(|message| format!("{number}-{message}")).collect();
        let found = robot.texts(&format!("real-{number}"));
        let first = found.iter().zip(&wanted).position(|(found, wanted)| found != wanted);
        assert_eq!(
            first,
            None,
            "robot {number} got {:?}",
            first.map(|at| &found[at..(at + 3).min(found.len())])
        );
        assert_eq!(found.len(), EACH, "robot {number}");
    }
    // What was delivered is written down, so that a new process resends no more than what was under way.
    let (resent, unsaid) = (robot.resent(), robot.unsaid());
    assert!(unsaid > 0 && resent >= unsaid, "{unsaid} answers were lost, {resent} messages were sent again");
    assert!(resent <= unsaid + 3 * ROBOTS, "{unsaid} answers were lost, {resent} messages were sent again");
    for number in 0..ROBOTS {
        let pending = format!("bellcheck_relay_pending_messages{{robot=\"r{number}\"}}");
        assert!((0..200).any(|_| {
            pause(Duration::from_millis(25));
            relay.metric(&pending) == 0.0
        }));
    }
    let kept = relay.metric("bellcheck_relay_spool_messages");
    assert!((1000.0..=1400.0).contains(&kept), "{kept} messages are kept of 1000");
    // A page has at most a thousand.
    let page = relay.read("");
    assert_eq!(
        (page["last"].as_u64(), page["messages"].as_array().map(Vec::len)),
        (Some(10_000), Some(1000))
    );
    assert_eq!(relay.terminate(), Some(0));
}
