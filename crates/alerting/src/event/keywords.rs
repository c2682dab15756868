//! Keywords of which an event must hold one, or none (`KeywordFilter`).

use std::fmt;

/// How keywords count. The documented words are `OR` and `NOT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// One of them must be there.
    Or,
    /// None of them may be there.
    Not,
}

impl Relation {
    /// The wire form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Or => "OR",
            Self::Not => "NOT",
        }
    }

    /// Reads the wire form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Or, Self::Not].into_iter().find(|relation| relation.as_str() == text)
    }
}

/// Keywords and how they count; at least one keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keywords {
    /// How they count.
    pub relation: Relation,
    /// The keywords; upper and lower case differ.
    pub words: Vec<String>,
}

impl Keywords {
    /// Whether `text` fits.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let any = self.words.iter().any(|word| text.contains(word));
        any == (self.relation == Relation::Or)
    }
}

impl fmt::Display for Keywords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.relation {
            Relation::Or => "any of",
            Relation::Not => "none of",
        };
        write!(f, "{how} [{}]", self.words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_must_be_there_or_none_may() {
        let words = vec!["Stopping".to_owned(), "Stopped".to_owned()];
        let any = Keywords { relation: Relation::Or, words: words.clone() };
        assert!(any.matches("is Stopped") && !any.matches("is Running") && !any.matches("is stopped"));
        let none = Keywords { relation: Relation::Not, words };
        assert!(!none.matches("is Stopped") && none.matches("is Running"));
        assert_eq!(none.to_string(), "none of [Stopping, Stopped]");
        assert_eq!((Relation::parse("NOT"), Relation::parse("NOT OR")), (Some(Relation::Not), None));
    }
}
