//! What steps look for besides a robot's messages, as far as it was seen, and who took it.

use indexmap::IndexMap;

use super::{
    mailbox::Taker,
    matcher::{Matcher, MessageView, all_match},
};
use crate::clock::Timestamp;

/// An event, an alert, a request or a message of another channel.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// When it was there.
    pub at: Timestamp,
    /// As matchers see it.
    pub view: MessageView,
    /// In a line for a reader.
    pub line: String,
    /// The step that took it.
    pub taken_by: Option<Taker>,
}

/// Who took what, by its identity.
pub type TakenBy = IndexMap<String, Taker>;

/// What a step sees, by its identity, oldest first. Each is taken once, also where another step sees it
/// through another narrowing (the mail of a contact, all that a contact was told).
#[derive(Debug, Clone, Default)]
pub struct Sightings {
    seen: IndexMap<String, Sighting>,
    taken: TakenBy,
}

impl Sightings {
    /// Nothing seen so far, with what earlier steps took.
    #[must_use]
    pub fn after(taken: TakenBy) -> Self {
        Self { seen: IndexMap::new(), taken }
    }

    /// What this step and those before it took.
    #[must_use]
    pub fn into_taken(self) -> TakenBy {
        self.taken
    }

    /// Notes something; who took it before has it still.
    pub fn note(&mut self, key: String, mut sighting: Sighting) {
        sighting.taken_by = self.taken.get(&key).cloned();
        self.seen.insert(key, sighting);
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<&Sighting> {
        self.seen.values().collect()
    }

    /// The places of those that fit and that no step took.
    #[must_use]
    pub fn waiting(&self, matchers: &[Matcher]) -> Vec<usize> {
        let fits = |seen: &Sighting| seen.taken_by.is_none() && all_match(matchers, &seen.view);
        self.seen.values().enumerate().filter(|(_, seen)| fits(seen)).map(|(place, _)| place).collect()
    }

    /// Marks some as taken.
    pub fn take(&mut self, places: &[usize], taker: &Taker) {
        for place in places {
            if let Some((key, seen)) = self.seen.get_index_mut(*place) {
                seen.taken_by = Some(taker.clone());
                self.taken.insert(key.clone(), taker.clone());
            }
        }
    }
}
