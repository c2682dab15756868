//! The types of a section of the ini file. Source: `alibabacloud-credentials` 1.0.12
//! `provider/profile.py`.

use std::sync::Arc;

use super::{
    assume_role::{AssumeRole, Role},
    error::Fault,
    fetch::Made,
    ini_file::Section,
    inputs::Inputs,
    metadata::Metadata,
    oidc::{self, Oidc},
    pair::{Names, PairInput, complete},
    sts::Place,
};
use crate::{nearest::did_you_mean, secret::Secret};

const NAMES: Names = Names { id: "access_key_id", secret: "access_key_secret", token: "security_token" };
const TYPES: [&str; 4] = ["access_key", "ram_role_arn", "oidc_role_arn", "ecs_ram_role"];

/// Whether the section says that it is not to be used.
pub(super) fn is_off(section: &Section) -> bool {
    section.get("enable").is_some_and(|value| value.eq_ignore_ascii_case("false"))
}

/// How a section makes key pairs.
pub(super) fn make(inputs: &Inputs, section: &Section) -> Result<Made, Fault> {
    if is_off(section) {
        return Err(Fault::input(
            format!("line {}: the section says `enable = false`", section.line_of("enable")),
            "enable the section, or name another one",
        ));
    }
    let kind = section.needed("type")?;
    Ok(match kind {
        "access_key" => keys(section)?,
        "ram_role_arn" => {
            let asker = (format!("section `{}`", section.name), keys(section)?);
            let role = Role {
                arn: section.needed("role_arn")?,
                session: section.get("role_session_name"),
                policy: section.get("policy"),
                ..Role::default()
            };
            Made::Asked(Arc::new(AssumeRole::new(inputs, &Place::default(), asker, &role)?))
        }
        "oidc_role_arn" => {
            let role = oidc::Role {
                arn: section.needed("role_arn")?,
                provider: section.needed("oidc_provider_arn")?,
                token_file: section.needed("oidc_token_file_path")?,
                session: section.get("role_session_name"),
                seconds: None,
                policy: section.get("policy"),
            };
            Made::Asked(Arc::new(Oidc::new(inputs, &Place::default(), &role)?))
        }
        "ecs_ram_role" => Made::Asked(Arc::new(Metadata::new(inputs, section.get("role_name"))?)),
        "rsa_key_pair" => {
            return Err(Fault::input(
                format!("line {}: type rsa_key_pair is not supported", section.line_of("type")),
                format!("use a section of another type: {}", TYPES.join(", ")),
            ));
        }
        other => {
            return Err(Fault::input(
                format!("line {}: `{other}` is not a type", section.line_of("type")),
                did_you_mean("known types", other, TYPES).unwrap_or_default(),
            ));
        }
    })
}

fn keys(section: &Section) -> Result<Made, Fault> {
    let input = PairInput {
        access_key_id: Some(section.get(NAMES.id).unwrap_or_default().to_owned()),
        access_key_secret: Some(Secret::new(section.get(NAMES.secret).unwrap_or_default())),
        // The libraries know no type for temporary keys.
        security_token: None,
    };
    let whole = complete(input, &NAMES).map_err(|fault| Fault {
        message: format!("line {}: {}", section.line_of("type"), fault.message),
        ..fault
    })?;
    whole.map(Made::Fixed).ok_or_else(|| Fault::input("the section has no key pair", "give it one"))
}
