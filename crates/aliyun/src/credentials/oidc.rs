//! Keys of a RAM role, for a workload that an identity provider vouches for (RRSA in Kubernetes).

use std::{path::PathBuf, sync::Arc};

use super::{
    chain::Found,
    error::Fault,
    fetch::{Fetch, Fetched, Made},
    inputs::Inputs,
    pair::list,
    read,
    sts::{self, Place, SESSION},
    variables,
};
use crate::{
    api::sts::AssumeRoleWithOIDC as Call,
    clock::BoxFuture,
    openapi::{Client, Credentials},
    secret::Secret,
};

pub(super) const SOURCE: &str = "OIDC";

/// A role, and the file in which the platform keeps a token fresh.
#[derive(Debug)]
pub(super) struct Oidc {
    client: Client,
    call: Call,
    token_file: PathBuf,
}

/// The role that is wanted.
#[derive(Debug, Default)]
pub(super) struct Role<'a> {
    pub(super) arn: &'a str,
    pub(super) provider: &'a str,
    pub(super) token_file: &'a str,
    pub(super) session: Option<&'a str>,
    pub(super) seconds: Option<i64>,
    pub(super) policy: Option<&'a str>,
}

impl Oidc {
    pub(super) fn new(inputs: &Inputs, place: &Place<'_>, role: &Role<'_>) -> Result<Self, Fault> {
        let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let session = given(role.session).or(given(inputs.session()?));
        Ok(Self {
            client: sts::client(inputs, place, Credentials::nobody())?,
            call: Call {
                oidc_provider_arn: Some(role.provider.to_owned()),
                oidc_token: None,
                role_arn: Some(role.arn.to_owned()),
                role_session_name: Some(session.unwrap_or_else(|| SESSION.to_owned())),
                duration_seconds: role.seconds.filter(|seconds| *seconds != 0),
                policy: given(role.policy),
            },
            token_file: PathBuf::from(role.token_file),
        })
    }

    /// The token as it is now: platforms replace it.
    fn token(&self) -> Result<Secret, Fault> {
        let shown = self.token_file.display();
        let remedy = "check the path of the token's file, and the platform that should keep it fresh";
        let text = read::text(&self.token_file)
            .map_err(|fault| Fault { message: format!("{shown}: {}", fault.message), ..fault })?
            .ok_or_else(|| Fault::input(format!("there is no token at {shown}"), remedy))?;
        match text.trim() {
            "" => Err(Fault::input(format!("{shown} is empty"), remedy)),
            token if !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Err(Fault::input(format!("{shown} does not hold a token alone"), remedy))
            }
            token => Ok(Secret::new(token)),
        }
    }
}

impl Fetch for Oidc {
    fn fetch(&self, is_urgent: bool) -> BoxFuture<'_, Result<Fetched, Fault>> {
        Box::pin(async move {
            let call = Call { oidc_token: Some(self.token()?), ..self.call.clone() };
            let answer = sts::patient(&self.client, is_urgent).call(&call).await.map_err(|error| {
                sts::refused(
                    error,
                    "check the role, its trust in the identity provider, and that the token is fresh and meant for it",
                )
            })?;
            sts::fetched(answer.credentials)
        })
    }
}

/// The variables that a platform sets for a workload.
pub(super) fn find(inputs: &Inputs) -> Result<Found, Fault> {
    let value = |names| Ok::<_, Fault>(inputs.agreed(names)?.map(|(_, value)| value));
    let (role, provider, file) =
        (value(variables::ROLE_ARN)?, value(variables::OIDC_PROVIDER)?, value(variables::OIDC_TOKEN_FILE)?);
    let [role_name, provider_name, file_name] =
        [variables::ROLE_ARN[0], variables::OIDC_PROVIDER[0], variables::OIDC_TOKEN_FILE[0]];
    // Other tools use the role's variable for other things; alone it says nothing about OIDC.
    if provider.is_none() && file.is_none() {
        return Ok(Found::No(format!("{} are not set", list(&[provider_name, file_name]))));
    }
    let parts = [(role_name, role), (provider_name, provider), (file_name, file)];
    let names = |is_given: bool| -> Vec<&str> {
        parts.iter().filter(|(_, value)| value.is_some() == is_given).map(|(name, _)| *name).collect()
    };
    let (Some(arn), Some(provider), Some(token_file)) = (role, provider, file) else {
        return Err(Fault::input(
            format!("{} is set, and {} is not", list(&names(true)), list(&names(false))),
            "set all three variables, or none of them",
        ));
    };
    let role = Role { arn, provider, token_file, ..Role::default() };
    let oidc = Oidc::new(inputs, &Place::default(), &role)?;
    Ok(Found::yes(SOURCE, Made::Asked(Arc::new(oidc))))
}
