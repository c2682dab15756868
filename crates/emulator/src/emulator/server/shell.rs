//! The server.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    extract::{ConnectInfo, FromRef, Request, State},
    http::StatusCode,
    middleware::from_fn_with_state,
    response::{IntoResponse as _, Response},
    routing::any,
};
use tokio::{net::TcpListener, sync::watch};

use super::{
    ServeOptions, control,
    guard::{Guard, check},
    outbound, request,
    worded::Worded,
};
use crate::{
    clock::{Clock as _, SystemClock},
    emulator::{Emulator, notifier::ROBOT_PATH, state::keep},
    server::{HangUp, Limits, ShellError, accept},
};

/// Bytes of headers and query, with room above the 128 KB that the gateway judges ([`Worded`]).
const LARGEST_HEAD: usize = 160 * 1024;

/// What every handler may ask for.
#[derive(Debug, Clone)]
pub(super) struct Shell {
    emulator: Emulator,
    latency: Duration,
    robot_peer: Option<IpAddr>,
    stopping: watch::Receiver<bool>,
}

impl FromRef<Shell> for Emulator {
    fn from_ref(shell: &Shell) -> Self {
        shell.emulator.clone()
    }
}

/// Becomes true when the server is told to stop.
#[derive(Debug, Clone)]
pub(super) struct Stopping(pub(super) watch::Receiver<bool>);

impl FromRef<Shell> for Stopping {
    fn from_ref(shell: &Shell) -> Self {
        Self(shell.stopping.clone())
    }
}

/// Serves an emulated cloud until `stop` completes: `/` is the OpenAPI, `/robot/send` the robots,
/// `/_bellcheck/…` the control API. With a real clock, things happen as they become due.
///
/// # Errors
/// The listener's own.
pub async fn serve(
    emulator: Emulator,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_with(emulator, listener, &ServeOptions::default(), stop).await
}

/// As [`serve`], with options.
///
/// # Errors
/// The listener's own.
pub async fn serve_with(
    emulator: Emulator,
    listener: TcpListener,
    options: &ServeOptions,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let (authority, port) = (address.to_string(), address.port());
    let guard = Arc::new(Guard::new(address, &options.allowed_hosts, options.token.as_ref()));
    emulator.serve_at(vec![authority, format!("localhost:{port}"), format!("127.0.0.1:{port}")]);
    let unfinished = emulator.finish_unfinished().await;
    let (stopping, is_stopping) = watch::channel(false);
    let shell = Shell {
        emulator: emulator.clone(),
        latency: options.latency,
        robot_peer: options.robot_peer,
        stopping: is_stopping,
    };
    let app = Router::new()
        .route("/", any(answer))
        .route(ROBOT_PATH, any(answer))
        .nest("/_bellcheck", control::routes().layer(from_fn_with_state(emulator.clone(), keep)))
        .fallback(nothing_here)
        .layer(from_fn_with_state(guard, check))
        .with_state(shell);
    let limits = Limits {
        head_timeout: options.head_timeout,
        largest_head: LARGEST_HEAD,
        most_connections: options.most_connections,
        grace: options.grace,
    };
    let worded = async |socket| Ok(Worded::new(socket));
    tokio::select! {
        outcome = accept(listener, app, limits, worded, stop, &stopping) => outcome,
        () = follow_clock(&emulator) => Ok(()),
        () = outbound::make_calls(&emulator) => Ok(()),
        () = unfinished => Ok(()),
    }
}

/// The control API of a world, without its prefix.
pub(in crate::emulator) fn control_router(emulator: Emulator) -> Router {
    let stopping = watch::channel(false).1;
    control::routes().with_state(Shell { emulator, latency: Duration::ZERO, robot_peer: None, stopping })
}

/// Never completes.
async fn follow_clock(emulator: &Emulator) {
    emulator.keep_going().await;
    std::future::pending::<()>().await;
}

async fn answer(
    State(shell): State<Shell>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<Response, ShellError> {
    let request = request::read(request).await?;
    // Only robots ask who it is.
    let peer = shell.robot_peer.unwrap_or(peer.ip());
    Ok(respond(&shell, &request, peer).await)
}

async fn respond(shell: &Shell, request: &crate::openapi::HttpRequest, peer: IpAddr) -> Response {
    let response = shell.emulator.answer(request, peer).await;
    if !shell.latency.is_zero() {
        // Real time, whatever the world's clock: a caller's patience is tried, not the world.
        SystemClock.sleep(shell.latency).await;
    }
    match response {
        Some(response) => request::write(response),
        None => {
            let mut marked = StatusCode::INTERNAL_SERVER_ERROR.into_response();
            marked.extensions_mut().insert(HangUp);
            marked
        }
    }
}

async fn nothing_here(request: Request) -> ShellError {
    ShellError::new(
        StatusCode::NOT_FOUND,
        format!("there is nothing at `{}`", request.uri().path()),
        "API calls go to `/`, robots are at `/robot/send`, the control API is under `/_bellcheck/`",
    )
}
