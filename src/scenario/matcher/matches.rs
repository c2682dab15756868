//! `matches: "i-[a-z0-9]+"`

use regex::Regex;

use super::{MessageView, Place};

/// A regular expression (the `regex` crate's syntax) matches somewhere in a place of the message.
#[derive(Debug, Clone)]
pub struct Matches {
    /// Where to look.
    pub place: Place,
    /// The expression.
    pub pattern: Regex,
}

/// Bytes of an expression as it is written.
const MAX_LENGTH: usize = 10_000;

impl Matches {
    /// Reads an expression, to look at the text.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn new(pattern: &str) -> Result<Self, String> {
        if pattern.len() > MAX_LENGTH {
            return Err(format!("it has more than {MAX_LENGTH} bytes"));
        }
        Regex::new(pattern).map(|pattern| Self { place: Place::Text, pattern }).map_err(|error| match error {
            // The last line says what is wrong; those before draw the expression.
            regex::Error::Syntax(text) => {
                let last = text.lines().last().unwrap_or_default();
                last.trim_start_matches("error: ").trim().to_owned()
            }
            other => other.to_string(),
        })
    }

    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        if self.pattern.is_match(&view.at(self.place)?) {
            return Ok(());
        }
        let place = if self.place == Place::Text { "it" } else { self.place.as_str() };
        Err(format!(
            "nothing in {}{place} matches `{}`",
            if place == "it" { "" } else { "its " },
            self.pattern
        ))
    }

    pub(super) fn describe(&self) -> String {
        format!("matches `{}`{}", self.pattern, self.place.suffix())
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::markdown;
    use super::*;

    #[test]
    fn an_expression_matches_anywhere() {
        let matcher = Matches::new("i-[a-z0-9]+").unwrap();
        assert_eq!(matcher.check(&markdown("on i-bp1 now")), Ok(()));
        assert!(matcher.check(&markdown("on I-BP1")).is_err());
    }

    #[test]
    fn a_broken_expression_is_explained_in_one_line() {
        assert_eq!(Matches::new("(").unwrap_err(), "unclosed group");
        assert!(Matches::new(&"a".repeat(MAX_LENGTH)).is_ok());
        assert!(Matches::new(&"a".repeat(MAX_LENGTH + 1)).unwrap_err().contains("10000 bytes"));
    }
}
