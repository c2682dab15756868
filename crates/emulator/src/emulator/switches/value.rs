//! What a switch can hold, and how it is written.

use std::{net::Ipv4Addr, time::Duration};

use crate::clock::{human_duration, parse_duration};

/// A type that a switch can have.
pub(super) trait Value: Sized {
    /// Reads it; the error says what would be right.
    fn read(text: &str) -> Result<Self, String>;
    /// Writes it as [`Value::read`] takes it.
    fn write(&self) -> String;
    /// What may be written, in a few words.
    fn allowed() -> String;
}

impl Value for Duration {
    fn read(text: &str) -> Result<Self, String> {
        parse_duration(text)
    }

    fn write(&self) -> String {
        human_duration(*self)
    }

    fn allowed() -> String {
        "a duration such as 30s".to_owned()
    }
}

/// `off`, or a limit.
impl Value for Option<Duration> {
    fn read(text: &str) -> Result<Self, String> {
        if text == "off" { Ok(None) } else { parse_duration(text).map(Some) }
    }

    fn write(&self) -> String {
        self.map_or_else(|| "off".to_owned(), human_duration)
    }

    fn allowed() -> String {
        "a duration such as 15m, or off".to_owned()
    }
}

impl Value for u32 {
    fn read(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(format!("`{text}` is not a whole number from 1")),
        }
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn allowed() -> String {
        "a whole number from 1".to_owned()
    }
}

impl Value for Ipv4Addr {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is not an IPv4 address"))
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn allowed() -> String {
        "an IPv4 address".to_owned()
    }
}
