//! Time as an input. Nothing else in the crate reads a clock or sleeps (`clippy.toml` holds it).

use std::{fmt, future::Future, pin::Pin, time::Duration};

pub use fast::FastClock;
pub use jiff::Timestamp;

mod fast;

/// A boxed future, as object-safe async traits need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A source of time that can also be waited on.
///
/// A virtual clock answers `sleep` at once, by moving the world that it belongs to.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The current instant.
    fn now(&self) -> Timestamp;
    /// Completes when `duration` has passed on this clock.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
    /// As [`Clock::sleep`], where nobody has anything else to do meanwhile: the clock of a rehearsal may
    /// leap over what is left when the first part, `_first`, has passed.
    fn pass(&self, duration: Duration, _first: Duration) -> BoxFuture<'_, ()> {
        self.sleep(duration)
    }
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that really waits")]
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Elapsed real time, for "took 0.2s" in talk on stderr; never part of a verdict.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts measuring.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "wall time is talk, not a verdict")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Time since [`Stopwatch::start`].
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Reads a duration as the files write it: whole numbers with `ms`, `s`, `m`, `h` or `d`, largest
/// unit first (`90s`, `5m`, `1h30m`).
///
/// # Errors
/// A sentence fragment that says what is wrong and what would be right.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration; write a number and a unit: 500ms, 90s, 5m, 24h, 2d");
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = rest.split_at(digits);
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let letters = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (unit, tail) = tail.split_at(letters);
        let millis = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(wrong()),
        };
        let part = number.checked_mul(millis).ok_or_else(wrong)?;
        total = total.checked_add(Duration::from_millis(part)).ok_or_else(wrong)?;
        rest = tail;
    }
    Ok(total)
}

/// Writes a duration the way [`parse_duration`] reads it, at most two units (`1h30m`, `2m5s`, `850ms`).
#[must_use]
pub fn human_duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis == 0 {
        return "0s".to_owned();
    }
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let mut rest = millis;
    let mut out = String::new();
    let mut parts = 0;
    for (unit, size) in units {
        let count = rest / size;
        if count > 0 && parts < 2 {
            out.push_str(&format!("{count}{unit}"));
            rest %= size;
            parts += 1;
        } else if parts > 0 {
            break;
        }
    }
    out
}

/// An instant as HTTP's `Date` header writes it: `Thu, 01 Jan 2026 00:00:00 GMT`.
#[must_use]
pub fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Reads HTTP's `Date` header; `None` for what is none.
#[must_use]
pub fn parse_http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_and_write() {
        for (text, millis) in [
            ("90s", 90_000),
            ("5m", 300_000),
            ("24h", 86_400_000),
            ("2d", 172_800_000),
            ("1h30m", 5_400_000),
            ("500ms", 500),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(human_duration(Duration::from_secs(125)), "2m5s");
        assert_eq!(human_duration(Duration::from_secs(86_400)), "1d");
        assert_eq!(human_duration(Duration::from_millis(850)), "850ms");
    }

    #[test]
    fn what_is_not_a_duration_is_refused() {
        for text in ["", "5", "m", "5 m", "-5m", "5min", "1.5h", "99999999999999999999d", "5m x"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn dates_of_http_read_and_write() {
        let at: Timestamp = "2026-11-06T08:49:37Z".parse().unwrap();
        assert_eq!(http_date(at), "Fri, 06 Nov 2026 08:49:37 GMT");
        assert_eq!(parse_http_date(" Fri, 06 Nov 2026 08:49:37 GMT"), Some(at));
        for text in ["", "yesterday", "2026-11-06T08:49:37Z"] {
            assert_eq!(parse_http_date(text), None, "{text}");
        }
    }
}
