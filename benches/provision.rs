//! What provisioning costs at 50 ms a call: `cargo bench --bench provision`. For contact + group +
//! rule triples, the calls of an apply, of an apply with nothing to do and of a plan, beside the least
//! that there can be, and how long they took. The service takes 20 calls a second of an operation,
//! and the client keeps to it; so 200 rules cannot be read in less than 9 s.
//!
//! The lower bound: pages of the three lists (enabled and disabled rules are separate ones), and for
//! each rule its targets. What bellcheck reads beyond it is each rule's statuses, which no list shows.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::{error::Error, sync::Arc, time::Duration};

use bellcheck::{
    clock::{Stopwatch, SystemClock},
    emulator::{AccessKey, Emulator, ServeOptions, What, WorldConfig, serve_with},
    openapi::{Client, Credentials, Endpoints, RandomNonce, ReqwestTransport},
    provision::{Desired, Options, converge, desired, prepare},
    spec,
};

const LATENCY: Duration = Duration::from_millis(50);

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("triples  what          calls  reads  lower bound  statuses     time");
    for count in [1, 50, 200] {
        runtime.block_on(measure(count))?;
    }
    Ok(())
}

async fn measure(count: usize) -> Result<(), Box<dyn Error>> {
    let config = WorldConfig { rate_limit: true, ..WorldConfig::default() };
    let emulator = Emulator::real_clock(config, Arc::new(SystemClock));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = emulator.clone();
    let server = tokio::spawn(async move {
        let options = ServeOptions { latency: LATENCY, ..ServeOptions::default() };
        let stopped = async {
            stopped.await.ok();
        };
        serve_with(served, listener, &options, stopped).await
    });
    let key = AccessKey::test();
    let credentials =
        Credentials { access_key_id: key.id, access_key_secret: key.secret, security_token: None };
    let endpoints = Endpoints::new("cn-hangzhou", Some(&base))?;
    let transport = Arc::new(ReqwestTransport::new()?);
    let client = Client::new(transport, endpoints, credentials, Arc::new(SystemClock), Arc::new(RandomNonce));
    let wanted = triples(count)?;
    let options = Options::default();
    let look = 3 * count.div_ceil(100).max(1) + 1 + count;
    for (what, bound) in [("apply", 4 + 4 * count + look), ("no-op apply", look), ("plan", look)] {
        let mark = emulator.with(|world| world.journal().len());
        let watch = Stopwatch::start();
        let is_settled = if what == "plan" {
            prepare(&client, &wanted, &options).await?.is_empty()
        } else {
            converge(&client, &wanted, &options, &|_| ()).await?.converged()
        };
        let took = watch.elapsed();
        if !is_settled {
            return Err(format!("{what} of {count} triples did not settle").into());
        }
        let (calls, reads) = emulator.with(|world| {
            let journal = world.journal()[mark..].iter();
            journal.fold((0, 0), |(calls, reads), entry| match entry.what {
                What::Call { writes, .. } => (calls + 1, reads + usize::from(!writes)),
                _ => (calls, reads),
            })
        });
        println!("{count:>7}  {what:<12}  {calls:>5}  {reads:>5}  {bound:>11}  {count:>8}  {took:>6.1?}");
    }
    stop.send(()).ok();
    server.await??;
    Ok(())
}

/// `count` contacts, each in a group of its own that one rule tells.
fn triples(count: usize) -> Result<Desired, Box<dyn Error>> {
    let (mut contacts, mut groups, mut rules) = (String::new(), String::new(), String::new());
    for number in 0..count {
        contacts.push_str(&format!("  c{number:03}: {{ email: c{number}@example.com }}\n"));
        groups.push_str(&format!("  g{number:03}: {{ contacts: [c{number:03}] }}\n"));
        rules.push_str(&format!(
            "  r{number:03}:\n    event_pattern: {{ product: ECS, levels: [INFO] }}\n    targets: [{{ group: g{number:03} }}]\n"
        ));
    }
    let text =
        format!("stack: many\nregion: cn-hangzhou\ncontacts:\n{contacts}groups:\n{groups}rules:\n{rules}");
    let faults = |findings: Vec<bellcheck::diagnostic::Diagnostic>| -> String {
        findings.iter().map(|finding| finding.render(false, 100)).collect()
    };
    let loaded = spec::load("bench.yaml", &text, &|_| None).map_err(faults)?;
    Ok(desired(&loaded.value).map_err(faults)?)
}
