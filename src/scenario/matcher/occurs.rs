//! `count: { of: Stopping, equals: 2 }`

use regex::Regex;

use super::{MessageView, Place};
use crate::report::counted;

/// A text, or what a regular expression matches, stands so often in a place of the message; overlaps
/// count once.
#[derive(Debug, Clone)]
pub struct Occurs {
    /// Where to look.
    pub place: Place,
    /// What is counted.
    pub of: Counted,
    /// At least so often.
    pub least: usize,
    /// At most so often.
    pub most: Option<usize>,
}

/// What [`Occurs`] counts.
#[derive(Debug, Clone)]
pub enum Counted {
    /// A text.
    Text(String),
    /// What an expression matches.
    Pattern(Regex),
}

impl Occurs {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        let text = view.at(self.place)?;
        let number = match &self.of {
            Counted::Text(part) => text.matches(part.as_str()).count(),
            Counted::Pattern(pattern) => pattern.find_iter(&text).count(),
        };
        if number >= self.least && self.most.is_none_or(|most| number <= most) {
            return Ok(());
        }
        let times = match number {
            0 => "not at all".to_owned(),
            number => counted(number, "time"),
        };
        Err(format!("has {}{} {times}, not {}", self.what(), self.place.suffix(), self.wanted()))
    }

    pub(super) fn describe(&self) -> String {
        format!("has {}{} {}", self.what(), self.place.suffix(), self.wanted())
    }

    fn what(&self) -> String {
        match &self.of {
            Counted::Text(part) => format!("`{part}`"),
            Counted::Pattern(pattern) => format!("what matches `{pattern}`"),
        }
    }

    fn wanted(&self) -> String {
        match (self.least, self.most) {
            (least, Some(most)) if least == most => counted(least, "time"),
            (0, Some(most)) => format!("at most {}", counted(most, "time")),
            (least, None) => format!("at least {}", counted(least, "time")),
            (least, Some(most)) => format!("{least} to {most} times"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::markdown;
    use super::*;

    #[test]
    fn what_occurs_is_counted() {
        let view = markdown("a-1 a-2 b");
        let text = |part: &str, least, most| Occurs {
            place: Place::Text,
            of: Counted::Text(part.to_owned()),
            least,
            most,
        };
        assert_eq!(text("a", 2, Some(2)).check(&view), Ok(()));
        assert_eq!(text("a", 1, Some(1)).check(&view), Err("has `a` 2 times, not 1 time".to_owned()));
        assert_eq!(text("a", 3, None).check(&view), Err("has `a` 2 times, not at least 3 times".to_owned()));
        assert_eq!(text("a", 0, Some(1)).check(&view), Err("has `a` 2 times, not at most 1 time".to_owned()));
        assert_eq!(
            text("z", 1, Some(2)).check(&view),
            Err("has `z` not at all, not 1 to 2 times".to_owned())
        );
        assert_eq!(text("z", 0, Some(0)).check(&view), Ok(()));
        let pattern = Occurs {
            place: Place::Text,
            of: Counted::Pattern(Regex::new("a-[0-9]").unwrap()),
            least: 3,
            most: Some(3),
        };
        assert_eq!(pattern.check(&view), Err("has what matches `a-[0-9]` 2 times, not 3 times".to_owned()));
    }
}
