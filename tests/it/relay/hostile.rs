//! What no sender of good will sends: a clean refusal, and the relay goes on.

use std::{
    io::{self, Read as _, Write as _},
    net::Shutdown,
    thread,
    time::Duration,
};

use bellcheck::clock::Stopwatch;

use super::bench::{Relay, ask, connect, desk, posting, text};
use crate::support::pause;

const OPS: &str = "ops-relay-token";

#[test]
fn what_is_malformed_is_refused_and_the_relay_goes_on() {
    let desk = desk();
    let relay = Relay::start(&desk, &[]);
    let post = |target: &str, headers: &str| {
        format!("POST {target} HTTP/1.1\r\nhost: r\r\nconnection: close\r\n{headers}\r\n")
    };
    let json = "content-type: application/json\r\n";
    let deep = format!("{}{}", "[".repeat(9_000), "]".repeat(9_000));
    let large = 70_000;
    let cases: [(&str, String, u16); 14] = [
        ("another path", post("/robot", "content-length: 0\r\n"), 404),
        ("the control API of an emulator", post("/_bellcheck/reset", "content-length: 0\r\n"), 404),
        ("a path with dots", post("/../robot/send", "content-length: 0\r\n"), 404),
        ("another method", post("/metrics", "content-length: 0\r\n"), 405),
        (
            "a method that is none",
            "BREW /healthz HTTP/1.1\r\nhost: r\r\nconnection: close\r\n\r\n".into(),
            405,
        ),
        ("no UTF-8 in the query", post("/robot/send?access_token=%ff", "content-length: 0\r\n"), 400),
        ("half a code", post("/robot/send?access_token=%f", "content-length: 0\r\n"), 400),
        ("a line break in the query", posting(&format!("{OPS}%0d%0ax:y"), &text("x")), 200),
        ("a raw line break", posting("a b\r\nx: y", &text("x")), 400),
        ("a length that is none", post("/robot/send", "content-length: -1\r\n"), 400),
        ("two lengths", post("/robot/send", "content-length: 1\r\ncontent-length: 2\r\n"), 400),
        ("deep JSON", posting(OPS, &deep), 200),
        ("a large body", posting(OPS, &"x".repeat(large)), 413),
        (
            "a length beyond reason",
            post("/robot/send", &format!("{json}content-length: 99999999999\r\n")),
            413,
        ),
    ];
    for (what, request, status) in &cases {
        let answer = ask(relay.port, request);
        assert_eq!(answer.status, *status, "{what}: {answer:?}");
        if answer.status == 200 {
            assert_ne!(answer.json()["errcode"], 0, "{what}");
        } else if answer.status != 400 || !answer.body.is_empty() {
            assert!(answer.json()["remedy"].is_string(), "{what}: {answer:?}");
        }
    }
    // Without a length, the limit is found while reading.
    let mut chunked =
        post(&format!("/robot/send?access_token={OPS}"), &format!("{json}transfer-encoding: chunked\r\n"));
    chunked.push_str(&format!("{large:x}\r\n{}\r\n0\r\n\r\n", "x".repeat(large)));
    assert_eq!(ask(relay.port, chunked).status, 413);
    let long_query = format!("GET /healthz?{} HTTP/1.1\r\nhost: r\r\n\r\n", "x".repeat(100_000));
    let mut socket = connect(relay.port).unwrap();
    socket.write_all(long_query.as_bytes()).ok();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).ok();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    for garbage in [&b"\x16\x03\x01\x02\x00\x01\x00"[..], b"\0\0\0\0\r\n\r\n", b"GET\r\n\r\n"] {
        let mut socket = connect(relay.port).unwrap();
        socket.write_all(garbage).unwrap();
        socket.shutdown(Shutdown::Write).ok();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).ok();
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    assert!(relay.kept("ops").is_empty(), "{:?}", relay.kept("ops"));
    assert_eq!(relay.post(OPS, &text("CloudMonitor"))["errcode"], 0);
    assert_eq!(relay.get("/healthz").status, 200);
    let refused = |reason: &str| format!("bellcheck_relay_refused_total{{robot=\"\",reason=\"{reason}\"}}");
    assert_eq!(relay.metric(&refused("too_large")), 3.0);
    assert_eq!(relay.metric(&refused("malformed")), 2.0);
}

#[test]
fn slow_heads_and_senders_that_hang_up_hold_nothing_up() {
    let desk = desk();
    let relay = Relay::start(&desk, &[]);
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let mut socket = connect(relay.port).unwrap();
                socket.write_all(b"POST /robot/send HTTP/1.1\r\nho").unwrap();
                let begun = Stopwatch::start();
                let mut answer = Vec::new();
                socket.read_to_end(&mut answer).ok();
                assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
            });
        }
        // A body that is announced and does not come.
        let request = posting(OPS, &text("CloudMonitor"));
        let mut socket = connect(relay.port).unwrap();
        socket.write_all(&request.as_bytes()[..request.len() - 5]).unwrap();
        drop(socket);
        pause(Duration::from_millis(300));
        let begun = Stopwatch::start();
        assert_eq!(relay.post(OPS, &text("CloudMonitor, meanwhile"))["errcode"], 0);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    });
    assert_eq!(relay.kept("ops").len(), 1);
}

#[test]
fn who_asks_much_and_reads_nothing_is_hung_up_on() {
    let desk = desk();
    let relay = Relay::start(&desk, &[]);
    let mut socket = connect(relay.port).unwrap();
    socket.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
    let asked = "GET /metrics HTTP/1.1\r\nhost: r\r\n\r\n".repeat(1000);
    let begun = Stopwatch::start();
    // Once the ways are full in both directions, nothing goes on: until the relay ends it.
    let ended = loop {
        assert!(begun.elapsed() < Duration::from_secs(100), "the connection is held for ever");
        match socket.write(asked.as_bytes()) {
            Ok(_) => {}
            Err(fault) if matches!(fault.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
            Err(fault) => break fault,
        }
    };
    assert!(matches!(ended.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe), "{ended}");
    assert_eq!(relay.get("/healthz").status, 200);
    assert_eq!(relay.terminate(), Some(0));
}
