//! A proxy between the binary and a cloud, which changes answers.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::support::{Cloud, pause};

/// What becomes of the answer to an operation: its body changed in place, and how long it is held.
pub(super) type Change = dyn Fn(&str, &mut Value) -> Duration + Send + Sync;

pub(super) struct Proxy {
    port: u16,
}

impl Proxy {
    /// In front of a cloud. It ends with the process of the tests.
    pub(super) fn before(
        cloud: &Cloud,
        change: impl Fn(&str, &mut Value) -> Duration + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (upstream, change): (u16, Arc<Change>) = (cloud.port(), Arc::new(change));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let change = Arc::clone(&change);
                // A client that goes away is no fault of the proxy.
                thread::spawn(move || stream.map(|stream| pass(stream, upstream, &*change)));
            }
        });
        Self { port }
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

fn pass(mut client: TcpStream, upstream: u16, change: &Change) -> std::io::Result<()> {
    let (head, body) = message(&mut client)?;
    let operation = field(&head, "x-acs-action").unwrap_or_default();
    let mut server = TcpStream::connect(("127.0.0.1", upstream))?;
    server.write_all(one_way(&head).as_bytes())?;
    server.write_all(&body)?;
    let (head, body) = message(&mut server)?;
    let mut answer: Value = serde_json::from_slice(&body).unwrap();
    let wait = change(&operation, &mut answer);
    pause(wait);
    let body = answer.to_string();
    let head: String = head
        .lines()
        .filter(|line| !line.is_empty() && !line.to_ascii_lowercase().starts_with("content-length:"))
        .map(|line| format!("{line}\r\n"))
        .collect();
    client.write_all(
        format!("{head}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).as_bytes(),
    )
}

/// A head, and the body that it announces.
fn message(stream: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = field(&head, "content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((head, body))
}

fn field(head: &str, name: &str) -> Option<String> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    lines
        .into_iter()
        .find(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_owned())
}

fn one_way(head: &str) -> String {
    head.replacen("\r\n\r\n", "\r\nconnection: close\r\n\r\n", 1)
}
