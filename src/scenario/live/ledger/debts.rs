//! What is owed: the acts of a journal that nobody undid.

use super::{Line, Touched};
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
}

/// A simulated event that a run made or was about to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// Its type.
    pub event_type: String,
    /// When its call went out at the earliest.
    pub since: Timestamp,
    /// Its ids, as far as an answer told them.
    pub ids: Vec<String>,
}

/// What is to be undone after these lines, in the order of the first acts.
#[must_use]
pub(in crate::scenario::live) fn debts(lines: &[Line]) -> Vec<Debt> {
    let mut debts: Vec<(Debt, Vec<u64>)> = Vec::new();
    for line in lines {
        match line {
            Line::Begin(_) => {}
            Line::Act(act) => {
                let Some(touched) = &act.on else { continue };
                let known = debts.iter().position(|(debt, _)| debt.touched.instance == touched.instance);
                let place = known.unwrap_or_else(|| {
                    let new = Debt { touched: touched.clone(), acts: Vec::new(), simulated: Vec::new() };
                    debts.push((new, Vec::new()));
                    debts.len() - 1
                });
                let Some((debt, numbers)) = debts.get_mut(place) else { continue };
                debt.acts.push(act.act.clone());
                if touched.was.is_none() {
                    // Once it may be released, there is no state to bring it back to.
                    debt.touched.was = None;
                }
                if let Some(event_type) = &act.simulates {
                    numbers.push(act.number);
                    debt.simulated.push(Simulated {
                        event_type: event_type.clone(),
                        since: act.at,
                        ids: Vec::new(),
                    });
                }
            }
            Line::Answered(answered) => {
                for (debt, numbers) in &mut debts {
                    let place = numbers.iter().position(|number| *number == answered.number);
                    if let Some(simulated) = place.and_then(|place| debt.simulated.get_mut(place)) {
                        simulated.ids.clone_from(&answered.events);
                    }
                }
            }
            Line::Restored { instance, .. } => debts.retain(|(debt, _)| debt.touched.instance != *instance),
            Line::End { .. } => debts.clear(),
        }
    }
    debts.into_iter().map(|(debt, _)| debt).collect()
}
