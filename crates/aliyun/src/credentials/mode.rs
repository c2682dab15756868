//! The modes of a profile of the aliyun command line.

use std::sync::Arc;

use super::{
    assume_role::{AssumeRole, Role},
    cloud_sso::CloudSso,
    config_file::{ConfigFile, Profile},
    endpoints::OfProfile,
    error::Fault,
    external::External,
    fetch::Made,
    inputs::Inputs,
    metadata::Metadata,
    oauth::OAuth,
    oidc::{self, Oidc},
    pair::{Names, PairInput, complete},
    sts::Place,
    uri::Uri,
};
use crate::{nearest::did_you_mean, secret::Secret};

const NAMES: Names = Names { id: "access_key_id", secret: "access_key_secret", token: "sts_token" };

/// A session's name: for the command line and the Node library, and for the Python library.
const SESSION: [&str; 2] = ["ram_session_name", "role_session_name"];

/// The modes that can be used, as they are usually written; compared without case.
const MODES: [&str; 10] = [
    "AK",
    "StsToken",
    "RamRoleArn",
    "EcsRamRole",
    "OIDC",
    "ChainableRamRoleArn",
    "CredentialsURI",
    "External",
    "CloudSSO",
    "OAuth",
];

/// Modes of the command line that are not served here.
const UNSERVED: [&str; 4] = ["RsaKeyPair", "BearerToken", "Anonymous", "RamRoleArnWithRoleName"];

/// How a profile makes key pairs.
pub(super) fn make(inputs: &Inputs, file: &ConfigFile, profile: &Profile) -> Result<Made, Fault> {
    within(inputs, Some(file), profile, &mut Vec::new())
}

/// How a profile that a program printed makes key pairs. It stands alone: no other profile belongs to it,
/// and it starts no program.
pub(super) fn printed(inputs: &Inputs, profile: &Profile) -> Result<Made, Fault> {
    let mode = profile.text("mode")?.unwrap_or_default();
    if ["External", "OAuth", "ChainableRamRoleArn"].iter().any(|one| one.eq_ignore_ascii_case(mode)) {
        return Err(Fault::input(
            format!("mode {mode} cannot be printed by a program"),
            "let it print keys, or a role and the keys that ask for it",
        ));
    }
    within(inputs, None, profile, &mut Vec::new())
}

/// As [`make`]; `path` has the profiles that led to this one.
fn within(
    inputs: &Inputs,
    file: Option<&ConfigFile>,
    profile: &Profile,
    path: &mut Vec<String>,
) -> Result<Made, Fault> {
    let written = profile.text("mode")?.unwrap_or_default();
    let Some(mode) = MODES.into_iter().find(|mode| mode.eq_ignore_ascii_case(written)) else {
        return Err(unusable(written));
    };
    Ok(match mode {
        // A token that another mode left behind does not belong to a key that does not expire.
        "AK" => keys(profile, Token::None)?,
        "StsToken" => keys(profile, Token::Needed)?,
        "RamRoleArn" => {
            // As the command line does it; the libraries leave the token out, and are refused.
            let asker = (format!("profile `{}`", profile.name), keys(profile, Token::IfThere)?);
            role(inputs, profile, asker)?
        }
        "EcsRamRole" => Made::Asked(Arc::new(Metadata::new(inputs, profile.text("ram_role_name")?)?)),
        "OIDC" => Made::Asked(Arc::new(Oidc::new(
            inputs,
            &place(inputs, profile)?,
            &oidc::Role {
                arn: profile.needed("ram_role_arn")?,
                provider: profile.needed("oidc_provider_arn")?,
                token_file: profile.needed("oidc_token_file")?,
                session: profile.either(SESSION)?,
                seconds: seconds(profile)?,
                policy: profile.text("policy")?,
            },
        )?)),
        "ChainableRamRoleArn" => {
            let file = file.ok_or_else(|| Fault::input("there is no other profile here", ""))?;
            let asker = asker(inputs, file, profile, path)?;
            role(inputs, profile, asker)?
        }
        "CredentialsURI" => {
            let uri = profile.needed("credentials_uri")?;
            Made::Asked(Arc::new(Uri::new(inputs, "credentials_uri", uri)?))
        }
        "External" => Made::Asked(Arc::new(External::new(inputs, profile)?)),
        "OAuth" => Made::Asked(Arc::new(OAuth::new(inputs, profile)?)),
        _ => Made::Asked(Arc::new(CloudSso::new(inputs, profile)?)),
    })
}

fn unusable(written: &str) -> Fault {
    if written.is_empty() {
        return Fault::input("the profile has no `mode`", format!("known modes: {}", MODES.join(", ")));
    }
    if let Some(mode) = UNSERVED.into_iter().find(|mode| mode.eq_ignore_ascii_case(written)) {
        return Fault::input(
            format!("mode {mode} is not supported"),
            format!("use a profile of another mode: {}", MODES.join(", ")),
        );
    }
    Fault::input(
        format!("`{written}` is not a mode"),
        did_you_mean("known modes", written, MODES).unwrap_or_default(),
    )
}

/// What a mode makes of the profile's `sts_token`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    None,
    IfThere,
    Needed,
}

/// The key pair that is written in the profile.
fn keys(profile: &Profile, wanted: Token) -> Result<Made, Fault> {
    let token = profile.text("sts_token")?.filter(|token| wanted != Token::None && !token.is_empty());
    if wanted == Token::Needed && token.is_none() {
        return Err(Fault::input(
            "`sts_token` is missing or empty",
            "give the profile its `sts_token`, or use mode AK for a key that does not expire",
        ));
    }
    let input = PairInput {
        access_key_id: Some(profile.text("access_key_id")?.unwrap_or_default().to_owned()),
        access_key_secret: Some(Secret::new(profile.text("access_key_secret")?.unwrap_or_default())),
        security_token: token.map(Secret::new),
    };
    complete(input, &NAMES)?
        .map(Made::Fixed)
        .ok_or_else(|| Fault::input("the profile has no key pair", "give it one with `aliyun configure`"))
}

/// The source profile, which must not lead back to this one.
fn asker(
    inputs: &Inputs,
    file: &ConfigFile,
    profile: &Profile,
    path: &mut Vec<String>,
) -> Result<(String, Made), Fault> {
    let name = profile.needed("source_profile")?;
    path.push(profile.name.clone());
    if path.iter().any(|one| one == name) {
        return Err(Fault::input(
            format!("the source profiles go round in a circle: {} → {name}", path.join(" → ")),
            "let the last `source_profile` name a profile that has keys of its own",
        ));
    }
    let Some(source) = file.profile(name) else {
        return Err(Fault::input(
            format!("its `source_profile` `{name}` is not in the file"),
            did_you_mean("known profiles", name, file.names()).unwrap_or_default(),
        ));
    };
    let made = within(inputs, Some(file), source, path).map_err(|fault| Fault {
        message: format!("its source profile `{name}`: {}", fault.message),
        ..fault
    });
    // A circle names all its profiles by itself.
    Ok((format!("source profile `{name}`"), made?))
}

fn role(inputs: &Inputs, profile: &Profile, asker: (String, Made)) -> Result<Made, Fault> {
    let role = Role {
        arn: profile.needed("ram_role_arn")?,
        session: profile.either(SESSION)?,
        seconds: seconds(profile)?,
        policy: profile.text("policy")?,
        external_id: profile.text("external_id")?,
    };
    Ok(Made::Asked(Arc::new(AssumeRole::new(inputs, &place(inputs, profile)?, asker, &role)?)))
}

/// Seconds that the keys of a role are to last.
fn seconds(profile: &Profile) -> Result<Option<i64>, Fault> {
    let given = |field| Ok::<_, Fault>(profile.number(field)?.filter(|seconds| *seconds != 0));
    Ok(given("expired_seconds")?.or(given("duration_seconds")?))
}

/// Where the profile says that STS is.
fn place<'a>(inputs: &Inputs, profile: &'a Profile) -> Result<Place<'a>, Fault> {
    Ok(Place {
        of_profile: OfProfile::read(profile, &inputs.endpoints)?,
        region: profile.text("region_id")?.filter(|region| !region.is_empty()),
        is_vpc: profile.is_set("enable_vpc")?,
    })
}
