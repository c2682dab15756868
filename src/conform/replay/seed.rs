//! What the recorded account held before: what the cassette's reads show of things that none of its
//! calls had made.

mod contacts;
mod instances;
mod rules;

use std::collections::BTreeSet;

use serde_json::Value;

use super::{player::Player, stand_in};
use crate::{
    cassette::{Cassette, Exchange},
    openapi::{Params, Product},
};

/// Puts into the player's world what was there. Returns the operations by which something could not
/// be put there.
pub(super) fn seed(player: &mut Player, cassette: &Cassette) -> Vec<&'static str> {
    let mut refused = Vec::new();
    let mut sow = Sower { player, refused: &mut refused };
    rules::application_groups(&mut sow, cassette);
    contacts::contacts(&mut sow, cassette);
    contacts::groups(&mut sow, cassette);
    rules::rules(&mut sow, cassette);
    rules::targets(&mut sow, cassette);
    instances::instances(sow.player, cassette);
    refused
}

struct Sower<'a> {
    player: &'a mut Player,
    refused: &'a mut Vec<&'static str>,
}

impl Sower<'_> {
    /// Makes a call of CloudMonitor. Where the emulator refuses it, once more without each of the
    /// `optional` parameters in turn: a value that it does not know is what the comparison will tell.
    fn call(&mut self, action: &'static str, params: &Params, optional: &[&str]) -> Option<Value> {
        let mut params = stand_in::params(params, &self.player.ids);
        let mut left = optional.iter();
        loop {
            let (status, body) = self.player.ask(action, Product::Cms.version(), &params);
            if status < 300 {
                return Some(body);
            }
            let Some(next) = left.next() else {
                self.refused.push(action);
                return None;
            };
            params.retain(|name, _| !name.starts_with(next));
        }
    }
}

/// The objects that answers to `reads` show, before any of `writes` named them: by what `name` says,
/// each once. A call names an object in a parameter that begins with `parameter`.
fn before<'a>(
    cassette: &'a Cassette,
    reads: &[&str],
    writes: &[&str],
    parameter: &str,
    keys: &[&str],
    name: impl Fn(&Exchange, &Value) -> Option<String>,
) -> Vec<(String, &'a Value)> {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for exchange in &cassette.exchanges {
        let operation = exchange.operation.as_str();
        if writes.contains(&operation) {
            let named = exchange.parameters.iter().filter(|(name, _)| name.starts_with(parameter));
            known.extend(named.map(|(_, value)| value.clone()));
        }
        let Some(body) = exchange.body.as_ref().filter(|_| reads.contains(&operation)) else { continue };
        let mut objects = Vec::new();
        holding(body, keys, &mut objects);
        for object in objects {
            if let Some(name) = name(exchange, object)
                && known.insert(name.clone())
            {
                found.push((name, object));
            }
        }
    }
    found
}

/// All objects in a value that have these fields, whatever is wrapped around them.
fn holding<'a>(value: &'a Value, keys: &[&str], found: &mut Vec<&'a Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| holding(item, keys, found)),
        Value::Object(fields) => {
            if keys.iter().all(|key| fields.contains_key(*key)) {
                found.push(value);
            } else {
                fields.values().for_each(|value| holding(value, keys, found));
            }
        }
        _ => {}
    }
}

/// All strings in a value.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(fields) => fields.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// A field as a parameter has it.
fn text(object: &Value, field: &str) -> Option<String> {
    super::ids::text_of(object.get(field)?)
}

/// Sets a parameter that has a value.
fn put(params: &mut Params, name: &str, value: Option<String>) {
    if let Some(value) = value {
        params.insert(name.to_owned(), value);
    }
}
