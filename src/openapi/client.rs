//! The client: an operation in, its answer or an [`ApiError`] out.

use std::sync::Arc;

use super::{
    ApiError, Credentials, Endpoints, ErrorKind, Nonce, Operation, Product, SignatureScheme, Transport,
    answer,
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
    credentials: Arc<Credentials>,
    clock: Arc<dyn Clock>,
    nonce: Arc<dyn Nonce>,
    scheme: SignatureScheme,
}

impl Client {
    /// A client that signs with V3.
    #[must_use]
    pub fn new(
        transport: Arc<dyn Transport>,
        endpoints: Endpoints,
        credentials: Credentials,
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

    /// Where a product's calls go: scheme, host and port.
    #[must_use]
    pub fn base(&self, product: Product) -> String {
        self.endpoints.base(product)
    }

    /// The clock that stamps its requests; whoever waits between calls waits on it.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Calls `operation` once, without retry.
    ///
    /// # Errors
    /// [`ApiError`], whatever the layer that refused. Its texts hold neither the client's secrets
    /// nor those of the call's own parameters, also when the server reflects them.
    pub async fn call<O: Operation>(&self, operation: &O) -> Result<O::Response, ApiError> {
        let params = to_params(operation).map_err(|error| ApiError {
            operation: O::ACTION,
            kind: ErrorKind::Rejected,
            status: None,
            code: String::new(),
            message: error.to_string(),
            request_id: None,
            retry_after_ms: None,
        })?;
        let discretion = Discretion::new(&self.credentials, &params);
        let base = self.endpoints.base(O::PRODUCT);
        let nonce = self.nonce.next();
        let call = Call { action: O::ACTION, version: O::PRODUCT.version(), params: &params };
        let seal = Seal { credentials: &self.credentials, now: self.clock.now(), nonce: &nonce };
        let scheme = if O::UNSIGNED { SignatureScheme::Unsigned } else { self.scheme };
        let request = scheme.request(authority(&base), &call, &seal);
        let answer = match self.transport.send(&base, request).await {
            Ok(response) => answer::read(O::ACTION, &response),
            Err(error) => Err(ApiError {
                operation: O::ACTION,
                kind: ErrorKind::Transport,
                status: None,
                code: String::new(),
                message: error.message,
                request_id: None,
                retry_after_ms: None,
            }),
        };
        answer.map_err(|error| discretion.applied_to(error))
    }
}
