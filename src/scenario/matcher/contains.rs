//! `contains: Stopping`

use super::{MessageView, Place};

/// A place of the message has this part, in this spelling.
#[derive(Debug, Clone)]
pub struct Contains {
    /// Where to look.
    pub place: Place,
    /// The part.
    pub part: String,
}

impl Contains {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        let text = view.at(self.place)?;
        if text.contains(&self.part) {
            return Ok(());
        }
        // The commonest reason, and the hardest to see.
        let other_case = text.to_lowercase().contains(&self.part.to_lowercase());
        let hint = if other_case { ", only in another case" } else { "" };
        Err(format!("does not contain `{}`{}{hint}", self.part, self.place.suffix()))
    }

    pub(super) fn describe(&self) -> String {
        format!("contains `{}`{}", self.part, self.place.suffix())
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::markdown;
    use super::*;

    fn stopping(place: Place) -> Contains {
        Contains { place, part: "Stopping".to_owned() }
    }

    #[test]
    fn a_part_is_found_in_its_own_case_only() {
        let matcher = stopping(Place::Text);
        assert_eq!(matcher.check(&markdown("is Stopping now")), Ok(()));
        assert_eq!(matcher.check(&markdown("Stopped")), Err("does not contain `Stopping`".to_owned()));
        assert_eq!(
            matcher.check(&markdown("stopping")),
            Err("does not contain `Stopping`, only in another case".to_owned())
        );
    }

    #[test]
    fn another_place_is_looked_at_alone() {
        let view = markdown("is Stopping now");
        let title = stopping(Place::Title);
        assert_eq!(title.check(&view), Err("does not contain `Stopping` in its title".to_owned()));
        assert_eq!(title.describe(), "contains `Stopping` in its title");
        assert_eq!(stopping(Place::Body).check(&view), Ok(()));
        assert_eq!(stopping(Place::Buttons).check(&view), Err("has no buttons".to_owned()));
    }
}
