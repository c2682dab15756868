//! The relay.

use std::{
    future::Future,
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    http::StatusCode,
    routing::{any, get},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use super::{
    Forwarded, Options, RelayRobot, SpoolError,
    duplicates::Duplicates,
    forward::Forwarder,
    metrics::{DUPLICATES, EARLY, FAILURES, FORWARDED, Metrics, RECEIVED, TLS_RELOADS},
    read, receive,
    renew::renew,
    spool::{Known, Spool},
    tls::Tls,
};
use crate::{
    clock::{Clock, Timestamp},
    dingtalk::{Reply, Security},
    openapi::{Nonce, Transport},
    robot::Pace,
    server::{Limits, ShellError, Tokens, accept},
};

/// How long what is under way may go on when the relay is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Why a relay does not start.
#[derive(Debug)]
pub struct RelayError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl From<SpoolError> for RelayError {
    fn from(error: SpoolError) -> Self {
        Self { message: error.message, remedy: error.remedy }
    }
}

/// A robot that is stood in for.
#[derive(Debug)]
pub(super) struct Station {
    pub(super) name: String,
    pub(super) security: Security,
    /// For a robot that is forwarded to: whether it brings no decisions at the moment.
    pub(super) stuck: Option<watch::Receiver<bool>>,
}

/// What every handler may ask for.
#[derive(Debug)]
pub(super) struct Inner {
    /// In the order of `tokens`.
    pub(super) stations: Vec<Station>,
    pub(super) tokens: Tokens,
    pub(super) read_tokens: Option<Tokens>,
    pub(super) spool: Arc<Spool>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) duplicates: Duplicates,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) answer_within: Duration,
    pub(super) stopping: watch::Receiver<bool>,
    /// Where TLS is spoken.
    pub(super) tls: OnceLock<Arc<Tls>>,
}

/// A relay that has its spool.
#[derive(Debug)]
pub struct Relay {
    inner: Arc<Inner>,
    forwarders: Vec<Forwarder>,
    stopping: watch::Sender<bool>,
    head_timeout: Duration,
    warnings: Vec<String>,
}

impl Relay {
    /// Takes the spool, and what an earlier relay left in it.
    ///
    /// # Errors
    /// [`RelayError`]: a spool that is in use, unreadable or damaged; robots with one token.
    pub fn open(
        robots: Vec<RelayRobot>,
        options: Options,
        clock: Arc<dyn Clock>,
        transport: Arc<dyn Transport>,
        nonce: &dyn Nonce,
    ) -> Result<Self, RelayError> {
        for (place, robot) in robots.iter().enumerate() {
            if let Some(other) = robots[..place].iter().find(|other| other.token == robot.token) {
                return Err(RelayError {
                    message: format!("the robots `{}` and `{}` have the same token", other.name, robot.name),
                    remedy: "give each robot a token of its own in its webhook".to_owned(),
                });
            }
        }
        let (spool, mut warnings) = Spool::open(&options.spool, options.keep, &nonce.next())?;
        let (spool, metrics) = (Arc::new(spool), Arc::new(Metrics::default()));
        let known = spool.known();
        let duplicates = Duplicates::new(options.duplicates);
        remember(&duplicates, &known, &robots, clock.now());
        let (mut stations, mut forwarders, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
        for robot in robots {
            let forwarder = robot.target.as_ref().map(|target| {
                let pace = options.rate.map(|rate| pace(rate, &robot.name, &known));
                let way = (target, robot.security.secret.as_ref());
                Forwarder::new(&robot.name, way, pace, &spool, &metrics, (&clock, &transport))
            });
            let stuck = forwarder.as_ref().map(Forwarder::stuck);
            show(&metrics, &robot.name, forwarder.is_some());
            forwarders.extend(forwarder);
            tokens.push(robot.token);
            stations.push(Station { name: robot.name, security: robot.security, stuck });
        }
        for (robot, count) in spool.robots_with_pending() {
            if !stations.iter().any(|station| station.name == robot && station.stuck.is_some()) {
                warnings.push(format!(
                    "{count} messages wait for the robot `{robot}`, which is not forwarded to: give --forward for it again, or they wait on"
                ));
            }
        }
        let no_key = || RelayError {
            message: "tokens cannot be compared".to_owned(),
            remedy: "this is a mistake of bellcheck: report it".to_owned(),
        };
        let tokens = Tokens::new(&nonce.next(), tokens.iter()).ok_or_else(no_key)?;
        let read_tokens = options
            .read_token
            .as_ref()
            .map(|token| Tokens::new(&nonce.next(), std::iter::once(token)).ok_or_else(no_key))
            .transpose()?;
        let (stopping, is_stopping) = watch::channel(false);
        let inner = Arc::new(Inner {
            stations,
            tokens,
            read_tokens,
            spool,
            metrics,
            duplicates,
            clock,
            answer_within: options.answer_within,
            stopping: is_stopping,
            tls: OnceLock::new(),
        });
        Ok(Self { inner, forwarders, stopping, head_timeout: options.head_timeout, warnings })
    }

    /// What was found in the spool that somebody should know.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// How many messages wait for their robots.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.inner.spool.robots_with_pending().iter().map(|(_, count)| count).sum()
    }

    /// Receives and forwards until `stop` completes; then answers under way are finished, and the spool
    /// is closed.
    ///
    /// # Errors
    /// The listener's own.
    pub async fn serve(
        self,
        listener: TcpListener,
        tls: Option<Tls>,
        stop: impl Future<Output = ()> + Send,
    ) -> io::Result<()> {
        let Self { inner, forwarders, stopping, head_timeout, .. } = self;
        let tls = tls.map(Arc::new);
        if let Some(tls) = &tls {
            inner.tls.get_or_init(|| Arc::clone(tls));
            for result in ["taken", "refused"] {
                inner.metrics.show(TLS_RELOADS, &[("result", result)]);
            }
        }
        let app = Router::new()
            .route("/robot/send", any(receive::send))
            .route("/relay/messages", get(read::messages))
            .route("/healthz", get(read::health))
            .route("/metrics", get(read::metrics))
            .fallback(async || read::nothing_here())
            .method_not_allowed_fallback(async || {
                ShellError::new(StatusCode::METHOD_NOT_ALLOWED, "this is read with GET", "use GET")
            })
            .with_state(Arc::clone(&inner));
        // They go on until the last answer is given.
        let (end, ended) = watch::channel(false);
        let mut ways = JoinSet::new();
        for forwarder in forwarders {
            ways.spawn(forwarder.run(ended.clone()));
        }
        // Whoever waits for a robot is still answered.
        let grace = GRACE.max(inner.answer_within + Duration::from_secs(1));
        let limits = Limits { head_timeout, largest_head: 32 * 1024, most_connections: 1024, grace };
        let renewing = {
            let (tls, clock, metrics) = (tls.clone(), Arc::clone(&inner.clock), Arc::clone(&inner.metrics));
            async move {
                match tls {
                    Some(tls) => renew(tls, clock, metrics).await,
                    None => std::future::pending().await,
                }
            }
        };
        let open = move |socket| open(socket, tls.clone());
        let served = tokio::select! {
            served = accept(listener, app, limits, open, stop, &stopping) => served,
            () = renewing => Ok(()),
        };
        end.send_replace(true);
        tokio::select! {
            () = async { while ways.join_next().await.is_some() {} } => {}
            // What is under way is sent again by the next relay, under the same `msgUuid`.
            () = inner.clock.sleep(GRACE) => ways.shutdown().await,
        }
        inner.spool.close();
        served
    }
}

/// A stream that is spoken on.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

async fn open(socket: TcpStream, tls: Option<Arc<Tls>>) -> io::Result<Box<dyn Stream>> {
    Ok(match tls {
        None => Box::new(socket),
        Some(tls) => Box::new(tls.acceptor().accept(socket).await?),
    })
}

fn remember(duplicates: &Duplicates, known: &[Known], robots: &[RelayRobot], now: Timestamp) {
    for message in known {
        let place = robots.iter().position(|robot| robot.name == message.robot);
        let answer = message.answer.clone().unwrap_or_else(Reply::ok);
        // What the relay itself refused may be right the next time.
        let is_own_refusal = message.fate == Forwarded::Captured && !answer.accepted();
        if let Some(place) = place.filter(|_| !is_own_refusal) {
            duplicates.remember(place, message.digest, message.received_at, answer, now);
        }
    }
}

/// What an earlier process sent counts too.
fn pace(rate: usize, robot: &str, known: &[Known]) -> Pace {
    let mut pace = Pace::new(rate);
    let mut answered: Vec<Timestamp> = known
        .iter()
        .filter(|message| message.robot == robot)
        .filter_map(|message| message.answered_at)
        .collect();
    answered.sort_unstable();
    answered.into_iter().for_each(|at| pace.ended(at));
    pace
}

fn show(metrics: &Metrics, robot: &str, is_forwarded: bool) {
    metrics.show(RECEIVED, &[("robot", robot)]);
    metrics.show(DUPLICATES, &[("robot", robot)]);
    if is_forwarded {
        metrics.show(EARLY, &[("robot", robot)]);
        metrics.show(FAILURES, &[("robot", robot)]);
        for result in ["delivered", "refused"] {
            metrics.show(FORWARDED, &[("robot", robot), ("result", result)]);
        }
    }
}
