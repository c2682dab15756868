//! Values that change while somebody looks again and again: whether both sides change alike, and
//! whether at the same time.

use std::time::Duration;

use super::findings::Leaf;
use crate::clock::human_duration;

/// How the course of a value on one side compares with that on the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Course {
    /// Both change alike, at about the same time.
    Within,
    /// Both change alike, at other times.
    Shifted { cloud: String, emulator: String, from: String },
    /// They do not change alike.
    Other,
}

/// A change of a value: not yet at `after`, and there at `until`; milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    after: u64,
    until: Option<u64>,
}

/// Compares the courses of one value. `writes` are calls that changed something, with their times.
pub(super) fn course(series: &[Leaf], writes: &[(u64, String)], tolerance_ms: u64) -> Course {
    let (ours, theirs) = (steps(series, |leaf| &leaf.recorded), steps(series, |leaf| &leaf.emulated));
    let both = ours.values.iter().zip(&theirs.values);
    let is_alike = both.clone().all(|(ours, theirs)| ours == theirs);
    let changes = ours.values.len().max(theirs.values.len()).saturating_sub(1);
    // A difference of one step is a matter of time; more is another course.
    if !is_alike || changes == 0 || ours.values.len().abs_diff(theirs.values.len()) > 1 {
        return Course::Other;
    }
    let mut worst: Option<(u64, usize)> = None;
    for number in 0..changes {
        let gap = gap(ours.window(number), theirs.window(number));
        if gap > tolerance_ms && worst.is_none_or(|(worst, _)| gap > worst) {
            worst = Some((gap, number));
        }
    }
    let Some((_, number)) = worst else { return Course::Within };
    let (one, other) = (ours.window(number), theirs.window(number));
    let longer = if ours.values.len() >= theirs.values.len() { &ours } else { &theirs };
    let from = longer.values.get(number).copied().unwrap_or_default();
    let to = longer.values.get(number + 1).copied().unwrap_or_default();
    let began = one.after.min(other.after);
    let act = writes.iter().rfind(|(at, _)| *at <= began);
    Course::Shifted {
        cloud: format!("went from `{from}` to `{to}` {}", one.words(act)),
        emulator: other.words(act),
        from: from.to_owned(),
    }
}

/// The values that a series goes through, and when.
struct Steps<'a> {
    values: Vec<&'a str>,
    windows: Vec<Window>,
    last: u64,
}

impl Steps<'_> {
    /// The change to the value after the `number`th; not yet there when it never came.
    fn window(&self, number: usize) -> Window {
        self.windows.get(number).copied().unwrap_or(Window { after: self.last, until: None })
    }
}

fn steps<'a>(series: &'a [Leaf], value: impl Fn(&'a Leaf) -> &'a String) -> Steps<'a> {
    let mut steps = Steps { values: Vec::new(), windows: Vec::new(), last: 0 };
    for leaf in series {
        let value = value(leaf).as_str();
        match steps.values.last() {
            Some(last) if *last == value => {}
            Some(_) => {
                steps.windows.push(Window { after: steps.last, until: Some(leaf.offset_ms) });
                steps.values.push(value);
            }
            None => steps.values.push(value),
        }
        steps.last = leaf.offset_ms;
    }
    steps
}

/// By how much two changes are apart at least.
fn gap(one: Window, other: Window) -> u64 {
    let later = |one: Window, other: Window| other.until.map_or(0, |until| one.after.saturating_sub(until));
    later(one, other).max(later(other, one))
}

impl Window {
    fn words(self, act: Option<&(u64, String)>) -> String {
        let (since, what) = act.map_or((0, "the beginning"), |(at, operation)| (*at, operation.as_str()));
        let time = |at: u64| human_duration(Duration::from_millis(at.saturating_sub(since)));
        match self.until {
            Some(until) => format!("between {} and {} after {what}", time(self.after), time(until)),
            None => format!("not within {} after {what}", time(self.after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[(u64, &str, &str)]) -> Vec<Leaf> {
        let leaf = |(at, recorded, emulated): &(u64, &str, &str)| Leaf {
            operation: "DescribeInstances".to_owned(),
            path: "Status".to_owned(),
            series: String::new(),
            offset_ms: at * 1000,
            raw: (*recorded).to_owned(),
            recorded: (*recorded).to_owned(),
            emulated: (*emulated).to_owned(),
            is_count: false,
        };
        values.iter().map(leaf).collect()
    }

    #[test]
    fn a_change_at_another_time_is_a_matter_of_time() {
        let values = [
            (1, "Stopping", "Stopping"),
            (30, "Stopping", "Stopped"),
            (80, "Stopping", "Stopped"),
            (90, "Stopped", "Stopped"),
        ];
        let writes = [(1_000, "StopInstance".to_owned())];
        let Course::Shifted { cloud, emulator, from } = course(&series(&values), &writes, 2_000) else {
            panic!("not shifted")
        };
        assert_eq!(cloud, "went from `Stopping` to `Stopped` between 1m19s and 1m29s after StopInstance");
        assert_eq!(emulator, "between 0s and 29s after StopInstance");
        assert_eq!(from, "Stopping");
        assert_eq!(course(&series(&values), &writes, 50_000), Course::Within);
    }

    #[test]
    fn polls_that_are_far_apart_prove_nothing() {
        let values = [(0, "a", "a"), (10, "a", "b"), (20, "b", "b")];
        assert_eq!(course(&series(&values), &[], 2_000), Course::Within);
    }

    #[test]
    fn a_change_that_does_not_come_is_late() {
        let values = [(0, "a", "a"), (10, "a", "b"), (20, "a", "b")];
        let Course::Shifted { cloud, emulator, .. } = course(&series(&values), &[], 2_000) else {
            panic!("not shifted")
        };
        assert_eq!(cloud, "went from `a` to `b` not within 20s after the beginning");
        assert_eq!(emulator, "between 0s and 10s after the beginning");
    }

    #[test]
    fn another_value_is_no_matter_of_time() {
        for values in [
            &[(0, "a", "b")][..],
            &[(0, "a", "b"), (10, "a", "b")],
            &[(0, "a", "a"), (10, "b", "c"), (20, "b", "c")],
            &[(0, "a", "a"), (10, "a", "b"), (20, "a", "c")],
        ] {
            assert_eq!(course(&series(values), &[], 0), Course::Other, "{values:?}");
        }
    }
}
