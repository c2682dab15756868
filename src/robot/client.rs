//! The client of one robot.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::sync::Mutex;

use super::{SendError, pace::Pace};
use crate::{
    clock::Clock,
    dingtalk::{BODY_LIMIT, Reply, explain, sign, token_of},
    openapi::{HttpRequest, HttpResponse, Transport},
    secret::{Redactor, Secret},
};

/// Calls for one message, the first one among them.
const ATTEMPTS: u32 = 3;
/// The wait before the second call; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// No gateway is waited for longer than this.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Where a robot is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    base: String,
    path: String,
    token: Secret,
}

impl Address {
    /// The address in a webhook. A `timestamp` and `sign` in it are left out: they are old.
    ///
    /// # Errors
    /// What is missing in it.
    pub fn of_webhook(webhook: &Secret) -> Result<Self, String> {
        let url = webhook.expose();
        let (scheme, rest) = url.split_once("://").ok_or("the webhook has no scheme")?;
        let token = token_of(url).ok_or("the webhook has no `access_token`")?;
        let before_query = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = before_query.split_once('/').unwrap_or((before_query, ""));
        Ok(Self {
            base: format!("{scheme}://{authority}"),
            path: format!("/{path}"),
            token: Secret::new(token),
        })
    }

    /// The same robot at another host, such as an emulator.
    #[must_use]
    pub fn at(self, base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), ..self }
    }
}

/// Sends to one robot: signs, keeps to its rate, reads `errcode`.
#[derive(Debug)]
pub struct RobotClient {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    address: Address,
    secret: Option<Secret>,
    known: Redactor,
    pace: Mutex<Pace>,
}

impl RobotClient {
    /// A client of the robot at `address`; with a secret it signs.
    #[must_use]
    pub fn new(
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        address: Address,
        secret: Option<Secret>,
    ) -> Self {
        let mut known = Redactor::default();
        known.add(&address.token);
        known.add_address(&format!("{}{}", address.base, address.path));
        if let Some(secret) = &secret {
            known.add(secret);
        }
        Self { transport, clock, address, secret, known, pace: Mutex::default() }
    }

    /// Sends a body, one at a time. What can heal is tried again: a busy robot, a gateway that says
    /// how long to wait, a connection that did not come about; and where the body has a `msgUuid`,
    /// which keeps it from being delivered twice, also an answer that did not come.
    ///
    /// # Errors
    /// [`SendError`], without the robot's token and secret.
    pub async fn send(&self, body: &Value) -> Result<(), SendError> {
        let bytes = body.to_string().into_bytes();
        if bytes.len() > BODY_LIMIT {
            return Err(SendError::TooLong { bytes: bytes.len() });
        }
        let repeatable = body.get("msgUuid").is_some_and(Value::is_string);
        let mut pace = self.pace.lock().await;
        let mut wait = FIRST_WAIT;
        let mut attempt = 1;
        loop {
            pace.wait(self.clock.as_ref()).await;
            let (request, known) = self.request(&bytes);
            let answer = self.transport.send(&self.address.base, request).await;
            pace.ended(self.clock.now());
            let (error, healing) = match answer {
                Ok(response) => match self.verdict(&response) {
                    Ok(()) => return Ok(()),
                    Err(error) => {
                        let healing = healing(&error, &response, wait);
                        (error, healing)
                    }
                },
                Err(error) => {
                    let healing = (!error.sent || repeatable).then_some(wait);
                    (SendError::Unreached(error), healing)
                }
            };
            let Some(healing) = healing.filter(|_| attempt < ATTEMPTS) else {
                return Err(discreet(&known, error));
            };
            self.clock.sleep(healing).await;
            attempt += 1;
            wait = wait.saturating_mul(2);
        }
    }

    /// Sends a body as it is, in one call, at any pace: for a caller that keeps to the rate and tries
    /// again by itself.
    ///
    /// # Errors
    /// [`SendError`], without the robot's token and secret.
    pub async fn post(&self, body: &[u8]) -> Result<(), SendError> {
        if body.len() > BODY_LIMIT {
            return Err(SendError::TooLong { bytes: body.len() });
        }
        let (request, known) = self.request(body);
        let answer = self.transport.send(&self.address.base, request).await;
        let verdict = answer.map_err(SendError::Unreached).and_then(|response| self.verdict(&response));
        verdict.map_err(|error| discreet(&known, error))
    }

    /// Signed anew for each call: a signature is good for an hour. With what no error may show.
    fn request(&self, body: &[u8]) -> (HttpRequest, Redactor) {
        let mut known = self.known.clone();
        let mut query = vec![("access_token".to_owned(), self.address.token.expose().to_owned())];
        if let Some(secret) = &self.secret {
            let timestamp = self.clock.now().as_millisecond();
            query.push(("timestamp".to_owned(), timestamp.to_string()));
            let signature = sign(secret, timestamp);
            known.add(&Secret::new(signature.as_str()));
            query.push(("sign".to_owned(), signature));
        }
        let request = HttpRequest {
            method: "POST".to_owned(),
            path: self.address.path.clone(),
            query,
            headers: vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())],
            body: body.to_vec(),
        };
        (request, known)
    }

    fn verdict(&self, response: &HttpResponse) -> Result<(), SendError> {
        match Reply::parse(&response.body) {
            Ok(reply) if reply.accepted() && response.status == 200 => Ok(()),
            Ok(reply) if !reply.accepted() => Err(SendError::Refused(reply)),
            Ok(_) => Err(SendError::NoVerdict {
                status: response.status,
                beginning: "with errcode 0, which robots send with 200 only".to_owned(),
            }),
            Err(beginning) => Err(SendError::NoVerdict { status: response.status, beginning }),
        }
    }
}

/// The error without secrets: a server may reflect what it was sent.
fn discreet(known: &Redactor, error: SendError) -> SendError {
    match error {
        SendError::Refused(reply) => {
            SendError::Refused(Reply { errmsg: known.redact(&reply.errmsg), ..reply })
        }
        SendError::NoVerdict { status, beginning } => {
            SendError::NoVerdict { status, beginning: known.redact(&beginning) }
        }
        other => other,
    }
}

/// How long to wait before another call, where one can help.
fn healing(error: &SendError, response: &HttpResponse, wait: Duration) -> Option<Duration> {
    match error {
        SendError::Refused(reply) => explain(reply).heals.then_some(wait),
        SendError::NoVerdict { .. } => {
            let body: Value = serde_json::from_slice(&response.body).ok()?;
            let seconds = body.get("wait").and_then(Value::as_u64)?;
            Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
        }
        SendError::TooLong { .. } | SendError::Unreached(_) => None,
    }
}
