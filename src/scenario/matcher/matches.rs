//! `matches: "i-[a-z0-9]+"`

use regex::Regex;

use super::MessageView;

/// A regular expression (the `regex` crate's syntax) matches somewhere in the text that a reader
/// sees.
#[derive(Debug, Clone)]
pub struct Matches {
    /// The expression.
    pub pattern: Regex,
}

impl Matches {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn new(pattern: &str) -> Result<Self, String> {
        Regex::new(pattern).map(|pattern| Self { pattern }).map_err(|error| match error {
            // The last line says what is wrong; those before draw the expression.
            regex::Error::Syntax(text) => {
                let last = text.lines().last().unwrap_or_default();
                last.trim_start_matches("error: ").trim().to_owned()
            }
            other => other.to_string(),
        })
    }

    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        if self.pattern.is_match(&view.text) {
            Ok(())
        } else {
            Err(format!("nothing in it matches `{}`", self.pattern))
        }
    }

    pub(super) fn describe(&self) -> String {
        format!("matches `{}`", self.pattern)
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
    }
}
