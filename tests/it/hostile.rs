//! Hostile callers over real sockets: each gets a clear answer or a clean close, and the server goes
//! on as before.

use std::{
    io::{self, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use bellcheck::{
    clock::Stopwatch,
    emulator::{Emulator, ServeOptions, WorldConfig, serve_with},
    openapi::{Call, Params, Seal, SignatureScheme},
};
use serde_json::{Value, json};

use crate::{
    raw::{flipped, new_year, test_credentials, write},
    support::{Cloud, Desk, pause},
};

/// What the process may grow by, whatever is thrown at it in these tests. The journal's own bound is
/// 64 MB, and allocators keep what they once had.
const BOUND: usize = 200 << 20;

fn start(desk: &Desk) -> Cloud {
    Cloud::start(desk, &["--clock", "virtual", "--start-time", "2026-01-01T00:00:00Z"])
}

/// A signed call, as it goes over a socket; the connection is closed after it.
pub(crate) fn signed(action: &str, params: &[(String, String)], number: usize) -> Vec<u8> {
    signed_as(SignatureScheme::V1Body, action, params, number)
}

fn signed_as(scheme: SignatureScheme, action: &str, params: &[(String, String)], number: usize) -> Vec<u8> {
    let params: Params = params.iter().cloned().collect();
    let call = Call { action, version: "2019-01-01", params: &params };
    let credentials = test_credentials();
    let nonce = format!("hostile-{number}");
    let seal = Seal { credentials: &credentials, now: new_year(), nonce: &nonce };
    let mut request = scheme.request("127.0.0.1", &call, &seal);
    request.headers.push(("connection".to_owned(), "close".to_owned()));
    if !request.headers.iter().any(|(name, _)| name == "content-length") {
        request.headers.push(("content-length".to_owned(), request.body.len().to_string()));
    }
    write(&request)
}

fn connect(port: u16) -> TcpStream {
    // Only so that a test that fails ends.
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let socket = TcpStream::connect_timeout(&address, Duration::from_secs(60)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    socket.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
    socket
}

/// Everything until the server closes; a reset is a close, a timeout is none.
fn rest(socket: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    match socket.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) => assert!(
            !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
            "the server neither answers nor closes"
        ),
    }
    bytes
}

/// The status of the first answer; none for a close without one.
fn status(answer: &[u8]) -> Option<u16> {
    let rest = answer.strip_prefix(b"HTTP/1.1 ")?;
    std::str::from_utf8(rest.get(..3)?).ok()?.parse().ok()
}

/// Sends bytes, says that there is nothing more, and reads until the server closes.
fn throw(port: u16, bytes: &[u8]) -> Vec<u8> {
    let mut socket = connect(port);
    // The server may have closed already.
    socket.write_all(bytes).ok();
    socket.shutdown(Shutdown::Write).ok();
    rest(&mut socket)
}

/// A whole exchange: status and body, which must not be chunked.
pub(crate) fn exchange(port: u16, bytes: &[u8]) -> (u16, Vec<u8>) {
    let mut socket = connect(port);
    socket.write_all(bytes).ok();
    let answer = rest(&mut socket);
    let text = String::from_utf8_lossy(&answer).into_owned();
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or_else(|| panic!("{text}"));
    (status(&answer).unwrap_or_else(|| panic!("{text}")), answer[head + 4..].to_vec())
}

/// That the server does its work as ever.
#[track_caller]
fn assert_works(cloud: &Cloud, number: usize) {
    let params =
        [("ContactGroupName", "after"), ("Describe", "d")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    let (status, body) = exchange(cloud.port(), &signed("PutContactGroup", &params, number));
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    let state = cloud.control("GET", "/_bellcheck/state", &Value::Null);
    assert_eq!(state["accounts"]["1000000000000001"]["groups"], json!(["after"]));
}

#[track_caller]
fn assert_bounded(cloud: &Cloud, before: usize) {
    let now = cloud.memory();
    assert!(now < before + BOUND, "{before} bytes before, {now} after");
}

/// SplitMix64: the same bytes in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}

#[test]
fn random_bytes_and_spoilt_requests() {
    let desk = Desk::new();
    let cloud = start(&desk);
    let before = cloud.memory();
    let mut noise = Noise(1);
    for _ in 0..300 {
        let count = 1 + (noise.next() % 5000) as usize;
        let answer = throw(cloud.port(), &noise.bytes(count));
        assert!(matches!(status(&answer), None | Some(400..500)), "{}", String::from_utf8_lossy(&answer));
    }
    // One bit of a good request: mostly refused, never a failure of the server.
    let good = signed("DescribeContactList", &[], 0);
    for at in 0..good.len() {
        let answer = throw(cloud.port(), &flipped(&good, at));
        assert!(
            matches!(status(&answer), None | Some(200 | 400..500)),
            "at {at}: {}",
            String::from_utf8_lossy(&answer)
        );
    }
    // What is no percent-encoded UTF-8 is said to be none.
    for query in ["%ff", "a=%", "a=%zz", "Action=%c3%28", "%00=%80"] {
        for path in ["/", "/robot/send"] {
            let request =
                format!("GET {path}?{query} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
            let (status, body) = exchange(cloud.port(), request.as_bytes());
            let answer = String::from_utf8_lossy(&body);
            assert_eq!(status, 400, "{path}?{query}: {answer}");
            assert!(answer.contains("is not percent-encoded UTF-8"), "{path}?{query}: {answer}");
        }
    }
    // Random paths and bodies that are requests in form.
    for path in ["/", "/robot/send?access_token=t", "/_bellcheck/robots", "/_bellcheck/faults"] {
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"] {
            let body = noise.bytes(300);
            let head = format!(
                "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 300\r\n\r\n"
            );
            let (status, _) = exchange(cloud.port(), &[head.as_bytes(), &body].concat());
            assert!(matches!(status, 200 | 400..500), "{method} {path}: {status}");
        }
    }
    assert_works(&cloud, 1);
    assert_bounded(&cloud, before);
}

#[test]
fn truncated_requests() {
    let desk = Desk::new();
    let cloud = start(&desk);
    let params = [("ContactGroupName", "half"), ("Describe", "d")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    let good = signed("PutContactGroup", &params, 0);
    for end in 0..good.len() {
        let answer = throw(cloud.port(), &good[..end]);
        assert!(
            matches!(status(&answer), None | Some(400..500)),
            "{end} bytes: {}",
            String::from_utf8_lossy(&answer)
        );
    }
    assert_works(&cloud, 1);
}

#[test]
fn a_body_of_100_mb_is_refused_early() {
    let desk = Desk::new();
    let cloud = start(&desk);
    cloud.control("POST", "/_bellcheck/robots", &json!({"token": "t"}));
    let before = cloud.memory();
    let cases = [
        ("/", "RequestTooLarge", 413),
        ("/robot/send?access_token=t", "20000bytes", 200),
        ("/_bellcheck/robots", "the body is larger than 512 KB", 413),
    ];
    for (path, text, expected) in cases {
        for framing in ["transfer-encoding: chunked", "content-length: 104857600"] {
            let mut socket = connect(cloud.port());
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{framing}\r\n\r\n"
            );
            socket.write_all(head.as_bytes()).unwrap();
            let block = vec![b'x'; 64 * 1024];
            let chunk = [b"10000\r\n", &block[..], b"\r\n"].concat();
            let piece = if framing.starts_with('t') { &chunk } else { &block };
            let mut sent = 0;
            while sent < 100 << 20 && socket.write_all(piece).is_ok() {
                sent += block.len();
            }
            assert!(sent < 50 << 20, "{path}, {framing}: {sent} bytes were taken");
            let answer = String::from_utf8_lossy(&rest(&mut socket)).into_owned();
            assert_eq!(status(answer.as_bytes()), Some(expected), "{path}, {framing}: {answer}");
            assert!(answer.contains(text), "{path}, {framing}: {answer}");
        }
    }
    assert_works(&cloud, 1);
    assert_bounded(&cloud, before);
}

#[test]
fn parameters_without_end() {
    let desk = Desk::new();
    let cloud = start(&desk);
    let before = cloud.memory();
    let named = |name: String| (name, "x".to_owned());
    let many: Vec<_> = (1..=10_000).map(|number| named(format!("ContactNames.{number}"))).collect();
    let deep = vec![named(format!("A{}", ".1".repeat(100_000)))];
    let deep_and_short = vec![named(format!("A{}", ".1".repeat(100)))];
    let sparse = vec![named("ContactNames.4294967295".to_owned())];
    let long = "A".repeat(40_000);
    let cases = [
        ("PutContactGroup", &many[..], 400, "TooManyParameters"),
        ("PutContactGroup", &deep, 400, "UnknownParameter"),
        ("PutContactGroup", &deep_and_short, 400, "UnknownParameter"),
        ("PutContactGroup", &sparse, 400, "InvalidContactNames.4294967295"),
        (long.as_str(), &[], 404, "InvalidApi.NotFound"),
    ];
    for (number, (action, params, expected, code)) in cases.into_iter().enumerate() {
        let (status, body) = exchange(cloud.port(), &signed(action, params, number));
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((status, answer["Code"].as_str()), (expected, Some(code)), "{answer}");
        assert!(body.len() < 2000, "the answer repeats what was sent: {} bytes", body.len());
    }
    // In the query: beyond 64 KB the HTTP library refuses, and beyond 128 KB with the headers as well.
    for scheme in [SignatureScheme::V1Query, SignatureScheme::V3] {
        for (params, expected) in [(&many[..4000], 414), (&many, 431)] {
            let (status, body) = exchange(cloud.port(), &signed_as(scheme, "PutContactGroup", params, 20));
            let answer: Value = serde_json::from_slice(&body).unwrap_or_else(|_| panic!("{status}: no body"));
            assert_eq!((status, &answer["Code"]), (expected, &json!("RequestTooLarge")));
            assert!(answer["Message"].as_str().unwrap().contains("in a form body"), "{answer}");
            assert!(answer.as_object().unwrap().values().all(Value::is_string), "{answer}");
        }
    }
    let fewer = signed_as(SignatureScheme::V1Query, "PutContactGroup", &many[..2000], 21);
    let (status, body) = exchange(cloud.port(), &fewer);
    assert_eq!(status, 400, "{}", String::from_utf8_lossy(&body));
    // A head without end.
    let mut socket = connect(cloud.port());
    socket.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    let line = format!("x-filler: {}\r\n", "x".repeat(8000));
    let mut sent = 0;
    while sent < 10 << 20 && socket.write_all(line.as_bytes()).is_ok() {
        sent += line.len();
    }
    assert!(sent < 8 << 20, "{sent} bytes of headers were taken");
    assert!(matches!(self::status(&rest(&mut socket)), None | Some(431)));
    assert_works(&cloud, 30);
    assert_bounded(&cloud, before);
}

#[test]
fn slow_callers_do_not_hold_up_others() {
    let desk = Desk::new();
    let cloud = start(&desk);
    let before = cloud.memory();
    let mut slow: Vec<TcpStream> = (0..300).map(|_| connect(cloud.port())).collect();
    for (number, socket) in slow.iter_mut().enumerate() {
        let begun: &[u8] = match number % 3 {
            0 => b"POST / HTTP/1.1\r\nhost: localhost\r\nx-sl",
            1 => b"G",
            _ => b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nhalf",
        };
        socket.write_all(begun).unwrap();
    }
    assert_works(&cloud, 1);
    for socket in &mut slow {
        socket.write_all(b"o").unwrap();
    }
    assert_works(&cloud, 2);
    assert_bounded(&cloud, before);
    assert_eq!(cloud.terminate(), Some(0));
}

#[test]
fn a_head_that_does_not_come_ends_the_connection_and_frees_its_place() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let port = listener.local_addr().unwrap().port();
    let options = ServeOptions {
        head_timeout: Duration::from_millis(300),
        most_connections: 4,
        ..ServeOptions::default()
    };
    let start = new_year();
    let emulator = Emulator::virtual_clock(WorldConfig { start, ..WorldConfig::default() });
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = runtime.spawn(async move {
        let stop = async {
            stopped.await.ok();
        };
        serve_with(emulator, listener, &options, stop).await
    });
    // One that sends byte after byte is no better than one that sends nothing.
    let mut dribbling = connect(port);
    dribbling.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    dribbling.write_all(b"GET / HTTP/1.1\r\nx-slow: ").unwrap();
    let is_closed = (0..3000).any(|_| {
        let sent = dribbling.write_all(b"o");
        let mut byte = [0; 512];
        let closed = match dribbling.read(&mut byte) {
            Ok(count) => count == 0,
            Err(error) => !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
        };
        sent.is_err() || closed
    });
    assert!(is_closed);
    // Three times as many silent connections as there are places: the next caller gets its turn all the
    // same, and not before the places were freed three times.
    let watch = Stopwatch::start();
    let silent: Vec<TcpStream> = (0..12).map(|_| connect(port)).collect();
    let (status, _) = exchange(port, &signed("DescribeContactList", &[], 0));
    assert_eq!(status, 200);
    let waited = watch.elapsed();
    assert!(waited >= Duration::from_millis(900), "served beside 12 others with 4 places, after {waited:?}");
    for mut socket in silent {
        rest(&mut socket);
    }
    stop.send(()).unwrap();
    runtime.block_on(server).unwrap().unwrap();
}

#[test]
#[expect(clippy::print_stderr, reason = "fewer connections than asked for must not go unnoticed")]
fn two_thousand_idle_connections() {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let files: usize = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(usize::MAX);
    let count = 2000.min(files.saturating_sub(200));
    if count < 2000 {
        eprintln!("ONLY {count} IDLE CONNECTIONS, NOT 2000: the soft limit of open files is {files}");
    }
    let desk = Desk::new();
    let cloud = start(&desk);
    let before = cloud.memory();
    let watch = Stopwatch::start();
    let idle: Vec<TcpStream> = (0..count).map(|_| connect(cloud.port())).collect();
    // Twice, so that the emulator has surely accepted those before.
    for number in 0..2 {
        assert_works(&cloud, number);
    }
    // Idle connections are closed after 30 s, and whoever had no place beside them would get one then.
    let waited = watch.elapsed();
    assert!(waited < Duration::from_secs(25), "served in the place of others only, after {waited:?}");
    assert_bounded(&cloud, before);
    drop(idle);
    pause(Duration::from_millis(200));
    assert_works(&cloud, 2);
    assert_eq!(cloud.terminate(), Some(0));
}
