//! What stands between a client and its transport, and sees each exchange.

use std::{collections::BTreeMap, sync::Arc};

use super::{Exchange, Lost, Placeholders, Recorder, record::millis};
use crate::{
    clock::{BoxFuture, Timestamp},
    openapi::{
        Credentials, CredentialsProvider, HttpRequest, HttpResponse, Params, Product, ProviderError,
        Transport, TransportError, identify, identify_unsigned,
    },
};

/// Headers of answers that are kept.
const HEADERS: [&str; 4] = ["content-type", "date", "x-acs-request-id", "x-acs-retry-after"];

/// Characters that are kept of a body that is no JSON.
const LONGEST_TEXT: usize = 2_000;

#[derive(Debug)]
pub(super) struct Through {
    pub(super) inner: Arc<dyn Transport>,
    pub(super) recorder: Arc<Recorder>,
}

impl Transport for Through {
    fn send<'a>(
        &'a self,
        base: &'a str,
        request: HttpRequest,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            // What it holds is known from now on, also while other answers come.
            let asked = Asked::of(&request).map(|asked| self.recorder.shown(asked));
            let began = self.recorder.now();
            let answer = self.inner.send(base, request).await;
            let took_ms = millis(began, self.recorder.now());
            let started_ms = self.recorder.offset(began);
            self.recorder
                .write(|placeholders| Ok(asked?.exchange(placeholders, started_ms, took_ms, &answer)));
            answer
        })
    }
}

/// What a request asks, of which nothing but the parameters is kept.
pub(super) struct Asked {
    operation: String,
    version: String,
    pub(super) params: Params,
}

impl Asked {
    fn of(request: &HttpRequest) -> Result<Self, String> {
        let claim = identify(request)
            .or_else(|fault| identify_unsigned(request).map_err(|_| fault))
            .map_err(|fault| format!("a request could not be read: {fault}"))?;
        let mut params = claim.params;
        params.extend(claim.region_id.map(|region| ("RegionId".to_owned(), region)));
        Ok(Self { operation: claim.action, version: claim.version, params })
    }

    fn exchange(
        self,
        placeholders: &mut Placeholders,
        started_ms: u64,
        took_ms: u64,
        answer: &Result<HttpResponse, TransportError>,
    ) -> Exchange {
        let product = Product::of_version(&self.version);
        let product = product.map_or_else(|| self.version.clone(), |product| product.name().to_owned());
        let mut exchange = Exchange {
            operation: self.operation,
            product,
            parameters: self.params,
            version: self.version,
            started_ms,
            took_ms,
            status: None,
            headers: BTreeMap::new(),
            body: None,
            text: None,
            lost: None,
        };
        match answer {
            Ok(response) => {
                exchange.status = Some(response.status);
                for name in HEADERS {
                    if let Some(value) = response.header(name) {
                        exchange.headers.insert(name.to_owned(), placeholders.text(value));
                    }
                }
                match serde_json::from_slice(&response.body) {
                    Ok(body) => exchange.body = Some(placeholders.json(body)),
                    Err(_) => {
                        let text = placeholders.text(&String::from_utf8_lossy(&response.body));
                        exchange.text = Some(text.chars().take(LONGEST_TEXT).collect());
                    }
                }
            }
            Err(error) => {
                exchange.lost = Some(Lost { message: placeholders.text(&error.message), sent: error.sent });
            }
        }
        exchange
    }
}

/// Tells the recorder of each key pair before a request is signed with it.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) inner: Arc<dyn CredentialsProvider>,
    pub(super) recorder: Arc<Recorder>,
}

impl CredentialsProvider for Watched {
    fn current(&self, now: Timestamp) -> BoxFuture<'_, Result<Credentials, ProviderError>> {
        Box::pin(async move {
            let pair = self.inner.current(now).await?;
            self.recorder.know_pair(&pair);
            Ok(pair)
        })
    }

    fn renewed<'a>(
        &'a self,
        refused: &'a Credentials,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Credentials>, ProviderError>> {
        Box::pin(async move {
            let pair = self.inner.renewed(refused, now).await?;
            if let Some(pair) = &pair {
                self.recorder.know_pair(pair);
            }
            Ok(pair)
        })
    }
}
