//! What a filter expression means.

use regex::Regex;

use super::{LastRun, parse};
use crate::scenario::Scenario;

/// A filter expression: `tag(smoke) & !name(~silence) | failed()`.
#[derive(Debug, Clone)]
pub enum Filter {
    /// Its name is such.
    Name(Regex),
    /// One of its tags is such.
    Tag(Regex),
    /// Its file is such, seen from the project's folder or from the working directory.
    File(Regex),
    /// It did not pass in the last run.
    Failed,
    /// Every scenario.
    All,
    /// No scenario.
    None,
    /// What is inside does not hold.
    Not(Box<Filter>),
    /// All of these hold.
    Every(Vec<Filter>),
    /// One of these holds.
    Any(Vec<Filter>),
}

/// What a filter asks about a scenario.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The last run; without it nothing has failed.
    pub last_run: Option<&'a LastRun>,
}

impl Filter {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, parse::FilterError> {
        parse::filter(text)
    }

    /// Whether a scenario is chosen.
    #[must_use]
    pub fn holds(&self, facts: Facts<'_>) -> bool {
        match self {
            Self::Name(pattern) => pattern.is_match(&facts.scenario.name.value),
            Self::Tag(pattern) => facts.scenario.tags.iter().any(|tag| pattern.is_match(tag)),
            Self::File(pattern) => {
                let identity = &facts.scenario.identity;
                pattern.is_match(&identity.file()) || pattern.is_match(&identity.local())
            }
            Self::Failed => facts.last_run.is_some_and(|last| last.failed(facts.scenario)),
            Self::All => true,
            Self::None => false,
            Self::Not(inner) => !inner.holds(facts),
            Self::Every(parts) => parts.iter().all(|part| part.holds(facts)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(facts)),
        }
    }

    /// Whether it asks about the last run.
    #[must_use]
    pub fn asks_last_run(&self) -> bool {
        match self {
            Self::Failed => true,
            Self::Not(inner) => inner.asks_last_run(),
            Self::Every(parts) | Self::Any(parts) => parts.iter().any(Self::asks_last_run),
            _ => false,
        }
    }
}
