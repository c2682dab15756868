//! A key pair that another process of this program found, and handed over with all that it was found by.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::{
    chain::{Resolved, chain},
    inputs::Inputs,
};
use crate::{
    clock::{BoxFuture, Timestamp},
    openapi::{Credentials, CredentialsProvider, EndpointOptions, ProviderError},
};

/// The credentials of another process: its key pair until the service calls it expired; from then on
/// those that its source gives, which is looked for with the same inputs.
#[derive(Debug)]
struct Handed {
    source: String,
    pair: Credentials,
    inputs: Inputs,
    /// The source, once it had to be asked.
    renewed: Mutex<Option<Arc<dyn CredentialsProvider>>>,
}

/// What `source` is for another process, which has `pair` of it and calls these addresses.
#[must_use]
pub fn handed_over(
    inputs: Inputs,
    source: String,
    pair: Credentials,
    endpoints: EndpointOptions,
) -> Resolved {
    let provider = Handed { source: source.clone(), pair, inputs, renewed: Mutex::default() };
    Resolved {
        source,
        provider: Arc::new(provider),
        region: None,
        endpoints,
        tried: Vec::new(),
        warnings: Vec::new(),
    }
}

impl Handed {
    async fn renew(
        &self,
        refused: &Credentials,
        now: Timestamp,
    ) -> Result<Option<Credentials>, ProviderError> {
        let mut renewed = self.renewed.lock().await;
        if let Some(source) = &*renewed {
            return source.renewed(refused, now).await;
        }
        let found = chain(&self.inputs).await.map_err(|error| ProviderError {
            message: format!("{}: {}; {}", self.source, error.message, error.remedy),
        })?;
        // Another source may be of another account.
        if found.source != self.source {
            return Err(ProviderError {
                message: format!(
                    "the key pair of {} has expired, and the search finds {} now, which is not asked",
                    self.source, found.source
                ),
            });
        }
        let pair = found.provider.current(now).await?;
        *renewed = Some(found.provider);
        Ok((pair != *refused).then_some(pair))
    }
}

impl CredentialsProvider for Handed {
    fn current(&self, now: Timestamp) -> BoxFuture<'_, Result<Credentials, ProviderError>> {
        Box::pin(async move {
            let source = self.renewed.lock().await.clone();
            match source {
                Some(source) => source.current(now).await,
                None => Ok(self.pair.clone()),
            }
        })
    }

    fn renewed<'a>(
        &'a self,
        refused: &'a Credentials,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Credentials>, ProviderError>> {
        Box::pin(self.renew(refused, now))
    }
}
