//! The set of matchers, and how several of them judge one message.

use super::{
    Absent, All, Any, Approx, Contains, Equals, JsonPath, Matches, MessageView, Not, Occurs, Order,
    StartsWith,
};
use crate::diagnostic::Span;

/// A matcher with its place in the scenario.
#[derive(Debug, Clone)]
pub struct Matcher {
    /// Where it stands.
    pub span: Span,
    /// What it asks.
    pub kind: MatcherKind,
}

/// What a matcher asks of a message.
#[derive(Debug, Clone)]
pub enum MatcherKind {
    /// The text has a part.
    Contains(Contains),
    /// The text matches a regular expression somewhere.
    Matches(Matches),
    /// The text begins with a part.
    StartsWith(StartsWith),
    /// The text, or one field, is exactly this.
    Equals(Equals),
    /// The text does not have a part.
    Absent(Absent),
    /// Something stands so often in the text.
    Count(Occurs),
    /// Of two texts, one stands before the other.
    Order(Order),
    /// A value of the body fits.
    JsonPath(JsonPath),
    /// A number is near another one.
    Approx(Approx),
    /// A matcher does not hold.
    Not(Not),
    /// At least one of several holds.
    Any(Any),
    /// Each of several holds.
    All(All),
}

impl Matcher {
    /// Judges a message.
    ///
    /// # Errors
    /// Why it does not match, in a fragment such as ``does not contain `Stopping` ``.
    pub fn check(&self, view: &MessageView) -> Result<(), String> {
        match &self.kind {
            MatcherKind::Contains(matcher) => matcher.check(view),
            MatcherKind::Matches(matcher) => matcher.check(view),
            MatcherKind::StartsWith(matcher) => matcher.check(view),
            MatcherKind::Equals(matcher) => matcher.check(view),
            MatcherKind::Absent(matcher) => matcher.check(view),
            MatcherKind::Count(matcher) => matcher.check(view),
            MatcherKind::Order(matcher) => matcher.check(view),
            MatcherKind::JsonPath(matcher) => matcher.check(view),
            MatcherKind::Approx(matcher) => matcher.check(view),
            MatcherKind::Not(matcher) => matcher.check(view),
            MatcherKind::Any(matcher) => matcher.check(view),
            MatcherKind::All(matcher) => matcher.check(view),
        }
    }

    /// The matcher in words, such as ``contains `Stopping` ``.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.kind {
            MatcherKind::Contains(matcher) => matcher.describe(),
            MatcherKind::Matches(matcher) => matcher.describe(),
            MatcherKind::StartsWith(matcher) => matcher.describe(),
            MatcherKind::Equals(matcher) => matcher.describe(),
            MatcherKind::Absent(matcher) => matcher.describe(),
            MatcherKind::Count(matcher) => matcher.describe(),
            MatcherKind::Order(matcher) => matcher.describe(),
            MatcherKind::JsonPath(matcher) => matcher.describe(),
            MatcherKind::Approx(matcher) => matcher.describe(),
            MatcherKind::Not(matcher) => matcher.describe(),
            MatcherKind::Any(matcher) => matcher.describe(),
            MatcherKind::All(matcher) => matcher.describe(),
        }
    }
}

/// Whether every matcher holds; no matchers hold for any message.
#[must_use]
pub fn all_match(matchers: &[Matcher], view: &MessageView) -> bool {
    matchers.iter().all(|matcher| matcher.check(view).is_ok())
}
