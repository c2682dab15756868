//! From options and environment to a client.

use std::sync::Arc;

use super::{
    Context,
    exit::{Exit, Failure},
};
use crate::{
    clock::SystemClock,
    fleet::Identity,
    openapi::{Client, Credentials, CredentialsInput, Endpoints, RandomNonce, ReqwestTransport},
    secret::Secret,
    spec::Spec,
};

/// A client for an account of a fleet, in the spec's region.
///
/// # Errors
/// As [`client`].
pub(super) fn member(context: &Context, spec: &Spec, identity: &Identity) -> Result<Client, Failure> {
    let _ = identity;
    client(context, spec)
}

/// A client for the account that options and environment name, in the spec's region.
///
/// # Errors
/// Exit code 2 for credentials that are missing or half given and for a wrong endpoint.
pub(super) fn client(context: &Context, spec: &Spec) -> Result<Client, Failure> {
    let global = &context.global;
    let flags = CredentialsInput {
        access_key_id: global.access_key_id.clone(),
        access_key_secret: global.access_key_secret.clone().map(Secret::new),
        security_token: global.security_token.clone().map(Secret::new),
    };
    let credentials = Credentials::resolve(flags, context.environment.credentials()).map_err(|error| {
        Failure::new(
            Exit::Input,
            "cli::credentials",
            error.to_string(),
            "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET (for `bellcheck emulator`: testAk and testSk)",
        )
    })?;
    let region = global.region.as_deref().unwrap_or(&spec.region);
    let endpoints = Endpoints::new(region, global.endpoint.as_deref()).map_err(|error| {
        Failure::new(
            Exit::Input,
            "cli::endpoint",
            error.to_string(),
            "write a scheme, a host and a port, such as http://127.0.0.1:8899",
        )
    })?;
    let transport = ReqwestTransport::new().map_err(|error| {
        Failure::new(Exit::Refused, "cli::transport", error.to_string(), "check the TLS set-up")
    })?;
    Ok(Client::new(Arc::new(transport), endpoints, credentials, Arc::new(SystemClock), Arc::new(RandomNonce)))
}
