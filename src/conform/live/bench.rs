//! What a probe works with: a client, names of its own, and a list of what has to be deleted.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::leavings::{Kind, Leavings};
use crate::openapi::{ApiError, Client, ErrorKind, Operation};

/// The start of every name that is made.
const PREFIX: &str = "bellcheck-conform";

/// The workplace of the probes.
pub(super) struct Bench<'a> {
    client: &'a Client,
    run: &'a str,
    tell: &'a (dyn Fn(&str) + Sync),
    leavings: Mutex<Leavings>,
    requests: Mutex<Vec<String>>,
}

/// A call that was answered as asked, or refused by the service for what it asks.
pub(super) enum Answer<T> {
    Taken(T),
    Refused(ApiError),
}

impl<'a> Bench<'a> {
    pub(super) fn new(client: &'a Client, run: &'a str, tell: &'a (dyn Fn(&str) + Sync)) -> Self {
        Self { client, run, tell, leavings: Mutex::default(), requests: Mutex::default() }
    }

    /// A name of this run.
    pub(super) fn name(&self, what: &str) -> String {
        format!("{PREFIX}-{}-{what}", self.run)
    }

    /// The region.
    pub(super) fn region(&self) -> String {
        self.client.region().to_owned()
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.client.clock().now().as_millisecond()
    }

    /// Notes that something of this name is about to be made, before it is.
    pub(super) fn will_make(&self, kind: Kind, name: &str) {
        (self.tell)(&format!("makes {} {name}", kind.word()));
        self.leavings.lock().unwrap_or_else(PoisonError::into_inner).add(kind, name);
    }

    /// Makes a call and keeps its id.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(super) async fn call<O: Operation>(&self, operation: &O) -> Result<O::Response, ApiError> {
        let answer = self.client.call(operation).await;
        let id = match &answer {
            Ok(response) => serde_json::to_value(response)
                .ok()
                .and_then(|body| body.get("RequestId").and_then(Value::as_str).map(str::to_owned)),
            Err(error) => error.request_id.clone(),
        };
        if let Some(id) = id {
            let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
            requests.push(format!("{} {id}", O::ACTION));
        }
        answer
    }

    /// Makes a call that may be refused for what it asks.
    ///
    /// # Errors
    /// Any other failure.
    pub(super) async fn ask<O: Operation>(&self, operation: &O) -> Result<Answer<O::Response>, ApiError> {
        match self.call(operation).await {
            Ok(answer) => Ok(Answer::Taken(answer)),
            Err(error) if error.kind == ErrorKind::Rejected || error.kind == ErrorKind::NotFound => {
                Ok(Answer::Refused(error))
            }
            Err(error) => Err(error),
        }
    }

    pub(super) fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut *self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn into_leavings(self) -> Leavings {
        self.leavings.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
