//! Filling captured values into matchers.

use regex::Regex;
use serde_json::Value;

use super::{Counted, Matcher, MatcherKind};
use crate::scenario::capture::Captured;

impl Matcher {
    /// Puts captured values where the matcher names them; in regular expressions they stand for
    /// themselves.
    pub(in crate::scenario) fn fill(&mut self, captured: &Captured) {
        let fill = |text: &mut String| *text = captured.fill(text);
        match &mut self.kind {
            MatcherKind::Contains(matcher) => fill(&mut matcher.part),
            MatcherKind::StartsWith(matcher) => fill(&mut matcher.part),
            MatcherKind::Absent(matcher) => fill(&mut matcher.part),
            MatcherKind::Equals(matcher) => {
                if let Value::String(text) = &mut matcher.value {
                    fill(text);
                }
            }
            MatcherKind::Matches(matcher) => fill_pattern(&mut matcher.pattern, captured),
            MatcherKind::Count(matcher) => match &mut matcher.of {
                Counted::Text(text) => fill(text),
                Counted::Pattern(pattern) => fill_pattern(pattern, captured),
            },
            MatcherKind::Order(matcher) => matcher.texts.iter_mut().for_each(fill),
            MatcherKind::JsonPath(matcher) => fill_all(&mut matcher.matchers, captured),
            MatcherKind::Approx(matcher) => matcher.from.fill(captured),
            MatcherKind::Not(matcher) => matcher.matcher.fill(captured),
            MatcherKind::Any(matcher) => fill_all(&mut matcher.matchers, captured),
            MatcherKind::All(matcher) => fill_all(&mut matcher.matchers, captured),
        }
    }
}

/// [`Matcher::fill`] for several.
pub(in crate::scenario) fn fill_all(matchers: &mut [Matcher], captured: &Captured) {
    matchers.iter_mut().for_each(|matcher| matcher.fill(captured));
}

pub(super) fn fill_pattern(pattern: &mut Regex, captured: &Captured) {
    // With quoted values in it, an expression that was valid stays valid.
    if let Ok(filled) = Regex::new(&captured.fill_with(pattern.as_str(), regex::escape)) {
        *pattern = filled;
    }
}
