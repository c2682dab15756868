//! Keys of a RAM role, for the holder of another key pair.

use std::sync::Arc;

use super::{
    chain::Resolved,
    error::{Error, Fault},
    fetch::{Fetch, Fetched, Made},
    inputs::Inputs,
    refreshing::Refreshing,
    sts::{self, Place, SESSION},
    variables,
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
        Self::asked_by(provider, inputs, place, role)
    }

    /// For a holder whose key pairs `provider` gives.
    fn asked_by(
        provider: Arc<dyn CredentialsProvider>,
        inputs: &Inputs,
        place: &Place<'_>,
        role: &Role<'_>,
    ) -> Result<Self, Fault> {
        let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let session = given(role.session).or(given(inputs.session()?));
        let external_id = match given(role.external_id) {
            Some(id) => Some(id),
            None => inputs.agreed(variables::EXTERNAL_ID)?.map(|(_, id)| id.to_owned()),
        };
        Ok(Self {
            client: sts::client(inputs, place, provider)?,
            call: Call {
                role_arn: role.arn.to_owned(),
                role_session_name: session.unwrap_or_else(|| SESSION.to_owned()),
                duration_seconds: role.seconds.filter(|seconds| *seconds != 0),
                policy: given(role.policy),
                external_id,
                source_identity: None,
            },
        })
    }
}

/// A role that somebody assumes besides what a profile says, such as the account of a fleet.
#[derive(Debug, Clone, Copy)]
pub struct RoleOf<'a> {
    /// Its ARN.
    pub arn: &'a str,
    /// The name of the session; `bellcheck` where there is none.
    pub session: Option<&'a str>,
    /// What the role's owner asks for besides its name.
    pub external_id: Option<&'a str>,
}

/// Key pairs of a role, for whoever `asker` found. The first one is asked for when it is needed, so
/// that a refusal belongs to the call that needed it.
///
/// # Errors
/// Blames the input when it is not known where STS is.
pub fn assumed(inputs: &Inputs, asker: &Resolved, role: &RoleOf<'_>) -> Result<Resolved, Error> {
    let source = format!("role {} for {}", role.arn, asker.source);
    let wanted =
        Role { arn: role.arn, session: role.session, external_id: role.external_id, ..Role::default() };
    // STS is where the asker's profile says that it is.
    let inputs = Inputs { endpoints: asker.endpoints.clone(), ..inputs.clone() };
    let fetch = AssumeRole::asked_by(Arc::clone(&asker.provider), &inputs, &Place::default(), &wanted);
    match fetch {
        Ok(fetch) => {
            let provider = Arc::new(Refreshing::new(source.clone(), Arc::new(fetch)));
            Ok(Resolved { source, provider, ..asker.clone() })
        }
        Err(fault) => Err(Error::broken(source, fault, asker.tried.clone())),
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
