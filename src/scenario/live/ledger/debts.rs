//! What is owed: the acts of a journal that nobody undid.

use super::{Act, Answered, Line, Touched};
use crate::clock::Timestamp;

/// What a run left to be undone at one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debt {
    /// The instance, and how it was.
    pub touched: Touched,
    /// What was done to it, in words.
    pub acts: Vec<String>,
    /// Simulated events that may be open.
    pub simulated: Vec<Simulated>,
    /// Whether it was to be released.
    pub release: Release,
}

/// How far the release of an instance came, as far as the journal knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// Nobody asked for it.
    No,
    /// It was about to be asked for, and nobody knows that it was granted.
    Asked,
    /// The service said that it does so.
    Accepted,
}

/// A simulated event that a run made or was about to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// Its type.
    pub event_type: String,
    /// When its call went out at the earliest.
    pub since: Timestamp,
    /// Its ids, as far as an answer gave them.
    pub ids: Vec<String>,
}

/// What is to be undone after these lines, in the order of the first acts.
#[must_use]
pub(in crate::scenario::live) fn debts(lines: &[Line]) -> Vec<Debt> {
    let mut owed: Vec<Owed> = Vec::new();
    for line in lines {
        match line {
            Line::Begin(_) => {}
            Line::Act(act) => add(&mut owed, act),
            Line::Answered(answered) => owed.iter_mut().for_each(|owed| owed.answered(answered)),
            Line::Restored { instance, .. } | Line::Gone { instance, .. } => {
                owed.retain(|owed| owed.debt.touched.instance != *instance);
            }
            Line::End { .. } => owed.clear(),
        }
    }
    owed.into_iter().map(|owed| owed.debt).collect()
}

/// A debt with the numbers of the acts whose answers change it.
struct Owed {
    debt: Debt,
    /// As the debt's `simulated`.
    simulations: Vec<u64>,
    releases: Vec<u64>,
}

fn add(owed: &mut Vec<Owed>, act: &Act) {
    let Some(touched) = &act.on else { return };
    let known = owed.iter().position(|owed| owed.debt.touched.instance == touched.instance);
    let place = known.unwrap_or_else(|| {
        let debt =
            Debt { touched: touched.clone(), acts: Vec::new(), simulated: Vec::new(), release: Release::No };
        owed.push(Owed { debt, simulations: Vec::new(), releases: Vec::new() });
        owed.len() - 1
    });
    let Some(Owed { debt, simulations, releases }) = owed.get_mut(place) else { return };
    debt.acts.push(act.act.clone());
    if act.releases || touched.was.is_none() {
        debt.release = Release::Asked;
        releases.push(act.number);
    }
    if let Some(event_type) = &act.simulates {
        simulations.push(act.number);
        debt.simulated.push(Simulated { event_type: event_type.clone(), since: act.at, ids: Vec::new() });
    }
}

impl Owed {
    fn answered(&mut self, answered: &Answered) {
        let place = self.simulations.iter().position(|number| *number == answered.number);
        if let Some(simulated) = place.and_then(|place| self.debt.simulated.get_mut(place)) {
            simulated.ids.clone_from(&answered.events);
        }
        if answered.accepted && self.releases.contains(&answered.number) {
            self.debt.release = Release::Accepted;
        }
    }
}
