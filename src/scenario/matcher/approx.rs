//! `approx: { json_path: "$.content.progress", value: 50, tolerance: 5 }`

use std::fmt;

use regex::Regex;

use super::{MessageView, Place, equals::scalar, fill::fill_pattern};
use crate::{
    clock::{Timestamp, parse_duration},
    scenario::{capture::Captured, query::Query},
};

/// A number, duration or time taken from the message is near this one.
#[derive(Debug, Clone)]
pub struct Approx {
    /// Where it is taken from.
    pub from: Taken,
    /// What it should be.
    pub value: Measure,
    /// How far it may be away, in the number's unit; in seconds for durations and times.
    pub tolerance: f64,
    /// The tolerance as it is written.
    pub tolerance_text: String,
}

/// Where a value is taken from.
#[derive(Debug, Clone)]
pub enum Taken {
    /// A field, as [`MessageView::field`] finds it.
    Field(String),
    /// The first value that a JSONPath finds.
    JsonPath(Query),
    /// The first group of a regular expression in a place, or all of it where it has no group.
    Pattern(Place, Regex),
}

impl Taken {
    /// Puts captured values into an expression.
    ///
    /// # Errors
    /// Why it is none then.
    pub(in crate::scenario) fn fill(&mut self, captured: &Captured) -> Result<(), String> {
        match self {
            Self::Pattern(_, pattern) => fill_pattern(pattern, captured),
            Self::JsonPath(path) => path.fill(captured),
            Self::Field(name) => {
                *name = captured.fill(name);
                Ok(())
            }
        }
    }

    /// The value as text.
    ///
    /// # Errors
    /// It is not there, in a fragment such as ``has no field `x` ``.
    pub fn take(&self, view: &MessageView) -> Result<String, String> {
        match self {
            Self::Field(name) => view.field(name).map(scalar).ok_or_else(|| format!("has no field `{name}`")),
            Self::JsonPath(path) => {
                let found = path.find(&view.body)?.first().copied().map(scalar);
                found.ok_or_else(|| format!("has nothing at `{path}`"))
            }
            Self::Pattern(place, pattern) => {
                let text = view.at(*place)?;
                let found = pattern.captures(&text).and_then(|found| found.get(1).or_else(|| found.get(0)));
                found
                    .map(|found| found.as_str().to_owned())
                    .ok_or_else(|| format!("nothing in it matches `{pattern}`"))
            }
        }
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, "`{name}`"),
            Self::JsonPath(path) => write!(f, "`{path}`"),
            Self::Pattern(_, pattern) => write!(f, "what matches `{pattern}`"),
        }
    }
}

/// A value that can be near another one.
#[derive(Debug, Clone)]
pub struct Measure {
    unit: Unit,
    number: f64,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Number,
    Duration,
    Time,
}

impl Measure {
    /// Reads `5`, `90s` or `2026-01-01T00:00:00+08:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        [Unit::Number, Unit::Duration, Unit::Time]
            .into_iter()
            .find_map(|unit| Some(Self { unit, number: unit.read(text)?, text: text.to_owned() }))
    }

    /// Reads how far a value may be away from this one.
    #[must_use]
    pub fn tolerance(&self, text: &str) -> Option<f64> {
        let unit = if self.unit == Unit::Number { Unit::Number } else { Unit::Duration };
        unit.read(text.trim()).filter(|tolerance| *tolerance >= 0.0)
    }
}

impl Unit {
    fn read(self, text: &str) -> Option<f64> {
        match self {
            Self::Number => text.parse().ok().filter(|number: &f64| number.is_finite()),
            Self::Duration => parse_duration(text).ok().map(|duration| duration.as_secs_f64()),
            Self::Time => text.parse::<Timestamp>().ok().map(|at| at.as_duration().as_secs_f64()),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Duration => "duration",
            Self::Time => "time",
        }
    }
}

impl Approx {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        let text = self.from.take(view)?;
        let unit = self.value.unit;
        let Some(number) = unit.read(&text) else {
            return Err(format!("{} is `{text}`, which is no {}", self.from, unit.name()));
        };
        if (number - self.value.number).abs() <= self.tolerance {
            return Ok(());
        }
        Err(format!("{} is `{text}`, not {}", self.from, self.wanted()))
    }

    pub(super) fn describe(&self) -> String {
        format!("{} is {}", self.from, self.wanted())
    }

    fn wanted(&self) -> String {
        format!("`{}` ± {}", self.value.text, self.tolerance_text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn near(from: Taken, value: &str, tolerance: &str) -> Approx {
        let value = Measure::parse(value).unwrap();
        let number = value.tolerance(tolerance).unwrap();
        Approx { from, value, tolerance: number, tolerance_text: tolerance.to_owned() }
    }

    #[test]
    fn numbers_durations_and_times_are_near_or_not() {
        let view =
            MessageView { text: "took 93s".to_owned(), body: json!({"n": 7, "at": "2026-01-01T00:00:30Z"}) };
        let field = |name: &str| Taken::Field(name.to_owned());
        assert_eq!(near(field("n"), "5", "2").check(&view), Ok(()));
        assert_eq!(near(field("n"), "5", "1.5").check(&view), Err("`n` is `7`, not `5` ± 1.5".to_owned()));
        let took = || Taken::Pattern(Place::Text, Regex::new("took (.*)").unwrap());
        assert_eq!(near(took(), "90s", "5s").check(&view), Ok(()));
        assert_eq!(
            near(took(), "90s", "2s").check(&view),
            Err("what matches `took (.*)` is `93s`, not `90s` ± 2s".to_owned())
        );
        let at = || Taken::JsonPath(Query::parse("$.at").unwrap());
        assert_eq!(near(at(), "2026-01-01T08:00:00+08:00", "1m").check(&view), Ok(()));
        assert!(near(at(), "2026-01-01T08:00:00+08:00", "1s").check(&view).is_err());
        assert_eq!(
            near(at(), "5", "1").check(&view),
            Err("`$.at` is `2026-01-01T00:00:30Z`, which is no number".to_owned())
        );
        assert_eq!(near(field("x"), "5", "1").check(&view), Err("has no field `x`".to_owned()));
    }

    #[test]
    fn a_tolerance_has_the_unit_of_its_value() {
        assert!(Measure::parse("soon").is_none() && Measure::parse("inf").is_none());
        assert!(Measure::parse("5").unwrap().tolerance("5s").is_none());
        assert!(Measure::parse("5s").unwrap().tolerance("5").is_none());
        assert!(Measure::parse("5").unwrap().tolerance("-1").is_none());
    }
}
