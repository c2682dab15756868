//! `starts_with: "["`

use super::{MessageView, Place};

/// A place of the message begins with this part.
#[derive(Debug, Clone)]
pub struct StartsWith {
    /// Where to look.
    pub place: Place,
    /// The part.
    pub part: String,
}

impl StartsWith {
    pub(super) fn check(&self, view: &MessageView) -> Result<(), String> {
        let text = view.at(self.place)?;
        if text.starts_with(&self.part) {
            return Ok(());
        }
        let begin: String = text.lines().next().unwrap_or_default().chars().take(40).collect();
        Err(format!("starts with `{begin}`, not with `{}`{}", self.part, self.place.suffix()))
    }

    pub(super) fn describe(&self) -> String {
        format!("starts with `{}`{}", self.part, self.place.suffix())
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::markdown;
    use super::*;

    #[test]
    fn only_the_beginning_counts() {
        let matcher = StartsWith { place: Place::Text, part: "[".to_owned() };
        assert_eq!(matcher.check(&markdown("[x]")), Ok(()));
        assert_eq!(matcher.check(&markdown("x [")), Err("starts with `x [`, not with `[`".to_owned()));
        let title = StartsWith { place: Place::Title, part: "[".to_owned() };
        assert_eq!(
            title.check(&markdown("[x]")),
            Err("starts with `Alarm`, not with `[` in its title".to_owned())
        );
    }
}
