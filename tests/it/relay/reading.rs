//! The read API, by hand and with the client that the live backend uses.

use std::{future::Future, process::Stdio, thread, time::Duration};

use bellcheck::{
    clock::Stopwatch,
    relay::{Forwarded, ReadClient},
    secret::Secret,
};
use serde_json::json;

use super::bench::{Relay, desk, text};
use crate::support::pause;

const OPS: &str = "ops-relay-token";

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn only_who_knows_the_token_reads() {
    let desk = desk();
    let relay = Relay::start(&desk, &[]);
    relay.post(OPS, &text("CloudMonitor"));
    for authorization in
        ["", "Bearer", "Bearer ", "Bearer the-read-toke", "Bearer the-read-tokens", "Basic the-read-token"]
    {
        let answer = relay.read_as(authorization, "");
        assert_eq!(answer.status, 401, "{authorization}");
        assert!(answer.head.contains("www-authenticate: Bearer"), "{}", answer.head);
        assert!(!answer.body.contains("CloudMonitor") && answer.json()["remedy"].is_string());
    }
    assert_eq!(relay.get("/relay/messages").status, 401);
    // The token belongs into a header: addresses are logged on their way.
    assert_eq!(relay.get("/relay/messages?token=the-read-token").status, 401);
    assert_eq!(relay.read("")["last"], 1);
    for query in ["robot=nobody", "after=x", "after=-1", "wait=31s", "wait=5", "limit=3", "robot=%ff"] {
        let answer = relay.read_as("Bearer the-read-token", query);
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
    }
    drop(relay);
    let mut command = desk.command();
    command.args(["relay", "--spec", "relay.yaml", "--spool", "elsewhere", "--listen", "127.0.0.1:0"]);
    let port_file = desk.path("closed.port");
    let mut child = command
        .arg("--port-file")
        .arg(&port_file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !port_file.exists() {
        pause(Duration::from_millis(25));
    }
    let port = std::fs::read_to_string(&port_file).unwrap().trim().parse().unwrap();
    let request =
        "GET /relay/messages HTTP/1.1\r\nhost: r\r\nauthorization: Bearer x\r\nconnection: close\r\n\r\n";
    let answer = super::bench::ask(port, request);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(answer.status, 404);
}

#[test]
fn messages_are_read_in_order_from_a_number_on() {
    let desk = desk();
    let relay = Relay::start(&desk, &[]);
    relay.post(OPS, &text("CloudMonitor 1"));
    relay.post("managers-relay-token", &text("CloudMonitor 2"));
    relay.post(OPS, &text("CloudMonitor 3"));
    let page = relay.read("robot=ops&after=0");
    assert_eq!(page["last"], 3);
    let message = &page["messages"][0];
    let at = message["received_at"].as_str().unwrap();
    assert!(at.len() == 24 && at.ends_with('Z'), "{at}");
    assert_eq!(
        *message,
        json!({
            "seq": 1, "robot": "ops", "received_at": at,
            "body": {"msgtype": "text", "text": {"content": "CloudMonitor 1"}},
            "answer": {"errcode": 0, "errmsg": "ok"}, "forwarded": "captured",
        })
    );
    let seqs = |query: &str| -> Vec<u64> {
        let page = relay.read(query);
        page["messages"].as_array().unwrap().iter().map(|message| message["seq"].as_u64().unwrap()).collect()
    };
    assert_eq!(seqs("robot=ops"), [1, 3]);
    assert_eq!(seqs("robot=ops&after=1"), [3]);
    assert_eq!(seqs("after=1"), [2, 3]);
    assert_eq!(seqs("after=18446744073709551615"), [] as [u64; 0]);
}

#[test]
fn the_client_waits_for_a_message_and_no_longer() {
    let desk = desk();
    let relay = Relay::start(&desk, &[]);
    let client = ReadClient::new(&relay.endpoint(), Secret::new("the-read-token")).unwrap();
    let begun = Stopwatch::start();
    let page = block_on(client.messages("ops", 0, Duration::from_millis(700))).unwrap();
    assert!(
        page.messages.is_empty() && begun.elapsed() >= Duration::from_millis(690),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!((page.last, page.next(7)), (0, 7));
    let begun = Stopwatch::start();
    let page = thread::scope(|scope| {
        let waiting = scope.spawn(|| block_on(client.messages("ops", 0, Duration::from_secs(25))).unwrap());
        pause(Duration::from_millis(300));
        // That of another robot is not waited for.
        relay.post("managers-relay-token", &text("CloudMonitor, managers"));
        pause(Duration::from_millis(300));
        relay.post(OPS, &text("CloudMonitor, ops"));
        waiting.join().unwrap()
    });
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    let [message] = &page.messages[..] else { panic!("{page:?}") };
    assert_eq!((message.seq, message.robot.as_str(), page.last), (2, "ops", 2));
    assert_eq!(message.forwarded, Forwarded::Captured);
    assert_eq!(message.answer.as_ref().map(|answer| answer.errcode), Some(0));
    assert_eq!(message.body["text"]["content"], "CloudMonitor, ops");
    assert_eq!(page.next(0), 2);
    let wrong = ReadClient::new(&relay.endpoint(), Secret::new("an-other-token")).unwrap();
    let error = block_on(wrong.messages("ops", 0, Duration::ZERO)).unwrap_err();
    assert!(error.message.contains("401") && !format!("{error:?}").contains("an-other-token"), "{error:?}");
    // A relay that stops lets nobody wait.
    let begun = Stopwatch::start();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| block_on(client.messages("ops", 2, Duration::from_secs(25))).unwrap());
        pause(Duration::from_millis(300));
        assert_eq!(relay.terminate(), Some(0));
        assert!(waiting.join().unwrap().messages.is_empty());
    });
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    let error = block_on(client.messages("ops", 0, Duration::ZERO)).unwrap_err();
    assert!(error.message.contains("cannot be reached"), "{error}");
}

#[test]
fn an_address_that_would_show_the_token_is_refused() {
    for base in ["http://relay.example.com", "ftp://127.0.0.1", "https://u:p@relay.example.com", "relay"] {
        assert!(ReadClient::new(base, Secret::new("t")).is_err(), "{base}");
    }
    for base in
        ["https://relay.example.com", "http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1/below"]
    {
        assert!(ReadClient::new(base, Secret::new("t")).is_ok(), "{base}");
    }
}
