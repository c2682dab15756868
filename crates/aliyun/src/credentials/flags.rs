//! `--access-key-id`, `--access-key-secret` and `--security-token`.

use super::{
    chain::Found,
    error::Fault,
    fetch::Made,
    inputs::Inputs,
    pair::{Names, complete},
};

pub(super) const SOURCE: &str = "the flags";

const NAMES: Names =
    Names { id: "--access-key-id", secret: "--access-key-secret", token: "--security-token" };

pub(super) fn find(inputs: &Inputs) -> Result<Found, Fault> {
    Ok(match complete(inputs.flags.clone(), &NAMES)? {
        Some(credentials) => Found::yes(SOURCE, Made::Fixed(credentials)),
        None => Found::no("`--access-key-id` and `--access-key-secret` are not given"),
    })
}
