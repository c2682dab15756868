//! When scenarios may be run on the real cloud.

use std::fmt;

use jiff::{
    civil::{Time, Weekday},
    tz::Offset,
};

use crate::clock::Timestamp;

/// Days by the words of the file.
pub(super) const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Days and hours in which scenarios may be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The days; all of them when empty.
    pub days: Vec<Weekday>,
    /// The first time of day.
    pub from: Time,
    /// The time of day at which it is over; at or before `from`, that of the next day.
    pub until: Time,
    /// Where.
    pub zone: Offset,
}

impl Window {
    /// Whether an instant is within it. The hours after midnight of a window that goes over midnight
    /// belong to the day on which it began.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        let here = self.zone.to_datetime(at);
        let is_day = |day: Weekday| self.days.is_empty() || self.days.contains(&day);
        let (time, day) = (here.time(), here.date().weekday());
        if self.from < self.until {
            return is_day(day) && self.from <= time && time < self.until;
        }
        (is_day(day) && self.from <= time) || (is_day(day.previous()) && time < self.until)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |day: &Weekday| DAYS.iter().find(|(_, known)| known == day).map_or("", |(name, _)| *name);
        let days: Vec<&str> = self.days.iter().map(name).collect();
        let days = if days.is_empty() { "every day".to_owned() } else { days.join(", ") };
        let (from, until) = (self.from.strftime("%H:%M"), self.until.strftime("%H:%M"));
        write!(f, "{days} {from} to {until} (UTC{})", self.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(days: &[Weekday], from: &str, until: &str) -> Window {
        Window {
            days: days.to_vec(),
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
            zone: Offset::constant(8),
        }
    }

    /// 2026-11-26 is a Thursday.
    fn at(text: &str) -> Timestamp {
        format!("2026-11-{text}:00+08:00").parse().unwrap()
    }

    #[test]
    fn hours_of_a_day() {
        let window = window(&[Weekday::Thursday], "09:00", "17:30");
        for (text, is_in) in [
            ("26T09:00", true),
            ("26T17:29", true),
            ("26T17:30", false),
            ("26T08:59", false),
            ("27T10:00", false),
        ] {
            assert_eq!(window.contains(at(text)), is_in, "{text}");
        }
        assert_eq!(window.to_string(), "thu 09:00 to 17:30 (UTC+08)");
    }

    #[test]
    fn hours_over_midnight_belong_to_the_day_they_began_on() {
        let window = window(&[Weekday::Thursday], "22:00", "02:00");
        for (text, is_in) in [
            ("26T22:00", true),
            ("27T01:59", true),
            ("27T02:00", false),
            ("26T01:00", false),
            ("27T23:00", false),
        ] {
            assert_eq!(window.contains(at(text)), is_in, "{text}");
        }
    }

    #[test]
    fn without_limits_it_is_always() {
        let window = window(&[], "00:00", "00:00");
        assert!(window.contains(at("26T00:00")) && window.contains(at("26T23:59")));
    }
}
