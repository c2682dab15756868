//! Listens in on exchanges for the service's clock.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    clock::{BoxFuture, Clock, Timestamp, parse_http_date},
    openapi::{HttpRequest, HttpResponse, Transport, TransportError},
};

/// What one answer said of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// When the request was sent, on this machine's clock.
    pub(super) sent: Timestamp,
    /// When the answer was there, on this machine's clock.
    pub(super) heard: Timestamp,
    /// The answer's `Date`, in whole seconds.
    pub(super) date: Timestamp,
}

/// A transport that notes the `Date` of each answer.
#[derive(Debug)]
pub(super) struct Watch {
    inner: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    notes: Notes,
}

/// What was noted.
#[derive(Clone, Default)]
pub(super) struct Notes(Arc<Mutex<Vec<Sample>>>);

impl fmt::Debug for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notes")
    }
}

impl Notes {
    /// All samples so far.
    pub(super) fn samples(&self) -> Vec<Sample> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Watch {
    pub(super) fn new(inner: Arc<dyn Transport>, clock: Arc<dyn Clock>, notes: Notes) -> Self {
        Self { inner, clock, notes }
    }
}

impl Transport for Watch {
    fn send<'a>(
        &'a self,
        base: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let sent = self.clock.now();
            let answer = self.inner.send(base, request).await;
            if let Ok(response) = &answer
                && let Some(date) = response.header("date").and_then(parse_http_date)
            {
                let sample = Sample { sent, heard: self.clock.now(), date };
                self.notes.0.lock().unwrap_or_else(PoisonError::into_inner).push(sample);
            }
            answer
        })
    }
}
