//! Security Token Service, API version 2015-04-01. Sources: the models of
//! `alibabacloud-sts20150401` 1.2.0 and the pages of its operations.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use super::operation;
use crate::secret::Secret;

operation! {
    /// A temporary key pair for a role.
    Sts write AssumeRole -> AssumeRoleResponse {
        /// `acs:ram::{account}:role/{name}`.
        role_arn: String,
        /// 2 to 64 letters, digits and `.@-_`.
        role_session_name: String,
        /// 900 up to what the role allows; 3600 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duration_seconds: Option<i64>,
        /// Narrows what the key may do; a JSON object of up to 2048 characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        policy: Option<String>,
        /// 2 to 1224 characters, against confused deputies.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external_id: Option<String>,
        /// Stays with the session and those that follow from it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_identity: Option<String>,
    }
}

operation! {
    /// A temporary key pair for a role, for the holder of a token of an identity provider. The call
    /// is not signed: the token is the proof.
    Sts unsigned AssumeRoleWithOIDC -> AssumeRoleWithOIDCResponse {
        /// `acs:ram::{account}:oidc-provider/{name}`.
        #[serde(rename = "OIDCProviderArn", default, skip_serializing_if = "Option::is_none")]
        oidc_provider_arn: Option<String>,
        /// The provider's token as it is, 4 to 20000 characters.
        #[serde(rename = "OIDCToken", default, skip_serializing_if = "Option::is_none", serialize_with = "expose")]
        oidc_token: Option<Secret>,
        /// `acs:ram::{account}:role/{name}`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role_arn: Option<String>,
        /// 2 to 64 letters, digits and `.@-_`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role_session_name: Option<String>,
        /// 900 up to what the role allows; 3600 by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duration_seconds: Option<i64>,
        /// Narrows what the key may do; a JSON object of up to 2048 characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        policy: Option<String>,
    }
}

operation! {
    /// Who is calling.
    Sts read GetCallerIdentity -> GetCallerIdentityResponse {}
}

/// Writes a secret where it has to go.
fn expose<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => serializer.serialize_str(secret.expose()),
        None => serializer.serialize_none(),
    }
}

/// The answer to [`AssumeRole`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AssumeRoleResponse {
    /// The service's id of the call.
    pub request_id: String,
    /// Whom the key stands for.
    pub assumed_role_user: AssumedRoleUser,
    /// The key.
    pub credentials: TemporaryCredentials,
    /// As it was asked for; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
}

/// The answer to [`AssumeRoleWithOIDC`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AssumeRoleWithOIDCResponse {
    /// The service's id of the call.
    pub request_id: String,
    /// Whom the key stands for.
    pub assumed_role_user: AssumedRoleUser,
    /// The key.
    pub credentials: TemporaryCredentials,
    /// What the token said.
    #[serde(rename = "OIDCTokenInfo")]
    pub oidc_token_info: OidcTokenInfo,
}

/// A role in a session.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AssumedRoleUser {
    /// `{role's id}:{session}`.
    pub assumed_role_id: String,
    /// `acs:ram::{account}:role/{name}/{session}`.
    pub arn: String,
}

/// A temporary key pair.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TemporaryCredentials {
    /// `STS.…`.
    pub access_key_id: String,
    /// Signs.
    #[serde(serialize_with = "expose")]
    pub access_key_secret: Option<Secret>,
    /// Travels with each request.
    #[serde(serialize_with = "expose")]
    pub security_token: Option<Secret>,
    /// UTC.
    pub expiration: String,
}

impl fmt::Debug for TemporaryCredentials {
    /// Without the secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemporaryCredentials")
            .field("access_key_id", &self.access_key_id)
            .field("expiration", &self.expiration)
            .finish_non_exhaustive()
    }
}

/// What a token of an identity provider said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct OidcTokenInfo {
    /// `sub`.
    pub subject: String,
    /// `iss`.
    pub issuer: String,
    /// `aud`, joined by commas.
    pub client_ids: String,
    /// `exp`, UTC.
    pub expiration_time: String,
    /// `iat`, UTC.
    pub issuance_time: String,
    /// `Success`.
    pub verification_info: String,
}

/// The answer to [`GetCallerIdentity`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetCallerIdentityResponse {
    /// The service's id of the call.
    pub request_id: String,
    /// `Account`, `RAMUser` or `AssumedRoleUser`.
    pub identity_type: String,
    /// The account.
    pub account_id: String,
    /// The account's id, the user's, or `{role's id}:{session}`.
    pub principal_id: String,
    /// The account or the user; absent for roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The role; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
    /// Who it is, in full.
    pub arn: String,
}
