//! A server that webhooks reach, and the rule and the event that make the emulator call it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use bellcheck::{
    api::cloudmonitor::{EventPattern, PutEventRule, PutEventRuleTargets, WebhookParameter},
    clock::{Clock, SystemClock},
    openapi::{ApiError, Client, Credentials, Endpoints, Operation, RandomNonce, ReqwestTransport},
};
use serde_json::json;

use crate::support::{Cloud, pause};

/// What a sink does with a request.
#[derive(Clone)]
pub(crate) enum Act {
    Answer(u16),
    /// Answers with a body.
    Say(u16, &'static str),
    /// Answers after a while.
    Slowly(Duration, u16),
    Redirect(String),
    /// Answers nothing, and keeps the connection.
    Hang,
}

/// A request as a sink got it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

/// A server that does one thing and counts its connections.
pub(crate) struct Sink {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sink {
    /// Does the acts in turn, and from then on the last one.
    pub(crate) fn new(acts: &[Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (to_see, to_stop, acts) = (seen.clone(), stop.clone(), acts.to_vec());
        let thread = std::thread::spawn(move || {
            let mut kept = Vec::new();
            for (number, stream) in listener.incoming().enumerate() {
                if to_stop.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.unwrap();
                to_see.lock().unwrap().push(read(&mut stream));
                match &acts[number.min(acts.len() - 1)] {
                    Act::Answer(status) => reply(&mut stream, &format!("HTTP/1.1 {status} X\r\n")),
                    Act::Say(status, body) => {
                        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
                        stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes()).ok();
                    }
                    Act::Slowly(after, status) => {
                        pause(*after);
                        reply(&mut stream, &format!("HTTP/1.1 {status} X\r\n"));
                    }
                    Act::Redirect(to) => reply(&mut stream, &format!("HTTP/1.1 302 X\r\nlocation: {to}\r\n")),
                    Act::Hang => kept.push(stream),
                }
            }
        });
        Self { address, seen, stop, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook?sign=abc", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn read(stream: &mut TcpStream) -> Seen {
    let mut reader = BufReader::new(stream);
    let mut seen = Seen::default();
    reader.read_line(&mut seen.line).unwrap();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        seen.headers.push(header);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    seen.body = String::from_utf8(body).unwrap();
    seen
}

fn reply(stream: &mut TcpStream, head: &str) {
    // The other side may have gone.
    stream.write_all(format!("{head}content-length: 0\r\nconnection: close\r\n\r\n").as_bytes()).ok();
}

/// A call with the default key pair; asserts that it succeeds.
pub(crate) fn call<O: Operation>(cloud: &Cloud, operation: &O) {
    call_at(cloud, Arc::new(SystemClock), operation).unwrap();
}

/// As [`call`], signed with the time of `clock`; may be refused.
pub(crate) fn call_at<O: Operation>(
    cloud: &Cloud,
    clock: Arc<dyn Clock>,
    operation: &O,
) -> Result<O::Response, ApiError> {
    let client = Client::new(
        Arc::new(ReqwestTransport::new().unwrap()),
        Endpoints::new("cn-hangzhou", Some(&cloud.endpoint())).unwrap(),
        Credentials {
            access_key_id: "testAk".to_owned(),
            access_key_secret: "testSk".into(),
            security_token: None,
        },
        clock,
        Arc::new(RandomNonce),
    )
    .plain();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client.call(operation))
}

/// A rule for state changes that calls a webhook.
pub(crate) fn rule(cloud: &Cloud, method: &str, url: &str) {
    call(
        cloud,
        &PutEventRule {
            rule_name: "r".to_owned(),
            event_pattern: vec![EventPattern { product: "ECS".to_owned(), ..EventPattern::default() }],
            silence_time: Some(0),
            state: Some("ENABLED".to_owned()),
            ..PutEventRule::default()
        },
    );
    call(
        cloud,
        &PutEventRuleTargets {
            rule_name: "r".to_owned(),
            webhook_parameters: vec![WebhookParameter {
                id: Some("1".to_owned()),
                method: Some(method.to_owned()),
                protocol: Some("http".to_owned()),
                url: Some(url.to_owned()),
            }],
            ..PutEventRuleTargets::default()
        },
    );
}

pub(crate) fn event(cloud: &Cloud) {
    let event = json!({
        "product": "ECS", "name": "Instance:StateChange", "instance_name": "web-1",
        "content": {"state": "Stopping"},
    });
    cloud.control("POST", "/_bellcheck/events", &event);
}
