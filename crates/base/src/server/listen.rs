//! Connections: accepted, bounded, and ended without an answer where a fault says so.

use std::{fmt, future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::Service as _};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
};

use super::patience::Patient;
use crate::clock::{Clock as _, SystemClock};

/// Marks a response that must not be sent: the connection ends instead.
#[derive(Debug, Clone, Copy)]
pub struct HangUp;

/// The address of this machine at which a request came in.
#[derive(Debug, Clone, Copy)]
pub struct LocalAddress(pub SocketAddr);

impl fmt::Display for HangUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection ends without an answer (injected fault)")
    }
}

impl std::error::Error for HangUp {}

/// What callers may ask of a server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long a connection may take to send the head of a request, and how long it may be idle.
    pub head_timeout: Duration,
    /// Bytes of headers and query. A query alone may not have more than 64 KB: that is a limit of the
    /// HTTP library, which answers 414.
    pub largest_head: usize,
    /// How many connections are served at once; more wait to be accepted.
    pub most_connections: usize,
    /// How long requests that are being answered may go on when the server is told to stop.
    pub grace: Duration,
}

/// How long to wait when no connection can be accepted, such as for want of file descriptors.
const RETRY: Duration = Duration::from_millis(50);

/// Serves until `stop` completes; then sets `stopping`, and lets answers under way finish. `open` makes
/// of a socket the stream that is spoken on, such as one with TLS; it has as long as a head.
///
/// # Errors
/// The listener's own.
pub async fn accept<S, Opened>(
    listener: TcpListener,
    app: Router,
    limits: Limits,
    open: impl Fn(TcpStream) -> Opened,
    stop: impl Future<Output = ()> + Send,
    stopping: &watch::Sender<bool>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    Opened: Future<Output = io::Result<S>> + Send + 'static,
{
    let app = TowerToHyperService::new(app);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.most_connections));
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        while connections.try_join_next().is_some() {}
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
            let (socket, peer) = listener.accept().await?;
            Ok::<_, io::Error>((place, socket, peer))
        };
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = next => accepted,
        };
        let Ok((place, socket, peer)) = accepted else {
            SystemClock.sleep(RETRY).await;
            continue;
        };
        socket.set_nodelay(true).ok();
        let local = socket.local_addr().ok().map(LocalAddress);
        let (opened, app, watcher) = (open(socket), app.clone(), graceful.watcher());
        connections.spawn(async move {
            let _place = place;
            let stream = tokio::select! {
                opened = opened => opened,
                () = SystemClock.sleep(limits.head_timeout) => Err(io::ErrorKind::TimedOut.into()),
            };
            // What a caller does to its connection is no fault of the server.
            if let Ok(stream) = stream {
                watcher.watch(connection(stream, (peer, local), app, limits)).await.ok();
            }
        });
    }
    drop(listener);
    stopping.send_replace(true);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = SystemClock.sleep(limits.grace) => {}
    }
    Ok(())
}

fn connection<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    (peer, local): (SocketAddr, Option<LocalAddress>),
    app: TowerToHyperService<Router>,
    limits: Limits,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + use<S> {
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        local.map(|local| request.extensions_mut().insert(local));
        let answer = app.call(request.map(Body::new));
        async move {
            let Ok::<Response, _>(response) = answer.await;
            match response.extensions().get::<HangUp>() {
                Some(hang_up) => Err(*hang_up),
                None => Ok(response),
            }
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_buf_size(limits.largest_head)
        .serve_connection(TokioIo::new(Patient::new(stream)), service)
}
