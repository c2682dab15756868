//! AssumeRoleWithOIDC.
//!
//! The page lists no errors. `AuthenticationFail.OIDCToken.Expired`, `.Invalid` and
//! `AuthenticationFail.NoPermission` are seen in the tests and manuals of official clients; their
//! statuses, and the codes of missing parameters, follow the table of AssumeRoleWithSAML. The
//! signature of a token is not checked: there is no identity provider to ask.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::role::{of_arn, policy, session, validity};
use crate::{
    api::sts::{AssumeRoleWithOIDC, AssumeRoleWithOIDCResponse, OidcTokenInfo},
    clock::Timestamp,
    emulator::gateway::{Call, Refusal, Serve},
};

fn given<'a>(name: &str, value: Option<&'a str>) -> Result<&'a str, Refusal> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        Refusal::new(400, format!("MissingParameter.{name}"), format!("Parameter {name} is required."))
    })
}

fn no_permission(message: &str) -> Refusal {
    Refusal::new(403, "AuthenticationFail.NoPermission", message)
}

impl Serve for AssumeRoleWithOIDC {
    fn serve(self, call: &mut Call<'_>) -> Result<AssumeRoleWithOIDCResponse, Refusal> {
        let provider = given("OIDCProviderArn", self.oidc_provider_arn.as_deref())?;
        let role = given("RoleArn", self.role_arn.as_deref())?;
        let token = given("OIDCToken", self.oidc_token.as_ref().map(|token| token.expose()))?;
        let name = given("RoleSessionName", self.role_session_name.as_deref())?;
        let (provider_account, _) = of_arn(provider, "oidc-provider")
            .ok_or_else(|| no_permission("Parameter OIDCProviderArn is not valid"))?;
        let session = session(call, role, name, None)?;
        let lasts = validity(call, self.duration_seconds)?;
        policy(self.policy.as_deref())?;
        if provider_account != session.account {
            return Err(no_permission(
                "There is no permission. (the provider and the role are of different accounts)",
            ));
        }
        let info = read(token, call.now())?;
        let key = call.world.issue(session, lasts);
        Ok(AssumeRoleWithOIDCResponse {
            request_id: String::new(),
            assumed_role_user: key.session.user(),
            credentials: key.credentials(),
            oidc_token_info: info,
        })
    }
}

/// What a token says, unless it has expired. Nothing of it is quoted in a refusal.
fn read(token: &str, now: Timestamp) -> Result<OidcTokenInfo, Refusal> {
    let invalid = |why: &str| {
        Refusal::new(
            401,
            "AuthenticationFail.OIDCToken.Invalid",
            format!("This JsonWebToken is invalid. ({why})"),
        )
    };
    if !(4..=20_000).contains(&token.chars().count()) {
        return Err(invalid("it is not 4 to 20000 characters long"));
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [_, payload, _] = parts[..] else {
        return Err(invalid("it has not three parts"));
    };
    let claims: Value = URL_SAFE_NO_PAD
        .decode(payload)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .filter(Value::is_object)
        .ok_or_else(|| invalid("its payload is not a JSON object in base64url"))?;
    let text = |name: &str| claims[name].as_str().unwrap_or_default().to_owned();
    let time = |name: &str| claims[name].as_i64().and_then(|second| Timestamp::from_second(second).ok());
    let audience = match &claims["aud"] {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    if text("iss").is_empty() || text("sub").is_empty() || audience.is_empty() {
        return Err(invalid("iss, sub and aud are needed"));
    }
    let expires = time("exp").ok_or_else(|| invalid("exp is needed"))?;
    if expires <= now {
        return Err(Refusal::new(
            401,
            "AuthenticationFail.OIDCToken.Expired",
            "This JsonWebToken is expired.",
        ));
    }
    let utc = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    Ok(OidcTokenInfo {
        subject: text("sub"),
        issuer: text("iss"),
        client_ids: audience,
        expiration_time: utc(expires),
        issuance_time: time("iat").map(utc).unwrap_or_default(),
        verification_info: "Success".to_owned(),
    })
}
