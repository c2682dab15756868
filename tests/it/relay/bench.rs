//! What the tests of the relay share: the process, requests to it, and a robot of their own.

use std::{
    collections::HashSet,
    fs,
    io::{self, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use bellcheck::openapi::{Nonce as _, RandomNonce};
use serde_json::{Value, json};

use crate::support::{Desk, pause};

/// Two robots with a keyword; `signed` has a secret, too, and `bound` an address.
pub(crate) const SPEC: &str = "\
stack: s
region: cn-hangzhou
robots:
  ops:
    webhook: https://relay.example.com/robot/send?access_token=ops-relay-token
    keywords: [CloudMonitor]
  managers:
    webhook: https://relay.example.com/robot/send?access_token=managers-relay-token
    keywords: [CloudMonitor]
  signed:
    webhook: https://relay.example.com/robot/send?access_token=signed-relay-token
    secret: SEC-of-the-signed-robot
  bound:
    webhook: https://relay.example.com/robot/send?access_token=bound-relay-token
    allowed_ips: [10.0.0.0/8]
contacts:
  one: { robot: ops }
  two: { robot: managers }
  three: { robot: signed }
  four: { robot: bound }
groups:
  all: { contacts: [one, two, three, four] }
";

pub(crate) fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("relay.yaml", SPEC);
    desk.write("read-token", "the-read-token\n");
    desk
}

/// A `bellcheck relay`; it ends with the test.
pub(crate) struct Relay {
    child: Child,
    pub(crate) port: u16,
    log: PathBuf,
}

impl Relay {
    /// With the spec of [`desk`], a spool in `spool/` and a read token.
    pub(crate) fn start(desk: &Desk, args: &[&str]) -> Self {
        Self::start_on(desk, "127.0.0.1:0", args)
    }

    /// Where no file may grow beyond so many blocks of 512 bytes, until the limit is lifted.
    #[cfg(target_os = "linux")]
    pub(crate) fn start_limited(desk: &Desk, blocks: u32, args: &[&str]) -> Self {
        // Without the trap, the limit ends the process instead of the write.
        let script = format!("trap '' XFSZ; ulimit -S -f {blocks}; exec \"$@\"");
        Self::start_through(desk, &["/bin/sh", "-c", &script, "sh"], args)
    }

    /// As the child of a program that becomes the relay.
    #[cfg(target_os = "linux")]
    pub(crate) fn start_through(desk: &Desk, program: &[&str], args: &[&str]) -> Self {
        let own = Self::command(desk);
        let mut command = desk.foreign(program[0]);
        command.args(&program[1..]).arg(own.get_program()).args(own.get_args());
        Self::spawn(desk, command, "127.0.0.1:0", args)
    }

    pub(crate) fn start_on(desk: &Desk, address: &str, args: &[&str]) -> Self {
        Self::spawn(desk, Self::command(desk), address, args)
    }

    fn spawn(desk: &Desk, mut command: Command, address: &str, args: &[&str]) -> Self {
        let name = RandomNonce.next();
        let port_file = desk.path(&format!("relay-{name}.port"));
        let log = desk.path(&format!("relay-{name}.log"));
        command.args(["--listen", address, "--port-file"]).arg(&port_file).args(args);
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::from(fs::File::create(&log).unwrap()))
            .spawn()
            .unwrap();
        let mut relay = Self { child, port: 0, log };
        for _ in 0..1200 {
            if let Some(port) = fs::read_to_string(&port_file).ok().and_then(|text| text.trim().parse().ok())
            {
                relay.port = port;
                return relay;
            }
            assert!(relay.child.try_wait().unwrap().is_none(), "the relay did not start:\n{}", relay.log());
            pause(Duration::from_millis(25));
        }
        panic!("the relay did not get ready:\n{}", relay.log());
    }

    /// Without an address.
    pub(crate) fn command(desk: &Desk) -> Command {
        let mut command = desk.command();
        command.args(["--log-level", "trace", "relay", "--spec", "relay.yaml", "--spool", "spool"]);
        command.args(["--read-token", "@read-token"]);
        command
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its process, for `kill`.
    pub(crate) fn id(&self) -> String {
        self.child.id().to_string()
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// A post to a robot; what it answered.
    #[track_caller]
    pub(crate) fn post(&self, token: &str, body: &str) -> Value {
        let answer = ask(self.port, posting(token, body));
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        ask(self.port, format!("GET {path} HTTP/1.1\r\nhost: relay\r\nconnection: close\r\n\r\n"))
    }

    /// The read API, with its token; asserts HTTP 200.
    #[track_caller]
    pub(crate) fn read(&self, query: &str) -> Value {
        let answer = self.read_as("Bearer the-read-token", query);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    pub(crate) fn read_as(&self, authorization: &str, query: &str) -> Answer {
        ask(
            self.port,
            format!(
                "GET /relay/messages?{query} HTTP/1.1\r\nhost: relay\r\nauthorization: {authorization}\r\nconnection: close\r\n\r\n"
            ),
        )
    }

    /// The messages of a robot: `(seq, content, errcode, forwarded)`.
    #[track_caller]
    pub(crate) fn kept(&self, robot: &str) -> Vec<(u64, String, i64, String)> {
        let page = self.read(&format!("robot={robot}"));
        page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| {
                (
                    message["seq"].as_u64().unwrap(),
                    message["body"]["text"]["content"].as_str().unwrap_or_default().to_owned(),
                    message["answer"]["errcode"].as_i64().unwrap_or(-99),
                    message["forwarded"].as_str().unwrap().to_owned(),
                )
            })
            .collect()
    }

    /// A value of the metrics, by its name and labels.
    #[track_caller]
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").body;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap_or_else(|| panic!("`{name}` is not in\n{text}")).parse().unwrap()
    }

    /// Ends it at once, in the middle of whatever it does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it the way an init system does; its exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        assert!(Command::new("kill").args(["-TERM", &self.id()]).status().unwrap().success());
        for _ in 0..800 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            pause(Duration::from_millis(25));
        }
        panic!("the relay did not stop:\n{}", self.log());
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        let said = self.log();
        assert!(thread::panicking() || !said.contains("panicked at"), "the relay said:\n{said}");
    }
}

/// A text that robots with the keyword take.
pub(crate) fn text(content: &str) -> String {
    json!({"msgtype": "text", "text": {"content": content}}).to_string()
}

/// A post as it goes over a socket, on a connection that is closed after it.
pub(crate) fn posting(token: &str, body: &str) -> String {
    format!(
        "POST /robot/send?access_token={token} HTTP/1.1\r\nhost: relay\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// An answer of a server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

pub(crate) fn connect(port: u16) -> io::Result<TcpStream> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let socket = TcpStream::connect_timeout(&address, Duration::from_secs(30))?;
    socket.set_read_timeout(Some(Duration::from_secs(60)))?;
    socket.set_write_timeout(Some(Duration::from_secs(60)))?;
    socket.set_nodelay(true)?;
    Ok(socket)
}

/// Sends raw bytes and reads an answer.
#[track_caller]
pub(crate) fn ask(port: u16, request: impl AsRef<[u8]>) -> Answer {
    let mut socket = connect(port).unwrap();
    socket.write_all(request.as_ref()).unwrap();
    answer(&mut BufReader::new(socket)).unwrap()
}

/// Reads one answer with a length.
pub(crate) fn answer(reader: &mut impl io::BufRead) -> io::Result<Answer> {
    let (head, body) = message(reader)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Ok(Answer { status, head, body: String::from_utf8_lossy(&body).into_owned() })
}

/// A head and a body, by content-length; none at the end of the connection.
fn message(reader: &mut impl io::BufRead) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return if head.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some((head, body)))
}

/// How a [`Robot`] behaves.
pub(crate) const UP: u8 = 0;
/// It ends connections without looking at what they bring.
pub(crate) const DOWN: u8 = 1;
/// It takes every third message, and ends the connection instead of saying so.
pub(crate) const FORGETFUL: u8 = 2;
/// It takes messages, and says so after a while only.
pub(crate) const SLOW: u8 = 3;

/// A robot that knows resent messages by their `msgUuid`, as DingTalk does, and takes any number.
#[derive(Clone, Default)]
pub(crate) struct Robot {
    state: Arc<State>,
    pub(crate) port: u16,
}

#[derive(Default)]
struct State {
    mode: AtomicU8,
    calls: AtomicUsize,
    /// Calls with a `msgUuid` that was taken already.
    resent: AtomicUsize,
    /// Messages that were taken without a word.
    unsaid: AtomicUsize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    uuids: HashSet<String>,
    /// `(token, body)` in the order of arrival.
    messages: Vec<(String, Vec<u8>)>,
}

impl Robot {
    /// Serves on a free port until the test's process ends.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let robot = Self { state: Arc::default(), port: listener.local_addr().unwrap().port() };
        let served = robot.clone();
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let robot = served.clone();
                thread::spawn(move || robot.serve(socket).ok());
            }
        });
        robot
    }

    pub(crate) fn set(&self, mode: u8) {
        self.state.mode.store(mode, Ordering::SeqCst);
    }

    /// Where messages of a relay's robot go on to.
    pub(crate) fn url(&self, token: &str) -> String {
        format!("http://127.0.0.1:{}/robot/send?access_token={token}", self.port)
    }

    /// Messages that were taken without a word.
    pub(crate) fn unsaid(&self) -> usize {
        self.state.unsaid.load(Ordering::SeqCst)
    }

    pub(crate) fn resent(&self) -> usize {
        self.state.resent.load(Ordering::SeqCst)
    }

    pub(crate) fn count(&self) -> usize {
        self.state.taken.lock().unwrap().messages.len()
    }

    /// The bodies that a token's robot took, in order.
    pub(crate) fn bodies(&self, token: &str) -> Vec<String> {
        let taken = self.state.taken.lock().unwrap();
        let bodies = taken.messages.iter().filter(|(of, _)| of == token);
        bodies.map(|(_, body)| String::from_utf8(body.clone()).unwrap()).collect()
    }

    /// The texts that a token's robot took, in order.
    pub(crate) fn texts(&self, token: &str) -> Vec<String> {
        let content = |body: &String| {
            let body: Value = serde_json::from_str(body).unwrap();
            body["text"]["content"].as_str().unwrap().to_owned()
        };
        self.bodies(token).iter().map(content).collect()
    }

    /// Waits until it has that many messages.
    #[track_caller]
    pub(crate) fn waits_for(&self, count: usize) {
        for _ in 0..2400 {
            if self.count() >= count {
                return;
            }
            pause(Duration::from_millis(25));
        }
        panic!("the robot has {} of {count} messages", self.count());
    }

    fn serve(&self, socket: TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(socket.try_clone()?);
        let mut socket = socket;
        while let Some((head, body)) = message(&mut reader)? {
            let number = self.state.calls.fetch_add(1, Ordering::SeqCst);
            let mode = self.state.mode.load(Ordering::SeqCst);
            if mode == DOWN {
                return Ok(());
            }
            if mode == SLOW {
                pause(Duration::from_secs(2));
            }
            let target = head.split(' ').nth(1).unwrap();
            let token = target.split("access_token=").nth(1).unwrap().split('&').next().unwrap();
            // Robots take more than JSON.
            let uuid: Value = serde_json::from_slice(&body).unwrap_or_default();
            let uuid = uuid["msgUuid"].as_str().unwrap_or_default().to_owned();
            {
                let mut taken = self.state.taken.lock().unwrap();
                if uuid.is_empty() || taken.uuids.insert(uuid) {
                    taken.messages.push((token.to_owned(), body));
                } else {
                    self.state.resent.fetch_add(1, Ordering::SeqCst);
                }
            }
            if mode == FORGETFUL && number.is_multiple_of(3) {
                self.state.unsaid.fetch_add(1, Ordering::SeqCst);
                return Ok(());
            }
            let body = r#"{"errcode":0,"errmsg":"ok"}"#;
            let length = body.len();
            write!(
                socket,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
            )?;
        }
        Ok(())
    }
}
