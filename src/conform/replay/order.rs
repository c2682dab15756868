//! The order of lists, where one can be seen: the same entries on both sides, in another order.

use std::collections::BTreeSet;

use super::compare::Place;

/// Lists that are sets by the documents, by the name of the field: what a rule fits and tells, tags,
/// and contacts, which the service lists in no stable order.
const SETS: [&str; 14] = [
    "Contact",
    "NameList",
    "LevelList",
    "EventTypeList",
    "StatusList",
    "Keywords",
    "ContactParameter",
    "WebhookParameter",
    "MnsParameter",
    "SlsParameter",
    "FCParameter",
    "OpenApiParameters",
    "Tag",
    "Tags",
];

/// Whether entries of a list have an order to compare. Words in an entry are a set.
pub(super) fn is_ordered(place: &Place, are_texts: bool) -> bool {
    !(SETS.contains(&place.name.as_str()) || are_texts && place.path.contains('['))
}

/// A list of one answer: its entries by name, in the emulator's ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) operation: String,
    pub(super) path: String,
    pub(super) offset_ms: u64,
    pub(super) recorded: Vec<String>,
    pub(super) emulated: Vec<String>,
}

/// What a call that changed something named, and when.
pub(super) type Touch = (u64, Vec<String>);

/// What answers to one request say of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Order {
    /// Nothing.
    Same,
    /// The cloud itself has no order.
    Unstable,
    /// The first two entries that are the other way round: what the cloud has first, what the emulator.
    Differs(Vec<(String, String)>),
}

/// Judges the answers to one request.
pub(super) fn judge(lists: &[Listed], touches: &[Touch]) -> Order {
    if lists.windows(2).any(|pair| is_shuffled(&pair[0], &pair[1], touches)) {
        return Order::Unstable;
    }
    let differ: Vec<(String, String)> = lists.iter().filter_map(swapped).collect();
    if differ.is_empty() { Order::Same } else { Order::Differs(differ) }
}

/// Whether the cloud turned entries round that nobody had touched in between.
fn is_shuffled(one: &Listed, other: &Listed, touches: &[Touch]) -> bool {
    let common = |list: &Listed, with: &Listed| -> Vec<String> {
        let known: BTreeSet<&String> = with.recorded.iter().collect();
        list.recorded.iter().filter(|name| known.contains(name)).cloned().collect()
    };
    let (mut before, mut after) = (common(one, other), common(other, one));
    if before == after {
        return false;
    }
    let between: Vec<&String> = touches
        .iter()
        .filter(|(at, _)| (one.offset_ms..=other.offset_ms).contains(at))
        .flat_map(|(_, values)| values)
        .collect();
    let is_still = |name: &String| !between.iter().any(|value| value.contains(name.as_str()));
    before.retain(is_still);
    after.retain(is_still);
    before != after
}

/// The first entries that the two sides have the other way round, where both have the same ones.
fn swapped(list: &Listed) -> Option<(String, String)> {
    let (mut ours, mut theirs) = (list.recorded.clone(), list.emulated.clone());
    ours.sort();
    theirs.sort();
    if ours != theirs {
        return None;
    }
    let mut both = list.recorded.iter().zip(&list.emulated);
    both.find(|(one, other)| one != other).map(|(one, other)| (one.clone(), other.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(offset_ms: u64, recorded: &[&str], emulated: &[&str]) -> Listed {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Listed {
            operation: "DescribeEventRuleList".to_owned(),
            path: "EventRules.EventRule[]".to_owned(),
            offset_ms,
            recorded: owned(recorded),
            emulated: owned(emulated),
        }
    }

    #[test]
    fn another_order_of_the_same_entries_differs() {
        let differs = |one: &str, other: &str| Order::Differs(vec![(one.to_owned(), other.to_owned())]);
        assert_eq!(judge(&[listed(0, &["a", "c", "b"], &["a", "b", "c"])], &[]), differs("c", "b"));
        for (ours, theirs) in
            [(&["a", "b"][..], &["a", "b"][..]), (&["b", "a"], &["a", "c"]), (&["a"], &["a"])]
        {
            assert_eq!(judge(&[listed(0, ours, theirs)], &[]), Order::Same);
        }
    }

    #[test]
    fn what_turns_round_by_itself_has_no_order() {
        let both = [listed(0, &["a", "b", "c"], &["a", "b", "c"]), listed(9, &["b", "a"], &["a", "b"])];
        assert_eq!(judge(&both, &[]), Order::Unstable);
        // A call in between may have moved what it named.
        let touch = |what: &str| (5, vec![what.to_owned()]);
        assert!(matches!(judge(&both, &[touch("a")]), Order::Differs(_)));
        assert_eq!(judge(&both, &[touch("c")]), Order::Unstable);
        assert_eq!(judge(&both, &[(10, vec!["a".to_owned()])]), Order::Unstable);
    }
}
