//! Roles and sessions, as far as they can be told from their names.

use std::time::Duration;

use crate::{
    api::sts::{AssumedRoleUser, TemporaryCredentials},
    emulator::{
        gateway::{Call, Refusal},
        switches::UnknownName,
    },
};

use super::key::TemporaryKey;

/// Shortest validity in seconds; documented.
const SHORTEST: i64 = 900;
/// Validity in seconds without DurationSeconds; documented.
const DEFAULT: i64 = 3600;
/// Characters of a policy; documented.
const LONGEST_POLICY: usize = 2048;

/// A role in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emulator) struct Session {
    pub(in crate::emulator) account: String,
    pub(super) role: String,
    pub(super) name: String,
    pub(super) source_identity: Option<String>,
}

impl Session {
    /// The role's id: 18 digits that follow from account and name.
    pub(super) fn role_id(&self) -> String {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in self.account.bytes().chain([b'/']).chain(self.role.bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        format!("3{:017}", hash % 100_000_000_000_000_000)
    }

    pub(super) fn assumed_role_id(&self) -> String {
        format!("{}:{}", self.role_id(), self.name)
    }

    pub(super) fn user(&self) -> AssumedRoleUser {
        AssumedRoleUser {
            assumed_role_id: self.assumed_role_id(),
            arn: format!("acs:ram::{}:role/{}/{}", self.account, self.role, self.name),
        }
    }
}

impl TemporaryKey {
    pub(super) fn credentials(&self) -> TemporaryCredentials {
        TemporaryCredentials {
            access_key_id: self.id.clone(),
            access_key_secret: Some(self.secret.clone()),
            security_token: Some(self.token.clone()),
            expiration: self.expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }
}

/// STS's refusal of a parameter; its codes end in the parameter's name.
pub(super) fn wrong(name: &str, message: &str) -> Refusal {
    Refusal::new(400, format!("InvalidParameter.{name}"), message)
}

/// The account and the name in an ARN of RAM, such as `acs:ram::1234:role/admin`.
pub(super) fn of_arn<'a>(arn: &'a str, kind: &str) -> Option<(&'a str, &'a str)> {
    let (account, resource) = arn.strip_prefix("acs:ram::")?.split_once(':')?;
    let name = resource.strip_prefix(kind)?.strip_prefix('/')?;
    let is_name = (1..=128).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    let is_account = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_name && is_account).then_some((account, name))
}

/// The session that is asked for, if all of it is well-formed and the role is there.
pub(super) fn session(
    call: &Call<'_>,
    role_arn: &str,
    name: &str,
    source_identity: Option<&str>,
) -> Result<Session, Refusal> {
    let (account, role) = of_arn(role_arn, "role")
        .ok_or_else(|| wrong("RoleArn", "The parameter RoleArn is wrongly formed."))?;
    let is_name = (2..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".@-_".contains(&byte));
    if !is_name {
        return Err(wrong("RoleSessionName", "The parameter RoleSessionName is wrongly formed."));
    }
    let must_be_known = call.switches().unknown_role_account == UnknownName::Refuse;
    if must_be_known && !call.world.accounts.contains_key(account) {
        return Err(Refusal::new(
            404,
            "EntityNotExist.Role",
            format!("The specified Role not exists. (the emulator has no account {account})"),
        ));
    }
    Ok(Session {
        account: account.to_owned(),
        role: role.to_owned(),
        name: name.to_owned(),
        source_identity: source_identity.filter(|identity| !identity.is_empty()).map(str::to_owned),
    })
}

/// How long the key is to last.
pub(super) fn validity(call: &Call<'_>, seconds: Option<i64>) -> Result<Duration, Refusal> {
    let longest = call.switches().max_session_duration;
    let seconds = seconds.unwrap_or(DEFAULT);
    let lasts = Duration::from_secs(seconds.unsigned_abs());
    if seconds < SHORTEST || lasts > longest {
        return Err(wrong(
            "DurationSeconds",
            &format!(
                "The Min/Max value of DurationSeconds is 15min/1hr. (900 to {}; switch `max_session_duration`)",
                longest.as_secs()
            ),
        ));
    }
    Ok(lasts)
}

/// Checks a policy; what it says has no effect.
pub(super) fn policy(policy: Option<&str>) -> Result<(), Refusal> {
    let Some(policy) = policy.filter(|policy| !policy.is_empty()) else {
        return Ok(());
    };
    if policy.chars().count() > LONGEST_POLICY {
        return Err(wrong("PolicySize", "The size of Policy must be smaller than 2048 bytes."));
    }
    match serde_json::from_str(policy) {
        Ok(serde_json::Value::Object(_)) => Ok(()),
        _ => Err(wrong("PolicyGrammar", "The parameter Policy has not passed grammar check.")),
    }
}

#[cfg(test)]
mod tests {
    use super::of_arn;

    #[test]
    fn arns_are_read_and_others_are_not() {
        assert_eq!(of_arn("acs:ram::123:role/admin-1", "role"), Some(("123", "admin-1")));
        for wrong in [
            "",
            "roleArn",
            "acs:ram::123:user/a",
            "acs:ram::123:role/",
            "acs:ram:::role/a",
            "acs:ram::12x:role/a",
            "acs:ram::123:role/a/b",
            "acs:ram::123:role/a b",
        ] {
            assert_eq!(of_arn(wrong, "role"), None, "{wrong}");
        }
    }
}
