//! Key pairs that are written into the environment, under the names of each of the official tools.

use super::{
    chain::Found,
    error::Fault,
    fetch::Made,
    inputs::Inputs,
    pair::{Names, PairInput, complete, list},
    variables,
};
use crate::{diagnostic::Diagnostic, openapi::Credentials, secret::Secret};

pub(super) const SOURCE: &str = "the environment";

/// The names of a whole pair: those of the libraries, of the command line (which reads all but the last),
/// and of Terraform.
const FAMILIES: [Names; 4] = [
    Names {
        id: "ALIBABA_CLOUD_ACCESS_KEY_ID",
        secret: "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        token: "ALIBABA_CLOUD_SECURITY_TOKEN",
    },
    Names {
        id: "ALIBABACLOUD_ACCESS_KEY_ID",
        secret: "ALIBABACLOUD_ACCESS_KEY_SECRET",
        token: "ALIBABACLOUD_SECURITY_TOKEN",
    },
    Names {
        id: "ALICLOUD_ACCESS_KEY_ID",
        secret: "ALICLOUD_ACCESS_KEY_SECRET",
        token: "ALICLOUD_SECURITY_TOKEN",
    },
    Names { id: "ALICLOUD_ACCESS_KEY", secret: "ALICLOUD_SECRET_KEY", token: "ALICLOUD_SECURITY_TOKEN" },
];

pub(super) fn find(inputs: &Inputs) -> Result<Found, Fault> {
    let mut whole: Option<(&Names, Credentials)> = None;
    for names in &FAMILIES {
        let Some(pair) = pair(inputs, names)? else { continue };
        match &whole {
            Some((first, known)) if *known != pair => {
                let (one, other) = (difference(first, known, &pair), difference(names, known, &pair));
                return Err(Fault::input(
                    format!("there are two key pairs: `{one}` and `{other}` are set to different values"),
                    "unset one of the two pairs: tools differ in which one they read",
                ));
            }
            Some(_) => {}
            None => whole = Some((names, pair)),
        }
    }
    Ok(match whole {
        Some((names, credentials)) => {
            Found::yes(format!("{SOURCE} (`{}`)", names.id), Made::Fixed(credentials))
        }
        None => Found::No(format!("{} are not set", list(&[FAMILIES[0].id, FAMILIES[0].secret]))),
    })
}

/// The pair of one family; a part of it alone is a fault.
fn pair(inputs: &Inputs, names: &Names) -> Result<Option<Credentials>, Fault> {
    // An empty variable counts as none: CI systems set those.
    let given = |name: &str| inputs.variable(name).map(str::to_owned);
    let (id, secret) = (given(names.id), given(names.secret).map(Secret::new));
    // Two families share a token: it belongs to the one that has more than it.
    let is_shared = |other: &Names| other.token == names.token && other.id != names.id;
    let is_of_other = FAMILIES
        .iter()
        .filter(|other| is_shared(other))
        .any(|other| given(other.id).is_some() || given(other.secret).is_some());
    if id.is_none() && secret.is_none() && is_of_other {
        return Ok(None);
    }
    let input = PairInput {
        access_key_id: id,
        access_key_secret: secret,
        security_token: given(names.token).map(Secret::new),
    };
    complete(input, names)
}

/// The name of the first part in which two pairs differ.
fn difference(names: &Names, one: &Credentials, other: &Credentials) -> &'static str {
    if one.access_key_id != other.access_key_id {
        names.id
    } else if one.access_key_secret != other.access_key_secret {
        names.secret
    } else {
        names.token
    }
}

/// A warning where a profile is named and something else in the environment comes before it.
pub(super) fn profile_passed_over(inputs: &Inputs, winner: &str) -> Result<Option<Diagnostic>, Fault> {
    Ok(inputs.agreed(variables::PROFILE)?.map(|(name, profile)| {
        Diagnostic::warning(
            "credentials::passed-over",
            format!(
                "`{name}` names the profile `{profile}`, and {winner} in the environment comes before it, as in the credential libraries; the aliyun command line would take the profile"
            ),
        )
        .help(format!("unset {winner}, or the profile's variable; `--profile` comes before both"))
    }))
}

/// What other tools would have made of the environment, where a key pair in it won.
pub(super) fn passed_over(inputs: &Inputs) -> Result<Vec<Diagnostic>, Fault> {
    let mut doubts: Vec<Diagnostic> = profile_passed_over(inputs, "the key pair")?.into_iter().collect();
    let workload = [variables::OIDC_PROVIDER, variables::OIDC_TOKEN_FILE];
    let is_workload = workload.iter().any(|names| matches!(inputs.agreed(names), Ok(Some(_))));
    if let Some((name, _)) = inputs.agreed(variables::ROLE_ARN)?
        && !is_workload
    {
        doubts.push(
            Diagnostic::warning(
                "credentials::passed-over",
                format!("`{name}` is set, and no role is assumed with the key pair in the environment"),
            )
            .help("for the role, write a profile of mode RamRoleArn and name it with --profile; else unset the variable"),
        );
    }
    Ok(doubts)
}
