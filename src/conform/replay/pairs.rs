//! Which entry of one list is which of another.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::ids::{Ids, text_of};

/// Fields that tell entries apart, what tells best first.
const KEYS: [&[&str]; 12] = [
    &["InstanceId"],
    &["Name"],
    &["RuleName"],
    &["ContactName"],
    &["GroupName"],
    &["ContactGroupName"],
    &["Id"],
    &["EventId"],
    &["Key"],
    &["TagKey"],
    &["GroupId"],
    &["Product", "Name", "Status", "Level"],
];

/// Entries of two lists, told apart.
#[derive(Debug, Default)]
pub(super) struct Pairs<'a> {
    /// The same thing on both sides, with what tells it apart.
    pub(super) same: Vec<(String, &'a Value, &'a Value)>,
    /// Entries that are alike in kind only: their values say nothing.
    pub(super) alike: Vec<(&'a Value, &'a Value)>,
    /// What tells the entries apart, in the order of each side, where something does.
    pub(super) names: Option<(Vec<String>, Vec<String>)>,
}

/// Pairs the entries of two lists of objects.
pub(super) fn pairs<'a>(recorded: &'a [Value], emulated: &'a [Value], ids: &Ids) -> Pairs<'a> {
    for keys in KEYS {
        let ours: Option<Vec<String>> = recorded.iter().map(|entry| name(entry, keys, Some(ids))).collect();
        let theirs: Option<Vec<String>> = emulated.iter().map(|entry| name(entry, keys, None)).collect();
        let (Some(ours), Some(theirs)) = (ours, theirs) else { continue };
        let [our_names, their_names] = [&ours, &theirs].map(|names| names.iter().collect::<HashSet<_>>());
        let is_unique = our_names.len() == ours.len() && their_names.len() == theirs.len();
        if is_unique && !our_names.is_disjoint(&their_names) {
            let found = by_name(recorded, &ours, emulated, &theirs);
            return Pairs { names: Some((ours, theirs)), ..found };
        }
    }
    let both = recorded.iter().zip(emulated);
    if recorded.len() == emulated.len() {
        let same = both.enumerate().map(|(index, (ours, theirs))| (index.to_string(), ours, theirs));
        Pairs { same: same.collect(), ..Pairs::default() }
    } else {
        Pairs { alike: both.collect(), ..Pairs::default() }
    }
}

fn by_name<'a>(
    recorded: &'a [Value],
    ours: &[String],
    emulated: &'a [Value],
    theirs: &[String],
) -> Pairs<'a> {
    let mut found = Pairs::default();
    let mut left = Vec::new();
    let mut by_name: HashMap<&String, &Value> = theirs.iter().zip(emulated).collect();
    for (entry, name) in recorded.iter().zip(ours) {
        match by_name.remove(name) {
            Some(other) => found.same.push((name.clone(), entry, other)),
            None => left.push(entry),
        }
    }
    let others = emulated.iter().zip(theirs).filter(|(_, name)| by_name.contains_key(name));
    found.alike = left.into_iter().zip(others.map(|(entry, _)| entry)).collect();
    found
}

fn name(entry: &Value, keys: &[&str], ids: Option<&Ids>) -> Option<String> {
    let parts: Option<Vec<String>> = keys
        .iter()
        .map(|key| {
            let text = text_of(entry.get(key)?)?;
            Some(ids.map_or_else(|| text.clone(), |ids| ids.translate(&text)))
        })
        .collect();
    Some(parts?.join("/"))
}
