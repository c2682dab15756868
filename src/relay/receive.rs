//! `POST /robot/send`: what CloudMonitor posts.

use std::{net::IpAddr, net::SocketAddr, sync::Arc};

use axum::{
    Json,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;

use super::{
    duplicates::Claim,
    metrics::{DUPLICATES, EARLY, RECEIVED, REFUSED},
    serve::{Inner, Station},
    spool::New,
};
use crate::{
    dingtalk::{BODY_LIMIT, BodyRules, Posted, Refusal, Reply, Sender, Wording, read_body},
    openapi::decode_form,
    server::{ShellError, read_at_most},
};

/// Bytes of a body that are read at all; what has more is no message, whatever is in it.
const LARGEST_BODY: usize = 64 * 1024;
/// A body that announces this much is not even begun to be read.
const HOPELESS_BODY: usize = 1 << 20;
/// Messages of one robot that may wait for it.
const MOST_PENDING: usize = 100_000;

/// Answers a post. It goes on when the sender hangs up: the message may be kept already.
pub(super) async fn send(
    State(inner): State<Arc<Inner>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    match tokio::spawn(answer(inner, peer.ip(), request)).await {
        Ok(Ok(reply)) => Json(reply.to_json()).into_response(),
        Ok(Err(error)) => error.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A post that was read.
struct Post {
    headers: HeaderMap,
    query: Vec<(String, String)>,
    body: Vec<u8>,
    peer: IpAddr,
}

impl Post {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

async fn answer(inner: Arc<Inner>, peer: IpAddr, request: Request) -> Result<Reply, ShellError> {
    let nobody = |refusal: Refusal| {
        inner.metrics.count(REFUSED, &[("robot", ""), ("reason", reason(&refusal))]);
        refusal.reply(Wording::default())
    };
    if request.method() != Method::POST {
        return Ok(nobody(Refusal::NeedPost));
    }
    let post = read(peer, request).await.inspect_err(|error| {
        let reason = match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => "too_large",
            StatusCode::REQUEST_TIMEOUT => "slow",
            _ => "malformed",
        };
        inner.metrics.count(REFUSED, &[("robot", ""), ("reason", reason)]);
    })?;
    let token = match post.parameter("access_token") {
        None | Some("") => return Ok(nobody(Refusal::MissingToken)),
        Some(token) => token,
    };
    let Some(place) = inner.tokens.find(token) else {
        tracing::warn!("{peer}: a post with a token that no robot has");
        return Ok(nobody(Refusal::UnknownToken));
    };
    let Some(station) = inner.stations.get(place) else { return Ok(nobody(Refusal::UnknownToken)) };
    inner.metrics.count(RECEIVED, &[("robot", &station.name)]);
    let refused = judge(&inner, station, &post).err();
    // Of what is refused here, that is kept which is a message at all.
    let is_message = refused.is_none() || read_body(&post.body).is_some_and(|body| body.is_object());
    let body = is_message.then(|| text(station, post.body));
    match (refused, body) {
        (None, Some(body)) => accepted(&inner, place, station, body).await,
        (refused, body) => {
            let refusal = refused.unwrap_or(Refusal::MissingBody);
            let why = reason(&refusal);
            inner.metrics.count(REFUSED, &[("robot", &station.name), ("reason", why)]);
            tracing::warn!("{}: a post is refused: {why}", station.name);
            let reply = refusal.reply(Wording::default());
            if let Some(body) = body {
                let new = new(&inner, station, body, Some(reply.clone()), None);
                inner.spool.add(new).await.map_err(|fault| unkept(&inner, station, &fault))?;
            }
            Ok(reply)
        }
    }
}

/// A body as a text. One that is no UTF-8 goes on with a mark in the place of what is none: an alert that can
/// be read in part is worth more than one that is refused here.
fn text(station: &Station, body: Vec<u8>) -> String {
    String::from_utf8(body).unwrap_or_else(|error| {
        tracing::warn!(
            "{}: a message is no UTF-8; what cannot be read in it is replaced by U+FFFD",
            station.name
        );
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    })
}

async fn read(peer: IpAddr, request: Request) -> Result<Post, ShellError> {
    let query = decode_form(request.uri().query().unwrap_or_default()).map_err(|_| {
        ShellError::bad_request(
            "the query is not percent-encoded UTF-8",
            "encode each name and value as UTF-8, and then as %XX",
        )
    })?;
    let too_large = || {
        ShellError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is larger than {} KB", LARGEST_BODY / 1024),
            format!("a robot takes at most {BODY_LIMIT} bytes"),
        )
    };
    let (parts, body) = request.into_parts();
    let announced = parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<usize>().ok()).unwrap_or(0);
    // Who asks first is told before anything is sent, and who would send for ever as well.
    let is_told_at_once = parts.headers.contains_key(header::EXPECT) || announced > HOPELESS_BODY;
    if announced > LARGEST_BODY && is_told_at_once {
        return Err(too_large());
    }
    let body = read_at_most(body, LARGEST_BODY).await?.ok_or_else(too_large)?;
    Ok(Post { headers: parts.headers, query, body, peer })
}

/// What the robot is known to refuse. Where the robot itself will be asked, what is open is left to it: an
/// alert that is not forwarded is lost, one too many is only refused once more. So what a body has to be
/// like is never judged here for a robot that can be asked, if there is a body at all.
fn judge(inner: &Inner, station: &Station, post: &Post) -> Result<(), Refusal> {
    let media_type = post.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::WrongContentType);
    }
    if post.body.len() > BODY_LIMIT {
        return Err(Refusal::TooLong);
    }
    let can_be_asked = station.stuck.is_some() && !post.body.trim_ascii().is_empty();
    let loose = BodyRules { empty_texts: can_be_asked, loose_at: can_be_asked, ..BodyRules::default() };
    let message = match Posted::read(&post.body, loose) {
        Ok(posted) => Some(posted.message),
        Err(_) if can_be_asked => None,
        Err(refusal) => return Err(refusal),
    };
    let sender = Sender {
        timestamp: post.parameter("timestamp"),
        sign: post.parameter("sign"),
        peer: post.peer,
        now: inner.clock.now(),
    };
    station.security.check_signature(&sender)?;
    station.security.check_address(&sender)?;
    // Where a keyword stands in a body that is not understood, nobody can say.
    message.map_or(Ok(()), |message| station.security.check_keywords(&message))
}

async fn accepted(inner: &Inner, place: usize, station: &Station, body: String) -> Result<Reply, ShellError> {
    let digest: [u8; 32] = Sha256::digest(body.as_bytes()).into();
    let tell = match inner.duplicates.claim(place, digest, inner.clock.now()) {
        Claim::First(tell) => tell,
        Claim::Again(mut answer) => {
            inner.metrics.count(DUPLICATES, &[("robot", &station.name)]);
            tracing::info!("{}: the same message again", station.name);
            let told = async { answer.wait_for(Option::is_some).await.ok().and_then(|reply| reply.clone()) };
            return tokio::select! {
                told = told => told.ok_or_else(|| unkept(inner, station, "the first one was not kept")),
                () = inner.clock.sleep(inner.answer_within) => Ok(Reply::ok()),
            };
        }
    };
    if inner.spool.pending(&station.name).0 >= MOST_PENDING {
        inner.duplicates.forget(place, digest);
        return Err(unkept(inner, station, "too many messages wait for the robot"));
    }
    let (new, told) = match station.stuck {
        None => (new(inner, station, body, Some(Reply::ok()), None), None),
        Some(_) => {
            let (waiter, told) = oneshot::channel();
            (new(inner, station, body, None, Some(waiter)), Some(told))
        }
    };
    let seq = inner.spool.add(new).await.map_err(|fault| {
        inner.duplicates.forget(place, digest);
        unkept(inner, station, &fault)
    })?;
    tracing::info!("{}: message {seq} is kept", station.name);
    let reply = match told {
        None => Reply::ok(),
        Some(told) => robots_answer(inner, station, seq, told).await,
    };
    tell.send_replace(Some(reply.clone()));
    Ok(reply)
}

fn new(
    inner: &Inner,
    station: &Station,
    body: String,
    answer: Option<Reply>,
    waiter: Option<oneshot::Sender<Reply>>,
) -> New {
    let digest = Sha256::digest(body.as_bytes()).into();
    New { robot: station.name.clone(), received_at: inner.clock.now(), body, digest, answer, waiter }
}

/// The robot's answer, if it comes in time; otherwise that of a robot that accepts.
async fn robots_answer(
    inner: &Inner,
    station: &Station,
    seq: u64,
    mut told: oneshot::Receiver<Reply>,
) -> Reply {
    let is_stuck = async {
        match station.stuck.clone() {
            Some(mut stuck) => drop(stuck.wait_for(|stuck| *stuck).await),
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        Ok(reply) = &mut told => return reply,
        () = is_stuck => {}
        () = inner.clock.sleep(inner.answer_within) => {}
    }
    if !inner.spool.give_up(seq) {
        // It is being written down, which takes a moment.
        tokio::select! {
            Ok(reply) = told => return reply,
            () = inner.clock.sleep(inner.answer_within) => {}
        }
    }
    inner.metrics.count(EARLY, &[("robot", &station.name)]);
    Reply::ok()
}

/// A message that is not kept is not accepted either: the sender is to try again.
fn unkept(inner: &Inner, station: &Station, fault: &str) -> ShellError {
    // Why is told once, where it begins.
    tracing::warn!("{}: a message cannot be kept: {fault}", station.name);
    inner.metrics.count(REFUSED, &[("robot", &station.name), ("reason", "spool")]);
    ShellError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        format!("the message cannot be kept: {fault}"),
        "send it again later",
    )
}

/// The word of a refusal in the metrics.
fn reason(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NeedPost => "method",
        Refusal::MissingToken | Refusal::UnknownToken => "token",
        Refusal::Dismissed | Refusal::Disabled | Refusal::Removed => "state",
        Refusal::TooFast => "rate",
        Refusal::WrongContentType => "content_type",
        Refusal::TooLong => "too_long",
        Refusal::MissingBody => "body",
        Refusal::UnknownMsgtype => "msgtype",
        Refusal::BadField { .. } => "field",
        Refusal::SignMismatch => "signature",
        Refusal::SignExpired => "timestamp",
        Refusal::IpNotAllowed(_) => "address",
        Refusal::KeywordMissing => "keyword",
    }
}
