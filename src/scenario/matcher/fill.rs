//! Filling captured values into matchers.

use regex::Regex;

use super::{Counted, Matcher, MatcherKind};
use crate::scenario::capture::Captured;

impl Matcher {
    /// Puts captured values where the matcher names them; in expressions they stand for themselves.
    ///
    /// # Errors
    /// Why an expression is none with its values.
    pub(in crate::scenario) fn fill(&mut self, captured: &Captured) -> Result<(), String> {
        let fill = |text: &mut String| *text = captured.fill(text);
        match &mut self.kind {
            MatcherKind::Contains(matcher) => fill(&mut matcher.part),
            MatcherKind::StartsWith(matcher) => fill(&mut matcher.part),
            MatcherKind::Absent(matcher) => fill(&mut matcher.part),
            MatcherKind::Equals(matcher) => captured.fill_json(&mut matcher.value),
            MatcherKind::Matches(matcher) => return fill_pattern(&mut matcher.pattern, captured),
            MatcherKind::Count(matcher) => match &mut matcher.of {
                Counted::Text(text) => fill(text),
                Counted::Pattern(pattern) => return fill_pattern(pattern, captured),
            },
            MatcherKind::Order(matcher) => matcher.texts.iter_mut().for_each(fill),
            MatcherKind::JsonPath(matcher) => {
                matcher.path.fill(captured)?;
                return fill_all(&mut matcher.matchers, captured);
            }
            MatcherKind::Approx(matcher) => return matcher.from.fill(captured),
            MatcherKind::Not(matcher) => return matcher.matcher.fill(captured),
            MatcherKind::Any(matcher) => return fill_all(&mut matcher.matchers, captured),
            MatcherKind::All(matcher) => return fill_all(&mut matcher.matchers, captured),
        }
        Ok(())
    }
}

/// [`Matcher::fill`] for several.
///
/// # Errors
/// Those of [`Matcher::fill`].
pub(in crate::scenario) fn fill_all(matchers: &mut [Matcher], captured: &Captured) -> Result<(), String> {
    matchers.iter_mut().try_for_each(|matcher| matcher.fill(captured))
}

/// Puts quoted values into a regular expression.
///
/// # Errors
/// It is too large with them.
pub(super) fn fill_pattern(pattern: &mut Regex, captured: &Captured) -> Result<(), String> {
    let filled = captured.fill_with(pattern.as_str(), regex::escape);
    if filled != pattern.as_str() {
        *pattern = Regex::new(&filled).map_err(|fault| {
            format!("with its captured values, a regular expression cannot be used: {fault}")
        })?;
    }
    Ok(())
}
