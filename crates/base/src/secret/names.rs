//! The one list of names whose values are secret: of parameters, keys, variables and headers.

/// Parts of a name, without its separators, that make its value a secret.
const PARTS: [&str; 19] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "credential",
    "apikey",
    "accesskey",
    "privatekey",
    "secretkey",
    "signingkey",
    "encryptionkey",
    "sharedkey",
    "accountkey",
    "masterkey",
    "signature",
    "authorization",
];

/// Words of a name that make its value a secret, where they stand by themselves.
const WORDS: [&str; 11] =
    ["pass", "pw", "auth", "authkey", "sig", "sk", "jwt", "bearer", "cookie", "otp", "psk"];

/// Whole names that are too common as a word of longer ones. A bare `Key` names a tag more often than
/// a secret.
const NAMES: [&str; 2] = ["sign", "pin"];

/// Words that make a key in a name a secret one, as in `SSH_KEY` and `client-key-data`.
const KEYS: [&str; 14] = [
    "app", "auth", "client", "deploy", "encrypt", "hmac", "host", "license", "pem", "rsa", "server",
    "session", "ssh", "tls",
];

/// Names, without separators, that only look like those of secrets: ids, and marks of a page.
const HARMLESS: [&str; 6] =
    ["clienttoken", "nexttoken", "pagetoken", "alicloudaccesskey", "accesskeyid", "silencekey"];

/// Last words of names that tell of a secret and are none: where it is, whose, how it is made, how long it
/// is good.
const ABOUT: [&str; 19] = [
    "arn",
    "dir",
    "expiration",
    "expires",
    "file",
    "folder",
    "format",
    "id",
    "ids",
    "length",
    "method",
    "name",
    "nonce",
    "path",
    "ttl",
    "type",
    "uri",
    "url",
    "version",
];

/// Whether the value under this name is a secret, however the name is written: `apiKey`, `API-KEY` and
/// `Api_Key` are one. Of a name with dots, the last part counts that is no number.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let numbered = |part: &&str| part.is_empty() || part.bytes().all(|byte| byte.is_ascii_digit());
    let name = name.rsplit('.').find(|part| !numbered(part)).unwrap_or(name);
    let words = words(name);
    let whole = words.concat();
    let is_about = words.last().is_some_and(|last| ABOUT.contains(&last.as_str()));
    if is_about || HARMLESS.contains(&whole.as_str()) {
        return false;
    }
    let is_key = || {
        let key = words.iter().position(|word| word == "key" || word == "keys");
        key.is_some_and(|at| at > 0 && KEYS.contains(&words[at - 1].as_str()))
    };
    PARTS.iter().any(|part| whole.contains(part))
        || NAMES.contains(&whole.as_str())
        || words.iter().any(|word| WORDS.contains(&word.as_str()))
        || is_key()
}

/// The words of a name in small letters: what separators and capitals set apart.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = [' '; 2];
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        if !c.is_alphanumeric() {
            words.push(String::new());
        } else {
            let next_is_small = rest.peek().is_some_and(|next| next.is_lowercase());
            let begins = c.is_uppercase()
                && (before[1].is_lowercase()
                    || before[1].is_numeric()
                    || before[1].is_uppercase() && next_is_small);
            if begins {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        before = [before[1], c];
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_names_in_every_spelling() {
        for name in [
            "password",
            "Password",
            "DB_PASSWORD",
            "userPasswd",
            "pwd",
            "Pwd",
            "DBPwd",
            "passphrase",
            "secret",
            "AppSecret",
            "client-secret",
            "token",
            "access_token",
            "AccessToken",
            "SecurityToken",
            "apiKey",
            "APIKey",
            "api-key",
            "X-Api-Key",
            "API_KEY",
            "apikey",
            "accessKey",
            "AccessKeySecret",
            "credential",
            "credentials",
            "auth",
            "Auth",
            "x-auth",
            "AUTH_KEY",
            "authorization",
            "Authorization",
            "signature",
            "Signature",
            "sig",
            "X-Amz-Sig",
            "sign",
            "Sign",
            "sk",
            "SK",
            "Params.1.Sk",
            "privateKey",
            "private_key",
            "PRIVATEKEY",
            "client-key-data",
            "SSH_KEY",
            "sshKey",
            "MYSQL_PWD",
            "MasterUserPassword",
            "Parameters.Password.1",
            "HTTPAuth",
            "jwt",
            "session_cookie",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn harmless_names_stay_readable() {
        for name in [
            "ClientToken",
            "NextToken",
            "AccessKeyId",
            "SignatureMethod",
            "SignatureNonce",
            "author",
            "Author",
            "design",
            "assign",
            "Signal",
            "RegionId",
            "InstanceId",
            "keyword",
            "keywords",
            "silence_key",
            "key_owner",
            "robot_needless_sign",
            "Skip",
            "task",
            "disk",
            "monkey",
            "KeyPairName",
            "bypass",
            "compass",
            "Passed",
            "name",
            "region",
            "action",
            "pinned",
            "TagKey",
            "Tag.1.Key",
            "ALIBABA_CLOUD_CREDENTIALS_FILE",
            "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
            "passwordPath",
            "",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
