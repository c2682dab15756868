//! What a probe works with: a client, names of its own, and a list of what has to be deleted.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::Serialize;
use serde_json::Value;

use super::{
    journal::Journal,
    leavings::{Kind, Leavings},
    probe::Late,
};
use crate::openapi::{ApiError, Client, ErrorKind, Operation};

/// The workplace of the probes.
pub(super) struct Bench<'a> {
    client: &'a Client,
    tell: &'a (dyn Fn(&str) + Sync),
    /// None where nothing may be made.
    leavings: Option<Mutex<Leavings>>,
    /// Why nothing more may be made.
    broken: Mutex<Option<String>>,
    requests: Mutex<Vec<String>>,
}

/// A call that was answered as asked, or refused by the service for what it asks.
pub(super) enum Answer<T> {
    Taken(T),
    Refused(ApiError),
}

impl<'a> Bench<'a> {
    /// With a record of what is made; nothing may be made without one.
    pub(super) fn new(client: &'a Client, journal: Option<Journal>, tell: &'a (dyn Fn(&str) + Sync)) -> Self {
        let leavings = journal.map(|journal| Mutex::new(Leavings::new(journal)));
        Self { client, tell, leavings, broken: Mutex::default(), requests: Mutex::default() }
    }

    /// Whether things may be made.
    pub(super) const fn may_write(&self) -> bool {
        self.leavings.is_some()
    }

    /// Writes down that something is about to be made, before it is, and returns its name.
    ///
    /// # Errors
    /// Where it cannot be written down, or nothing may be made: then it must not be.
    pub(super) fn will_make(&self, kind: Kind, what: &str) -> Result<String, ApiError> {
        let stopped = |why: String| ApiError::local("the record", ErrorKind::Interrupted, why);
        let Some(leavings) = &self.leavings else {
            return Err(stopped("nothing may be made without a record".to_owned()));
        };
        let mut leavings = leavings.lock().unwrap_or_else(PoisonError::into_inner);
        let name = leavings.name(what);
        leavings.add(kind, &name, self.tell).map_err(|error| {
            *self.broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
            stopped(error.to_string())
        })?;
        Ok(name)
    }

    /// The region.
    pub(super) fn region(&self) -> String {
        self.client.region().to_owned()
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.client.clock().now().as_millisecond()
    }

    /// Makes a call and keeps its id.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(super) async fn call<O: Operation>(&self, operation: &O) -> Result<O::Response, ApiError> {
        self.keep(O::ACTION, self.client.call(operation).await)
    }

    /// Keeps the id of an answer.
    fn keep<T: Serialize>(&self, action: &str, answer: Result<T, ApiError>) -> Result<T, ApiError> {
        let id = match &answer {
            Ok(response) => serde_json::to_value(response)
                .ok()
                .and_then(|body| body.get("RequestId").and_then(Value::as_str).map(str::to_owned)),
            Err(error) => error.request_id.clone(),
        };
        if let Some(id) = id {
            let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
            requests.push(format!("{action} {id}"));
        }
        answer
    }

    /// Makes a call as if it were made so long ago.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(super) async fn call_as_of<O: Operation>(
        &self,
        age: Duration,
        operation: &O,
    ) -> Result<O::Response, ApiError> {
        let clock = Arc::new(Late { clock: Arc::clone(self.client.clock()), by: age });
        self.keep(O::ACTION, self.client.clone().with_clock(clock).call(operation).await)
    }

    /// Makes a call that may be refused for what it asks.
    ///
    /// # Errors
    /// Any other failure.
    pub(super) async fn ask<O: Operation>(&self, operation: &O) -> Result<Answer<O::Response>, ApiError> {
        match self.call(operation).await {
            Ok(answer) => Ok(Answer::Taken(answer)),
            // An account that is full refuses anything.
            Err(error)
                if matches!(error.kind, ErrorKind::Rejected | ErrorKind::NotFound) && !error.is_quota() =>
            {
                Ok(Answer::Refused(error))
            }
            Err(error) => Err(error),
        }
    }

    pub(super) fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut *self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Why nothing more may be made.
    pub(super) fn take_broken(&self) -> Option<String> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn into_leavings(self) -> Option<Leavings> {
        self.leavings.map(|leavings| leavings.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}
