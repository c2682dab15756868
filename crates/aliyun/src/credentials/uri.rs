//! A credentials URI: a helper, often on this machine, that gives temporary keys over HTTP.

use std::{sync::Arc, time::Duration};

use super::{
    chain::Found,
    error::Fault,
    fetch::{Fetch, Fetched, Made, temporary},
    http::{Address, Http, object},
    inputs::Inputs,
    variables,
};
use crate::clock::BoxFuture;

pub(super) const SOURCE: &str = "the credentials URI";

const PATIENCE: Duration = Duration::from_secs(10);

/// One address that gives keys.
#[derive(Debug)]
pub(super) struct Uri {
    http: Http,
    at: Address,
}

impl Uri {
    /// `name` is where the URI was given.
    pub(super) fn new(inputs: &Inputs, name: &str, uri: &str) -> Result<Self, Fault> {
        let http = Http {
            transport: Arc::clone(&inputs.transport),
            clock: Arc::clone(&inputs.clock),
            patience: PATIENCE,
        };
        Ok(Self { http, at: Address::parse(name, uri)? })
    }
}

impl Fetch for Uri {
    fn fetch(&self, _is_urgent: bool) -> BoxFuture<'_, Result<Fetched, Fault>> {
        Box::pin(async {
            let response = self.http.send("GET", &self.at, &[], Vec::new()).await.map_err(|silence| {
                Fault::refused(silence, "check that the helper behind the credentials URI is running")
            })?;
            temporary(&object(&self.at, &response, &self.at.masks())?)
        })
    }
}

pub(super) fn find(inputs: &Inputs) -> Result<Found, Fault> {
    Ok(match inputs.agreed(variables::CREDENTIALS_URI)? {
        Some((name, uri)) => Found::yes(SOURCE, Made::Asked(Arc::new(Uri::new(inputs, name, uri)?))),
        None => Found::No(format!("`{}` is not set", variables::CREDENTIALS_URI[0])),
    })
}
