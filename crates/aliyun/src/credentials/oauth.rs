//! The keys of somebody who signed in with a browser (`aliyun configure --mode OAuth`): the command line
//! exchanges its sign-in for keys and writes them into the profile. They are used while they are valid;
//! only the command line gets new ones. Sources: `aliyun/aliyun-cli` `config/profile.go`,
//! `alibabacloud-credentials` 1.0.12.

use super::{
    config_file::{ConfigFile, Profile},
    error::Fault,
    fetch::{Fetch, Fetched},
    inputs::Inputs,
    pair::{Names, PairInput, complete},
    read::Loaded,
};
use crate::{
    clock::{BoxFuture, Timestamp},
    secret::Secret,
};

const NAMES: Names = Names { id: "access_key_id", secret: "access_key_secret", token: "sts_token" };

/// A profile that the command line keeps keys in.
#[derive(Debug)]
pub(super) struct OAuth {
    inputs: Inputs,
    profile: String,
}

impl OAuth {
    pub(super) fn new(inputs: &Inputs, profile: &Profile) -> Result<Self, Fault> {
        // What is wrong in the file is wrong before it is asked.
        keys(profile, inputs.clock.now())?;
        Ok(Self { inputs: inputs.clone(), profile: profile.name.clone() })
    }

    /// The keys as they are in the file now: the command line may have been there meanwhile.
    fn read(&self) -> Result<Fetched, Fault> {
        let gone = || Fault::input("the profile is gone from its file", "sign in again");
        match ConfigFile::load(&self.inputs).map_err(|broken| broken.fault)? {
            Loaded::There(file) => {
                keys(file.profile(&self.profile).ok_or_else(gone)?, self.inputs.clock.now())
            }
            Loaded::Missing(_) => Err(gone()),
        }
    }
}

fn keys(profile: &Profile, now: Timestamp) -> Result<Fetched, Fault> {
    let again = format!(
        "let the command line get new ones: `aliyun sts GetCallerIdentity --profile {0}`, or sign in again with `aliyun configure --mode OAuth --profile {0}`",
        profile.name
    );
    let part = |field| {
        let text = profile.text(field)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| {
            Fault::input(format!("mode OAuth, and `{field}` is missing or empty"), again.clone())
        })
    };
    let input = PairInput {
        access_key_id: Some(part(NAMES.id)?.to_owned()),
        access_key_secret: Some(Secret::new(part(NAMES.secret)?)),
        security_token: Some(Secret::new(part(NAMES.token)?)),
    };
    let until = profile.number("sts_expiration")?.and_then(|second| Timestamp::from_second(second).ok());
    let until = until.ok_or_else(|| {
        Fault::input(
            "mode OAuth, and `sts_expiration` does not say until when its keys are valid",
            again.clone(),
        )
    })?;
    if until <= now {
        return Err(Fault::input(format!("the keys that were got by OAuth expired at {until}"), again));
    }
    let pair = complete(input, &NAMES)?;
    let credentials = pair.ok_or_else(|| Fault::input("the profile has no key pair", again))?;
    Ok(Fetched { credentials, expires: Some(until), talk: None })
}

impl Fetch for OAuth {
    fn fetch(&self, _is_urgent: bool) -> BoxFuture<'_, Result<Fetched, Fault>> {
        Box::pin(async { self.read() })
    }
}
