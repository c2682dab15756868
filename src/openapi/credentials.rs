//! Which key pair signs. A source that is given in part is an error: falling through to the next
//! one would run against another account than the user meant.

use std::fmt;

use crate::secret::Secret;

/// A key pair, and a token when it is a temporary one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Names the key; not secret.
    pub access_key_id: String,
    /// Signs.
    pub access_key_secret: Secret,
    /// Travels with each request of a temporary (STS) key pair.
    pub security_token: Option<Secret>,
}

/// What one source holds, before it is known to be complete.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialsInput {
    /// `--access-key-id` or `ALIBABA_CLOUD_ACCESS_KEY_ID`.
    pub access_key_id: Option<String>,
    /// `--access-key-secret` or `ALIBABA_CLOUD_ACCESS_KEY_SECRET`.
    pub access_key_secret: Option<Secret>,
    /// `--security-token` or `ALIBABA_CLOUD_SECURITY_TOKEN`.
    pub security_token: Option<Secret>,
}

/// Why there is no key pair to sign with. It never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialsError {
    /// No source has anything.
    Absent,
    /// A source has something and lacks something else.
    Incomplete {
        /// `the flags` or `the environment`.
        source: &'static str,
        /// The flags or variables that hold something.
        given: Vec<&'static str>,
        /// The flags or variables that are missing or empty.
        missing: Vec<&'static str>,
    },
    /// A value that cannot be right.
    Malformed {
        /// The flag or variable.
        name: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// The names under which a source is known to the user.
struct Names {
    source: &'static str,
    id: &'static str,
    secret: &'static str,
    token: &'static str,
}

const FLAGS: Names = Names {
    source: "the flags",
    id: "--access-key-id",
    secret: "--access-key-secret",
    token: "--security-token",
};

/// Source of the variables' names: the default chain of `alibabacloud-credentials` and
/// `aliyun/credentials-go`.
const ENVIRONMENT: Names = Names {
    source: "the environment",
    id: "ALIBABA_CLOUD_ACCESS_KEY_ID",
    secret: "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    token: "ALIBABA_CLOUD_SECURITY_TOKEN",
};

impl Credentials {
    /// No key pair, for calls that are not signed.
    #[must_use]
    pub fn nobody() -> Self {
        Self { access_key_id: String::new(), access_key_secret: Secret::new(""), security_token: None }
    }

    /// The first source that holds anything at all, which must then be complete; sources are never
    /// mixed.
    ///
    /// # Errors
    /// [`CredentialsError`], which says what source lacks what.
    pub fn resolve(flags: CredentialsInput, environment: CredentialsInput) -> Result<Self, CredentialsError> {
        match complete(flags, &FLAGS)? {
            Some(credentials) => Ok(credentials),
            None => complete(environment, &ENVIRONMENT)?.ok_or(CredentialsError::Absent),
        }
    }
}

/// The key pair of one source; `None` when the source holds nothing.
fn complete(input: CredentialsInput, names: &Names) -> Result<Option<Credentials>, CredentialsError> {
    let CredentialsInput { access_key_id, access_key_secret, security_token } = input;
    if access_key_id.is_none() && access_key_secret.is_none() && security_token.is_none() {
        return Ok(None);
    }
    let id = access_key_id.filter(|id| !id.is_empty());
    let secret = access_key_secret.filter(|secret| !secret.expose().is_empty());
    // An empty token is what a CI system sends for a variable that is not set; a key pair without
    // a token is whole, so nothing is lost by reading it so.
    let token = security_token.filter(|token| !token.expose().is_empty());
    let (Some(id), Some(secret)) = (&id, &secret) else {
        let parts =
            [(names.id, id.is_some()), (names.secret, secret.is_some()), (names.token, token.is_some())];
        return Err(CredentialsError::Incomplete {
            source: names.source,
            given: parts.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect(),
            missing: parts[..2].iter().filter(|(_, given)| !given).map(|(name, _)| *name).collect(),
        });
    };
    check(names.id, id)?;
    check(names.secret, secret.expose())?;
    if let Some(token) = &token {
        check(names.token, token.expose())?;
    }
    Ok(Some(Credentials {
        access_key_id: id.clone(),
        access_key_secret: secret.clone(),
        security_token: token,
    }))
}

/// Refuses what a copy and paste leaves behind and what cannot travel in a header.
fn check(name: &'static str, value: &str) -> Result<(), CredentialsError> {
    if value.contains(char::is_whitespace) {
        return Err(CredentialsError::Malformed { name, reason: "it has white space in it" });
    }
    if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(CredentialsError::Malformed { name, reason: "it has characters other than ASCII in it" });
    }
    if name.ends_with("id") || name.ends_with("ID") {
        // The id stands unquoted in the Authorization header.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if !value.bytes().all(plain) {
            return Err(CredentialsError::Malformed {
                name,
                reason: "it has characters other than letters, digits, `.`, `-` and `_` in it",
            });
        }
    }
    Ok(())
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => write!(
                f,
                "no access key: set `{}` and `{}`, or give `{}` and `{}`",
                ENVIRONMENT.id, ENVIRONMENT.secret, FLAGS.id, FLAGS.secret
            ),
            Self::Incomplete { source, given, missing } => {
                let what = if given.is_empty() { "nothing".to_owned() } else { list(given) };
                write!(
                    f,
                    "half a key pair: {source} held {what}, and {} is missing or empty; ",
                    list(missing)
                )?;
                f.write_str("give both parts of the key pair in one source, or none there")
            }
            Self::Malformed { name, reason } => {
                write!(f, "`{name}` cannot be right: {reason}; copy it again")
            }
        }
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

impl std::error::Error for CredentialsError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(id: Option<&str>, secret: Option<&str>, token: Option<&str>) -> CredentialsInput {
        CredentialsInput {
            access_key_id: id.map(str::to_owned),
            access_key_secret: secret.map(Secret::new),
            security_token: token.map(Secret::new),
        }
    }

    fn nothing() -> CredentialsInput {
        CredentialsInput::default()
    }

    #[test]
    fn flags_come_before_the_environment_and_are_not_mixed_with_it() {
        let environment = input(Some("envId"), Some("envSecret"), Some("envToken"));
        let both = Credentials::resolve(input(Some("flagId"), Some("flagSecret"), None), environment.clone());
        assert_eq!(
            both.unwrap(),
            Credentials {
                access_key_id: "flagId".to_owned(),
                access_key_secret: Secret::new("flagSecret"),
                security_token: None,
            }
        );
        let environment_only = Credentials::resolve(nothing(), environment).unwrap();
        assert_eq!(environment_only.access_key_id, "envId");
        assert_eq!(environment_only.security_token, Some(Secret::new("envToken")));
    }

    #[test]
    fn a_source_given_in_part_is_an_error_even_when_the_next_one_is_whole() {
        let whole = input(Some("envId"), Some("envSecret"), None);
        for (flags, held, missing) in [
            (input(Some("flagId"), None, None), "the flags held `--access-key-id`,", "`--access-key-secret`"),
            (input(None, Some("c4n4ry"), None), "the flags held `--access-key-secret`,", "`--access-key-id`"),
            (
                input(None, None, Some("c4n4ry")),
                "the flags held `--security-token`,",
                "`--access-key-id` and `--access-key-secret`",
            ),
            (
                input(Some(""), Some("c4n4ry"), None),
                "the flags held `--access-key-secret`,",
                "`--access-key-id`",
            ),
            (
                input(Some(""), None, None),
                "the flags held nothing,",
                "`--access-key-id` and `--access-key-secret`",
            ),
        ] {
            let error = Credentials::resolve(flags, whole.clone()).unwrap_err();
            let message = error.to_string();
            assert!(message.contains(held), "{message}");
            assert!(message.contains(&format!("and {missing} is missing or empty")), "{message}");
            assert!(!format!("{error:?} {message}").contains("c4n4ry"));
        }
        let error = Credentials::resolve(nothing(), input(Some("envId"), Some(""), None)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "half a key pair: the environment held `ALIBABA_CLOUD_ACCESS_KEY_ID`, and \
             `ALIBABA_CLOUD_ACCESS_KEY_SECRET` is missing or empty; \
             give both parts of the key pair in one source, or none there"
        );
    }

    #[test]
    fn no_source_names_both() {
        let error = Credentials::resolve(nothing(), nothing()).unwrap_err();
        assert_eq!(error, CredentialsError::Absent);
        for name in ["ALIBABA_CLOUD_ACCESS_KEY_ID", "--access-key-secret"] {
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn what_a_copy_and_paste_leaves_behind_is_refused_without_showing_it() {
        for (id, secret, token, at) in [
            ("id", "c4n4ry\n", None, "--access-key-secret"),
            ("id ", "c4n4ry", None, "--access-key-id"),
            ("id,x", "c4n4ry", None, "--access-key-id"),
            ("id", "c4n4ry值", None, "--access-key-secret"),
            ("id", "c4n4ry", Some("c4n4ry\r\nx: y"), "--security-token"),
        ] {
            let error = Credentials::resolve(input(Some(id), Some(secret), token), nothing()).unwrap_err();
            assert!(error.to_string().starts_with(&format!("`{at}` cannot be right")), "{error}");
            assert!(!error.to_string().contains("c4n4ry"), "{error}");
        }
    }
}
