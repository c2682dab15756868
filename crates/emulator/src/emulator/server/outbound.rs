//! Makes the calls of webhooks that the world asks for. It follows no redirect, and what may only
//! reach this machine is connected to loopback addresses only, whatever a name resolves to.

use std::{error::Error, io, net::SocketAddr, sync::Arc};

use reqwest::{
    Client, ClientBuilder, Response, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use tokio::{sync::OnceCell, task::JoinSet};

use crate::{
    dingtalk::Reply,
    emulator::{
        CallOutcome, Emulator,
        notifier::{Method, OutboundCall, Reach},
    },
    openapi,
};

/// Calls at the same time; more wait their turn.
const MOST_CALLS: usize = 32;

/// Bytes of a robot's answer; a real one has about a hundred.
const LARGEST_ANSWER: usize = 64 * 1024;

/// Characters of a robot's words that are kept.
const LONGEST_WORDS: usize = 1000;

/// Makes calls for ever. The clients are set up aside, since that takes a while: for the first call, or at
/// once where messages leave for a stand-in of DingTalk.
pub(super) async fn make_calls(emulator: &Emulator) {
    let clients: Arc<OnceCell<Result<Clients, String>>> = Arc::default();
    let mut under_way = JoinSet::new();
    if emulator.config().dingtalk_at.is_some() {
        let clients = Arc::clone(&clients);
        under_way.spawn(async move {
            clients.get_or_init(Clients::new).await;
        });
    }
    loop {
        while under_way.len() >= MOST_CALLS {
            under_way.join_next().await;
        }
        tokio::select! {
            Some(_) = under_way.join_next() => {}
            call = emulator.next_call() => {
                let (emulator, clients) = (emulator.clone(), Arc::clone(&clients));
                under_way.spawn(async move {
                    let id = call.id;
                    let outcome = match clients.get_or_init(Clients::new).await {
                        Ok(clients) => clients.make(call).await,
                        Err(error) => CallOutcome::Failed { error: error.clone() },
                    };
                    emulator.called(id, outcome).await;
                });
            }
        }
    }
}

struct Clients {
    loopback: Client,
    allowed: Client,
}

impl Clients {
    async fn new() -> Result<Self, String> {
        let built = tokio::task::spawn_blocking(Self::build).await;
        built.unwrap_or_else(|fault| Err(format!("cannot set up HTTPS: {fault}")))
    }

    fn build() -> Result<Self, String> {
        openapi::install_tls();
        let builder = || Client::builder().redirect(redirect::Policy::none()).pool_max_idle_per_host(0);
        let build = |builder: ClientBuilder| {
            builder.build().map_err(|error| format!("cannot set up HTTPS: {}", causes(&error)))
        };
        Ok(Self {
            loopback: build(builder().no_proxy().dns_resolver(Arc::new(LoopbackOnly)))?,
            allowed: build(builder())?,
        })
    }

    async fn make(&self, call: OutboundCall) -> CallOutcome {
        let failed = |error: String| CallOutcome::Failed { error };
        let url = match Url::parse(call.url.expose()) {
            Ok(url) => url,
            Err(fault) => return failed(fault.to_string()),
        };
        let client = match call.reach {
            Reach::Loopback => &self.loopback,
            Reach::Allowed => &self.allowed,
        };
        let request = match call.method {
            Method::Get => client.get(url),
            Method::Post => client
                .post(url)
                .header("content-type", "application/json; charset=utf-8")
                .body(call.body.unwrap_or_default()),
        };
        match request.timeout(call.timeout).send().await {
            Ok(response) if call.of_robot => robot_answer(response).await,
            Ok(response) => CallOutcome::Status(response.status().as_u16()),
            Err(error) => no_answer(error),
        }
    }
}

fn no_answer(error: reqwest::Error) -> CallOutcome {
    if error.is_timeout() {
        CallOutcome::TimedOut
    } else {
        CallOutcome::Failed { error: causes(&error.without_url()) }
    }
}

/// What a robot said. Robots answer with HTTP 200 always: any other status, and a body without an
/// `errcode`, come from something between.
async fn robot_answer(mut response: Response) -> CallOutcome {
    let status = CallOutcome::Status(response.status().as_u16());
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_ANSWER => body.extend_from_slice(&chunk),
            Ok(Some(_)) => return status,
            Ok(None) => break,
            Err(error) => return no_answer(error),
        }
    }
    match Reply::parse(&body) {
        Ok(Reply { errcode, errmsg }) if response.status() == StatusCode::OK => {
            CallOutcome::Robot { errcode, errmsg: errmsg.chars().take(LONGEST_WORDS).collect() }
        }
        _ => status,
    }
}

/// Resolves names to loopback addresses, or not at all.
struct LoopbackOnly;

impl Resolve for LoopbackOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let addresses: Addrs = Box::new(loopback_only(name.as_str(), found)?.into_iter());
            Ok(addresses)
        })
    }
}

/// The addresses, if all of them are of this machine.
fn loopback_only(name: &str, found: Vec<SocketAddr>) -> io::Result<Vec<SocketAddr>> {
    let elsewhere = found.iter().find(|address| !address.ip().is_loopback());
    match elsewhere {
        None => Ok(found),
        Some(address) => {
            Err(io::Error::other(format!("`{name}` resolves to {}, which is not this machine", address.ip())))
        }
    }
}

/// An error with its causes.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(&format!(": {inner_text}"));
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        SocketAddr::new(text.parse().unwrap(), 0)
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_not_resolved() {
        let here = vec![address("127.0.0.1"), address("::1")];
        assert_eq!(loopback_only("localhost", here.clone()).unwrap(), here);
        for elsewhere in ["10.0.0.1", "0.0.0.0", "::ffff:127.0.0.1", "fe80::1"] {
            let error = loopback_only("localhost", vec![here[0], address(elsewhere)]).unwrap_err();
            assert!(error.to_string().contains(elsewhere), "{error}");
        }
    }
}
