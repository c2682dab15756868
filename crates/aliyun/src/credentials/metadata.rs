//! The keys of an instance's RAM role, from the metadata service: version 2 with its token, then
//! version 1. Sources: `alibabacloud-credentials` 1.0.12 and `aliyun/credentials-go`.

use std::{sync::Arc, time::Duration};

use super::{
    chain::{Found, Winner},
    error::Fault,
    fetch::{Fetch, Fetched, Made, temporary},
    http::{Address, Http, object},
    inputs::Inputs,
    variables,
};
use crate::{
    clock::BoxFuture,
    openapi::HttpResponse,
    secret::{Redactor, Secret},
};

pub(super) const SOURCE: &str = "the metadata service";

const DISABLED: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
const V1_DISABLED: &str = "ALIBABA_CLOUD_IMDSV1_DISABLED";
/// The service is on the same host: it answers in milliseconds, or is not there.
const PATIENCE: Duration = Duration::from_secs(1);
const TOKEN: &str = "/latest/api/token";
/// How long a token of version 2 is to last; the longest that is allowed.
const TOKEN_SECONDS: &str = "21600";
const KEYS: &str = "/latest/meta-data/ram/security-credentials/";

/// One instance's metadata service.
#[derive(Debug)]
pub(super) struct Metadata {
    http: Http,
    at: Address,
    /// None: the service is asked which role the instance has.
    role: Option<String>,
    is_v1_disabled: bool,
}

/// Why there are no keys.
enum Trouble {
    /// This is no instance, or one without a role.
    Absent(String),
    Broken(Fault),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Broken(fault)
    }
}

impl Metadata {
    /// For a role, or for whatever role the instance has.
    pub(super) fn new(inputs: &Inputs, role: Option<&str>) -> Result<Self, Fault> {
        if inputs.switch(DISABLED)? {
            return Err(Fault::input(
                format!("the metadata service may not be asked: `{DISABLED}` is set"),
                format!("unset `{DISABLED}`, or use another source"),
            ));
        }
        Ok(Self {
            http: Http {
                transport: Arc::clone(&inputs.direct),
                clock: Arc::clone(&inputs.clock),
                patience: PATIENCE,
            },
            at: Address::parse("--metadata-endpoint", &inputs.metadata)?,
            role: role.filter(|role| !role.is_empty()).map(str::to_owned),
            is_v1_disabled: inputs.switch(V1_DISABLED)?,
        })
    }

    async fn ask(&self) -> Result<Fetched, Trouble> {
        let token = self.token().await?;
        let role = match &self.role {
            Some(role) => role.clone(),
            None => self.ask_role(token.as_ref()).await?,
        };
        let response = self.get(&format!("{KEYS}{role}"), token.as_ref()).await?;
        if response.status == 404 {
            return Err(Fault::input(
                format!("the instance has no RAM role `{role}`"),
                "name the role that is attached to the instance, or none",
            )
            .into());
        }
        let answer = object(&self.at, &response, &masks(token.as_ref()))?;
        Ok(temporary(&answer)?)
    }

    /// The token of version 2; none where only version 1 is served.
    async fn token(&self) -> Result<Option<Secret>, Trouble> {
        let headers = [("x-aliyun-ecs-metadata-token-ttl-seconds", TOKEN_SECONDS)];
        let at = self.at.with_path(TOKEN);
        match self.http.send("PUT", &at, &headers, Vec::new()).await {
            Ok(response) if response.status == 200 => {
                let token = word(&response);
                Ok(Some(Secret::new(token.ok_or_else(|| self.nonsense("a token"))?)))
            }
            Ok(response) if self.is_v1_disabled => Err(Fault::refused(
                format!(
                    "version 2 of {} answered HTTP {}, and version 1 may not be asked (`{V1_DISABLED}` is set)",
                    self.at.base, response.status
                ),
                format!("allow version 2 of the metadata service for this instance, or unset `{V1_DISABLED}`"),
            )
            .into()),
            Err(silence) if self.is_v1_disabled => Err(Trouble::Absent(silence)),
            // A service that drops the request (or its answer on the way into a container) may
            // still answer one of version 1.
            Ok(_) | Err(_) => Ok(None),
        }
    }

    async fn ask_role(&self, token: Option<&Secret>) -> Result<String, Trouble> {
        let response = self.get(KEYS, token).await?;
        match response.status {
            200 if response.body.trim_ascii().is_empty() => {
                Err(Trouble::Absent("the instance has no RAM role".to_owned()))
            }
            200 => {
                let is_role = |role: &String| {
                    role.len() <= 64
                        && role.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
                };
                let role = word(&response).filter(is_role);
                role.ok_or_else(|| self.nonsense("the name of a RAM role").into())
            }
            404 => Err(Trouble::Absent("the instance has no RAM role".to_owned())),
            status => Err(Fault::refused(
                format!("{} answered HTTP {status} when asked for the instance's role", self.at.base),
                format!("check the instance's metadata options; `{DISABLED}=true` leaves this source out"),
            )
            .into()),
        }
    }

    async fn get(&self, path: &str, token: Option<&Secret>) -> Result<HttpResponse, Trouble> {
        let headers: Vec<(&str, &str)> =
            token.map(|token| ("x-aliyun-ecs-metadata-token", token.expose())).into_iter().collect();
        self.http.send("GET", &self.at.with_path(path), &headers, Vec::new()).await.map_err(Trouble::Absent)
    }

    fn nonsense(&self, what: &str) -> Fault {
        Fault::refused(
            format!("{} answered with something that is not {what}", self.at.base),
            format!(
                "check that no proxy or portal answers in its place; `{DISABLED}=true` leaves this source out"
            ),
        )
    }
}

fn masks(token: Option<&Secret>) -> Redactor {
    let mut masks = Redactor::default();
    if let Some(token) = token {
        masks.add(token);
    }
    masks
}

/// A body that is one line of ordinary characters.
fn word(response: &HttpResponse) -> Option<String> {
    let text = std::str::from_utf8(&response.body).ok()?.trim();
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<'))
        .then(|| text.to_owned())
}

impl Fetch for Metadata {
    fn fetch(&self, _is_urgent: bool) -> BoxFuture<'_, Result<Fetched, Fault>> {
        Box::pin(async {
            self.ask().await.map_err(|trouble| match trouble {
                Trouble::Broken(fault) => fault,
                Trouble::Absent(why) => Fault::refused(
                    why,
                    "check that this is an ECS instance with a RAM role, and that its metadata service can be reached",
                ),
            })
        })
    }
}

/// Asks the service, where nobody has said that there is one.
pub(super) async fn find(inputs: &Inputs) -> Result<Found, Fault> {
    if inputs.switch(DISABLED)? {
        return Ok(Found::No(format!("not asked: `{DISABLED}` is set")));
    }
    let role = inputs.agreed(variables::INSTANCE_ROLE)?.map(|(_, role)| role);
    let metadata = Arc::new(Metadata::new(inputs, role)?);
    if role.is_some() {
        return Ok(Found::yes(SOURCE, Made::Asked(metadata)));
    }
    match metadata.ask().await {
        Ok(first) => {
            let winner = Winner { first: Some(first), ..Winner::new(SOURCE, Made::Asked(metadata)) };
            Ok(Found::Yes(Box::new(winner)))
        }
        Err(Trouble::Absent(why)) => Ok(Found::No(why)),
        Err(Trouble::Broken(fault)) => Err(fault),
    }
}
