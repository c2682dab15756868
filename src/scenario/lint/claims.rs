//! What matchers say about a message, and where they say opposites.

use serde_json::Value;

use crate::{
    diagnostic::Span,
    scenario::{
        capture::names_in,
        matcher::{Compared, Counted, Matcher, MatcherKind, Place},
    },
};

/// Something that is true of a message for which a matcher holds, or does not hold.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    /// Where the matcher stands.
    pub(super) span: Span,
    what: What<'a>,
}

#[derive(Debug)]
enum What<'a> {
    /// The place is there and has this text.
    Has(Place, &'a str),
    /// The place does not have this text.
    Lacks(Place, &'a str),
    /// The place begins with this text.
    Starts(Place, &'a str),
    /// The place is this text, but for blanks at the end.
    Is(Place, &'a str),
    /// The field has this value.
    Field(&'a str, &'a Value),
    /// The place matches this expression.
    Matches(Place, &'a str),
    /// The place does not match this expression.
    Misses(Place, &'a str),
}

/// What is true when all of the matchers hold, or when none of them does.
pub(super) fn claims(matchers: &[Matcher], hold: bool) -> Vec<Claim<'_>> {
    let mut out = Vec::new();
    matchers.iter().for_each(|matcher| add(matcher, hold, &mut out));
    out
}

fn add<'a>(matcher: &'a Matcher, holds: bool, out: &mut Vec<Claim<'a>>) {
    let mut push = |what| out.push(Claim { span: matcher.span, what });
    match (&matcher.kind, holds) {
        (MatcherKind::Contains(contains), true) => push(What::Has(contains.place, &contains.part)),
        (MatcherKind::Contains(contains), false) => push(What::Lacks(contains.place, &contains.part)),
        (MatcherKind::Absent(absent), true) => push(What::Lacks(absent.place, &absent.part)),
        (MatcherKind::Absent(absent), false) => push(What::Has(absent.place, &absent.part)),
        (MatcherKind::StartsWith(start), true) => push(What::Starts(start.place, &start.part)),
        (MatcherKind::Matches(matches), true) => push(What::Matches(matches.place, matches.pattern.as_str())),
        (MatcherKind::Matches(matches), false) => push(What::Misses(matches.place, matches.pattern.as_str())),
        (MatcherKind::Count(count), true) => {
            if let Counted::Text(text) = &count.of {
                match (count.least, count.most) {
                    (_, Some(0)) => push(What::Lacks(count.place, text)),
                    (1.., _) => push(What::Has(count.place, text)),
                    _ => {}
                }
            }
        }
        (MatcherKind::Order(order), true) => {
            order.texts.iter().for_each(|text| push(What::Has(order.place, text)));
        }
        (MatcherKind::Equals(equals), true) => match (&equals.what, &equals.value) {
            (Compared::Place(place), Value::String(text)) => push(What::Is(*place, text)),
            (Compared::Field(field), value) => push(What::Field(field, value)),
            _ => {}
        },
        (MatcherKind::Not(not), holds) => add(&not.matcher, !holds, out),
        (MatcherKind::All(all), true) => all.matchers.iter().for_each(|each| add(each, true, out)),
        (MatcherKind::Any(any), false) => any.matchers.iter().for_each(|each| add(each, false, out)),
        _ => {}
    }
}

/// Two claims that cannot both be true.
pub(super) fn contradict<'c, 'a>(claims: &'c [Claim<'a>]) -> Option<(&'c Claim<'a>, &'c Claim<'a>)> {
    claims.iter().enumerate().find_map(|(at, one)| {
        let other = claims[at + 1..]
            .iter()
            .find(|other| are_opposite(&one.what, &other.what) || are_opposite(&other.what, &one.what))?;
        Some((one, other))
    })
}

fn are_opposite(one: &What<'_>, other: &What<'_>) -> bool {
    match (one, other) {
        (What::Has(place, whole) | What::Starts(place, whole), What::Lacks(at, part)) => {
            place == at && is_part(part, whole)
        }
        (What::Is(place, whole), What::Lacks(at, part)) => place == at && is_part(part, whole.trim_end()),
        (What::Is(place, whole), What::Has(at, part)) => {
            place == at && are_known(&[whole, part]) && ends_in_ink(part) && !whole.contains(part)
        }
        (What::Is(place, whole), What::Starts(at, part)) => {
            place == at && are_known(&[whole, part]) && ends_in_ink(part) && !whole.starts_with(part)
        }
        (What::Is(place, one), What::Is(at, other)) => {
            place == at && are_known(&[one, other]) && one.trim_end() != other.trim_end()
        }
        (What::Starts(place, one), What::Starts(at, other)) => {
            place == at && are_known(&[one, other]) && !one.starts_with(other) && !other.starts_with(one)
        }
        (What::Field(field, one), What::Field(of, other)) => {
            let written = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let (left, right) = (written(one), written(other));
            field == of && one != other && left != right && are_known(&[&left, &right])
        }
        (What::Matches(place, one), What::Misses(at, other)) => place == at && one == other,
        _ => false,
    }
}

/// Whether a text that has the whole has the part.
fn is_part(part: &str, whole: &str) -> bool {
    part == whole || (are_known(&[part, whole]) && whole.contains(part))
}

/// Whether no value is to come in these texts.
fn are_known(texts: &[&str]) -> bool {
    texts.iter().all(|text| names_in(text).next().is_none())
}

/// Whether a text does not end in a blank, which [`What::Is`] leaves out.
fn ends_in_ink(text: &str) -> bool {
    text.trim_end() == text
}
