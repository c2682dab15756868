//! The server.

use std::{future::Future, io, net::SocketAddr};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    http::StatusCode,
    response::Response,
    routing::any,
};
use tokio::net::TcpListener;

use super::{control, error::ShellError, outbound, request};
use crate::emulator::{Emulator, notifier::ROBOT_PATH};

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
    let authority = listener.local_addr()?.to_string();
    let port = listener.local_addr()?.port();
    emulator.with(|world| {
        world.call_out();
        world.serve_at(authority);
        world.serve_at(format!("localhost:{port}"));
        world.serve_at(format!("127.0.0.1:{port}"));
    });
    let app = Router::new()
        .route("/", any(answer))
        .route(ROBOT_PATH, any(answer))
        .nest("/_bellcheck", control::routes())
        .fallback(nothing_here)
        .with_state(emulator.clone());
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(stop);
    tokio::select! {
        outcome = server.into_future() => outcome,
        () = follow_clock(&emulator) => Ok(()),
        () = outbound::make_calls(&emulator) => Ok(()),
    }
}

/// Never completes.
async fn follow_clock(emulator: &Emulator) {
    emulator.keep_going().await;
    std::future::pending::<()>().await;
}

async fn answer(
    State(emulator): State<Emulator>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Result<Response, ShellError> {
    let request = request::read(request).await?;
    Ok(request::write(emulator.answer(&request, peer.ip())))
}

async fn nothing_here(request: Request) -> ShellError {
    ShellError::new(
        StatusCode::NOT_FOUND,
        format!("there is nothing at `{}`", request.uri().path()),
        "API calls go to `/`, robots are at `/robot/send`, the control API is under `/_bellcheck/`",
    )
}
