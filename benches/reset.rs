//! What `POST /_bellcheck/reset` costs, beside a call that changes nothing in the same run: `cargo bench
//! --bench reset`. Both go over HTTP and, with a state file, to the disk. Nothing here asserts.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::{error::Error, sync::Arc, time::Duration};

use bellcheck::{
    api::ecs::{RunInstances, StartInstances, StopInstances},
    clock::Stopwatch,
    emulator::{Emulator, WorldConfig, serve},
    openapi::{Client, Credentials, Endpoints, HttpRequest, RandomNonce, ReqwestTransport, Transport as _},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Objects, and at least so many entries of the journal.
const INSTANCES: usize = 10_000;
const ENTRIES: u64 = 100_000;
/// Instances of one call; the service's own limit.
const BATCH: usize = 100;
const ROUNDS: usize = 3;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let folder = tempfile::tempdir()?;
    runtime.block_on(async {
        measure("in memory", None).await?;
        measure("with a state file", Some(&folder.path().join("world.state"))).await
    })
}

async fn measure(what: &str, state: Option<&std::path::Path>) -> Outcome<()> {
    let emulator = Emulator::virtual_clock(WorldConfig::default());
    if let Some(path) = state {
        emulator.continue_in(path).await?;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(serve(emulator.clone(), listener, async {
        stopped.await.ok();
    }));
    let desk = Desk { transport: ReqwestTransport::new()?, emulator, base };
    let (mut full, mut itself, mut empty, mut noop) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut entries = 0;
    for _ in 0..ROUNDS {
        entries = desk.fill().await?;
        full.push(desk.reset().await?);
        if state.is_none() {
            desk.fill().await?;
            // What a process does to its own world is in no file.
            let watch = Stopwatch::start();
            desk.emulator.reset();
            itself.push(watch.elapsed());
        }
    }
    for _ in 0..50 {
        empty.push(desk.reset().await?);
        noop.push(desk.noop().await?);
    }
    println!("{what}: {INSTANCES} instances, {entries} entries in the journal; the least and the median");
    let base = least(&noop);
    for (name, took) in [
        ("a call that changes nothing", noop),
        ("reset of an empty world", empty),
        ("reset of the full world", full),
        ("the same without HTTP", itself),
    ] {
        if !took.is_empty() {
            let ratio = least(&took).as_secs_f64() / base.as_secs_f64();
            println!("  {name:<30} {:>10.2?} {ratio:>6.2} {:>10.2?}", least(&took), median(took));
        }
    }
    stop.send(()).ok();
    served.await??;
    Ok(())
}

struct Desk {
    transport: ReqwestTransport,
    emulator: Emulator,
    base: String,
}

impl Desk {
    /// Makes the instances, and stops and starts them until the journal is long enough; its length.
    async fn fill(&self) -> Outcome<u64> {
        let client = Client::new(
            Arc::new(ReqwestTransport::new()?),
            Endpoints::new("cn-hangzhou", Some(&self.base))?,
            Credentials {
                access_key_id: "testAk".to_owned(),
                access_key_secret: "testSk".into(),
                security_token: None,
            },
            Arc::new(self.emulator.clone()),
            Arc::new(RandomNonce),
        )
        .plain();
        let region_id = "cn-hangzhou".to_owned();
        let mut batches = Vec::new();
        for _ in 0..INSTANCES / BATCH {
            let amount = Some(u32::try_from(BATCH)?);
            let run = RunInstances { region_id: region_id.clone(), amount, ..RunInstances::default() };
            batches.push(client.call(&run).await?.instance_id_sets.instance_id_set);
        }
        self.advance().await?;
        loop {
            for instance_id in batches.iter().cloned() {
                client
                    .call(&StopInstances { region_id: region_id.clone(), instance_id, ..Default::default() })
                    .await?;
            }
            self.advance().await?;
            let entries = self.control("GET", "state", &Value::Null).await?["journal"].as_u64().unwrap_or(0);
            if entries >= ENTRIES {
                return Ok(entries);
            }
            for instance_id in batches.iter().cloned() {
                client
                    .call(&StartInstances { region_id: region_id.clone(), instance_id, ..Default::default() })
                    .await?;
            }
            self.advance().await?;
        }
    }

    async fn advance(&self) -> Outcome<()> {
        self.control("POST", "advance", &json!({"by": "5m"})).await.map(drop)
    }

    async fn reset(&self) -> Outcome<Duration> {
        let watch = Stopwatch::start();
        self.control("POST", "reset", &Value::Null).await?;
        Ok(watch.elapsed())
    }

    async fn noop(&self) -> Outcome<Duration> {
        let watch = Stopwatch::start();
        self.control("PUT", "access-keys", &json!({"id": "testAk", "enabled": true})).await?;
        Ok(watch.elapsed())
    }

    async fn control(&self, method: &str, path: &str, body: &Value) -> Outcome<Value> {
        let request = HttpRequest {
            method: method.to_owned(),
            path: format!("/_bellcheck/{path}"),
            query: Vec::new(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: if body.is_null() { Vec::new() } else { body.to_string().into_bytes() },
        };
        let response = self.transport.send(&self.base, request).await?;
        if response.status != 200 {
            return Err(format!("{method} {path}: HTTP {}", response.status).into());
        }
        Ok(serde_json::from_slice(&response.body)?)
    }
}

/// The time of the call that was disturbed least.
fn least(all: &[Duration]) -> Duration {
    all.iter().min().copied().unwrap_or_default()
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or_default()
}
