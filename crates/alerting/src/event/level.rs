//! How bad an event is.

use std::{fmt, str::FromStr};

/// The level of a system event. The wire form is upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// `INFO`
    Info,
    /// `WARN`
    Warn,
    /// `CRITICAL`
    Critical,
}

impl Level {
    /// All levels, worst first.
    pub const ALL: [Self; 3] = [Self::Critical, Self::Warn, Self::Info];

    /// The wire form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "CRITICAL",
            Self::Warn => "WARN",
            Self::Info => "INFO",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|level| level.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| format!("`{text}` is not a level; write CRITICAL, WARN or INFO"))
    }
}
