//! What the comparisons of all exchanges found.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    fields, hint,
    order::{self, Listed, Order, Touch},
    timing::{Course, course},
};
use crate::{
    clock::{human_duration, parse_duration},
    conform::verdict::{Difference, DifferenceKind, OperationVerdict, PassedOver},
    emulator::Switches,
};

/// One value of one answer, on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) operation: String,
    pub(super) path: String,
    /// What is equal for the same place in answers to the same request.
    pub(super) series: String,
    pub(super) offset_ms: u64,
    /// As it was recorded.
    pub(super) raw: String,
    /// What of it is compared.
    pub(super) recorded: String,
    /// The same of the emulator's.
    pub(super) emulated: String,
    /// Whether it is a number of entries.
    pub(super) is_count: bool,
}

#[derive(Debug, Default)]
pub(super) struct Findings {
    operations: BTreeMap<String, Found>,
    passed_over: BTreeMap<(String, &'static str), usize>,
    /// Of the cassette under way.
    leaves: BTreeMap<String, Vec<Leaf>>,
    lists: BTreeMap<String, Vec<Listed>>,
    touches: Vec<Touch>,
    took: BTreeMap<String, Vec<u64>>,
    writes: Vec<(u64, String)>,
    /// Values that the cassette's requests set.
    sent: BTreeSet<String>,
    /// For how long states last in the cloud, by the switch of the emulator.
    lasting: BTreeMap<&'static str, Duration>,
}

#[derive(Debug, Default)]
struct Found {
    exchanges: usize,
    observed: BTreeSet<String>,
    /// Lists that the cloud itself has in no order.
    unordered: BTreeSet<String>,
    differences: BTreeMap<Key, Difference>,
}

/// Path, kind and, for times, what lasts.
type Key = (String, DifferenceKind, String);

impl Findings {
    pub(super) fn exchange(&mut self, operation: &str, took_ms: u64) {
        self.operations.entry(operation.to_owned()).or_default().exchanges += 1;
        self.took.entry(operation.to_owned()).or_default().push(took_ms);
    }

    pub(super) fn pass_over(&mut self, operation: &str, why: &'static str) {
        *self.passed_over.entry((operation.to_owned(), why)).or_default() += 1;
    }

    /// A call that changed something, from which times count; `named` is what it named.
    pub(super) fn wrote(&mut self, offset_ms: u64, operation: &str, named: Vec<String>) {
        self.writes.push((offset_ms, operation.to_owned()));
        self.touches.push((offset_ms, named));
    }

    /// A list in an answer; `series` is equal for the same one in answers to the same request.
    pub(super) fn listed(&mut self, series: String, list: Listed) {
        self.lists.entry(series).or_default().push(list);
    }

    /// Names the switch of the emulator that decides a difference.
    pub(super) fn decides(
        &mut self,
        operation: &str,
        path: &str,
        kind: DifferenceKind,
        switch: &'static str,
    ) {
        self.hint(operation, &(path.to_owned(), kind, String::new()), Some(switch));
    }

    pub(super) fn sent(&mut self, value: &str) {
        self.sent.insert(value.to_owned());
    }

    pub(super) fn observed(&mut self, operation: &str, path: &str) {
        let found = self.operations.entry(operation.to_owned()).or_default();
        if !found.observed.contains(path) {
            found.observed.insert(path.to_owned());
        }
    }

    pub(super) fn leaf(&mut self, leaf: Leaf) {
        self.leaves.entry(leaf.series.clone()).or_default().push(leaf);
    }

    pub(super) fn differs(
        &mut self,
        operation: &str,
        path: &str,
        kind: DifferenceKind,
        cloud: String,
        emulator: String,
    ) {
        self.differs_in(operation, (path.to_owned(), kind, String::new()), cloud, emulator);
    }

    fn differs_in(&mut self, operation: &str, key: Key, cloud: String, emulator: String) {
        let found = self.operations.entry(operation.to_owned()).or_default();
        let (path, kind) = (key.0.clone(), key.1);
        let difference = found.differences.entry(key).or_insert_with(|| Difference {
            path,
            kind,
            cloud,
            emulator,
            count: 0,
            switch: None,
        });
        difference.count += 1;
    }

    /// Judges the values of a cassette, now that all that followed is known.
    pub(super) fn end_of_cassette(&mut self, tolerance: Duration, switches: &Switches) {
        let tolerance_ms = u64::try_from(tolerance.as_millis()).unwrap_or(u64::MAX);
        for series in std::mem::take(&mut self.leaves).into_values() {
            self.judge(&series, tolerance_ms, switches);
        }
        let touches = std::mem::take(&mut self.touches);
        for lists in std::mem::take(&mut self.lists).into_values() {
            self.judge_order(&lists, &touches);
        }
        for (operation, took) in std::mem::take(&mut self.took) {
            let slow: Vec<u64> = took.into_iter().filter(|took| *took > tolerance_ms).collect();
            let Some(longest) = slow.iter().max() else { continue };
            let longest = human_duration(Duration::from_millis(*longest));
            for _ in &slow {
                let cloud = format!("took {longest} at most");
                self.differs(
                    &operation,
                    ANSWER_TIME,
                    DifferenceKind::Timing,
                    cloud,
                    "answers at once".to_owned(),
                );
            }
        }
        self.writes.clear();
        self.sent.clear();
    }

    fn judge(&mut self, series: &[Leaf], tolerance_ms: u64, switches: &Switches) {
        let Some(first) = series.iter().find(|leaf| leaf.recorded != leaf.emulated) else { return };
        let lasts = |state: &str| {
            let parts = hint::until_change(&first.operation, state);
            let lasts = parts.iter().map(|switch| parse_duration(&switches.get(switch)?).ok());
            let lasts: Option<Duration> = lasts.sum();
            lasts.filter(|_| !parts.is_empty()).and_then(|lasts| u64::try_from(lasts.as_millis()).ok())
        };
        match course(series, &self.writes, tolerance_ms, lasts) {
            Course::Within => {}
            Course::Shifted { cloud, emulator, from, lasts_ms } => {
                if let Some(switch) = hint::of_state(&from) {
                    self.lasting.entry(switch).or_insert(Duration::from_millis(lasts_ms));
                }
                let switch = hint::of_time(&first.operation, &from);
                let key = (first.path.clone(), DifferenceKind::Timing, from);
                self.differs_in(&first.operation, key.clone(), cloud, emulator);
                self.hint(&first.operation, &key, switch);
            }
            Course::Other => {
                for leaf in series.iter().filter(|leaf| leaf.recorded != leaf.emulated) {
                    let kind = self.kind(leaf);
                    let (cloud, emulator) = (said(leaf, &leaf.recorded), said(leaf, &leaf.emulated));
                    let cloud = format!("has {cloud}");
                    self.differs(&leaf.operation, &leaf.path, kind, cloud, emulator);
                    let switch = hint::of_value(&leaf.operation, &leaf.path);
                    self.hint(&leaf.operation, &(leaf.path.clone(), kind, String::new()), switch);
                }
            }
        }
    }

    fn judge_order(&mut self, lists: &[Listed], touches: &[Touch]) {
        let Some(Listed { operation, path, .. }) = lists.first() else { return };
        match order::judge(lists, touches) {
            Order::Same => {}
            Order::Unstable => {
                self.operations.entry(operation.clone()).or_default().unordered.insert(path.clone());
            }
            Order::Differs(swapped) => {
                for (ours, theirs) in swapped {
                    let (ours, theirs) = (quoted(&ours), quoted(&theirs));
                    let cloud = format!("has {ours} before {theirs}");
                    self.differs(
                        operation,
                        path,
                        DifferenceKind::Order,
                        cloud,
                        format!("{theirs} before {ours}"),
                    );
                }
            }
        }
    }

    fn kind(&self, leaf: &Leaf) -> DifferenceKind {
        let plain = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        if leaf.is_count {
            DifferenceKind::Count
        } else if plain(&leaf.recorded) == plain(&leaf.emulated) {
            DifferenceKind::Enum
        } else if self.sent.contains(&leaf.raw) {
            DifferenceKind::Value
        } else {
            DifferenceKind::Default
        }
    }

    fn hint(&mut self, operation: &str, key: &Key, switch: Option<&'static str>) {
        let found = self.operations.entry(operation.to_owned()).or_default();
        if let Some(difference) = found.differences.get_mut(key) {
            difference.switch = difference.switch.or(switch);
        }
    }

    /// For how long states last in the cloud, where that is not as long as in the emulator.
    pub(super) const fn lasting(&self) -> &BTreeMap<&'static str, Duration> {
        &self.lasting
    }

    /// Takes over what `earlier` found of the times that `switch` decides.
    pub(super) fn keep_times(&mut self, earlier: &Self, switch: &str) {
        for (operation, found) in &earlier.operations {
            for (key, difference) in &found.differences {
                if difference.kind == DifferenceKind::Timing && difference.switch == Some(switch) {
                    let mine = self.operations.entry(operation.clone()).or_default();
                    mine.differences.entry(key.clone()).or_insert_with(|| difference.clone());
                }
            }
        }
    }

    /// All of it, by operation.
    pub(super) fn verdicts(self) -> (Vec<OperationVerdict>, Vec<PassedOver>) {
        let operations = self.operations.into_iter().map(|(operation, mut found)| {
            // A list that has no order once has none.
            found.differences.retain(|(path, kind, _), _| {
                *kind != DifferenceKind::Order || !found.unordered.contains(path)
            });
            let differs: BTreeSet<&String> = found.differences.keys().map(|(path, ..)| path).collect();
            let same = found
                .observed
                .iter()
                .filter(|path| !path.is_empty() && !differs.contains(path))
                .cloned()
                .collect();
            let is_seen = |path: &String| found.observed.contains(path);
            let never = fields::of_answer(&operation).into_iter().filter(|path| !is_seen(path)).collect();
            OperationVerdict {
                exchanges: found.exchanges,
                same,
                never,
                unordered: found.unordered.into_iter().collect(),
                differences: found.differences.into_values().collect(),
                operation,
            }
        });
        let passed_over = self.passed_over.into_iter();
        let passed_over = passed_over.map(|((operation, why), count)| PassedOver { operation, why, count });
        (operations.collect(), passed_over.collect())
    }
}

/// The path of how long an answer takes.
pub(super) const ANSWER_TIME: &str = "(answer time)";

fn said(leaf: &Leaf, value: &str) -> String {
    match (leaf.is_count, value) {
        (true, count) => format!("{count} of them"),
        (false, "") => "nothing in it".to_owned(),
        (false, text) => quoted(text),
    }
}

fn quoted(text: &str) -> String {
    let head: String = text.chars().take(LONGEST).collect();
    let dots = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
    format!("`{head}{dots}`")
}

/// Characters of a value that are shown.
const LONGEST: usize = 80;
