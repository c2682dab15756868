//! A network that is not to be relied on, between two processes: what goes through it comes late, twice,
//! out of order or not at all. What happens to the n-th request follows from n.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use crate::support::pause;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It comes through after a while.
    Late(u64),
    /// The other side is said to be busy, and never hears of it.
    Throttled,
    /// It is lost on its way there.
    Lost,
    /// It arrives, and its answer is lost.
    Unanswered,
    /// It arrives twice.
    Twice,
    /// It waits for ever before it arrives.
    Held,
    /// It arrives, and its answer waits for ever.
    AnswerHeld,
}

/// What becomes of the n-th request, by its operation.
type Plan = Arc<dyn Fn(usize, &str) -> Fate + Send + Sync>;

/// Calls of the API: latency, throttling, requests and answers that are lost.
pub(crate) fn api(number: usize, _: &str) -> Fate {
    match number {
        _ if number % 17 == 5 => Fate::Throttled,
        _ if number % 23 == 7 => Fate::Unanswered,
        _ if number % 29 == 11 => Fate::Lost,
        _ => Fate::Late((number as u64 * 7) % 12),
    }
}

/// Deliveries to robots: duplicated, delayed so that they overtake each other, lost once.
pub(crate) fn deliveries(number: usize, _: &str) -> Fate {
    match number {
        _ if number % 4 == 1 => Fate::Twice,
        _ if number % 5 == 2 => Fate::Unanswered,
        _ if number.is_multiple_of(7) => Fate::Lost,
        _ => Fate::Late((number as u64 * 13) % 40),
    }
}

/// The network; it ends with the test.
pub(crate) struct Disorder {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    fates: Arc<Mutex<Vec<Fate>>>,
    thread: Option<JoinHandle<()>>,
}

impl Disorder {
    /// Before the server at this port of this machine.
    pub(crate) fn before(port: u16, plan: impl Fn(usize, &str) -> Fate + Send + Sync + 'static) -> Self {
        let plan: Plan = Arc::new(plan);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, fates) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (to_stop, to_note) = (Arc::clone(&stop), Arc::clone(&fates));
        let number = Arc::new(AtomicUsize::new(0));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if to_stop.load(Ordering::SeqCst) {
                    return;
                }
                let (number, to_note, plan) = (Arc::clone(&number), Arc::clone(&to_note), Arc::clone(&plan));
                std::thread::spawn(move || {
                    // What becomes of a connection is the affair of its two ends.
                    stream.and_then(|stream| carry(stream, port, &plan, &number, &to_note)).ok();
                });
            }
        });
        Self { address, stop, fates, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How often this happened.
    pub(crate) fn count(&self, is_it: impl Fn(&Fate) -> bool) -> usize {
        self.fates.lock().unwrap().iter().filter(|fate| is_it(fate)).count()
    }
}

impl Drop for Disorder {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// Carries one request; every connection has one.
fn carry(
    mut client: TcpStream,
    port: u16,
    plan: &Plan,
    number: &AtomicUsize,
    fates: &Mutex<Vec<Fate>>,
) -> std::io::Result<()> {
    let Some(request) = message(&mut client)? else { return Ok(()) };
    let head = String::from_utf8_lossy(&request[..request.len().min(4096)]).into_owned();
    let operation = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().starts_with("x-acs-action:").then(|| line[13..].trim()));
    let fate = plan(number.fetch_add(1, Ordering::SeqCst), operation.unwrap_or_default());
    fates.lock().unwrap().push(fate);
    let send = || -> std::io::Result<Vec<u8>> {
        let mut server = TcpStream::connect(("127.0.0.1", port))?;
        server.write_all(&request)?;
        Ok(message(&mut server)?.unwrap_or_default())
    };
    let answer = match fate {
        Fate::Late(milliseconds) => {
            pause(Duration::from_millis(milliseconds));
            send()?
        }
        Fate::Throttled => busy(),
        Fate::Lost => return Ok(()),
        Fate::Unanswered => {
            send()?;
            return Ok(());
        }
        Fate::Held => loop {
            pause(Duration::from_secs(60));
        },
        Fate::AnswerHeld => {
            send()?;
            loop {
                pause(Duration::from_secs(60));
            }
        }
        Fate::Twice => {
            send()?;
            send()?
        }
    };
    client.write_all(&answer)?;
    client.flush()
}

/// What the gateway says that has too much to do.
fn busy() -> Vec<u8> {
    let body = r#"{"Code":"Throttling.User","Message":"Request was denied due to user flow control.","RequestId":"D15O-RDER","HostId":"x"}"#;
    format!(
        "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A request or an answer with a length, with `connection: close` in place of what it says.
fn message(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut bytes = Vec::new();
    let mut part = [0; 8192];
    let head = loop {
        if let Some(place) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break place + 4;
        }
        match stream.read(&mut part)? {
            0 => return Ok(None),
            read => bytes.extend_from_slice(&part[..read]),
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head - 2]).into_owned();
    let mut kept = String::new();
    let mut length = 0;
    for line in text.split_inclusive("\r\n") {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if name == "content-length" {
            length = line.split(':').nth(1).unwrap_or_default().trim().parse().unwrap_or(0);
        }
        if name != "connection" {
            kept.push_str(line);
        }
    }
    while bytes.len() < head + length {
        match stream.read(&mut part)? {
            0 => break,
            read => bytes.extend_from_slice(&part[..read]),
        }
    }
    let mut out = format!("{kept}connection: close\r\n\r\n").into_bytes();
    out.extend_from_slice(&bytes[head..]);
    Ok(Some(out))
}
