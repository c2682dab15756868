//! An emulator behind a socket.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot};

use super::support::credentials;
use crate::{
    clock::Clock,
    emulator::{Emulator, ServeOptions, serve_with},
    openapi::{Client, Endpoints, RandomNonce, ReqwestTransport},
};

pub(super) struct Served {
    pub(super) emulator: Emulator,
    pub(super) base: String,
    pub(super) http: reqwest::Client,
    stop: oneshot::Sender<()>,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Served {
    pub(super) async fn new(emulator: Emulator) -> Self {
        Self::with(emulator, ServeOptions::default()).await
    }

    pub(super) async fn with(emulator: Emulator, options: ServeOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let served = emulator.clone();
        let server = tokio::spawn(async move {
            let stop = async {
                let _ = stopped.await;
            };
            serve_with(served, listener, &options, stop).await
        });
        // Installs the TLS provider that reqwest looks for.
        ReqwestTransport::new().unwrap();
        Self { emulator, base, http: reqwest::Client::new(), stop, server }
    }

    pub(super) fn client(&self, clock: Arc<dyn Clock>) -> Client {
        Client::new(
            Arc::new(ReqwestTransport::new().unwrap()),
            Endpoints::new("cn-hangzhou", Some(&self.base)).unwrap(),
            credentials("testAk", "testSk"),
            clock,
            Arc::new(RandomNonce),
        )
        .plain()
    }

    pub(super) async fn request(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}{path}", self.base);
        let mut request = self.http.request(method.parse().unwrap(), url);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}")))
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.request("GET", path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.request("POST", path, Some(body)).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub(super) async fn faults(&self, rules: Value) {
        let body = json!({"seed": 1, "rules": rules});
        let (status, answer) = self.request("PUT", "/_bellcheck/faults", Some(body)).await;
        assert_eq!(status, 200, "{answer}");
    }

    pub(super) async fn end(self) {
        self.stop.send(()).unwrap();
        self.server.await.unwrap().unwrap();
    }
}
