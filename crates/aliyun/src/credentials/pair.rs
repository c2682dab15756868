//! A key pair that is written somewhere: whole, or not at all.

use super::error::Fault;
use crate::{openapi::Credentials, secret::Secret};

/// What one source holds, before it is known to be whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PairInput {
    /// The access key id.
    pub access_key_id: Option<String>,
    /// Its secret.
    pub access_key_secret: Option<Secret>,
    /// The token of a temporary key pair.
    pub security_token: Option<Secret>,
}

/// The names under which the parts are known to the user.
pub(super) struct Names {
    pub(super) id: &'static str,
    pub(super) secret: &'static str,
    pub(super) token: &'static str,
}

/// The names in the service's own answers.
pub(super) const ANSWER: Names =
    Names { id: "AccessKeyId", secret: "AccessKeySecret", token: "SecurityToken" };

/// The key pair; none when no part is given at all.
pub(super) fn complete(input: PairInput, names: &Names) -> Result<Option<Credentials>, Fault> {
    let PairInput { access_key_id, access_key_secret, security_token } = input;
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
        let held: Vec<&str> = parts.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
        let missing: Vec<&str> =
            parts[..2].iter().filter(|(_, given)| !given).map(|(name, _)| *name).collect();
        let held = if held.is_empty() { "nothing".to_owned() } else { list(&held) };
        return Err(Fault::input(
            format!("half a key pair: it held {held}, and {} is missing or empty", list(&missing)),
            "give both parts of the key pair in one source, or none there",
        ));
    };
    check(names.id, id, true)?;
    check(names.secret, secret.expose(), false)?;
    if let Some(token) = &token {
        check(names.token, token.expose(), false)?;
    }
    Ok(Some(Credentials {
        access_key_id: id.clone(),
        access_key_secret: secret.clone(),
        security_token: token,
    }))
}

/// Refuses what a copy and paste leaves behind and what cannot travel in a header.
fn check(name: &str, value: &str, is_id: bool) -> Result<(), Fault> {
    // The id stands unquoted in the Authorization header.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let reason = if value.contains(char::is_whitespace) {
        "it has white space in it"
    } else if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        "it has characters other than ASCII in it"
    } else if is_id && !value.bytes().all(plain) {
        "it has characters other than letters, digits, `.`, `-` and `_` in it"
    } else {
        return Ok(());
    };
    Err(Fault::input(format!("`{name}` cannot be right: {reason}"), format!("copy `{name}` again")))
}

/// `a`, `b` and `c`, each in backquotes.
pub(super) fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names = Names { id: "the-id", secret: "the-secret", token: "the-token" };

    fn input(id: Option<&str>, secret: Option<&str>, token: Option<&str>) -> PairInput {
        PairInput {
            access_key_id: id.map(str::to_owned),
            access_key_secret: secret.map(Secret::new),
            security_token: token.map(Secret::new),
        }
    }

    #[test]
    fn a_whole_pair_is_taken_and_nothing_is_nothing() {
        let whole = complete(input(Some("id"), Some("sk"), Some("")), &NAMES).unwrap().unwrap();
        assert_eq!((whole.access_key_id.as_str(), whole.security_token), ("id", None));
        assert_eq!(complete(PairInput::default(), &NAMES), Ok(None));
    }

    #[test]
    fn a_pair_given_in_part_says_what_is_there_and_what_is_missing() {
        for (given, held, missing) in [
            (input(Some("id"), None, None), "`the-id`", "`the-secret`"),
            (input(None, Some("c4n4ry"), None), "`the-secret`", "`the-id`"),
            (input(None, None, Some("c4n4ry")), "`the-token`", "`the-id` and `the-secret`"),
            (input(Some(""), Some("c4n4ry"), None), "`the-secret`", "`the-id`"),
            (input(Some(""), None, None), "nothing", "`the-id` and `the-secret`"),
        ] {
            let fault = complete(given, &NAMES).unwrap_err();
            assert_eq!(
                fault.message,
                format!("half a key pair: it held {held}, and {missing} is missing or empty")
            );
            assert!(!format!("{fault:?}").contains("c4n4ry"));
        }
    }

    #[test]
    fn what_a_copy_and_paste_leaves_behind_is_refused_without_showing_it() {
        for (id, secret, token, at) in [
            ("id", "c4n4ry\n", None, "the-secret"),
            ("id ", "c4n4ry", None, "the-id"),
            ("id,x", "c4n4ry", None, "the-id"),
            ("id", "c4n4ry值", None, "the-secret"),
            ("id", "c4n4ry", Some("c4n4ry\r\nx: y"), "the-token"),
        ] {
            let fault = complete(input(Some(id), Some(secret), token), &NAMES).unwrap_err();
            assert!(fault.message.starts_with(&format!("`{at}` cannot be right")), "{fault:?}");
            assert!(!format!("{fault:?}").contains("c4n4ry"), "{fault:?}");
        }
    }
}
