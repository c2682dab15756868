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
    Shifted {
        /// When it changes in the cloud.
        cloud: String,
        /// When it changes in the emulator.
        emulator: String,
        /// The value that lasts too long or too short.
        from: String,
        /// For how long it lasts in the cloud, in milliseconds, as far as two looks tell.
        lasts_ms: u64,
    },
    /// They do not change alike.
    Other,
}

/// A change of a value: not yet at `after`, and there at `until`; milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    after: u64,
    until: Option<u64>,
}

/// Compares the courses of one value. `writes` are calls that changed something, with their times;
/// `lasts` tells how long a value lasts in the emulator, in milliseconds, where that is known: people
/// stop looking when they have seen what they waited for.
pub(super) fn course(
    series: &[Leaf],
    writes: &[(u64, String)],
    tolerance_ms: u64,
    lasts: impl Fn(&str) -> Option<u64>,
) -> Course {
    let (ours, theirs) = (steps(series, |leaf| &leaf.recorded), steps(series, |leaf| &leaf.emulated));
    let both = ours.values.iter().zip(&theirs.values);
    let is_alike = both.clone().all(|(ours, theirs)| ours == theirs);
    let (shorter, longer) =
        if ours.values.len() < theirs.values.len() { (&ours, &theirs) } else { (&theirs, &ours) };
    let missing = longer.values.len() - shorter.values.len();
    // One change that is missing is a matter of time. Of several, it is where the state that goes on
    // is known to end; what follows cannot be told from here.
    let goes_on = shorter.values.last().copied().unwrap_or_default();
    let changes = (longer.values.len() - 1).min(shorter.values.len());
    if !is_alike || changes == 0 || (missing > 1 && lasts(goes_on).is_none()) {
        return Course::Other;
    }
    let mut worst: Option<(u64, Course)> = None;
    for number in 0..changes {
        let (one, mut other) = (ours.window(number), theirs.window(number));
        let from = longer.values.get(number).copied().unwrap_or_default();
        let to = longer.values.get(number + 1).copied().unwrap_or_default();
        let began = one.after.min(other.after);
        let act = writes.iter().rfind(|(at, _)| *at <= began);
        // It lasts since the act, or since the value before it.
        let before = number.checked_sub(1).map_or(0, |before| ours.window(before).middle());
        let since = before.max(act.map_or(0, |(at, _)| *at));
        let due = lasts(from).map(|lasts| since.saturating_add(lasts)).filter(|due| *due > other.after);
        if other.until.is_none()
            && let Some(due) = due
        {
            other = Window { after: due, until: Some(due) };
        }
        let gap = gap(one, other);
        // What never came, and is not known to come, may as well never come.
        if gap <= tolerance_ms && (one.until.is_none() || other.until.is_none()) {
            return Course::Other;
        }
        if gap > tolerance_ms && worst.as_ref().is_none_or(|(worst, _)| gap > *worst) {
            let course = Course::Shifted {
                cloud: format!("went from `{from}` to `{to}` {}", one.words(act)),
                emulator: other.words(act),
                from: from.to_owned(),
                lasts_ms: one.middle().saturating_sub(since),
            };
            worst = Some((gap, course));
        }
    }
    worst.map_or(Course::Within, |(_, course)| course)
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
    fn middle(self) -> u64 {
        self.until.map_or(self.after, |until| self.after.midpoint(until))
    }

    fn words(self, act: Option<&(u64, String)>) -> String {
        let (since, what) = act.map_or((0, "the beginning"), |(at, operation)| (*at, operation.as_str()));
        let time = |at: u64| human_duration(Duration::from_millis(at.saturating_sub(since)));
        match self.until {
            Some(until) if until == self.after => format!("{} after {what}", time(until)),
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
        let shifted = course(&series(&values), &writes, 2_000, |_| None);
        let Course::Shifted { cloud, emulator, from, lasts_ms } = shifted else { panic!("{shifted:?}") };
        assert_eq!(lasts_ms, 84_000);
        assert_eq!(cloud, "went from `Stopping` to `Stopped` between 1m19s and 1m29s after StopInstance");
        assert_eq!(emulator, "between 0s and 29s after StopInstance");
        assert_eq!(from, "Stopping");
        assert_eq!(course(&series(&values), &writes, 50_000, |_| None), Course::Within);
    }

    #[test]
    fn polls_that_are_far_apart_prove_nothing() {
        let values = [(0, "a", "a"), (10, "a", "b"), (20, "b", "b")];
        assert_eq!(course(&series(&values), &[], 2_000, |_| None), Course::Within);
    }

    #[test]
    fn a_change_that_does_not_come_is_late() {
        let values = [(0, "a", "a"), (10, "a", "b"), (20, "a", "b")];
        let shifted = course(&series(&values), &[], 2_000, |_| None);
        let Course::Shifted { cloud, emulator, .. } = shifted else { panic!("{shifted:?}") };
        assert_eq!(cloud, "went from `a` to `b` not within 20s after the beginning");
        assert_eq!(emulator, "between 0s and 10s after the beginning");
    }

    #[test]
    fn whoever_stops_looking_is_told_how_long_the_emulator_takes() {
        let values = [(0, "Stopping", "Stopping"), (1, "Stopped", "Stopping")];
        let lasts = |from: &str| (from == "Stopping").then_some(30_000);
        let shifted = course(&series(&values), &[(0, "StopInstance".to_owned())], 2_000, lasts);
        let Course::Shifted { cloud, emulator, lasts_ms, .. } = shifted else { panic!("{shifted:?}") };
        assert_eq!(cloud, "went from `Stopping` to `Stopped` between 0s and 1s after StopInstance");
        assert_eq!((emulator.as_str(), lasts_ms), ("30s after StopInstance", 500));
        // Without that, or when its time is over, nothing says that it will come.
        assert_eq!(course(&series(&values), &[], 2_000, |_| None), Course::Other);
        assert_eq!(course(&series(&values), &[], 2_000, |_| Some(500)), Course::Other);
    }

    #[test]
    fn another_value_is_no_matter_of_time() {
        for values in [
            &[(0, "a", "b")][..],
            &[(0, "a", "b"), (10, "a", "b")],
            &[(0, "a", "a"), (10, "b", "c"), (20, "b", "c")],
            &[(0, "a", "a"), (10, "a", "b"), (20, "a", "c")],
        ] {
            assert_eq!(course(&series(values), &[], 0, |_| None), Course::Other, "{values:?}");
        }
    }
}
