//! The client: an operation in, its answer or an [`ApiError`] out.

use std::sync::Arc;

use super::{
    ApiError, Credentials, CredentialsProvider, Endpoints, ErrorKind, Nonce, Operation, Params,
    SignatureScheme, Transport, answer,
    discretion::Discretion,
    endpoint::authority,
    scheme::{Call, Seal},
    to_params,
};
use crate::clock::Clock;

/// Calls operations. Cheap to clone; clones share transport, clock and nonce.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    endpoints: Arc<Endpoints>,
    credentials: Arc<dyn CredentialsProvider>,
    clock: Arc<dyn Clock>,
    nonce: Arc<dyn Nonce>,
    scheme: SignatureScheme,
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
        }
    }

    /// The same client with another signature.
    #[must_use]
    pub fn with_scheme(mut self, scheme: SignatureScheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// The region that it speaks to.
    #[must_use]
    pub fn region(&self) -> &str {
        self.endpoints.region()
    }

    /// The clock that stamps its requests; whoever waits between calls waits on it.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Calls `operation` once, without retry. A call that is refused because its token has expired
    /// is made again with a renewed key pair, once.
    ///
    /// # Errors
    /// [`ApiError`], whatever the layer that refused. Its texts hold neither the client's secrets
    /// nor those of the call's own parameters, also when the server reflects them.
    pub async fn call<O: Operation>(&self, operation: &O) -> Result<O::Response, ApiError> {
        let params = to_params(operation)
            .map_err(|error| ApiError::local(O::ACTION, ErrorKind::Rejected, error.to_string()))?;
        if O::UNSIGNED {
            return self.attempt::<O>(&params, &Credentials::nobody()).await;
        }
        let no_key =
            |error: super::ProviderError| ApiError::local(O::ACTION, ErrorKind::Credentials, error.message);
        let key = self.credentials.current(self.clock.now()).await.map_err(no_key)?;
        let answer = self.attempt::<O>(&params, &key).await;
        if answer.as_ref().is_err_and(ApiError::is_expired_token)
            && let Some(key) = self.credentials.renewed(&key, self.clock.now()).await.map_err(no_key)?
        {
            return self.attempt::<O>(&params, &key).await;
        }
        answer
    }

    /// One request, signed with `key`.
    async fn attempt<O: Operation>(
        &self,
        params: &Params,
        key: &Credentials,
    ) -> Result<O::Response, ApiError> {
        let discretion = Discretion::new(key, params);
        let base = self.endpoints.base(O::PRODUCT);
        let nonce = self.nonce.next();
        let call = Call { action: O::ACTION, version: O::PRODUCT.version(), params };
        let seal = Seal { credentials: key, now: self.clock.now(), nonce: &nonce };
        let scheme = if O::UNSIGNED { SignatureScheme::Unsigned } else { self.scheme };
        let request = scheme.request(authority(&base), &call, &seal);
        let answer = match self.transport.send(&base, request).await {
            Ok(response) => answer::read(O::ACTION, &response),
            Err(error) => Err(ApiError::local(O::ACTION, ErrorKind::Transport, error.message)),
        };
        answer.map_err(|error| discretion.applied_to(error))
    }
}
