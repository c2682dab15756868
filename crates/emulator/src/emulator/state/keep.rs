//! Answers that leave only when what they say is kept.

use std::net::IpAddr;

use axum::{
    body::Body as AxumBody,
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::{
    command::{Body, Call, Control, Did},
    keeper::{Turn, wait},
    log::Broken,
};
use crate::{
    emulator::{Emulator, notifier::ROBOT_PATH, server::read_body},
    openapi::{HttpRequest, HttpResponse},
    server::ShellError,
};

impl Emulator {
    /// [`Emulator::answer`] with a state file.
    pub(in crate::emulator) async fn answer_kept(
        &self,
        request: &HttpRequest,
        peer: IpAddr,
    ) -> Option<HttpResponse> {
        let turn = self.turn().await;
        // Effect and note are one: a caller that hangs up leaves no half, and no reader sees the effect
        // before it is on its way to the disk.
        let (response, passage, kept) = self.hear_and(request, peer, |response| {
            let verdict = verdict(request, response);
            turn.note(Did::Call { peer, request: Call::of(request), verdict })
        });
        if self.is_virtual() {
            // A delay moves this clock, so it belongs to the call.
            let answer = self.let_pass(response, passage).await;
            drop(turn);
            return wait(kept).await.map_or_else(|broken| Some(unkept(&broken)), |()| answer);
        }
        drop(turn);
        match wait(kept).await {
            Ok(()) => self.let_pass(response, passage).await,
            Err(broken) => Some(unkept(&broken)),
        }
    }

    async fn turn(&self) -> Turn<'_> {
        self.keeper().turn(|| self.with(|world| world.now())).await
    }

    /// Takes the turn for what the last process left unfinished; what is returned goes on with it, and
    /// never ends. Until it is done, nothing else changes the world but outcomes of webhooks.
    pub(in crate::emulator) async fn finish_unfinished(&self) -> impl Future<Output = ()> {
        let begun = match self.keeper().take_unfinished() {
            Some(rest) => {
                let mut turn = self.turn().await;
                turn.let_outcomes_in();
                Some((rest, turn))
            }
            None => None,
        };
        async move {
            if let Some((rest, turn)) = begun {
                rest.await;
                drop(turn);
            }
            std::future::pending::<()>().await;
        }
    }
}

/// The control API of a world with a file: changes are written down, and reads wait for what they
/// show. Without a file nothing is added.
pub(in crate::emulator) async fn keep(
    State(emulator): State<Emulator>,
    request: Request,
    next: Next,
) -> Response {
    if !emulator.keeper().is_open() {
        return next.run(request).await;
    }
    if [Method::GET, Method::HEAD].contains(request.method()) {
        let response = next.run(request).await;
        return match emulator.keeper().settled().await {
            Ok(()) => response,
            Err(broken) => refusal(&broken).into_response(),
        };
    }
    // A task of its own: a caller that hangs up must not stop a change halfway.
    let change = tokio::spawn(async move { change(&emulator, request, next).await });
    change.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

async fn change(emulator: &Emulator, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read_body(body).await {
        Ok(body) => body,
        Err(refusal) => return refusal.into_response(),
    };
    let kept = Control {
        method: parts.method.to_string(),
        target: parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        headers: parts
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect(),
        body: Body::of(&body),
    };
    let is_advance = kept.is_advance();
    let mut turn = emulator.turn().await;
    // Noted before it is done, since other things may happen while it is. One that is refused is
    // noted too, and will be refused again.
    let receipt = turn.note(Did::Control(kept));
    if is_advance && emulator.is_virtual() {
        turn.let_outcomes_in();
    }
    let response = next.run(Request::from_parts(parts, AxumBody::from(body))).await;
    drop(turn);
    match wait(receipt).await {
        Ok(()) => response,
        Err(broken) => refusal(&broken).into_response(),
    }
}

/// What a call came to: the status, for a robot with its errcode. Words may change from one version
/// to the next, this may not.
pub(super) fn verdict(request: &HttpRequest, response: &HttpResponse) -> String {
    let errcode = (request.path == ROBOT_PATH)
        .then(|| serde_json::from_slice::<Value>(&response.body).ok()?.get("errcode")?.as_i64())
        .flatten();
    match errcode {
        Some(errcode) => format!("{} {errcode}", response.status),
        None => response.status.to_string(),
    }
}

const REMEDY: &str = "make room on the disk, and start the emulator again with the same file";

fn unkept(broken: &Broken) -> HttpResponse {
    let body = json!({
        "Code": "ServiceUnavailable",
        "Message": format!("The emulator's state file cannot be written: {broken}. ({REMEDY})"),
    });
    HttpResponse {
        status: 503,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_string().into_bytes(),
    }
}

fn refusal(broken: &Broken) -> ShellError {
    ShellError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        format!("the state file cannot be written: {broken}"),
        REMEDY,
    )
}
