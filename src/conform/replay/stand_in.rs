//! Requests of a cassette as they can be made again.

use std::sync::LazyLock;

use regex::Regex;

use super::ids::Ids;
use crate::{
    cassette::{Cassette, Kind, Placeholders},
    openapi::Params,
};

static PLACEHOLDER: LazyLock<Result<Regex, regex::Error>> =
    LazyLock::new(|| Regex::new(r"\{[a-z]+-[0-9]+\}"));

/// Each placeholder in a text, with the value that stands in for it.
fn placeholders(text: &str) -> Vec<(String, String)> {
    let Ok(pattern) = PLACEHOLDER.as_ref() else { return Vec::new() };
    let found = pattern.find_iter(text).map(|found| found.as_str());
    found
        .filter_map(|placeholder| {
            let (kind, number) = Kind::of_placeholder(placeholder)?;
            Some((placeholder.to_owned(), kind.stand_in(number)))
        })
        .collect()
}

/// A recorded text with values instead of placeholders, and the emulator's ids.
pub(super) fn text(text: &str, ids: &Ids) -> String {
    let mut out = ids.translate(text);
    for (placeholder, value) in placeholders(text) {
        out = out.replace(&placeholder, &value);
    }
    out
}

/// The parameters of a request that is made again.
pub(super) fn params(params: &Params, ids: &Ids) -> Params {
    params.iter().map(|(name, value)| (name.clone(), text(value, ids))).collect()
}

/// What gives the emulator's answers the placeholders of the cassette.
pub(super) fn masks(cassette: &Cassette) -> Placeholders {
    let mut masks = Placeholders::default();
    let mut note = |text: &str| {
        for (placeholder, value) in placeholders(text) {
            masks.assign(&value, &placeholder);
        }
    };
    for exchange in &cassette.exchanges {
        exchange.parameters.values().for_each(|value| note(value));
        if let Some(body) = &exchange.body {
            note(&body.to_string());
        }
    }
    masks
}
