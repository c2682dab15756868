//! Keys for somebody who is signed in to CloudSSO. Source: `aliyun/credentials-go`, `cloud_sso.go`.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::{
    config_file::Profile,
    error::Fault,
    fetch::{Fetch, Fetched, nonsense, temporary},
    http::{Address, Http, object},
    inputs::Inputs,
};
use crate::{
    clock::{BoxFuture, Timestamp},
    secret::{Redactor, Secret},
};

const PATIENCE: Duration = Duration::from_secs(10);
const PATH: &str = "/cloud-credentials";

/// A signed-in profile.
#[derive(Debug)]
pub(super) struct CloudSso {
    http: Http,
    at: Address,
    access_token: Secret,
    body: String,
    /// What to do when the sign-in is over.
    again: String,
    /// When the sign-in is over, as far as that is known.
    until: Option<Timestamp>,
}

impl CloudSso {
    pub(super) fn new(inputs: &Inputs, profile: &Profile) -> Result<Self, Fault> {
        let again = format!("sign in again: `aliyun configure --mode CloudSSO --profile {}`", profile.name);
        let at = Address::parse("cloud_sso_sign_in_url", profile.needed("cloud_sso_sign_in_url")?)?;
        if at.is_plain() {
            return Err(Fault::input(
                "`cloud_sso_sign_in_url` is not https, and the sign-in's token would go there in the clear",
                "write the address with https",
            ));
        }
        let access_token = profile.text("access_token")?.filter(|token| !token.is_empty());
        let Some(access_token) = access_token else {
            return Err(Fault::input("nobody is signed in: `access_token` is missing or empty", again));
        };
        let until = profile.number("cloud_sso_access_token_expire")?.filter(|second| *second != 0);
        let body = json!({
            "AccountId": profile.needed("cloud_sso_account_id")?,
            "AccessConfigurationId": profile.needed("cloud_sso_access_config")?,
        });
        Ok(Self {
            http: Http {
                transport: Arc::clone(&inputs.transport),
                clock: Arc::clone(&inputs.clock),
                patience: PATIENCE,
            },
            at: at.with_path(PATH),
            access_token: Secret::new(access_token),
            body: body.to_string(),
            again,
            until: until.and_then(|second| Timestamp::from_second(second).ok()),
        })
    }

    async fn ask(&self) -> Result<Fetched, Fault> {
        if let Some(until) = self.until.filter(|until| *until <= self.http.clock.now()) {
            return Err(Fault::input(format!("the sign-in ended at {until}"), self.again.clone()));
        }
        let bearer = format!("Bearer {}", self.access_token.expose());
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("accept", "application/json"),
        ];
        let response =
            self.http.send("POST", &self.at, &headers, self.body.clone().into_bytes()).await.map_err(
                |silence| Fault::refused(silence, "check the network and `cloud_sso_sign_in_url`"),
            )?;
        let mut masks = Redactor::default();
        masks.add(&self.access_token);
        let answer = object(&self.at, &response, &masks).map_err(|fault| match response.status {
            401 | 403 => Fault { remedy: self.again.clone(), ..fault },
            _ => fault,
        })?;
        match answer.get("CloudCredential") {
            Some(Value::Object(key)) => temporary(key),
            _ => Err(nonsense("it lacks `CloudCredential`")),
        }
    }
}

impl Fetch for CloudSso {
    fn fetch(&self, _is_urgent: bool) -> BoxFuture<'_, Result<Fetched, Fault>> {
        Box::pin(self.ask())
    }
}
