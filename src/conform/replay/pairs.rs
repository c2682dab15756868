//! Which entry of one list is which of another.

use std::collections::BTreeSet;

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
}

/// Pairs the entries of two lists of objects.
pub(super) fn pairs<'a>(recorded: &'a [Value], emulated: &'a [Value], ids: &Ids) -> Pairs<'a> {
    for keys in KEYS {
        let ours: Option<Vec<String>> = recorded.iter().map(|entry| name(entry, keys, Some(ids))).collect();
        let theirs: Option<Vec<String>> = emulated.iter().map(|entry| name(entry, keys, None)).collect();
        let (Some(ours), Some(theirs)) = (ours, theirs) else { continue };
        let is_unique = |names: &[String]| names.iter().collect::<BTreeSet<_>>().len() == names.len();
        let has_common = ours.iter().any(|name| theirs.contains(name));
        if is_unique(&ours) && is_unique(&theirs) && has_common {
            return by_name(recorded, &ours, emulated, &theirs);
        }
    }
    let both = recorded.iter().zip(emulated);
    if recorded.len() == emulated.len() {
        let same = both.enumerate().map(|(index, (ours, theirs))| (index.to_string(), ours, theirs));
        Pairs { same: same.collect(), alike: Vec::new() }
    } else {
        Pairs { same: Vec::new(), alike: both.collect() }
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
    for (entry, name) in recorded.iter().zip(ours) {
        match theirs.iter().position(|other| other == name) {
            Some(at) => found.same.extend(emulated.get(at).map(|other| (name.clone(), entry, other))),
            None => left.push(entry),
        }
    }
    let others = emulated.iter().zip(theirs).filter(|(_, name)| !ours.contains(name));
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
