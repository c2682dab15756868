//! What can be said about a matcher without a message.

use regex::Regex;

use super::claims::{claims, contradict};
use crate::scenario::matcher::{Counted, Matcher, MatcherKind, Place};

/// For which messages a matcher holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// For all.
    Always,
    /// For none.
    Never,
    /// It depends, or is not known.
    Depends,
}

pub(super) fn holds(matcher: &Matcher) -> Holds {
    let always = |is_sure: bool| if is_sure { Holds::Always } else { Holds::Depends };
    match &matcher.kind {
        MatcherKind::Contains(contains) => always(contains.part.is_empty() && is_everywhere(contains.place)),
        MatcherKind::StartsWith(start) => always(start.part.is_empty() && is_everywhere(start.place)),
        MatcherKind::Matches(matches) => {
            always(matches_everything(&matches.pattern) && is_everywhere(matches.place))
        }
        MatcherKind::Absent(absent) if absent.part.is_empty() && is_everywhere(absent.place) => Holds::Never,
        MatcherKind::Count(count) => match (&count.of, count.least, count.most) {
            (_, 0, None) => always(is_everywhere(count.place)),
            (Counted::Pattern(pattern), _, Some(0)) if matches_everything(pattern) => Holds::Never,
            _ => Holds::Depends,
        },
        MatcherKind::Order(order) if order.texts[0] == order.texts[1] => Holds::Never,
        // The root is always there, and is one value.
        MatcherKind::JsonPath(path) if path.path.to_string() == "$" => all(&path.matchers),
        MatcherKind::Not(not) => match holds(&not.matcher) {
            Holds::Always => Holds::Never,
            Holds::Never => Holds::Always,
            Holds::Depends => Holds::Depends,
        },
        MatcherKind::Any(any) => self::any(&any.matchers),
        MatcherKind::All(all) => self::all(&all.matchers),
        MatcherKind::Absent(_)
        | MatcherKind::Order(_)
        | MatcherKind::JsonPath(_)
        | MatcherKind::Equals(_)
        | MatcherKind::Approx(_) => Holds::Depends,
    }
}

/// For which messages all of these hold.
pub(super) fn all(matchers: &[Matcher]) -> Holds {
    let each: Vec<Holds> = matchers.iter().map(holds).collect();
    if each.contains(&Holds::Never) || contradict(&claims(matchers, true)).is_some() {
        Holds::Never
    } else if each.iter().all(|holds| *holds == Holds::Always) {
        Holds::Always
    } else {
        Holds::Depends
    }
}

fn any(matchers: &[Matcher]) -> Holds {
    let each: Vec<Holds> = matchers.iter().map(holds).collect();
    // None of them holds only if what they deny can be true at once.
    if each.contains(&Holds::Always) || contradict(&claims(matchers, false)).is_some() {
        Holds::Always
    } else if each.iter().all(|holds| *holds == Holds::Never) {
        Holds::Never
    } else {
        Holds::Depends
    }
}

/// Whether every message has this part, however empty.
const fn is_everywhere(place: Place) -> bool {
    matches!(place, Place::Text | Place::Body)
}

/// Whether an expression surely matches every text: it matches the empty text, and nothing in it asks
/// where in the text it is. So it matches the empty text before the first character of any.
fn matches_everything(pattern: &Regex) -> bool {
    let text = pattern.as_str();
    // At the beginning of the text it holds anyway.
    let rest = text.strip_prefix('^').unwrap_or(text);
    let mut is_escaped = false;
    let looks_around = rest.chars().any(|c| {
        let asks = if is_escaped { !"dDwWsS.-/nrt\\".contains(c) } else { c == '^' || c == '$' };
        is_escaped = !is_escaped && c == '\\';
        asks
    });
    !looks_around && pattern.is_match("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_that_matches_everything_is_known() {
        for pattern in ["", ".*", "^.*", "(?s).*", "a?", "(x|y)*", r"\d*", "^", "a|"] {
            assert!(matches_everything(&Regex::new(pattern).unwrap()), "{pattern}");
        }
        for pattern in [".+", "^$", "^.*$", "a*$", r"\b", r"(\b)?x*", r"\Ax*", "i-[a-z]+", ".", r"(?m)^x*$"] {
            assert!(!matches_everything(&Regex::new(pattern).unwrap()), "{pattern}");
        }
    }
}
