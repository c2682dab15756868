//! Whether a region is one.

use super::check::{Check, State};
use crate::{openapi::Endpoints, spec::yaml::nearest};

/// Whether the region is known to have a CloudMonitor of its own.
#[must_use]
pub fn region(name: &str) -> Check {
    const NAME: &str = "region";
    let known = Endpoints::known_regions();
    if known.contains(&name) {
        return Check::well(NAME, format!("{name} is a known region"));
    }
    let near = nearest(name, known.iter().copied());
    let remedy = match near.first() {
        Some(near) => format!("did you mean `{near}`? A new region works by the general rule of addresses"),
        None => "check its spelling; a new region works by the general rule of addresses".to_owned(),
    };
    Check::other(
        NAME,
        State::Doubtful,
        format!("`{name}` is not among the {} known regions", known.len()),
        remedy,
    )
}
