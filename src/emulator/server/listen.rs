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
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
};

use super::{ServeOptions, worded::Worded};
use crate::clock::{Clock as _, SystemClock};

/// Marks a response that must not be sent: the connection ends instead.
#[derive(Debug, Clone, Copy)]
pub(super) struct HangUp;

impl fmt::Display for HangUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection ends without an answer (injected fault)")
    }
}

impl std::error::Error for HangUp {}

/// Bytes of headers and query, with room above the 128 KB that the gateway judges. A query alone may
/// not have more than 64 KB: that is a limit of the HTTP library, which answers 414 ([`Worded`]).
const LARGEST_HEAD: usize = 160 * 1024;

/// How long to wait when no connection can be accepted, such as for want of file descriptors.
const RETRY: Duration = Duration::from_millis(50);

/// Serves until `stop` completes; then sets `stopping`, and lets answers under way finish.
pub(super) async fn accept(
    listener: TcpListener,
    app: Router,
    options: &ServeOptions,
    stop: impl Future<Output = ()> + Send,
    stopping: &watch::Sender<bool>,
) -> io::Result<()> {
    let app = TowerToHyperService::new(app);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(options.most_connections));
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
        let connection = graceful.watch(connection(socket, peer, app.clone(), options));
        connections.spawn(async move {
            let _place = place;
            // What a caller does to its connection is no fault of the server.
            connection.await.ok();
        });
    }
    drop(listener);
    stopping.send_replace(true);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = SystemClock.sleep(options.grace) => {}
    }
    Ok(())
}

fn connection(
    socket: TcpStream,
    peer: SocketAddr,
    app: TowerToHyperService<Router>,
    options: &ServeOptions,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + use<> {
    socket.set_nodelay(true).ok();
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
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
        .header_read_timeout(options.head_timeout)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(Worded::new(socket)), service)
}
