//! `not: {…}`, `any: […]` and `all: […]`

use super::{Matcher, MessageView};

/// The matcher does not hold.
#[derive(Debug, Clone)]
pub struct Not {
    /// The matcher.
    pub matcher: Box<Matcher>,
}

/// At least one matcher holds.
#[derive(Debug, Clone)]
pub struct Any {
    /// The matchers; never empty.
    pub matchers: Vec<Matcher>,
}

/// Each matcher holds.
#[derive(Debug, Clone)]
pub struct All {
    /// The matchers; never empty.
    pub matchers: Vec<Matcher>,
}

impl Not {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        match self.matcher.check(view) {
            Ok(()) => Err(format!("it {}, and must not", self.matcher.describe())),
            Err(_) => Ok(()),
        }
    }

    pub(super) fn describe(&self) -> String {
        format!("not: {}", self.matcher.describe())
    }
}

impl Any {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        let mut why = Vec::new();
        for matcher in &self.matchers {
            match matcher.check(view) {
                Ok(()) => return Ok(()),
                Err(error) => why.push(error),
            }
        }
        Err(why.join(", and "))
    }

    pub(super) fn describe(&self) -> String {
        describe_all(&self.matchers, " or ")
    }
}

impl All {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        self.matchers.iter().try_for_each(|matcher| matcher.check(view))
    }

    pub(super) fn describe(&self) -> String {
        describe_all(&self.matchers, " and ")
    }
}

fn describe_all(matchers: &[Matcher], word: &str) -> String {
    matchers.iter().map(Matcher::describe).collect::<Vec<_>>().join(word)
}

#[cfg(test)]
mod tests {
    use super::super::{Contains, MatcherKind, Place, all_match, view::markdown};
    use super::*;
    use crate::diagnostic::Span;

    fn contains(part: &str) -> Matcher {
        Matcher {
            span: Span::default(),
            kind: MatcherKind::Contains(Contains { place: Place::Text, part: part.to_owned() }),
        }
    }

    #[test]
    fn logic_is_logic() {
        let view = markdown("a b");
        assert_eq!(Not { matcher: Box::new(contains("c")) }.check(&view), Ok(()));
        assert_eq!(
            Not { matcher: Box::new(contains("a")) }.check(&view),
            Err("it contains `a`, and must not".to_owned())
        );
        assert_eq!(Any { matchers: vec![contains("c"), contains("a")] }.check(&view), Ok(()));
        assert_eq!(
            Any { matchers: vec![contains("c"), contains("d")] }.check(&view),
            Err("does not contain `c`, and does not contain `d`".to_owned())
        );
        assert_eq!(All { matchers: vec![contains("a"), contains("b")] }.check(&view), Ok(()));
        assert_eq!(
            All { matchers: vec![contains("a"), contains("c")] }.check(&view),
            Err("does not contain `c`".to_owned())
        );
        assert!(all_match(&[], &view));
        assert!(!all_match(&[contains("a"), contains("c")], &view));
    }
}
