//! What a relay tells: its messages, its health and its counts.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::{
    metrics::Gauge,
    serve::Inner,
    spool::{Kept, Spool},
    tls::Tls,
};
use crate::{
    clock::{Timestamp, parse_duration},
    dingtalk::read_body,
    openapi::decode_form,
    server::{ShellError, bearer},
};

/// Messages of one answer.
const PAGE: usize = 1000;
/// How long a caller may wait for a message.
pub(super) const LONGEST_POLL: Duration = Duration::from_secs(30);

/// What is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Question {
    robot: Option<String>,
    after: u64,
    wait: Duration,
}

impl Question {
    fn read(query: &str) -> Result<Self, ShellError> {
        let malformed = |what: &str| {
            ShellError::bad_request(
                what.to_owned(),
                "ask for `robot=NAME`, `after=NUMBER` and `wait=DURATION` of at most 30s",
            )
        };
        let mut question = Self::default();
        for (name, value) in
            decode_form(query).map_err(|_| malformed("the query is not percent-encoded UTF-8"))?
        {
            match name.as_str() {
                "robot" => question.robot = Some(value),
                "after" => {
                    question.after = value.parse().map_err(|_| malformed("`after` is not a number"))?;
                }
                "wait" => {
                    question.wait = parse_duration(&value)
                        .ok()
                        .filter(|wait| *wait <= LONGEST_POLL)
                        .ok_or_else(|| malformed("`wait` is not a duration of at most 30s"))?;
                }
                _ => return Err(malformed("there is a parameter that is not known here")),
            }
        }
        Ok(question)
    }
}

/// `GET /relay/messages`
pub(super) async fn messages(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let Some(tokens) = &inner.read_tokens else { return nothing_here().into_response() };
    if bearer(request.headers()).and_then(|token| tokens.find(token)).is_none() {
        let refusal = ShellError::new(
            StatusCode::UNAUTHORIZED,
            "the read API wants its token",
            "send `Authorization: Bearer TOKEN`, with the token of --read-token",
        );
        let challenge = (header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return ([challenge], refusal).into_response();
    }
    match page(&inner, request.uri().query().unwrap_or_default()).await {
        Ok(page) => Json(page).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

async fn page(inner: &Inner, query: &str) -> Result<Value, ShellError> {
    let question = Question::read(query)?;
    if let Some(robot) = &question.robot
        && !inner.stations.iter().any(|station| station.name == *robot)
    {
        return Err(ShellError::bad_request("the relay has no such robot", "name a robot of its spec"));
    }
    let mut stopping = inner.stopping.clone();
    let mut last = inner.spool.last();
    let mut is_over = question.wait.is_zero();
    let time_is_up = inner.clock.sleep(question.wait);
    tokio::pin!(time_is_up);
    loop {
        let highest = *last.borrow_and_update();
        let found = found(&inner.spool, question.robot.clone(), question.after).await?;
        if is_over || !found.is_empty() {
            let messages: Vec<Value> = found.iter().map(shown).collect();
            return Ok(json!({"last": highest, "messages": messages}));
        }
        tokio::select! {
            _ = last.changed() => {}
            _ = stopping.wait_for(|stopping| *stopping) => is_over = true,
            () = &mut time_is_up => is_over = true,
        }
    }
}

async fn found(spool: &Arc<Spool>, robot: Option<String>, after: u64) -> Result<Vec<Kept>, ShellError> {
    let spool = Arc::clone(spool);
    let found = tokio::task::spawn_blocking(move || spool.after(robot.as_deref(), after, PAGE)).await;
    found.map_err(|fault| fault.to_string()).and_then(|found| found).map_err(|fault| {
        ShellError::new(StatusCode::INTERNAL_SERVER_ERROR, fault, "look after the folder of the spool")
    })
}

fn shown(kept: &Kept) -> Value {
    // What is no JSON is shown as the text that it is.
    let body = read_body(kept.body.as_bytes()).unwrap_or_else(|| kept.body.clone().into());
    let mut shown = json!({
        "seq": kept.seq,
        "robot": kept.robot,
        "received_at": kept.received_at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        "body": body,
        "answer": kept.answer.as_ref().map(|answer| answer.to_json()),
        "forwarded": kept.fate,
    });
    if let Some(answer) = &kept.robot_answer {
        shown["robot_answer"] = answer.to_json();
    }
    shown
}

/// `GET /healthz`
pub(super) async fn health(State(inner): State<Arc<Inner>>) -> Response {
    match probe(&inner).await {
        Ok(()) => Json(json!({"status": "ok"})).into_response(),
        Err(reason) => {
            let body = json!({"status": "failing", "reason": format!("the spool is not writable: {reason}")});
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
    }
}

async fn probe(inner: &Inner) -> Result<(), String> {
    let spool = Arc::clone(&inner.spool);
    tokio::task::spawn_blocking(move || spool.probe()).await.map_err(|fault| fault.to_string())?
}

/// `GET /metrics`
pub(super) async fn metrics(State(inner): State<Arc<Inner>>) -> Response {
    let writable = f64::from(u8::from(probe(&inner).await.is_ok()));
    let now = inner.clock.now();
    let (mut pending, mut ages) = (Vec::new(), Vec::new());
    for station in &inner.stations {
        let (count, oldest) = inner.spool.pending(&station.name);
        let robot = || vec![("robot", station.name.clone())];
        pending.push((robot(), float(count)));
        ages.push((robot(), oldest.map_or(0.0, |oldest| age(now, oldest))));
    }
    let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
    let (expiry, usable) = inner.tls.get().map_or_else(Default::default, certificate);
    let gauges = [
        Gauge {
            name: "bellcheck_relay_pending_messages",
            help: "Messages that wait for the robot.",
            values: pending,
        },
        Gauge {
            name: "bellcheck_relay_oldest_pending_age_seconds",
            help: "How long the oldest one has waited; 0 when none waits.",
            values: ages,
        },
        Gauge {
            name: "bellcheck_relay_spool_messages",
            help: "Messages that are kept.",
            values: vec![(Vec::new(), float(inner.spool.len()))],
        },
        Gauge {
            name: "bellcheck_relay_spool_writable",
            help: "1 when messages can be kept.",
            values: vec![(Vec::new(), writable)],
        },
        Gauge {
            name: "bellcheck_relay_tls_certificate_expiry_timestamp_seconds",
            help: "When the certificate that is served ends, in Unix time.",
            values: expiry,
        },
        Gauge {
            name: "bellcheck_relay_tls_files_usable",
            help: "0 when the certificate's files cannot be used, and that of before is served.",
            values: usable,
        },
        Gauge { name: "bellcheck_build_info", help: "Which bellcheck it is.", values: vec![(version, 1.0)] },
    ];
    let text = inner.metrics.render(&gauges);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

type Values = Vec<(Vec<(&'static str, String)>, f64)>;

/// When the certificate ends, and whether its files are as they should be.
fn certificate(tls: &Arc<Tls>) -> (Values, Values) {
    let expiry = tls.expires().map(|end| (Vec::new(), end.as_duration().as_secs_f64()));
    (expiry.into_iter().collect(), vec![(Vec::new(), f64::from(u8::from(!tls.is_stale())))])
}

fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

fn age(now: Timestamp, then: Timestamp) -> f64 {
    now.duration_since(then).as_secs_f64().max(0.0)
}

/// For everything else.
pub(super) fn nothing_here() -> ShellError {
    ShellError::new(
        StatusCode::NOT_FOUND,
        "there is nothing here",
        "robots are at `/robot/send`, beside `/relay/messages` (with --read-token), `/healthz` and `/metrics`",
    )
}
