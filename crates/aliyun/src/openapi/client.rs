//! The client: an operation in, its answer or an [`ApiError`] out.

use std::{sync::Arc, time::Duration};

use super::{
    ApiError, Credentials, CredentialsProvider, EndpointError, Endpoints, ErrorKind, Nonce, Operation,
    Params, Product, Retry, SignatureScheme, Stop, Transport, answer,
    discretion::Discretion,
    endpoint::authority,
    pace::Pace,
    retry::Failed,
    scheme::{Call, Seal},
    telling, to_params,
};
use crate::clock::{Clock, Timestamp};

/// Calls operations, at the pace that the service allows and again where that may help. Cheap to
/// clone; clones share transport, clock, nonce, pace and stop.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    endpoints: Arc<Endpoints>,
    credentials: Arc<dyn CredentialsProvider>,
    clock: Arc<dyn Clock>,
    nonce: Arc<dyn Nonce>,
    scheme: SignatureScheme,
    retry: Retry,
    paced: bool,
    pace: Arc<Pace>,
    stop: Stop,
}

impl Client {
    /// A client that signs with V3, with a fixed key pair ([`Credentials`]) or with those of a
    /// provider.
    #[must_use]
    pub fn new(
        transport: Arc<dyn Transport>,
        endpoints: Endpoints,
        credentials: impl CredentialsProvider + 'static,
        clock: Arc<dyn Clock>,
        nonce: Arc<dyn Nonce>,
    ) -> Self {
        Self {
            transport,
            endpoints: Arc::new(endpoints),
            credentials: Arc::new(credentials),
            clock,
            nonce,
            scheme: SignatureScheme::default(),
            retry: Retry::default(),
            paced: true,
            pace: Arc::default(),
            stop: Stop::default(),
        }
    }

    /// The same client with another signature.
    #[must_use]
    pub fn with_scheme(mut self, scheme: SignatureScheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// The same client with its transport wrapped in another one, which sees every exchange.
    #[must_use]
    pub fn through(mut self, wrap: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>) -> Self {
        self.transport = wrap(self.transport);
        self
    }

    /// The address at which it calls a product, if that is not the service's own.
    #[must_use]
    pub fn elsewhere(&self, product: Product) -> Option<String> {
        self.endpoints.elsewhere(product)
    }

    /// The address at which it calls a product: scheme, host and port.
    #[must_use]
    pub fn base(&self, product: Product) -> String {
        self.endpoints.base(product)
    }

    /// The same client with another patience for calls that fail.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// The same client, which makes each call at once and only once: for those who test the service,
    /// or who have one that knows no limit.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.paced = false;
        self.with_retry(Retry::NEVER)
    }

    /// The same client, which another's stop ends.
    #[must_use]
    pub fn with_stop(mut self, stop: &Stop) -> Self {
        self.stop = stop.clone();
        self
    }

    /// What ends its calls: once it is pulled no request goes out any more.
    #[must_use]
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// The same client in another region of the account.
    ///
    /// # Errors
    /// A region that cannot be part of a host name.
    pub fn in_region(mut self, region: &str) -> Result<Self, EndpointError> {
        self.endpoints = Arc::new(self.endpoints.in_region(region)?);
        Ok(self)
    }

    /// Calls `operation` in a region.
    ///
    /// # Errors
    /// As [`Self::call`]; also a region that cannot be part of a host name.
    pub async fn call_in<O: Operation>(&self, region: &str, operation: &O) -> Result<O::Response, ApiError> {
        let there = self.clone().in_region(region).map_err(|error| {
            ApiError::local(O::ACTION, ErrorKind::Rejected, format!("region `{region}`: {error}"))
        })?;
        there.call(operation).await
    }

    /// The region that it speaks to.
    #[must_use]
    pub fn region(&self) -> &str {
        self.endpoints.region()
    }

    /// The same client with another clock, by which it also keeps to its pace.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self.pace = Arc::default();
        self
    }

    /// The clock that stamps its requests; whoever waits between calls waits on it.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Calls `operation`: when its turn comes, and again while that may help ([`Retry`]); each time
    /// with a new nonce and instant. An operation that is not repeatable is not called again once it
    /// may have taken effect.
    ///
    /// # Errors
    /// [`ApiError`], whatever the layer that refused, of the last attempt. Its texts hold neither the
    /// client's secrets nor those of the call's own parameters, also when the server reflects them.
    pub async fn call<O: Operation>(&self, operation: &O) -> Result<O::Response, ApiError> {
        let params = to_params(operation)
            .map_err(|error| ApiError::local(O::ACTION, ErrorKind::Rejected, error.to_string()))?;
        let (began, mut attempts) = (self.clock.now(), 0);
        let mut waits = None;
        let mut last: Option<Failed> = None;
        loop {
            if !self.turn(O::ACTION).await {
                return Err(stopped(O::ACTION));
            }
            attempts += 1;
            let answer = self.answer::<O>(&params, attempts);
            let outcome = match last.take() {
                None => answer.await,
                // One that is made again has no more time than is left for all of them.
                Some(last) => {
                    let left = self.retry.left(since(began, self.clock.now()));
                    tokio::select! {
                        biased;
                        outcome = answer => outcome,
                        () = self.clock.sleep(left) => Err(last),
                    }
                }
            };
            let over = since(began, self.clock.now());
            let mut failed = match outcome {
                Ok(answer) => {
                    self.pace.note(O::ACTION, false);
                    telling::ended(O::ACTION, attempts, over, Ok(()));
                    return Ok(answer);
                }
                Err(failed) => failed,
            };
            let course = &mut failed.error.course;
            (course.product, course.attempts, course.over) = (Some(O::PRODUCT), attempts, over);
            let heals = failed.heals(O::REPEATABLE);
            let waits = waits.get_or_insert_with(|| self.retry.waits(&self.nonce.next()));
            let wait = if !heals || self.pace.is_down(O::ACTION) {
                None
            } else {
                waits.next(over, failed.error.retry_after_ms.map(Duration::from_millis), failed.sent)
            };
            let goes_on = match wait {
                Some(wait) => {
                    telling::tries_again(O::ACTION, attempts, &failed.error, wait);
                    self.wait(wait).await
                }
                None => {
                    self.pace.note(O::ACTION, heals && self.retry != Retry::NEVER);
                    false
                }
            };
            if !goes_on {
                telling::ended(O::ACTION, attempts, over, Err(&failed.error));
                return Err(failed.error);
            }
            last = Some(failed);
        }
    }

    /// Waits for an operation's turn; whether it came before the stop.
    async fn turn(&self, operation: &'static str) -> bool {
        if self.stop.is_pulled() {
            return false;
        }
        if !self.paced {
            return true;
        }
        let wait = self.pace.turn(operation, self.clock.now());
        if wait.is_zero() {
            return true;
        }
        telling::waits_for_turn(operation, wait);
        self.wait(wait).await
    }

    /// Waits; whether to the end, and not only until the stop.
    async fn wait(&self, wait: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.stop.pulled() => false,
            () = self.clock.sleep(wait) => true,
        }
    }

    /// One attempt. A call that is refused because its token has expired is made again with a renewed
    /// key pair, once.
    async fn answer<O: Operation>(&self, params: &Params, attempt: u32) -> Result<O::Response, Failed> {
        if O::UNSIGNED {
            return self.exchange::<O>(params, &Credentials::nobody(), attempt).await;
        }
        let no_key = |error: super::ProviderError| Failed {
            error: ApiError::local(O::ACTION, ErrorKind::Credentials, error.message),
            sent: false,
        };
        // A source may take its time, and a run that is told to stop need not wait for it.
        let key = tokio::select! {
            biased;
            () = self.stop.pulled() => return Err(Failed { error: stopped(O::ACTION), sent: false }),
            key = self.credentials.current(self.clock.now()) => key.map_err(no_key)?,
        };
        let answer = self.exchange::<O>(params, &key, attempt).await;
        if answer.as_ref().is_err_and(|failed| failed.error.is_expired_token()) {
            let renewed = tokio::select! {
                biased;
                () = self.stop.pulled() => None,
                key = self.credentials.renewed(&key, self.clock.now()) => key.map_err(no_key)?,
            };
            if let Some(key) = renewed {
                return self.exchange::<O>(params, &key, attempt).await;
            }
        }
        answer
    }

    /// One request, signed with `key`.
    async fn exchange<O: Operation>(
        &self,
        params: &Params,
        key: &Credentials,
        attempt: u32,
    ) -> Result<O::Response, Failed> {
        // To know every form of every secret takes longer than to sign, and is only needed for what
        // is told.
        let discretion = || Discretion::new(key, params);
        let base = self.endpoints.base(O::PRODUCT);
        let nonce = self.nonce.next();
        let call = Call { action: O::ACTION, version: O::PRODUCT.version(), params };
        let now = self.clock.now();
        let seal = Seal { credentials: key, now, nonce: &nonce };
        let scheme = if O::UNSIGNED { SignatureScheme::Unsigned } else { self.scheme };
        let request = scheme.request(authority(&base), &call, &seal);
        telling::asked(O::ACTION, attempt, || discretion().masked(params));
        let sent = self.transport.send(&base, request).await;
        let took = since(now, self.clock.now());
        let (error, sent) = match sent {
            Ok(response) => match answer::read(O::ACTION, &response) {
                Ok(answer) => {
                    let id = || discretion().clean(response.header("x-acs-request-id").unwrap_or("-"));
                    telling::answered(O::ACTION, attempt, took, id);
                    return Ok(answer);
                }
                Err(error) => (error, true),
            },
            Err(error) => (ApiError::local(O::ACTION, ErrorKind::Transport, error.message), error.sent),
        };
        let error = discretion().applied_to(error);
        telling::refused(O::ACTION, attempt, took, &error);
        Err(Failed { error, sent })
    }
}

fn stopped(operation: &'static str) -> ApiError {
    let told = "the run was told to stop before this call was made".to_owned();
    ApiError::local(operation, ErrorKind::Interrupted, told)
}

fn since(began: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(began)).unwrap_or_default()
}
