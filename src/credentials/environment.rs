//! `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and
//! `ALIBABA_CLOUD_SECURITY_TOKEN`.

use super::{
    chain::Found,
    error::Fault,
    fetch::Made,
    inputs::Inputs,
    pair::{Names, PairInput, complete},
};
use crate::secret::Secret;

pub(super) const SOURCE: &str = "the environment";

const NAMES: Names = Names {
    id: "ALIBABA_CLOUD_ACCESS_KEY_ID",
    secret: "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    token: "ALIBABA_CLOUD_SECURITY_TOKEN",
};

/// What other tools call the access key; not read here, but worth a word.
const OF_OTHERS: [(&str, &str); 3] = [
    ("ALICLOUD_ACCESS_KEY", "the Terraform provider"),
    ("ALIBABACLOUD_ACCESS_KEY_ID", "the aliyun command line"),
    ("ALICLOUD_ACCESS_KEY_ID", "the aliyun command line"),
];

pub(super) fn find(inputs: &Inputs) -> Result<Found, Fault> {
    // An empty variable counts as none: CI systems set those.
    let given = |name: &str| inputs.variable(name).map(str::to_owned);
    let input = PairInput {
        access_key_id: given(NAMES.id),
        access_key_secret: given(NAMES.secret).map(Secret::new),
        security_token: given(NAMES.token).map(Secret::new),
    };
    if let Some(credentials) = complete(input, &NAMES)? {
        return Ok(Found::yes(SOURCE, Made::Fixed(credentials)));
    }
    let mut why = format!("`{}` and `{}` are not set", NAMES.id, NAMES.secret);
    if let Some((name, tool)) = OF_OTHERS.iter().find(|(name, _)| given(name).is_some()) {
        why.push_str(&format!(" (`{name}` is, which only {tool} reads)"));
    }
    Ok(Found::No(why))
}
