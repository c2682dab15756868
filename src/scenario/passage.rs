//! How much time a step lets pass, and times of day.

use std::{fmt, time::Duration};

use jiff::{
    civil::Time,
    tz::{Offset, TimeZone},
};

use crate::{
    clock::{Timestamp, human_duration},
    spec::yaml::{Context, Spanned},
};

/// The offset from UTC of times of day where a file does not say: that of the accounts' home.
const ZONE: Offset = Offset::constant(8);

/// How much time `advance` lets pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// So much.
    Span(Duration),
    /// All until the next time that clocks show this.
    Until {
        /// The time of day.
        time: Time,
        /// Where.
        zone: Offset,
    },
}

impl Passage {
    /// When it is over, begun at an instant; `Timestamp::MAX` where that is too far to be told.
    #[must_use]
    pub fn end(&self, from: Timestamp) -> Timestamp {
        match self {
            Self::Span(duration) => from.checked_add(*duration).unwrap_or(Timestamp::MAX),
            Self::Until { time, zone } => next(*time, *zone, from).unwrap_or(Timestamp::MAX),
        }
    }

    /// What it takes at least.
    #[must_use]
    pub const fn least(&self) -> Duration {
        match self {
            Self::Span(duration) => *duration,
            Self::Until { .. } => Duration::ZERO,
        }
    }
}

impl fmt::Display for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Span(duration) => f.write_str(&human_duration(*duration)),
            Self::Until { time, zone } => write!(f, "until {} (UTC{zone})", time.strftime("%H:%M")),
        }
    }
}

/// The first instant after `from` at which clocks show `time`.
fn next(time: Time, zone: Offset, from: Timestamp) -> Option<Timestamp> {
    let here = from.to_zoned(TimeZone::fixed(zone));
    let today = here.with().time(time).build().ok()?;
    let next = if today > here { today } else { today.tomorrow().ok()? };
    Some(next.timestamp())
}

/// Reads a time of day from a file; what is none is a finding with this code.
pub(super) fn read_time(given: &Spanned<String>, code: &'static str, context: &Context) -> Option<Time> {
    let time = time_of_day(&given.value);
    if time.is_none() {
        let help = "write hours and minutes in quotes: \"09:00\"";
        context.error(code, "this is no time of day", given.span, help);
    }
    time
}

/// Reads an offset from UTC from a file, that of [`ZONE`] where it does not say; what is none is a finding
/// with this code.
pub(super) fn read_zone(
    given: Option<&Spanned<String>>,
    code: &'static str,
    context: &Context,
) -> Option<Offset> {
    let Some(given) = given else { return Some(ZONE) };
    let zone = offset(&given.value);
    if zone.is_none() {
        let help = "write the offset from UTC in quotes: \"+08:00\"";
        context.error(code, "this is no offset from UTC", given.span, help);
    }
    zone
}

/// `09:00`
fn time_of_day(text: &str) -> Option<Time> {
    Time::strptime("%H:%M", text).ok()
}

/// `+08:00`
fn offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    if !(0..60).contains(&minutes) || hours < 0 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_time_of_day_is_after_now() {
        let until = |time: &str, zone: &str, from: &str| {
            let passage = Passage::Until { time: time_of_day(time).unwrap(), zone: offset(zone).unwrap() };
            passage.end(from.parse().unwrap()).to_string()
        };
        assert_eq!(until("03:00", "+08:00", "2026-01-01T00:00:00+08:00"), "2025-12-31T19:00:00Z");
        assert_eq!(until("03:00", "+08:00", "2026-01-01T02:59:59.5+08:00"), "2025-12-31T19:00:00Z");
        assert_eq!(until("03:00", "+08:00", "2026-01-01T03:00:00+08:00"), "2026-01-01T19:00:00Z");
        assert_eq!(until("03:00", "-05:30", "2026-01-01T03:00:00Z"), "2026-01-01T08:30:00Z");
        assert_eq!(until("00:00", "+00:00", "2026-02-28T00:00:01Z"), "2026-03-01T00:00:00Z");
    }

    #[test]
    fn what_is_no_time_or_offset_is_none() {
        for text in ["", "3", "25:00", "3 am", "03:60", "03:00:00"] {
            assert_eq!(time_of_day(text), None, "{text}");
        }
        for text in ["", "8", "08:00", "+8", "+26:00", "+08:60", "+-1:00", "Z"] {
            assert_eq!(offset(text), None, "{text}");
        }
    }
}
