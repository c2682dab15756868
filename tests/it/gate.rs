//! A gate before an emulator: it sees each request before the cloud does and each answer before the
//! caller does, and may act in between. So a test can end a program between two given calls.

use std::{
    net::SocketAddr,
    process::Child,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, response::IntoResponse};
use bellcheck::openapi::{HttpRequest, ReqwestTransport, Transport as _, decode_form};

/// Where in a write the gate acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The cloud has not seen it.
    Before,
    /// It took effect, and its answer is not there yet.
    After,
}

/// What the gate does to the program that calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// `kill -9`, and nothing of it passes any more.
    Kill,
    /// One signal of this name; everything passes. Before a write, those that came earlier are held until
    /// then, so that all of them are under way.
    Signal(&'static str),
    /// An interrupt, and another one when the program has said that it stops; nothing is answered.
    InterruptTwice,
}

struct Gate {
    upstream: String,
    transport: ReqwestTransport,
    /// Which write, from 1; or any call, for 0.
    at: usize,
    moment: Moment,
    act: Act,
    seen: AtomicUsize,
    is_shut: AtomicBool,
    /// Whether it has acted.
    acted: tokio::sync::watch::Sender<bool>,
    program: Arc<Mutex<Option<Child>>>,
}

/// A gate that is open until the test ends.
pub(crate) struct OpenGate {
    address: SocketAddr,
    program: Arc<Mutex<Option<Child>>>,
    _runtime: tokio::runtime::Runtime,
}

impl OpenGate {
    /// Before `upstream`; at the `at`th write, or at the first call for 0, it acts.
    pub(crate) fn new(upstream: String, at: usize, moment: Moment, act: Act) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let program = Arc::default();
        let gate = Arc::new(Gate {
            upstream,
            transport: ReqwestTransport::new().unwrap(),
            at,
            moment,
            act,
            seen: AtomicUsize::new(0),
            is_shut: AtomicBool::new(false),
            acted: tokio::sync::watch::Sender::new(false),
            program: Arc::clone(&program),
        });
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(pass).with_state(gate);
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, program, _runtime: runtime }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whose calls come.
    pub(crate) fn watch(&self, program: Child) {
        *self.program.lock().unwrap() = Some(program);
    }

    /// The program's exit code, when it has ended; none where a signal ended it.
    pub(crate) fn ended(&self) -> Option<Option<i32>> {
        let mut program = self.program.lock().unwrap();
        program.as_mut().and_then(|child| child.try_wait().unwrap()).map(|status| status.code())
    }

    /// The program with what it wrote.
    pub(crate) fn take(&self) -> Child {
        self.program.lock().unwrap().take().unwrap()
    }
}

async fn pass(
    State(gate): State<Arc<Gate>>,
    method: axum::http::Method,
    uri: axum::http::Uri,
    headers: axum::http::HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let action = headers.get("x-acs-action").map(|value| value.to_str().unwrap().to_owned());
    let action = action.unwrap_or_default();
    let is_write = ["Put", "Delete", "Create"].iter().any(|verb| action.starts_with(verb));
    let is_it = match gate.at {
        0 => true,
        at => is_write && gate.seen.fetch_add(1, Ordering::SeqCst) + 1 == at,
    };
    if gate.moment == Moment::Before {
        if is_it {
            gate.act().await;
        } else if is_write && matches!(gate.act, Act::Signal(_)) {
            gate.acted.subscribe().wait_for(|acted| *acted).await.unwrap();
        }
    }
    if gate.is_shut.load(Ordering::SeqCst) {
        // Nobody is there to read it, or nobody is to be answered.
        return std::future::pending().await;
    }
    let request = HttpRequest {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: decode_form(uri.query().unwrap_or_default()).unwrap(),
        headers: headers
            .iter()
            .filter(|(name, _)| *name != "content-length")
            .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: body.to_vec(),
    };
    let answer = gate.transport.send(&gate.upstream, request).await.unwrap();
    if is_it && gate.moment == Moment::After {
        gate.act().await;
    }
    if gate.is_shut.load(Ordering::SeqCst) {
        return std::future::pending().await;
    }
    (StatusCode::from_u16(answer.status).unwrap(), answer.body)
}

impl Gate {
    async fn act(&self) {
        match self.act {
            Act::Kill => {
                self.is_shut.store(true, Ordering::SeqCst);
                self.with_program(|child| child.kill().unwrap()).await;
            }
            Act::Signal(name) => {
                self.with_program(|child| signal(child, name)).await;
                // Long enough for the program to have heard it before it gets its answer.
                tokio::task::spawn_blocking(|| crate::support::pause(std::time::Duration::from_secs(1)))
                    .await
                    .unwrap();
                self.acted.send_replace(true);
            }
            Act::InterruptTwice => {
                self.is_shut.store(true, Ordering::SeqCst);
                for _ in 0..2 {
                    self.with_program(|child| signal(child, "INT")).await;
                    let pause = || crate::support::pause(std::time::Duration::from_millis(300));
                    tokio::task::spawn_blocking(pause).await.unwrap();
                }
            }
        }
    }

    /// The program may call before the test has told who it is.
    async fn with_program(&self, act: impl FnOnce(&mut Child)) {
        loop {
            if let Some(child) = self.program.lock().unwrap().as_mut() {
                return act(child);
            }
            tokio::task::yield_now().await;
        }
    }
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    let status = std::process::Command::new("kill").args([&format!("-{name}"), &pid]).status();
    assert!(status.unwrap().success());
}
