//! What the sources that ask STS share.

use std::sync::Arc;

use super::{
    endpoints::OfProfile,
    error::Fault,
    fetch::{Fetched, expiry},
    inputs::Inputs,
    pair::{ANSWER, PairInput, complete},
};
use crate::{
    api::sts::TemporaryCredentials,
    openapi::{ApiError, Client, CredentialsProvider, Endpoints, ErrorKind, Product, Retry},
};

/// A session's name where none is given.
pub(super) const SESSION: &str = "bellcheck";

/// Where a profile says that STS is; all empty for the general rules.
#[derive(Debug, Clone, Default)]
pub(super) struct Place<'a> {
    pub(super) of_profile: OfProfile,
    pub(super) region: Option<&'a str>,
    pub(super) is_vpc: bool,
}

/// A client of STS that signs with `credentials`.
pub(super) fn client(
    inputs: &Inputs,
    place: &Place<'_>,
    credentials: impl CredentialsProvider + 'static,
) -> Result<Client, Fault> {
    let mut options = inputs.endpoints.clone();
    place.of_profile.apply(&mut options);
    options.is_vpc |= place.is_vpc;
    let region = place.region.or(inputs.region.as_deref());
    let is_elsewhere = options.all.is_some() || options.products.contains_key(&Product::Sts);
    if region.is_none() && options.is_vpc && options.sts_region.is_none() && !is_elsewhere {
        return Err(Fault::input(
            "inside a VPC the address of STS depends on the region, and none is given",
            "give --region, or set ALIBABA_CLOUD_STS_REGION",
        ));
    }
    // Outside a VPC the central address is meant, which is the same from each region.
    let endpoints = Endpoints::with_options(region.unwrap_or("cn-hangzhou"), &options)
        .map_err(|error| Fault::input(error.to_string(), "check the region and the endpoint of STS"))?;
    let client = Client::new(
        Arc::clone(&inputs.transport),
        endpoints,
        credentials,
        Arc::clone(&inputs.clock),
        Arc::clone(&inputs.nonce),
    );
    Ok(client.with_retry(inputs.retry))
}

/// The client with its patience, or without for what is not urgent.
pub(super) fn patient(client: &Client, is_urgent: bool) -> Client {
    let client = client.clone();
    if is_urgent { client } else { client.with_retry(Retry::NEVER) }
}

/// The key pair in an answer.
pub(super) fn fetched(key: TemporaryCredentials) -> Result<Fetched, Fault> {
    let input = PairInput {
        access_key_id: Some(key.access_key_id),
        access_key_secret: key.access_key_secret,
        security_token: key.security_token,
    };
    let lacking = || super::fetch::nonsense("it lacks a part of the key pair");
    let credentials = complete(input, &ANSWER)
        .ok()
        .flatten()
        .filter(|pair| pair.security_token.is_some())
        .ok_or_else(lacking)?;
    Ok(Fetched { credentials, expires: Some(expiry("Expiration", &key.expiration)?), talk: None })
}

/// STS's refusal, in its own words; `denied` is the remedy for one that is about permissions.
pub(super) fn refused(error: ApiError, denied: &str) -> Fault {
    let remedy = match error.kind {
        ErrorKind::Credentials => "mend the source of the key pair that asks for the role".to_owned(),
        ErrorKind::Transport => {
            "check the network and the address of STS (--endpoint, ALIBABA_CLOUD_STS_ENDPOINT, ALIBABA_CLOUD_STS_REGION)".to_owned()
        }
        ErrorKind::Throttled | ErrorKind::Service => "try again in a minute".to_owned(),
        ErrorKind::Protocol => "check the address of STS and any proxy".to_owned(),
        ErrorKind::Interrupted => "run the command again".to_owned(),
        ErrorKind::Denied | ErrorKind::NotFound | ErrorKind::Rejected => denied.to_owned(),
    };
    Fault::refused(error.to_string(), remedy)
}
