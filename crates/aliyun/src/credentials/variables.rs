//! The environment variables of the official tools: under which names each thing is read, and which
//! are known and not read. Sources: `aliyun/aliyun-cli` `config/profile.go` and `configuration.go`,
//! `aliyun/credentials-go`, `alibabacloud-credentials` 1.0.12, `aliyun/terraform-provider-alicloud`
//! `provider.go`.

use std::collections::BTreeMap;

use super::error::{Error, Fault};
use crate::{diagnostic::Diagnostic, nearest::nearest, secret::Secret};

/// The names of one thing, as the tools have them; they must not contradict each other.
pub(super) type Names = &'static [&'static str];

pub(super) const PROFILE: Names = &["ALIBABA_CLOUD_PROFILE", "ALIBABACLOUD_PROFILE", "ALICLOUD_PROFILE"];
/// A file of profiles as the command line writes it. Terraform's name for it says "credentials".
pub(super) const CONFIG_FILE: Names = &["ALIBABA_CLOUD_CONFIG_FILE", "ALICLOUD_SHARED_CREDENTIALS_FILE"];
pub(super) const INI_FILE: Names = &["ALIBABA_CLOUD_CREDENTIALS_FILE"];
pub(super) const CREDENTIALS_URI: Names = &["ALIBABA_CLOUD_CREDENTIALS_URI", "ALICLOUD_CREDENTIALS_URI"];
pub(super) const ROLE_ARN: Names = &["ALIBABA_CLOUD_ROLE_ARN", "ALIBABACLOUD_ROLE_ARN"];
pub(super) const OIDC_PROVIDER: Names =
    &["ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABACLOUD_OIDC_PROVIDER_ARN"];
pub(super) const OIDC_TOKEN_FILE: Names = &["ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABACLOUD_OIDC_TOKEN_FILE"];
pub(super) const SESSION_NAME: Names = &["ALIBABA_CLOUD_ROLE_SESSION_NAME", "ALICLOUD_ROLE_SESSION_NAME"];
pub(super) const EXTERNAL_ID: Names = &["ALIBABA_CLOUD_EXTERNAL_ID", "ALIBABACLOUD_EXTERNAL_ID"];
pub(super) const INSTANCE_ROLE: Names = &["ALIBABA_CLOUD_ECS_METADATA", "ALICLOUD_ECS_ROLE_NAME"];
const REGION: Names = &[
    "ALIBABA_CLOUD_REGION_ID",
    "ALIBABA_CLOUD_REGION",
    "ALIBABACLOUD_REGION_ID",
    "ALICLOUD_REGION_ID",
    "ALICLOUD_REGION",
];
const ACCOUNT_ID: Names = &["ALIBABA_CLOUD_ACCOUNT_ID", "ALICLOUD_ACCOUNT_ID"];
pub(super) const ENDPOINT_TYPE: Names =
    &["ALIBABA_CLOUD_ENDPOINT_TYPE", "ALIBABACLOUD_ENDPOINT_TYPE", "ALICLOUD_ENDPOINT_TYPE"];
pub(super) const STS_ENDPOINT: Names = &["ALIBABA_CLOUD_STS_ENDPOINT", "ALIBABA_CLOUD_ENDPOINT_STS"];
pub(super) const CMS_ENDPOINT: Names = &["ALIBABA_CLOUD_ENDPOINT_CMS"];
pub(super) const ECS_ENDPOINT: Names = &["ALIBABA_CLOUD_ENDPOINT_ECS"];
pub(super) const STS_REGION: Names = &["ALIBABA_CLOUD_STS_REGION"];
pub(super) const VPC: &str = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED";
/// An address for whatever is called; here more than one product is called.
pub(super) const ANY_ENDPOINT: &str = "ALIBABA_CLOUD_ENDPOINT";
const SWITCHES: Names = &[
    VPC,
    "ALIBABA_CLOUD_CLI_PROFILE_DISABLED",
    "ALIBABA_CLOUD_IGNORE_PROFILE",
    "ALIBABACLOUD_IGNORE_PROFILE",
    "ALIBABA_CLOUD_ECS_METADATA_DISABLED",
    "ALIBABA_CLOUD_IMDSV1_DISABLED",
    "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS",
];
/// The parts of key pairs, which `environment.rs` puts together.
const PAIRS: Names = &[
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "ALIBABACLOUD_ACCESS_KEY_ID",
    "ALIBABACLOUD_ACCESS_KEY_SECRET",
    "ALIBABACLOUD_SECURITY_TOKEN",
    "ALICLOUD_ACCESS_KEY_ID",
    "ALICLOUD_ACCESS_KEY_SECRET",
    "ALICLOUD_SECURITY_TOKEN",
    "ALICLOUD_ACCESS_KEY",
    "ALICLOUD_SECRET_KEY",
];

const READ: [Names; 20] = [
    PROFILE,
    CONFIG_FILE,
    INI_FILE,
    CREDENTIALS_URI,
    ROLE_ARN,
    OIDC_PROVIDER,
    OIDC_TOKEN_FILE,
    SESSION_NAME,
    EXTERNAL_ID,
    INSTANCE_ROLE,
    REGION,
    ACCOUNT_ID,
    ENDPOINT_TYPE,
    STS_ENDPOINT,
    CMS_ENDPOINT,
    ECS_ENDPOINT,
    STS_REGION,
    SWITCHES,
    PAIRS,
    &[ANY_ENDPOINT],
];

/// Variables that lead an official tool to other credentials, and that are not read here: to go on would
/// be to go on as somebody else. Each with what to do instead.
const REFUSED: [(&str, &str); 11] = [
    ("ALIBABA_CLOUD_PROFILE_MODE", "name a profile of the mode that you mean with --profile"),
    ("ALIBABACLOUD_PROFILE_PATH", "name the file with ALIBABA_CLOUD_CONFIG_FILE"),
    ("ALICLOUD_ASSUME_ROLE_ARN", "write a profile of mode RamRoleArn, and name it with --profile"),
    ("ALIBABA_CLOUD_ASSUME_ROLE_ARN", "write a profile of mode RamRoleArn, and name it with --profile"),
    ("ALICLOUD_ROLE_ARN", "write a profile of mode RamRoleArn, and name it with --profile"),
    ("ALICLOUD_ROLE_NAME", "set ALIBABA_CLOUD_ECS_METADATA to the name of the instance's role"),
    ("ALIBABA_CLOUD_ROLE_NAME", "set ALIBABA_CLOUD_ECS_METADATA to the name of the instance's role"),
    (
        "ALIBABA_CLOUD_OIDC_TOKEN",
        "write the token into a file, and name it with ALIBABA_CLOUD_OIDC_TOKEN_FILE",
    ),
    ("ALICLOUD_ACCESS_KEY_STS_TOKEN", "set ALICLOUD_SECURITY_TOKEN"),
    ("ALICLOUD_PRIVATE_KEY", "key pairs of type RSA are not supported: use another kind of credentials"),
    ("ALICLOUD_PUBLIC_KEY_ID", "key pairs of type RSA are not supported: use another kind of credentials"),
];

const PREFIXES: [&str; 4] = ["ALIBABA_CLOUD_", "ALIBABACLOUD_", "ALICLOUD_", "ALIYUN_"];
/// Parts of the name of a variable that may decide as whom, or where, calls are made.
const TELLING: [&str; 13] = [
    "ACCESSKEY",
    "SECRET",
    "TOKEN",
    "PROFILE",
    "CREDENTIAL",
    "ROLE",
    "ACCOUNT",
    "CONFIG",
    "STS",
    "OIDC",
    "ENDPOINT",
    "REGION",
    "SESSION",
];
/// Beginnings of names that have these parts and decide nothing of the kind: addresses of products that
/// are not called here, and settings of the command line's own.
const HARMLESS: [&str; 3] =
    ["ALIBABA_CLOUD_ENDPOINT_", "ALIBABA_CLOUD_CLI_", "ALIBABA_CLOUD_EXTERNAL_ACCOUNT_TYPE"];
/// What the command line reads besides, and nothing else does: other tools may have set it.
const BARE: [&str; 3] = ["ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN"];

/// A variable that is set and not empty.
pub(super) fn given<'a>(variables: &'a BTreeMap<String, Secret>, name: &str) -> Option<&'a str> {
    variables.get(name).map(Secret::expose).filter(|value| !value.is_empty())
}

/// What the variables of these names say, and the first name that says it; none where none is set.
pub(super) fn agreed(
    variables: &BTreeMap<String, Secret>,
    names: Names,
) -> Result<Option<(&'static str, &str)>, Fault> {
    let mut set = names.iter().filter_map(|name| Some((*name, given(variables, name)?)));
    let Some((first, value)) = set.next() else { return Ok(None) };
    match set.find(|(_, other)| *other != value) {
        // The values are not shown: an address may have a key in it.
        Some((other, _)) => Err(Fault::input(
            format!("`{first}` and `{other}` are set to different values"),
            "unset one of them: tools differ in which of the two they read",
        )),
        None => Ok(Some((first, value))),
    }
}

/// The region that the environment names.
///
/// # Errors
/// Variables that contradict each other.
pub fn region(variables: &BTreeMap<String, Secret>) -> Result<Option<String>, Error> {
    let region = agreed(variables, REGION).map_err(Error::variable)?;
    Ok(region.map(|(_, region)| region.to_owned()))
}

/// The account that the environment says the credentials are of, and the variable.
///
/// # Errors
/// Variables that contradict each other.
pub fn account_id(variables: &BTreeMap<String, Secret>) -> Result<Option<(&'static str, String)>, Error> {
    let account = agreed(variables, ACCOUNT_ID).map_err(Error::variable)?;
    Ok(account.map(|(name, account)| (name, account.to_owned())))
}

/// Refuses variables that would make another tool somebody else.
pub(super) fn check(variables: &BTreeMap<String, Secret>) -> Result<(), Fault> {
    let refused = REFUSED.iter().find(|(name, _)| given(variables, name).is_some());
    refused.map_or(Ok(()), |(name, remedy)| {
        Err(Fault::input(
            format!(
                "`{name}` is set, and bellcheck does not read it: other tools would act as somebody else"
            ),
            format!("{remedy}; or unset `{name}`"),
        ))
    })
}

/// Variables that are set, look as if they decided something, and are not read.
pub(super) fn unread(variables: &BTreeMap<String, Secret>) -> Vec<Diagnostic> {
    let known = || READ.into_iter().flatten().copied();
    let is_read =
        |name: &str| known().any(|known| known == name) || REFUSED.iter().any(|(no, _)| *no == name);
    let looks = |name: &str| {
        let plain: String = name.chars().filter(|c| *c != '_').collect();
        PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            && !HARMLESS.iter().any(|harmless| name.starts_with(harmless))
            && TELLING.iter().any(|part| plain.contains(part))
    };
    let unread =
        variables.keys().filter(|name| given(variables, name).is_some() && !is_read(name) && looks(name));
    let warned = unread.map(|name| {
        let near = nearest(name, known()).into_iter().next();
        let help = near.map_or_else(
            || "docs/credentials.md has the names that are read".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Diagnostic::warning(
            "credentials::unread-variable",
            format!("`{name}` is set, and bellcheck does not read it"),
        )
        .help(help)
    });
    warned.collect()
}

/// The names without a prefix that the command line reads, where a key pair is in them.
pub(super) fn bare(variables: &BTreeMap<String, Secret>) -> Option<Diagnostic> {
    let pair = &BARE[..2];
    pair.iter().all(|name| given(variables, name).is_some()).then(|| {
        Diagnostic::warning(
            "credentials::unread-variable",
            format!(
                "`{}` and `{}` are set, and bellcheck does not read names that any tool may use; the aliyun command line does",
                pair[0], pair[1]
            ),
        )
        .help("set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, if they are of this cloud")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, Secret> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect()
    }

    #[test]
    fn what_looks_like_credentials_and_is_not_read_is_named() {
        let set = variables(&[
            ("ALIYUN_ACCESS_KEY_ID", "a"),
            ("ALIBABA_CLOUD_ACCESSKEY_ID", "a"),
            ("ALIBABACLOUD_STS_ENDPOINT", "a"),
            ("ALIBABA_CLOUD_BEARER_TOKEN", "a"),
            ("ALIBABA_CLOUD_ENDPOINT_VPC", "a"),
            ("ALIBABA_CLOUD_RETRY_COUNT", "3"),
            ("ALIBABA_CLOUD_SECRET_ACCESS_KEY", ""),
            ("MY_ALIYUN_TOKEN", "a"),
        ]);
        let named: Vec<String> = unread(&set).iter().map(|finding| finding.message.clone()).collect();
        assert_eq!(named.len(), 4, "{named:?}");
        assert_eq!(unread(&variables(&[("ALIBABA_CLOUD_PROFILE", "p"), ("ALICLOUD_ROLE_ARN", "x")])), []);
        let nearest = unread(&variables(&[("ALIBABA_CLOUD_ACCESSKEY_ID", "a")]));
        assert_eq!(nearest[0].help.as_deref(), Some("did you mean `ALIBABA_CLOUD_ACCESS_KEY_ID`?"));
    }

    #[test]
    fn names_that_contradict_each_other_are_named_without_their_values() {
        let equal = variables(&[("ALICLOUD_PROFILE", "a"), ("ALIBABACLOUD_PROFILE", "a")]);
        assert_eq!(agreed(&equal, PROFILE).unwrap(), Some(("ALIBABACLOUD_PROFILE", "a")));
        let other = variables(&[("ALICLOUD_PROFILE", "c4n4ry"), ("ALIBABA_CLOUD_PROFILE", "a")]);
        let fault = agreed(&other, PROFILE).unwrap_err();
        assert_eq!(
            fault.message,
            "`ALIBABA_CLOUD_PROFILE` and `ALICLOUD_PROFILE` are set to different values"
        );
        assert_eq!(agreed(&variables(&[("ALICLOUD_PROFILE", "")]), PROFILE).unwrap(), None);
    }
}
