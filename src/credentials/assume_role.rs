//! Keys of a RAM role, for the holder of another key pair.

use std::sync::Arc;

use super::{
    error::Fault,
    fetch::{Fetch, Fetched, Made},
    inputs::Inputs,
    refreshing::Refreshing,
    sts::{self, Place, SESSION},
};
use crate::{
    api::sts::AssumeRole as Call,
    clock::BoxFuture,
    openapi::{Client, CredentialsProvider},
};

/// A role, and who asks for it.
#[derive(Debug)]
pub(super) struct AssumeRole {
    client: Client,
    call: Call,
}

/// The role that is wanted.
#[derive(Debug, Default)]
pub(super) struct Role<'a> {
    pub(super) arn: &'a str,
    pub(super) session: Option<&'a str>,
    pub(super) seconds: Option<i64>,
    pub(super) policy: Option<&'a str>,
    pub(super) external_id: Option<&'a str>,
}

impl AssumeRole {
    /// `asker` is the user's name for the source whose key pair asks for the role.
    pub(super) fn new(
        inputs: &Inputs,
        place: &Place<'_>,
        asker: (String, Made),
        role: &Role<'_>,
    ) -> Result<Self, Fault> {
        let provider: Arc<dyn CredentialsProvider> = match asker {
            (_, Made::Fixed(credentials)) => Arc::new(credentials),
            (name, Made::Asked(fetch)) => Arc::new(Refreshing::new(name, fetch)),
        };
        let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(Self {
            client: sts::client(inputs, place, provider)?,
            call: Call {
                role_arn: role.arn.to_owned(),
                role_session_name: given(role.session).unwrap_or_else(|| SESSION.to_owned()),
                duration_seconds: role.seconds.filter(|seconds| *seconds != 0),
                policy: given(role.policy),
                external_id: given(role.external_id),
                source_identity: None,
            },
        })
    }
}

impl Fetch for AssumeRole {
    fn fetch(&self, is_urgent: bool) -> BoxFuture<'_, Result<Fetched, Fault>> {
        Box::pin(async move {
            let answer = sts::patient(&self.client, is_urgent).call(&self.call).await.map_err(|error| {
                let denied = format!(
                    "check that {} exists, that it trusts whoever asks, and that whoever asks may do sts:AssumeRole",
                    self.call.role_arn
                );
                sts::refused(error, &denied)
            })?;
            sts::fetched(answer.credentials)
        })
    }
}
